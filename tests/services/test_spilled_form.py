"""What goes through the spill comes out as it went in, and fits the queue."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels import wire
from chalicelib.channels.inbound import InboundMessage, Peer, Profile, ProviderError, StatusUpdate, TimelineEvent
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import Attachment, MessageKind
from chalicelib.services import fitting
from tests.domain import values

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
details = st.dictionaries(values.texts, values.scalars, max_size=2)
profiles = st.builds(Profile, **dict.fromkeys(Profile.__dataclass_fields__, values.optional_texts))
peers = st.builds(Peer, st.lists(values.texts, min_size=1, max_size=3).map(tuple), profiles, details)
messages = st.builds(
    InboundMessage,
    account_id=values.texts,
    external_id=values.texts,
    peer=peers,
    occurred_at=values.times,
    kind=st.sampled_from(MessageKind),
    text=values.texts | st.just(""),
    attachments=st.lists(values.attachments, max_size=2).map(tuple),
    reply_to=values.optional_texts,
    content=values.contents,
    echo=st.booleans(),
)
errors = st.builds(ProviderError, code=values.texts, failure=st.sampled_from(FailureClass), detail=values.texts)
statuses = st.builds(
    StatusUpdate,
    account_id=values.texts,
    state=st.sampled_from(DeliveryState),
    occurred_at=values.times,
    external_id=values.optional_texts,
    tracker=values.optional_texts,
    peer=st.none() | peers,
    watermark=st.booleans(),
    error=st.none() | errors,
    detail=details,
)
events = st.builds(
    TimelineEvent,
    account_id=values.texts,
    external_id=values.texts,
    kind=values.texts,
    title=values.texts,
    occurred_at=values.times,
    known_as=st.lists(st.tuples(values.texts, values.texts), max_size=3).map(tuple),
    subject=values.optional_texts,
    profile=profiles,
    data=values.contents,
    partial=st.booleans(),
    region=values.optional_texts,
)


@settings(max_examples=60, deadline=None)
@given(messages | statuses | events, values.identifiers("ibx"))
def test_an_item_comes_back_equal(item: Any, inbox_id: str) -> None:
    assert wire.loads(wire.dumps(inbox_id, item)) == (inbox_id, item)


@pytest.mark.parametrize("text", ["{}", "[]", "7", '{"inbox_id": "i"}', '{"inbox_id": "i", "item": "message"}'])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        wire.loads(text)


def huge(text: str = "", content: Any = None, **more: Any) -> InboundMessage:
    peer = Peer(("852",) * 40, Profile(name="n" * 9000, avatar_url="u" * 9000), {"hash": "h" * 99_000})
    return InboundMessage("a", "e", peer, NOW, MessageKind.TEXT, text, content=content or {}, **more)


@pytest.mark.parametrize("character", ["a", "é", "漢", "😀", "\u0001", '"', "\\"])
@pytest.mark.parametrize("number", [0, 60_000, 300_000])
def test_whatever_it_holds_it_fits_the_queue_and_the_table(character: str, number: int) -> None:
    text = character * number
    files = (Attachment("m" * 9000, name=text, source_url=text),) * 90
    item = huge(text, {"target": "wamid.1", "raw": {"text": text}}, attachments=files)
    fit = fitting.marked(fitting.fitted(item), "k" * 200)
    assert isinstance(fit, InboundMessage)
    assert len(wire.dumps("ibx_wa", fit).encode()) < 256 * 1024
    assert text.startswith(fit.text)
    assert fit.content["target"] == "wamid.1"
    assert wire.loads(wire.dumps("ibx_wa", fit))[1] == fit


def test_an_event_that_is_too_large_keeps_its_small_parts_and_says_so() -> None:
    event = TimelineEvent(
        "a",
        "e",
        "order.paid",
        "t" * 9000,
        NOW,
        (("email", "x"),) * 40,
        "order:1",
        data={"total": "1", "x": "y" * 99_000},
    )
    fit = fitting.marked(fitting.fitted(event), "where")
    assert isinstance(fit, TimelineEvent)
    assert dict(fit.data) == {"total": "1", "cut": "where"}
    assert len(wire.dumps("ibx_1", fit).encode()) < 4096
    assert (fit.subject, fit.external_id, len(fit.known_as)) == ("order:1", "e", 12)


def test_an_item_that_fits_is_left_alone() -> None:
    item = InboundMessage("a", "e", Peer(("852",), Profile(name="Bob")), NOW, MessageKind.TEXT, "Hi", content={"a": 1})
    assert fitting.fitted(item) is item
    status = StatusUpdate("a", DeliveryState.READ, NOW, detail={"pricing": {"billable": True}})
    assert fitting.fitted(status) is status


def test_a_mark_keeps_all_but_its_details_when_they_are_huge() -> None:
    status = StatusUpdate("a", DeliveryState.READ, NOW, tracker="t", detail={"errors": ["x" * 1000] * 1000})
    fit = fitting.fitted(status)
    assert isinstance(fit, StatusUpdate)
    assert (fit.tracker, fit.state, fit.detail) == ("t", DeliveryState.READ, {})
    assert json.loads(wire.dumps("i", fit))["tracker"] == "t"
