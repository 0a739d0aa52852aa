"""Tests run in several processes (`make test`), whole files at a time; those of the local cloud in one, for each
process would start a cloud of its own. The longest go first, so that no process ends up alone with them."""

from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
CLOUD = "local_cloud"
LONG = (CLOUD, "infra", "flow", "api", "services")

# Nothing is measured by a busy machine's clock.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    for item in items:
        name = CLOUD if _folder(item) == CLOUD else item.path.relative_to(HERE).as_posix()
        item.add_marker(pytest.mark.xdist_group(name))


def _turn(item: pytest.Item) -> int:
    folder = _folder(item)
    return LONG.index(folder) if folder in LONG else len(LONG)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0]
