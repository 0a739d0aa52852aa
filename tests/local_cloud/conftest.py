"""One deployed desk with its simulators for all tests here, on ports of its own; its state is thrown away. It ends with
the last of them: the tests that follow need the machine."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.local.accounts import ACCOUNTS, provider_account
from infra.local.cloud import LocalCloud, local_cloud
from infra.local.play import Play
from infra.local.progress import Progress
from infra.local.workspace import Workspace, furnish

HERE = Path(__file__).parent
RUNNING: dict[str, tuple[LocalCloud, Workspace]] = {}
ENDING = ExitStack()


# After the fixtures' own ends, which need the cloud.
@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or HERE not in nextitem.path.parents:
        RUNNING.clear()
        ENDING.close()


@pytest.fixture
def cloud() -> LocalCloud:
    if not RUNNING:
        started, made = ENDING.enter_context(local_cloud()), Workspace.fresh()
        furnish(started, made)
        RUNNING["desk"] = (started, made)
    return RUNNING["desk"][0]


@pytest.fixture
def workspace(cloud: LocalCloud) -> Workspace:
    return RUNNING["desk"][1]


@pytest.fixture
def play(cloud: LocalCloud, workspace: Workspace) -> Iterator[Play]:
    yield Play(cloud, workspace, Progress(quiet=True))
    for channel in ACCOUNTS:
        if provider_account(channel):
            cloud.providers.no_faults(channel)
    cloud.require_health()
