"""What the deployed stack refuses, and how it is entered; the main job itself is in test_demo_channels."""

import time

import pytest

from infra.local.flows import phone_number, tag
from infra.local.http_json import call
from infra.local.play import Play
from infra.local.workspace import ADMIN
from tests.local_cloud import signed

pytestmark = pytest.mark.local_cloud


def test_a_wrong_signature_is_refused_and_stores_nothing(play: Play) -> None:
    account, name = str(play.workspace.inboxes["whatsapp"].account_id), f"Mallory {tag()}"
    body = signed.text_message(
        account, phone_number(), name, wamid=f"wamid.{tag()}", at=int(time.time()), text="Let me in"
    )
    assert signed.post(play, body, secret="guessed").status == 401  # pragma: allowlist secret
    assert signed.post(play, body).status == 200
    # The genuine delivery alone was stored.
    row = play.hop("conversation visible", lambda: play.conversation_of(name))
    assert row["unread"] == 1


def test_an_unknown_inbox_is_not_found(play: Play) -> None:
    answer = call("POST", play.cloud.webhook_url("whatsapp", "ibx_0000000000000000000z"), {"object": "x"})
    assert answer.status == 404


def test_the_api_refuses_who_does_not_sign_in(play: Play) -> None:
    path = f"{play.cloud.api_url}/conversations"
    assert call("GET", path).status == 401
    assert call("GET", path, headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}).status in (401, 403)


def test_the_providers_handshake_is_answered(play: Play) -> None:
    account = play.workspace.inboxes["whatsapp"].account_id
    told = play.cloud.providers.call("POST", f"/whatsapp/numbers/{account}/handshake")
    assert told["verified"], told


def test_an_api_key_opens_the_api_with_its_role(play: Play) -> None:
    admin = play.workspace.desk(play.cloud, ADMIN)
    made = admin.call("POST", "/api-keys", {"name": "export", "role": "agent"})
    secret = next(value for value in made.values() if isinstance(value, str) and value.startswith("pk_"))
    with_key = type(admin).with_key(play.cloud.api_url, secret)
    assert with_key.call("GET", "/me")["kind"] == "api"
    assert with_key.ask("POST", "/agents", {"email": "x@example.test", "name": "X"}).status == 403
