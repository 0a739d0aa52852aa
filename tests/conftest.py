"""Tests run in several processes (`make test`), whole files at a time. The longest go first, so that no process ends up
alone with them."""

from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
LONG = ("local_cloud", "infra", "flow", "api", "services")

# Nothing is measured by a busy machine's clock.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(HERE).parts[0]
    return LONG.index(folder) if folder in LONG else len(LONG)
