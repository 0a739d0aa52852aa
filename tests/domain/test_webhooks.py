"""Outbound webhooks: when they are tried again, what is signed, what may leave."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from chalicelib.domain.events import EVENTS
from chalicelib.domain.webhook_delivery import JITTER, MAX_ASKED, WAITS, asked_wait, next_due
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_events import (
    MAX_BODY_BYTES,
    PATTERNS,
    PUBLIC_EVENTS,
    body_of,
    conversation_of,
    inbox_in,
    is_public,
    owner_of,
)
from chalicelib.domain.webhook_signature import secret_of, signed_headers
from chalicelib.services.announce import OFF_THE_BUS

BEGUN = datetime(2026, 11, 2, 9, tzinfo=UTC)
ENDLESS = ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2024 00:00:00 +99999999999999")
ENDPOINT = Endpoint("whk_1", "https://crm.example", ("*",), "agt_1", BEGUN)


def event(**more: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "type": "message.created",
        "occurred_at": BEGUN.isoformat(),
        "aggregate": {"kind": "message", "id": "msg_1", "version": 3},
        "actor": {"kind": "contact", "id": "con_1"},
        "data": {"conversation_id": "cnv_1", "leg_id": "leg_1"},
        "snapshot": {"id": "msg_1", "conversation_id": "cnv_1", "text": "Hello", "content": {}},
        **more,
    }


# --- when


@given(jitter=st.floats(0, 1), late=st.lists(st.integers(0, 7200), max_size=12))
@settings(max_examples=30)
def test_it_is_tried_for_at_least_three_days_and_ever_less_often(jitter: float, late: list[int]) -> None:
    lates = iter(late)
    times = [BEGUN]
    while (due := next_due(BEGUN, times[-1], jitter)) is not None:
        assert due > times[-1]
        times.append(due + timedelta(seconds=next(lates, 0)))
    assert timedelta(hours=72) <= times[-1] - BEGUN <= sum(WAITS, timedelta()) * (1 + JITTER) + timedelta(hours=2)
    if not late:
        waits = [after - before for before, after in zip(times, times[1:], strict=False)]
        assert waits == sorted(waits)
        assert all(wait <= real <= wait * 1.1001 for wait, real in zip(WAITS, waits, strict=True))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Mon, 02 Nov 2026 09:05:00 GMT", 300),
        ("Mon, 02 Nov 2026 08:05:00 GMT", 0),
        ("999999999999", MAX_ASKED.total_seconds()),
    ],
)
def test_what_a_receiver_asks_for_is_understood(text: str, seconds: float) -> None:
    assert asked_wait({"retry-after": text}, BEGUN) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "²", "Mon, 99 Foo", *ENDLESS])
def test_what_is_no_time_is_passed_over(text: str) -> None:
    assert asked_wait({"retry-after": text}, BEGUN) is None


# --- signatures


def test_the_official_library_takes_either_secret_and_no_other() -> None:
    old, new, other = (secret_of(letter * 32) for letter in (b"o", b"n", b"x"))
    body = '{"text":"Grüße"}'.encode()
    headers = dict(signed_headers("evt_1", datetime.now(UTC), body, (new, old)))

    assert Webhook(old).verify(body, headers) == Webhook(new).verify(body, headers) == {"text": "Grüße"}
    for secret, wrong in ((other, body), (new, body + b" ")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(wrong, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(body, {**headers, "webhook-id": "evt_2"})


# --- what


def test_every_public_event_is_one_that_the_bus_has() -> None:
    assert set(PUBLIC_EVENTS) <= set(EVENTS) - OFF_THE_BUS
    assert len(set(PUBLIC_EVENTS)) == len(PUBLIC_EVENTS)


def test_an_area_is_all_of_its_events() -> None:
    by_area = {pattern: {each for each in PUBLIC_EVENTS if _with(pattern).wants(each)} for pattern in PATTERNS}
    assert by_area["*"] == set(PUBLIC_EVENTS)
    assert by_area["sla.*"] == {"sla.warned", "sla.met", "sla.breached"}
    assert all(by_area.values())
    assert not ENDPOINT.disabled("gone", BEGUN).wants("message.created")


def test_a_whisper_never_leaves() -> None:
    note = event(type="note.created", data={"note_id": "nte_1", "text": "Careful", "audience": ["agt_1"]})
    assert not is_public(note)
    assert is_public({**note, "data": {**note["data"], "audience": []}})


def test_a_body_is_bounded_whatever_is_in_it() -> None:
    long = event(snapshot={"id": "msg_1", "text": "x" * 60_000, "labels": ["y" * 50] * 400, "state": "sent"})
    noted = event(type="note.created", data={"note_id": "nte_1", "text": "x" * 60_000, "audience": []})
    for each in (long, noted):
        body = body_of(each, content=True)
        assert len(body) <= MAX_BODY_BYTES
        told = json.loads(body)["data"]
        assert told["aggregate"] == each["aggregate"]
        assert told["snapshot"]["too_large"] is True
    assert json.loads(body_of(long, content=True))["data"]["snapshot"]["state"] == "sent"


def test_where_a_mail_is_kept_is_not_told() -> None:
    body = body_of(event(snapshot={"content": {"object_key": "inbound/1", "subject": "Hi"}}), content=True)
    assert json.loads(body)["data"]["snapshot"]["content"] == {"subject": "Hi"}


def test_half_a_surrogate_pair_does_not_stop_a_delivery() -> None:
    assert json.loads(body_of(event(snapshot={"text": "a\ud83d"}), content=True))["data"]["snapshot"]["text"] == "a?"


def test_an_event_is_its_conversations_or_its_contacts() -> None:
    assert conversation_of(event()) == "cnv_1"
    contact = event(aggregate={"kind": "contact", "id": "con_1", "version": 1}, data={"fields": []}, snapshot={})
    line = event(
        aggregate={"kind": "timeline_line", "id": "l", "version": 1}, data={"contact_id": "con_7"}, snapshot={}
    )
    assert (owner_of(event()), owner_of(contact), owner_of(line)) == ("cnv_1", "con_1", "con_7")
    assert inbox_in(contact) is None


def test_an_endpoint_with_a_filter_is_not_told_of_what_is_of_no_inbox() -> None:
    narrow = _with("*", inbox_ids=("ibx_1",))
    assert narrow.is_for("ibx_1", None)
    assert not narrow.is_for(None, None)
    assert ENDPOINT.is_for(None, None)


def _with(pattern: str, **more: Any) -> Endpoint:
    return Endpoint("whk_1", "https://crm.example", (pattern,), "agt_1", BEGUN, **more)
