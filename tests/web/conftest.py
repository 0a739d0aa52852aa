"""The workspace in a real browser on the running desk: one browser, one page's server, for all files here.

`PARLEY_WEB_DESK` names a JSON file {home, page}: the desk that `make run` keeps running (its folder), and where its
page is. Then nothing is built or started, for whoever writes a test."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from infra import web
from infra.local import web as local_web
from infra.local.home import Home
from infra.local.running import attached
from tests.running import RUNNING
from tests.web.browser import WebDesk, chromium, launched

DESKS: dict[str, WebDesk] = {}


# After the fixtures' own ends, which need the cloud.
@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
        DESKS.clear()
    RUNNING.end_before(nextitem)


@pytest.fixture
def desk() -> Iterator[WebDesk]:
    """The desk; browsers' windows are closed after each test."""
    if not (browser := chromium()):
        pytest.skip("no Chromium here: apt-get install chromium")
    if not DESKS:
        there = os.environ.get("PARLEY_WEB_DESK")
        DESKS["desk"] = _that_runs(Path(there), browser) if there else _started(browser)
    yield DESKS["desk"]
    DESKS["desk"].close()


def _started(browser: str) -> WebDesk:
    try:
        web.build()
    except web.NoWorkspace as missing:
        pytest.skip(str(missing))
    cloud, workspace = RUNNING.furnished()
    # The chat widget's page names it: it is known since the stack was deployed.
    port = int(cloud.outputs["WidgetOrigin"].rpartition(":")[2])
    enter = RUNNING.ending.enter_context
    enter(local_web.served(port, cloud.endpoint_url, cloud.outputs, cloud.work_dir, cloud.providers.url))
    return WebDesk(local_web.address(port), cloud, workspace, enter(launched(browser)))


def _that_runs(told: Path, browser: str) -> WebDesk:
    where = json.loads(told.read_text())
    running = attached(4566, 4570, Home(Path(where["home"])))
    assert running is not None, f"no desk runs in {where['home']}"
    cloud, workspace = running
    return WebDesk(where["page"], cloud, workspace, RUNNING.ending.enter_context(launched(browser)))
