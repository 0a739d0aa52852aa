"""The running desk, played on by one test after the other."""

from collections.abc import Iterator

import pytest

from infra.local.accounts import ACCOUNTS, provider_account
from infra.local.cloud import LocalCloud
from infra.local.play import Play
from infra.local.progress import Progress
from infra.local.workspace import Workspace
from tests.running import RUNNING


# After the fixtures' own ends, which need the cloud.
@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    RUNNING.end_before(nextitem)


@pytest.fixture
def cloud() -> LocalCloud:
    return RUNNING.furnished()[0]


@pytest.fixture
def workspace(cloud: LocalCloud) -> Workspace:
    return RUNNING.furnished()[1]


@pytest.fixture
def play(cloud: LocalCloud, workspace: Workspace) -> Iterator[Play]:
    yield Play(cloud, workspace, Progress(quiet=True))
    for channel in ACCOUNTS:
        if provider_account(channel):
            cloud.providers.no_faults(channel)
    # Another one than in the beginning, after a restart.
    RUNNING.furnished()[0].require_health()
