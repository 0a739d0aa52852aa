"""What infra/local/emulated.py mends, and what the stack relies on: noticed here when the emulator changes."""

from importlib.metadata import version
from pathlib import Path

import pytest

from infra.local import emulator
from infra.local.http_json import call
from infra.local.play import Play
from tests.local_cloud.test_iam import _send_batch, session_as

pytestmark = pytest.mark.local_cloud

# Linux's table of TCP sockets: the state, and 127.0.0.1 as it is written there.
SOCKETS, LISTENING, LOOPBACK = Path("/proc/net/tcp"), "0A", "0100007F"


def test_the_version_is_the_pinned_one() -> None:
    assert version("ministack") == emulator.VERSION


def test_a_batch_call_needs_the_permission_of_the_single_call(play: Play) -> None:
    _send_batch(session_as(play.cloud, "stream"), play.cloud)


def test_a_preflight_reaches_the_web_chat_function(play: Play) -> None:
    inbox = play.workspace.inboxes["web_chat"].id
    answer = call(
        "OPTIONS",
        f"{play.cloud.inbound_url}/widget/v1/{inbox}/messages",
        headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"},
    )
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] in ("*", "https://shop.example")
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()


@pytest.mark.skipif(not SOCKETS.exists(), reason="reads Linux's table of sockets")
def test_only_this_machine_is_listened_to(play: Play) -> None:
    port = int(play.cloud.endpoint_url.rsplit(":", 1)[1])
    table = [line.split() for line in SOCKETS.read_text().splitlines()[1:]]
    listening = [columns[1].split(":") for columns in table if columns[3] == LISTENING]
    assert [address for address, hex_port in listening if int(hex_port, 16) == port] == [LOOPBACK]
