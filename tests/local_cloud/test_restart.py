"""Stopping keeps the data; starting finds it, without deploying again."""

import pytest

from infra.local.cloud import LocalCloud
from infra.local.flows import phone_number, tag
from infra.local.flows.whatsapp import there_and_back as whatsapp
from infra.local.play import Play
from infra.local.progress import Progress
from infra.local.workspace import AGENT
from tests.local_cloud.groups import processes_of
from tests.running import RUNNING

pytestmark = [pytest.mark.local_cloud, pytest.mark.slow]


def test_everything_is_found_again_after_a_restart(play: Play) -> None:
    cloud, workspace = play.cloud, play.workspace
    name, said, number = f"Stay {tag()}", f"Remember this. {tag()}", phone_number()
    account = str(workspace.inboxes["whatsapp"].account_id)
    cloud.providers.whatsapp_says(account, number, text=said, name=name)
    row = play.hop("conversation visible", lambda: play.conversation_of(name))
    before = play.desk.messages(row["id"])
    token = cloud.token(workspace.people[AGENT].email, workspace.people[AGENT].password)
    deployed, built = _deployed(cloud)
    groups = [child.pid for child in cloud.children]

    RUNNING.stop()
    # Functions' processes too.
    assert not processes_of(groups)
    cloud = RUNNING.start_again()

    desk = type(play.desk).with_token(cloud.api_url, token)
    assert desk.messages(row["id"]) == before
    assert _deployed(cloud) == (deployed, built)
    again = Play(cloud, workspace, Progress(quiet=True))
    # The number is registered at the provider still, and the thread goes on.
    cloud.providers.whatsapp_says(account, number, text="And this.", name=name)
    again.hop("the thread goes on", lambda: again.message(row["id"], "And this."))
    # A stream whose reader lost its place would not bring what follows.
    whatsapp(again)


def _deployed(cloud: LocalCloud) -> tuple[bytes, int]:
    """What was deployed, and when the package was built."""
    return (cloud.work_dir / "deployed.json").read_bytes(), (cloud.work_dir / "build/parley.json").stat().st_mtime_ns
