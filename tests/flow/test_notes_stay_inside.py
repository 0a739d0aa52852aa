"""A colleague's note has no way to a customer: not by type, not by key, not by a record that says it is a message."""

import json
from typing import Any, get_type_hints

import pytest

from chalicelib.aws import keys
from chalicelib.channels.base import Channel
from chalicelib.channels.outbound import Outgoing
from chalicelib.channels.registry import CHANNELS
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import InvalidInput, MessageNotFound
from chalicelib.domain.message import Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.reads import ViewQuery
from chalicelib.services import assignment
from chalicelib.services import desk as desk_service
from chalicelib.services.deliver import Delivery
from chalicelib.services.ports import DeliveryStore
from chalicelib.services.reply import outgoing, retry
from chalicelib.services.reply_draft import Draft
from functions.sender.handler import handler
from tests.flow.scene import ANA, BOB, INBOX, Scene, scene, stored

SUE = Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR)
EVE = Principal("agent", "agt_eve", "Eve", Role.AGENT)
LEG = ids.leg_id(INBOX, BOB)
CONVERSATION = ids.conversation_id(LEG, 1)
SECRET = "This customer is difficult."


def noted(here: Scene) -> Note:
    here.says("Hi")
    here.settle()
    here.now.pass_(seconds=5)
    note = desk_service.add_note(here.desk, ANA, CONVERSATION, "n1", SECRET, here.now())
    here.settle()
    return note


def whispered(here: Scene) -> Note:
    """A supervisor's word to the owner, Ana."""
    here.says("Hi")
    here.settle()
    here.now.pass_(seconds=5)
    assignment.assign(here.desk, SUE, CONVERSATION, assignment.Wish(ANA.id, None), here.now())
    note = desk_service.add_note(here.desk, SUE, CONVERSATION, "w1", SECRET, here.now(), ["owner"])
    here.settle()
    return note


# Queues that lead to colleagues and to the company's own systems, and to no customer.
INWARD = ("slack", "notifications", "webhooks")


def led_elsewhere(here: Scene) -> list[Any]:
    """Records with the note's words in any other queue."""
    inward = {here.world.queue_urls[name] for name in INWARD}
    queues = {url: queue for url, queue in here.cloud.sqs.queues.items() if url not in inward}
    return [record for queue in queues.values() for record in queue if SECRET in repr(record)]


def told_to_providers(here: Scene) -> str:
    return " ".join(str(request) for request in here.provider.requests)


def test_nothing_is_sent_or_queued_when_a_note_is_written() -> None:
    with scene() as here:
        noted(here)
        assert here.provider.requests == []
        assert here.screen() == ["Hi"]
        events = [event["type"] for event in here.cloud.events.published if SECRET in json.dumps(event)]
        assert events == ["note.created"]
        for name in ("outbound.fifo", "signals", "attachments", "spill.fifo"):
            assert here.cloud.sqs.queues[here.world.queue_urls[name]] == []
        # Routing hears that there is a conversation, and not a word of it.
        assert led_elsewhere(here) == []


def test_a_note_stands_in_no_legs_collection() -> None:
    with scene() as here:
        note = noted(here)
        places = [key for key, item in stored(here.world).items() if SECRET in repr(item)]
        assert set(places) == {
            keys.note(CONVERSATION, note.id),
            keys.conversation(CONVERSATION),
        }  # the latter its event
        assert all(not pk.startswith("LEG#") for pk, _ in places)


@pytest.mark.parametrize("leg_id", [LEG, CONVERSATION, "leg_0", ""])
def test_no_record_makes_the_sender_send_a_note(leg_id: str) -> None:
    with scene() as here:
        note = noted(here)
        for named in (note.id, note.id.replace("nte_", "msg_"), "~", f"../{note.id}"):
            body = json.dumps({"leg_id": leg_id, "message_id": named, "attempt": 1})
            attributes = {"ApproximateReceiveCount": "1", "MessageGroupId": leg_id}
            handler(
                {"Records": [{"messageId": "m", "receiptHandle": "r", "body": body, "attributes": attributes}]}, None
            )
        assert SECRET not in told_to_providers(here)
        assert here.screen() == ["Hi"]


def test_no_retry_makes_a_message_of_a_note() -> None:
    with scene() as here:
        note = noted(here)
        from chalicelib.aws.stores.deliveries import DeliveryStore as Store
        from chalicelib.wiring import shared

        for leg in (LEG, CONVERSATION):
            with pytest.raises(MessageNotFound):
                retry(Store(shared.desk()), ANA, leg, note.id, here.now())
        assert here.screen() == ["Hi"]


def test_no_reply_quotes_a_note() -> None:
    with scene() as here:
        note = noted(here)
        with pytest.raises(InvalidInput):
            here.replies(CONVERSATION, "Hello", "c1", leg_id=LEG, reply_to=note.id)
        with pytest.raises(InvalidInput):
            here.replies(CONVERSATION, "Hello", "c2", leg_id=LEG, reply_to=note.id.replace("nte_", "msg_"))


def test_the_types_leave_no_way_from_a_note_to_a_channel() -> None:
    """mypy holds each of these to its hint; together they are every way out."""
    assert not issubclass(Note, Message)
    assert get_type_hints(outgoing)["message"] is Message
    assert get_type_hints(DeliveryStore.message)["return"] == Message | None
    assert get_type_hints(Delivery._send)["message"] is Message
    assert get_type_hints(Channel.build_send)["message"] is Outgoing
    assert get_type_hints(Draft)["kind"] is MessageKind
    assert not {"note", "activity"} & {kind.value for kind in MessageKind}
    assert set(Message.__dataclass_fields__) - set(Note.__dataclass_fields__) >= {"leg_id", "direction", "state"}


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_no_channel_can_carry_a_note(name: str) -> None:
    from chalicelib.channels import registry

    assert not {"note", "activity"} & {kind.value for kind in registry.load(name).CAPABILITIES.kinds_out}


def test_a_notes_key_is_never_a_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = [keys.note("x", "nte_1"), keys.message("x", "nte_1"), keys.message("x", "msg_1")]
    assert len({pk for pk, _ in made}) == 2
    assert not made[0][0].startswith("LEG#")


# Whispers.


def test_a_whisper_reaches_no_channel_and_no_queue() -> None:
    with scene() as here:
        note = whispered(here)
        assert here.provider.requests == []
        assert here.screen() == ["Hi"]
        assert led_elsewhere(here) == []
        places = {key for key, item in stored(here.world).items() if SECRET in repr(item)}
        assert places == {keys.note(CONVERSATION, note.id), keys.conversation(CONVERSATION)}


def test_a_whisper_is_told_with_whom_it_is_for() -> None:
    """Whoever passes events on to agents' screens can keep to it."""
    with scene() as here:
        note = whispered(here)
        (event,) = [event for event in here.cloud.events.published if SECRET in json.dumps(event)]
        assert (event["type"], event["data"]["audience"]) == ("note.created", [ANA.id])
        assert note.audience == (ANA.id,)
        assert SECRET not in json.dumps(event["snapshot"])


@pytest.mark.parametrize(
    ("reader", "sees"),
    [(ANA, True), (SUE, True), (EVE, False), (None, False), (Principal("api", "key_1", "K", Role.AGENT), False)],
)
def test_only_its_audience_its_author_and_supervisors_read_a_whisper(reader: Principal | None, sees: bool) -> None:
    with scene() as here:
        note = whispered(here)
        here.now.pass_(seconds=5)
        # What comes behind it, or a new owner, opens it to nobody.
        assignment.assign(here.desk, SUE, CONVERSATION, assignment.Wish(EVE.id, None), here.now())
        pages = [
            desk_service.thread(here.desk, CONVERSATION, limit=50, reader=reader),
            desk_service.thread(here.desk, CONVERSATION, limit=50, reader=reader, after=f"msg_{'0' * 29}"),
            desk_service.thread(here.desk, CONVERSATION, limit=50, reader=reader, before=f"msg_{'z' * 29}"),
        ]
        for page in pages:
            assert (note.id in [entry.id for entry in page.entries]) is sees
            assert (SECRET in repr(page)) is sees


def test_lists_and_briefs_show_nothing_of_a_whisper() -> None:
    with scene() as here:
        whispered(here)
        rows = [
            row for kind in ("all", "owner") for row in here.desk.list_view(ViewQuery(kind, ANA.id, "open", 50)).items
        ]
        assert rows and SECRET not in repr(rows)
        from chalicelib.wiring import escalation

        assert SECRET not in repr(escalation.briefs().of(CONVERSATION, here.now()))


def test_no_record_makes_the_sender_send_a_whisper() -> None:
    with scene() as here:
        note = whispered(here)
        for leg_id in (LEG, CONVERSATION):
            body = json.dumps({"leg_id": leg_id, "message_id": note.id, "attempt": 1})
            attributes = {"ApproximateReceiveCount": "1", "MessageGroupId": leg_id}
            record = {"messageId": "m", "receiptHandle": "r", "body": body, "attributes": attributes}
            handler({"Records": [record]}, None)
        assert SECRET not in told_to_providers(here)
