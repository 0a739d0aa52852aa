"""The workspace in a real browser on the running desk: one browser, one page's server, for all files here.

`PARLEY_WEB_DESK` names a JSON file {home, page}: the desk that `make run` keeps running (its folder), and where its
page is. Then nothing is built or started, for whoever writes a test."""

import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

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


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A journey has two attempts: beside all the other tests a machine may be late once. What is wrong is wrong twice,
    and a first attempt that failed is told among the warnings. This hook hears of other folders' tests, too."""
    if Path(__file__).parent not in item.path.parents or not isinstance(item, pytest.Function):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if failed := [report for report in reports if report.failed]:
        _tell(item, failed[0])
        item._initrequest()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _tell(item: pytest.Item, failed: pytest.TestReport) -> None:
    said = UserWarning(f"the first attempt failed: {failed.longreprtext[-2_000:]}")
    warning = warnings.WarningMessage(said, UserWarning, str(item.path), 0)
    told = {"warning_message": warning, "nodeid": item.nodeid, "when": "runtest", "location": None}
    item.ihook.pytest_warning_recorded.call_historic(kwargs=told)


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
