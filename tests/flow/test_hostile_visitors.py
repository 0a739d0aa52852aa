"""Visitors who lie, break and overflow: a problem is answered, never a fault, and nothing is stored."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flow import invariants
from tests.flow.chat import CHAT, Visitor, add_chats, call
from tests.flow.scene import INBOX, Scene, scene, stored
from tests.flow.test_hostile_webhooks import nested, values

ACTIONS = ("sessions", "identify", "messages", "typing", "read", "delivered", "uploads")
FIELDS = ("client_id", "text", "attachments", "postback", "in_reply_to", "active", "up_to", "mime", "size", "jwt")


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        add_chats(made)
        yield made


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(ACTIONS), st.dictionaries(st.sampled_from(FIELDS), values, max_size=4), st.booleans())
def test_it_is_answered_without_a_fault_when_any_field_has_a_wrong_type(
    action: str, body: dict[str, Any], with_client_id: bool
) -> None:
    with scene() as made:
        add_chats(made)
        ann = Visitor(made)
        body |= {"client_id": ann.client_id()} if with_client_id else {}
        answer = ann.post(action, body)
        assert answer.status in (201, 202, 401, 422)
        assert answer.status < 400 or answer.body["detail"]
        made.world.pump()
        invariants.check(made.world, stored(made.world))


BODIES = {
    "none": b"",
    "no JSON": b"\x00",
    "no UTF-8": b"\xff\xfe",
    "cut": b'{"client_id": "0',
    "a list": b"[]",
    "null": b"null",
    "nested lists": nested(10_000),
    "nested inside": b'{"text":' + nested(10_000) + b"}",
    "endless number": b'{"client_id": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("action", ["messages", "identify", "uploads", "read"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_it_is_refused_by_the_name_of_its_field_when_the_body_is_broken(here: Scene, action: str, body: bytes) -> None:
    answer = Visitor(here).post(action, body)
    assert answer.status in (401, 422)
    assert stored(here.world) == {}


@pytest.mark.parametrize("size", [128 * 1024 + 1, 10 * 1024 * 1024])
def test_it_is_refused_when_it_is_too_large(here: Scene, size: int) -> None:
    answer = Visitor(here).post("messages", b"x" * size)
    assert (answer.status, answer.code) == (413, "too_large")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/widget/v1",
        f"/widget/v1/{CHAT}",
        f"/widget/v1/{CHAT}/messages/more",
        f"/widget/v1/{CHAT}/../{CHAT}/messages",
        f"/widget/v1/..%2f{CHAT}/messages",
        f"/widget//v1/{CHAT}/messages",
        f"/Widget/v1/{CHAT}/messages",
        f"/widget/v1/{CHAT.upper()}/messages",
        f"/widget/v1/{INBOX}/messages",
        "/widget/v1/ibx_none/messages",
        "/widget/v1/ibx_\ud800/messages",
        "/widget/v1/INBOX#ibx_a/messages",
        "/widget/v1/\x00/messages",
    ],
)
def test_it_is_not_found_when_the_path_names_no_chat(here: Scene, path: str) -> None:
    ann = Visitor(here)
    answer = ann.post("messages", {"client_id": ann.client_id(), "text": "Hi"}, path=path)
    assert (answer.status, answer.code) == (404, "inbox_not_found")
    assert stored(here.world) == {}


@pytest.mark.parametrize("path", [f"/widget/v1/{CHAT}/messages//", f"//widget/v1/{CHAT}/messages"])
def test_it_is_not_called_accepted_when_it_was_not_stored(here: Scene, path: str) -> None:
    ann = Visitor(here)
    answer = ann.post("messages", {"client_id": ann.client_id(), "text": "Hi"}, path=path)
    assert (answer.status == 202) is bool(invariants.all_messages(stored(here.world)))


@pytest.mark.parametrize("after", ["x", "msg_", "msg_" + "0" * 28, "msg_" + "#" * 29, "nte_" + "0" * 29, "%00", "%ff"])
def test_it_is_refused_when_after_is_no_message(here: Scene, after: str) -> None:
    ann = Visitor(here)
    ann.says("Hello")
    answer = call(here, "GET", "messages", token=ann.token, query=f"after={after}")
    assert (answer.status, answer.body["field"]) == (422, "after")


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦", "a\u0000b", "\u202emirror", "مرحبا", "\ud83d", "x\uffff", "𝔘" * 10_000])
def test_the_text_is_shown_as_it_was_written_when_its_characters_are_unusual(here: Scene, text: str) -> None:
    ann = Visitor(here)
    assert ann.says(text).status == 202
    assert ann.texts() == [text.replace("\ud83d", "\ufffd")]


@pytest.mark.parametrize("hours", [-24 * 8, 1, 24 * 365])
def test_it_is_refused_when_the_time_inside_its_id_is_absurd(here: Scene, hours: int) -> None:
    ann = Visitor(here)
    here.now.pass_(hours=hours)
    client_id = ann.client_id()
    here.now.pass_(hours=-hours)
    answer = ann.post("messages", {"client_id": client_id, "text": "Hi"})
    assert (answer.status, answer.body["field"]) == (422, "client_id")
    assert json.dumps(answer.body)
