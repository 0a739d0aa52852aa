"""Tests run in several processes (`make test`). A file's tests stay together, for they share what it sets up; so does
all that builds the package or runs it, for there is one build folder. The longest go first, so that no process ends up
alone with them."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
BUILDS = ("local_cloud", "infra")
LONG = ("flow", "api", "services")


# Before the plugin looks at the marks.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = _folder(item)
        group = BUILDS[0] if folder in BUILDS else item.path.relative_to(HERE).as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_turn)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0]


def _turn(item: pytest.Item) -> int:
    folder = _folder(item)
    return 0 if folder in BUILDS else 1 if folder in LONG else 2
