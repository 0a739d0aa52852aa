"""One deployed desk with its simulators for all tests here, on ports of its own; its state is thrown away."""

from collections.abc import Iterator

import pytest

from infra.local.accounts import ACCOUNTS, provider_account
from infra.local.cloud import LocalCloud, local_cloud
from infra.local.play import Play
from infra.local.progress import Progress
from infra.local.workspace import Workspace, furnish


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    with local_cloud() as running:
        yield running


@pytest.fixture(scope="session")
def workspace(cloud: LocalCloud) -> Workspace:
    made = Workspace.fresh()
    furnish(cloud, made)
    return made


@pytest.fixture
def play(cloud: LocalCloud, workspace: Workspace) -> Iterator[Play]:
    yield Play(cloud, workspace, Progress(quiet=True))
    for channel in ACCOUNTS:
        if provider_account(channel):
            cloud.providers.no_faults(channel)
    cloud.require_health()
