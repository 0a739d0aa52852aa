"""The main job on the deployed stack, on each channel: what the customer does, the desk's answer, the customer's
screen, marks. Files and repeats on WhatsApp and by mail: the other channels' go the same way, and are played by
`make demo`, and in memory by tests/flow and tests/channels."""

from io import StringIO
from typing import Any

import pytest

from chalicelib.channels.registry import CHANNELS as SHIPPED
from infra.local import demo
from infra.local.accounts import ACCOUNTS
from infra.local.demo import ALL, chosen
from infra.local.flows import CHANNELS, DESK, Flow
from infra.local.flows.hops import expect
from infra.local.play import Play
from infra.local.progress import LocalCloudError, Progress
from infra.local.workspace import ADMIN

WHOLE = ("whatsapp", "email", *DESK)
FLOWS = [
    pytest.param(flow, id=f"{channel}: {title}")
    for channel, flows in demo.parts().items()
    for title, flow in list(flows.items())[: None if channel in WHOLE else 1]
]


@pytest.mark.local_cloud
@pytest.mark.parametrize("flow", FLOWS)
def test_every_hop_comes_about(play: Play, flow: Flow) -> None:
    flow(play)


@pytest.mark.local_cloud
def test_the_workspace_has_an_inbox_of_each_channel(play: Play) -> None:
    made = play.workspace.desk(play.cloud, ADMIN).items("/inboxes")
    assert {one["channel"] for one in made} >= set(SHIPPED)


def test_every_channel_is_played_and_has_an_account() -> None:
    assert set(CHANNELS) == set(ACCOUNTS) == set(SHIPPED)
    assert chosen(ALL) == [*CHANNELS, *DESK]
    assert chosen("line") == ["line"]


def test_an_unknown_channel_is_named_together_with_those_there_are() -> None:
    with pytest.raises(
        LocalCloudError, match=r"no channel 'fax'. There are: apple, .*, routing, .*, wechat, whatsapp, all"
    ):
        chosen("fax")


def test_a_flow_that_fails_is_told_with_its_reason_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    played: list[Play] = []

    def fails(play: Play) -> None:
        expect(holds=False, complaint="unread is 2, not 1")

    monkeypatch.setattr(demo, "CHANNELS", {"line": {"once": fails, "back": played.append}})
    unused: Any = None
    assert demo.play_all(unused, unused, Progress(out), ["line"]) == ["line (once)"]
    assert "FAILED   unread is 2, not 1" in out.getvalue()
    assert len(played) == 1
