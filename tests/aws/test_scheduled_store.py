"""Scheduled messages as they are kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import keys
from chalicelib.aws.codec_message import message_item
from chalicelib.aws.codec_scheduled import KEPT_FOR
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.scheduled import ScheduledStore
from chalicelib.aws.stores.writes import put_conversation
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.message import Attachment, AttachmentState, Author, Direction, Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.reads import ThreadQuery
from chalicelib.domain.scheduled import Scheduled, ScheduledState, Words, claimed, ended
from chalicelib.domain.writes import Recorded, Written
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.domain.test_folding import LEGS, conversation

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Principal("agent", "agt_ana", "Ana", Role.SUPERVISOR)
FILE = Attachment("image/png", "a.png", 9, object_key="attachments/upl_1", state=AttachmentState.STORED)
RECORDED = Recorded((), SYSTEM, NOW)


def scheduled(number: int = 1, **more: Any) -> Scheduled:
    said = Words("Look", MessageKind.IMAGE, {"height": 1.5}, (FILE,), "msg_1", LEGS[0], "")
    identifier = f"sch_{ids.digest(str(number))}"
    return Scheduled(identifier, "cnv_1", ANA, NOW + timedelta(hours=number), said, NOW, "digest", **more)


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryDynamoDB({"desk": MemoryTable({})}), "desk")


@pytest.fixture
def store(desk: Desk) -> ScheduledStore:
    return ScheduledStore(desk)


def test_it_comes_back_as_it_was_kept(store: ScheduledStore) -> None:
    plain = scheduled()
    linked = scheduled(
        2, goes=Words("Look: https://x", identity="as_link"), as_link=True, split=True, even_if_resolved=True
    )
    over = ended(
        claimed(scheduled(3, unless_answered=False)), ScheduledState.FAILED, NOW, reason="window_closed", detail="No."
    )
    for each in (linked, over, plain):
        assert store.put(each, 0, RECORDED) is Written.DONE
    assert store.get("cnv_1", plain.id) == plain
    assert list(store.of("cnv_1")) == [plain, linked, over]
    assert store.of("cnv_2") == []
    assert store.get("cnv_2", plain.id) is None


def test_who_was_slower_changes_nothing(store: ScheduledStore) -> None:
    first = scheduled()
    assert store.put(first, 0, RECORDED) is Written.DONE
    assert store.put(replace(first, digest="other"), 0, RECORDED) is Written.CONFLICT
    mine, theirs = claimed(first), ended(first, ScheduledState.CANCELLED, NOW, reason="agent")
    line = Note(ids.note_id(NOW, "x"), "cnv_1", "activity", "system", "Parley", NOW, "")
    assert store.put(mine, first.version, RECORDED) is Written.DONE
    assert store.put(theirs, first.version, RECORDED, line) is Written.CONFLICT
    assert store.get("cnv_1", first.id) == mine


def test_one_that_is_over_goes_after_a_month_and_no_earlier(desk: Desk, store: ScheduledStore) -> None:
    store.put(scheduled(), 0, RECORDED)
    over = ended(scheduled(), ScheduledState.SENT, NOW, message_id="msg_2")
    assert "expires_at" not in (desk.get(keys.scheduled("cnv_1", over.id)) or {})
    store.put(over, 1, RECORDED)
    item = desk.get(keys.scheduled("cnv_1", over.id))
    assert item is not None
    assert item["expires_at"] == int((NOW + KEPT_FOR).timestamp())


def test_no_page_of_a_thread_and_no_leg_shows_it(desk: Desk, store: ScheduledStore) -> None:
    born = conversation(Status.OPEN)
    desk.transact([put_conversation(None, born, RECORDED)])
    line = Note(ids.note_id(NOW, "x"), "cnv_1", "activity", "system", "Parley", NOW, "")
    store.put(ended(scheduled(), ScheduledState.CANCELLED, NOW), 0, RECORDED, line)
    for number in range(2, 9):
        store.put(scheduled(number), 0, RECORDED)
    found = DeskStore(desk).thread(ThreadQuery("cnv_1", 5, None, None))
    assert found is not None
    assert ([note.id for note in found.notes], found.messages) == ([line.id], [])
    assert found.conversation.id == "cnv_1"
    assert keys.SCHEDULED < keys.NOTE


def said(
    seconds: int, stored: int, kind: MessageKind = MessageKind.TEXT, leg: str = LEGS[0], ours: bool = False
) -> Message:
    at = NOW + timedelta(seconds=seconds)
    return Message(
        id=ids.message_id(at, leg, f"{seconds} {stored}"),
        leg_id=leg,
        conversation_id="cnv_1",
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        kind=kind,
        occurred_at=at,
        stored_at=NOW + timedelta(seconds=stored),
        author=Author("contact"),
    )


@pytest.mark.parametrize(
    ("messages", "heard"),
    [
        ([], False),
        ([said(-60, -59)], False),
        ([said(60, 61)], True),
        # Written before and come after: nobody knew of it.
        ([said(-3600, 5)], True),
        # Their clock is ahead of ours.
        ([said(30, -30)], False),
        ([said(60, 61, MessageKind.REACTION)], False),
        ([said(60, 61, ours=True)], False),
        ([said(60, 61, leg=LEGS[1])], True),
        ([said(60, 61), *(said(100 + each, 100 + each, ours=True) for each in range(230))], True),
    ],
)
def test_what_the_customer_has_said_since_is_heard(
    desk: Desk, store: ScheduledStore, messages: list[Message], heard: bool
) -> None:
    for message in messages:
        desk.write(Put(message_item(message)))
    assert store.heard(LEGS, NOW) is heard
