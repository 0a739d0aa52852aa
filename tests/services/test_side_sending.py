"""What agents write in side threads goes out once, in its order, and says what became of it."""

from typing import Any

import pytest

from chalicelib.channels.base import InboundMessage, Peer, ProviderError, StatusUpdate
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Attachment, AttachmentState, MessageKind
from chalicelib.domain.side_thread import Origin, SideMessage, ThreadKind
from chalicelib.services.ports import OutcomeUnknown
from chalicelib.services.side_files import SideFiles
from chalicelib.services.side_mail import SideMail
from chalicelib.services.side_sending import CLAIM_HOLDS, TRIES_FOR, NotNow
from chalicelib.services.side_thread_ports import NotPosted
from chalicelib.services.side_threads import Words
from tests.services.aside_room import ANA, AT, SUPPLIER, AsideRoom, Blobs

INBOX = Inbox("ibx_em", "email", "Support", "support@acme.example", "inbox/ibx_em", AT)


@pytest.fixture
def room() -> AsideRoom:
    return AsideRoom()


def test_a_message_goes_out_once_when_its_event_comes_twice(room: AsideRoom) -> None:
    thread = room.start()
    told = room.send()
    for event in told:
        room.sending.react(event, room.now)

    (message,) = room.messages(thread)
    assert (message.state, message.external_id, len(room.posts.posted)) == (DeliveryState.SENT, "there-1", 1)
    (changed,) = room.events()
    assert (changed["type"], changed["data"]["state"]) == ("side_thread.message_changed", "sent")
    assert room.again(thread).reference == "C1:1.0"


def test_messages_go_in_their_order_when_their_events_do_not(room: AsideRoom) -> None:
    thread = room.start()
    room.threads.say(ANA, thread, Words("2", "Two"), room.now)
    room.threads.say(ANA, thread, Words("3", "Three"), room.now)
    for event in reversed(room.events()):
        room.sending.react(event, room.now)

    assert [message.number for message in room.posts.posted] == [1, 2, 3]
    assert [[each.number for each in earlier] for earlier in room.posts.earlier] == [[], [1], [1, 2]]


def test_what_is_refused_for_now_is_queued_again_and_fails_in_the_end(room: AsideRoom) -> None:
    thread = room.start()
    room.posts.faults = [NotPosted("Not now.", passing=True), NotPosted("Not now.", passing=True)]
    with pytest.raises(NotNow):
        room.send()
    assert room.messages(thread)[0].state is DeliveryState.QUEUED

    room.now += TRIES_FOR
    room.sending.send(thread.conversation_id, thread.id, room.messages(thread)[0].id)
    (message,) = room.messages(thread)
    assert (message.state, message.reason) == (DeliveryState.FAILED, "Not now.")

    again = room.threads.retry(ANA, thread, message, room.now)
    assert (again.state, again.attempt) == (DeliveryState.QUEUED, 2)
    room.send()
    assert room.messages(thread)[0].state is DeliveryState.SENT


def test_what_follows_a_failure_goes_all_the_same(room: AsideRoom) -> None:
    thread = room.start()
    room.threads.say(ANA, thread, Words("2", "Two"), room.now)
    room.posts.faults = [NotPosted("Never.", passing=False)]
    room.send()
    assert [message.state for message in room.messages(thread)] == [DeliveryState.FAILED, DeliveryState.SENT]


def test_nothing_is_sent_twice_when_nobody_knows_whether_it_went(room: AsideRoom) -> None:
    thread = room.start()
    room.posts.faults = [OutcomeUnknown("timeout")]
    told = room.send()
    for event in told:
        room.sending.react(event, room.now)
    assert room.messages(thread)[0].state is DeliveryState.UNCERTAIN
    assert room.posts.posted == []


def test_a_sender_that_died_leaves_a_doubt(room: AsideRoom) -> None:
    thread = room.start()
    room.posts.faults = [MemoryError()]
    told = room.events()
    with pytest.raises(MemoryError):
        room.sending.react(told[1], room.now)
    with pytest.raises(NotNow):
        room.sending.react(told[1], room.later(seconds=30))

    room.now += CLAIM_HOLDS
    room.sending.react(told[1], room.now)
    assert room.messages(thread)[0].state is DeliveryState.UNCERTAIN
    assert room.posts.posted == []


def test_a_store_that_cannot_be_reached_leaves_no_doubt(room: AsideRoom) -> None:
    thread = room.start()
    room.posts.faults = [StoreUnavailable("secrets")]
    with pytest.raises(StoreUnavailable):
        room.send()
    assert room.messages(thread)[0].state is DeliveryState.QUEUED


def test_files_go_with_it_and_one_that_is_gone_is_told(room: AsideRoom) -> None:
    file = Attachment("text/plain", "a.txt", 3, object_key="attachments/u/1", state=AttachmentState.STORED)
    thread = room.start()
    room.threads.say(ANA, thread, Words("f", "See here", (file,)), room.now)
    room.blobs.bodies["attachments/u/1"] = b"abc"
    room.send()
    assert room.posts.files == [[], [b"abc"]]

    room.blobs.bodies.clear()
    room.threads.say(ANA, thread, Words("g", "And here", (file,)), room.now)
    room.send()
    gone = room.messages(thread)[-1]
    assert (gone.state, gone.reason) == (DeliveryState.FAILED, "The file is no longer there: attach it again.")


def status(thread_id: str, message: SideMessage, state: DeliveryState, attempt: int = 1) -> StatusUpdate:
    tracker = f"{thread_id}.{message.id}.{attempt}"
    error = ProviderError("bounce.Permanent.General", FailureClass.RECIPIENT, "No such mailbox.")
    return StatusUpdate("ibx_em", state, AT, "ses-1", tracker, error=error if state is DeliveryState.FAILED else None)


def test_what_the_mail_service_tells_is_noted_once_and_a_failure_stays(room: AsideRoom) -> None:
    thread = room.start()
    (message,) = room.messages(thread)
    mail = SideMail(room.threads)
    # It may tell before our own sender has its answer.
    assert mail.took(INBOX, status(thread.id, message, DeliveryState.DELIVERED), room.now)
    room.send()
    assert room.messages(thread)[0].state is DeliveryState.DELIVERED

    room.events()
    for state in (DeliveryState.FAILED, DeliveryState.FAILED, DeliveryState.DELIVERED, DeliveryState.SENT):
        assert mail.took(INBOX, status(thread.id, message, state), room.now)
    (after,) = room.messages(thread)
    assert (after.state, after.reason) == (DeliveryState.FAILED, "The mail came back (bounce.Permanent.General).")
    (changed,) = room.events()
    assert set(changed["data"]["agent_ids"]) == {"agt_ana", "agt_car0"}

    room.threads.retry(ANA, thread, after, room.now)
    mail.took(INBOX, status(thread.id, message, DeliveryState.FAILED), room.now)
    assert room.messages(thread)[0].state is DeliveryState.QUEUED


def mail_of(aside: str, sender: str = SUPPLIER, *, verified: bool = True, **more: Any) -> InboundMessage:
    content = {"from": {"address": sender, "name": "Lager"}, "authentication": {"verified": verified}}
    return InboundMessage(
        "ibx_em",
        "m-1#1",
        Peer((f"mid:{sender}",)),
        AT,
        MessageKind.TEXT,
        "On Friday.",
        content=content,
        aside=aside,
        **more,
    )


@pytest.mark.parametrize(
    ("sender", "verified", "origin"),
    [
        (SUPPLIER.upper(), True, Origin.ASKED),
        (SUPPLIER, False, Origin.UNPROVEN),
        ("boss@supplier.example", True, Origin.NOT_ASKED),
        ("boss@supplier.example", False, Origin.NOT_ASKED),
    ],
)
def test_an_answer_tells_how_far_it_is_from_whom_was_asked(
    room: AsideRoom, sender: str, verified: bool, origin: Origin
) -> None:
    thread = room.start()
    assert SideMail(room.threads).took(INBOX, mail_of(thread.id, sender, verified=verified), room.now)
    answer = room.messages(thread)[-1]
    assert (answer.origin, answer.author.kind, answer.author.id) == (origin, "outside", sender.lower())


def test_a_mail_is_no_threads_when_there_is_none_of_its_inbox(room: AsideRoom) -> None:
    thread, slack = room.start(), room.start(ThreadKind.SLACK, "other")
    other = Inbox("ibx_0ther", "email", "Sales", "sales@acme.example", "x", AT)
    mail = SideMail(room.threads)
    assert not mail.took(INBOX, mail_of("sth_0000"), room.now)
    assert not mail.took(INBOX, mail_of(slack.id), room.now)
    assert not mail.took(other, mail_of(thread.id), room.now)
    assert len(room.messages(thread)) == 1


def test_files_of_an_answer_are_kept_once(room: AsideRoom) -> None:
    thread = room.start()
    pending = Attachment("application/pdf", "a.txt", source_url="inbound/gone#0")
    SideMail(room.threads).took(INBOX, mail_of(thread.id, attachments=(pending,)), room.now)
    mails = Blobs()

    class Directory:
        def inbox(self, inbox_id: str) -> Inbox:
            return INBOX

        def credentials(self, inbox: Inbox) -> dict[str, tuple[str, ...]]:
            return {}

    files = SideFiles(room.threads, Directory(), mails, room.blobs)  # type: ignore[arg-type]
    told = room.events()
    for event in [*told, *told]:
        files.react(event, room.now)
    (file,) = room.messages(thread)[-1].attachments
    assert (file.state, file.reason) == (AttachmentState.FAILED, "The mail that the file is in is no longer there.")
    assert len(room.events()) == 1
