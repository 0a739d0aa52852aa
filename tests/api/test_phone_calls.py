"""Calls over the API: placing one, and how a card is shown."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels.base import InboundMessage, Peer
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.services.receive import receive
from chalicelib.wiring import shared
from tests.api.desk import AGENTS, Desk

PHONES, NUMBER, CUSTOMER = "ibx_0ph0ne", "+15550100002", "+5511987650001"
OWN, OTHER = "+15550100010", "+15550100011"


@pytest.fixture(scope="module")
def phones(desk: Desk) -> Iterator[Desk]:
    settings = {"account_sid": "AC1", "agent_phones": [f"{AGENTS['agent']}={OWN}", OTHER]}
    inbox = Inbox(PHONES, "voice", "Phone", NUMBER, f"inbox/{PHONES}", datetime.now(UTC), settings=settings)
    shared.inboxes().put(inbox)
    shared.secrets().write(f"inbox/{PHONES}", {"auth_token": ["token"]})
    yield desk


def told(kind: MessageKind, external_id: str, **content: Any) -> str:
    inbox = shared.inboxes().get(PHONES)
    assert inbox is not None
    now = datetime.now(UTC)
    item = InboundMessage(PHONES, external_id, Peer((CUSTOMER,)), now, kind, content=content, untimed=True)
    return receive(shared.inbound_store(), inbox, item, now).conversation_id


@pytest.fixture(scope="module")
def conversation(phones: Desk) -> str:
    found = told(MessageKind.CALL, "CA1", direction="inbound", state="ringing")
    told(MessageKind.CALL_UPDATE, "CA1:dial", target="CA1", reason="no_answer")
    told(MessageKind.CALL_UPDATE, "CA1:status", target="CA1", state="ended", duration_seconds=12)
    return found


def place(desk: Desk, conversation: str, client_id: str, **body: Any) -> Any:
    return desk.call("POST", f"/conversations/{conversation}/calls", {"client_id": client_id, **body})


def test_a_call_is_placed_once_when_it_is_asked_for_twice(phones: Desk, conversation: str) -> None:
    first, second = (place(phones, conversation, "once", about="Order 1042") for _ in "ab")
    assert (first.status, first.json) == (202, second.json)
    shown = first.json
    assert (shown["kind"], shown["direction"], shown["state"]) == ("call", "outbound", "queued")
    expected = {"agent_phone": OWN, "from": NUMBER, "to": CUSTOMER, "direction": "outbound", "state": "ringing"}
    assert shown["content"] == expected
    assert (shown["call"]["state"], shown["call"]["outcome"]) == ("ringing", None)
    other = place(phones, conversation, "once", about="Something else")
    assert (other.status, other.json["code"]) == (409, "client_id_reused")


def test_the_thread_shows_how_a_call_stands(phones: Desk, conversation: str) -> None:
    thread = phones.call("GET", f"/conversations/{conversation}/messages").json["items"]
    (card,) = (item for item in thread if item["external_id"] == "CA1")
    call = card["call"]
    assert (call["state"], call["outcome"], call["reason"]) == ("ended", "missed", "no_answer")
    assert (call["duration_seconds"], call["callback_requested"]) == (12, True)
    assert [item["call"] for item in thread if item["kind"] != "call"] == [None, None]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"agent_phone": "+15550109999"}, "invalid_input", "agent_phone"),
        ({"agent_phone": "112"}, "invalid_input", "agent_phone"),
        ({"leg_id": "leg_0"}, "invalid_input", "leg_id"),
        ({"about": "x" * 301}, "invalid_input", "about"),
        ({"to": CUSTOMER}, "invalid_input", None),
    ],
)
def test_a_call_is_refused_when_it_is_wrong(
    phones: Desk, conversation: str, body: dict[str, Any], code: str, field: str | None
) -> None:
    answer = place(phones, conversation, "wrong", **body)
    assert (answer.status, answer.json["code"]) == (400, code)
    assert field is None or answer.json["field"] == field


def test_nobody_is_called_when_there_is_no_phone(phones: Desk) -> None:
    assert place(phones, "cnv_0nothere", "c").status == 404
    answer = place(phones, phones.customer_says("Hello", "without-a-phone"), "c")
    assert (answer.status, answer.json["field"]) == (400, "leg_id")


def test_who_has_no_phone_of_their_own_names_one(phones: Desk, conversation: str) -> None:
    path = f"/conversations/{conversation}/calls"
    answer = phones.call("POST", path, {"client_id": "sup"}, role="supervisor")
    assert (answer.status, answer.json["field"]) == (400, "agent_phone")
    named = phones.call("POST", path, {"client_id": "sup", "agent_phone": OTHER}, role="supervisor")
    assert (named.status, named.json["content"]["agent_phone"]) == (202, OTHER)
