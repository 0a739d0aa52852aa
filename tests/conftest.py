"""Tests run in several processes (`make test`), whole files at a time, the folders in TOGETHER as a whole: what they
share is made once. The longest go first, so that no process ends up alone with them."""

import gc
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
LONG = ("web", "infra", "flow", "api", "services")
# These wait more than they work: they fill what the journeys leave.
LAST = "local_cloud"
# It counts what the whole desk has: before others have been there.
FIRST = "web/test_workspace.py"
# By what they share: a running desk, one build of the package. What of the page needs no desk goes elsewhere.
TOGETHER = {
    "tests/web/test_units.py": "page",
    "tests/web/": "journeys",
    "tests/local_cloud/": "local_cloud",
    "tests/infra/": "package",
}

# Nothing is measured by a busy machine's clock.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("repeatable")

# Rewriting the tests' assertions takes most of the time that tests are found in: what comes of it is kept, whatever the
# environment says of byte code.
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """Every second process reads the folders from the end, and finds the other half rewritten."""
    worker = str(getattr(config, "workerinput", {}).get("workerid", "gw0"))
    if config.args == ["tests"] and int(worker.removeprefix("gw")) % 2:
        config.args[:] = sorted((str(path) for path in HERE.iterdir() if _has_tests(path)), reverse=True)


def _has_tests(path: Path) -> bool:
    return path.is_dir() and any(path.rglob("test_*.py"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class LoadTogether(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            shared = (name for folder, name in TOGETHER.items() if nodeid.startswith(folder))
            return next(shared, nodeid.split("::", 1)[0])

    return LoadTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """What was found stays until the end: looking for garbage in it again and again would be in vain."""
    gc.freeze()


def _turn(item: pytest.Item) -> tuple[int, bool, str]:
    path = item.path.relative_to(HERE).as_posix()
    folder = path.partition("/")[0]
    rank = LONG.index(folder) if folder in LONG else len(LONG) + (folder == LAST)
    return rank, path != FIRST, path
