"""Stopping keeps the data; starting finds it, without deploying again."""

from pathlib import Path

import pytest

from infra.local.cloud import LocalCloud, local_cloud
from infra.local.flows import phone_number, tag
from infra.local.flows.whatsapp import there_and_back as whatsapp
from infra.local.play import Play
from infra.local.processes import free_port
from infra.local.progress import Progress
from infra.local.workspace import AGENT, Workspace, furnish
from tests.local_cloud.groups import processes_of

pytestmark = [pytest.mark.local_cloud, pytest.mark.slow]


def _play(cloud: LocalCloud, workspace: Workspace) -> Play:
    return Play(cloud, workspace, Progress(quiet=True))


def test_everything_is_found_again_after_a_restart(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    workspace, name, said = Workspace.fresh(), f"Stay {tag()}", f"Remember this. {tag()}"
    account = str(workspace.inboxes["whatsapp"].account_id)
    number = phone_number()
    with local_cloud(*ports, tmp_path) as cloud:
        furnish(cloud, workspace)
        play = _play(cloud, workspace)
        # Events enough to notice a stream whose reader lost its place.
        whatsapp(play)
        cloud.providers.whatsapp_says(account, number, text=said, name=name)
        row = play.hop("conversation visible", lambda: play.conversation_of(name))
        before = play.desk.messages(row["id"])
        token = cloud.token(workspace.people[AGENT].email, workspace.people[AGENT].password)
        deployed = (tmp_path / "deployed.json").read_bytes()
        groups = [child.pid for child in cloud.children]
    # Functions' processes too.
    assert not processes_of(groups)
    built = (tmp_path / "build" / "parley.json").stat().st_mtime_ns
    with local_cloud(*ports, tmp_path) as cloud:
        desk = type(play.desk).with_token(cloud.api_url, token)
        assert desk.messages(row["id"]) == before
        assert (tmp_path / "deployed.json").read_bytes() == deployed
        assert (tmp_path / "build" / "parley.json").stat().st_mtime_ns == built
        again = _play(cloud, workspace)
        # The number is registered at the provider still, and the thread goes on.
        cloud.providers.whatsapp_says(account, number, text="And this.", name=name)
        again.hop("the thread goes on", lambda: again.message(row["id"], "And this."))
        whatsapp(again)
