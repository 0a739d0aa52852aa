"""E-mail, all the way: a mail in the bucket, a signed notification, the desk's reply, and what becomes of both."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

import simulators
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.channels import email_threads
from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import AttachmentState, Direction, Message, MessageKind
from chalicelib.domain.reads import ViewQuery
from chalicelib.services import desk as desk_service
from chalicelib.services.receive import receive
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import shared
from tests.flow.conftest import ANA as AGENT
from tests.flow.conftest import Stage
from tests.flow.gateway import gateway
from tests.flow.world import come_to_rest, create_buckets, memory_world

INBOX = "ibx_em"
DESK = "support@acme.example"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:parley-mail"
ANA = "ana@customer.example"


@dataclass
class MailStage(Stage):
    """The desk with an e-mail inbox, and the customers' mailboxes."""

    replies: int = 0
    at_once: bool = False

    def settle(self) -> None:
        """As everywhere; what SES tells of a mail comes after its answer."""
        # What comes meanwhile waits, for moto's sake.
        come_to_rest(self.world, self.sim, nullcontext() if self.at_once else self.gateway.lock)

    def write(self, text: str, mailbox: str = ANA, **spec: Any) -> str:
        found = self.sim.email.write(DESK, mailbox, text=text, **{"subject": "My order", "name": "Ana", **spec})
        self.settle()
        return found

    def answer(self, sent: dict[str, Any], text: str, mailbox: str = ANA, **spec: Any) -> None:
        self.sim.email.answer(DESK, mailbox, sent["id"], text, **spec)
        self.settle()

    def all(self) -> list[Conversation]:
        page = desk_service.list_view(self.desk, ViewQuery("all", "", "open", 50))
        return list(page.items)

    def send(self, conversation_id: str, text: str, **more: Any) -> Message:
        self.replies += 1
        draft = Draft(client_id=f"c{self.replies}", text=text, **more)
        sent = reply(ReplyStore(shared.desk()), shared.inbox_directory(), AGENT, conversation_id, draft, shared.now())
        self.settle()
        return sent

    def state(self, conversation_id: str, message: Message) -> Message:
        return next(entry for entry in self.entries(conversation_id) if entry.id == message.id)

    def mailbox(self, mailbox: str = ANA) -> list[dict[str, Any]]:
        return [mail for mail in self.sim.email.mailbox(DESK, mailbox) if mail["author"] == "desk"]

    def exchange(self, **spec: Any) -> tuple[str, dict[str, Any]]:
        """A mail and its answer: the conversation, and the answer as Ana has it."""
        self.write("Where is it?", **spec)
        (conversation,) = self.all()
        self.send(conversation.id, "It leaves today.")
        return conversation.id, self.mailbox()[-1]

    def said(self, conversation_id: str) -> list[str]:
        return [entry.text for entry in self.entries(conversation_id) if entry.direction is Direction.INBOUND]


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailStage]:
    with (
        mock_aws(),
        memory_world(frozenset({"s3", "sesv2"})) as made,
        gateway() as (url, application),
        simulators.running(retry_delays=(0.01,)) as sim,
    ):
        create_buckets(boto3.client("s3"))
        host = sim.base_url.removeprefix("http://")
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", host)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"{sim.base_url}/ses")
        settings = {"topic_arn": TOPIC, "display_name": "Acme", "certificate_hosts": [host], "mail_bucket": "mails"}
        made.add_inbox(INBOX, "email", DESK, {"token_secret": ["t0ken-secret"]}, settings=settings)
        sim.email.register(DESK, webhook_url=f"{url}/webhooks/email/{INBOX}", topic_arn=TOPIC, bucket="mails")
        sim.email.subscribe(DESK)
        stage = MailStage(made, sim, url, application)
        stage.settle()
        assert sim.email.account(DESK).confirmed
        yield stage


def test_a_mail_is_answered_and_the_answer_is_answered(mails: MailStage) -> None:
    conversation, sent = mails.exchange(cc=["max@customer.example"])
    assert (sent["from"], sent["subject"]) == (
        '"Ana (Acme)" <support@acme.example>',
        "Re: My order",
    )
    assert (sent["text"], sent["in_reply_to"] != "") == ("It leaves today.\n", True)
    (_, outbound) = mails.entries(conversation)
    assert outbound.state is DeliveryState.DELIVERED and outbound.external_id == sent["id"]
    mails.answer(sent, "Thank you!")
    assert [one.id for one in mails.all()] == [conversation]
    assert mails.said(conversation) == ["Where is it?", "Thank you!"]
    assert "It leaves today." in mails.entries(conversation)[-1].content["hidden"]


@pytest.mark.parametrize(
    ("drop", "verdicts"),
    [
        (("references", "in_reply_to"), {}),
        (("token",), {}),
        (("token", "in_reply_to"), {}),
        (("token", "references"), {}),
        (("references", "in_reply_to"), {"dmarc": "FAIL"}),
    ],
    ids=["token only", "token dropped", "references only", "id of SES only", "token of an unproven sender"],
)
def test_an_answer_finds_its_conversation(mails: MailStage, drop: tuple[str, ...], verdicts: dict[str, str]) -> None:
    conversation, sent = mails.exchange()
    mails.answer(sent, "Thank you!", drop=drop, verdicts=verdicts)
    assert [one.id for one in mails.all()] == [conversation]
    assert mails.said(conversation) == ["Where is it?", "Thank you!"]


def test_an_answer_to_an_old_mail_finds_its_conversation(mails: MailStage) -> None:
    conversation, first = mails.exchange()
    mails.answer(first, "Which day?")
    mails.send(conversation, "On Monday.")
    mails.answer(first, "One more thing.", drop=("token", "references"))
    assert [one.id for one in mails.all()] == [conversation]


def test_a_colleague_who_answers_stays_in_the_conversation(mails: MailStage) -> None:
    conversation, sent = mails.exchange(cc=["max@customer.example"])
    mails.answer(sent, "I am her colleague.", drop=("token",), writer="max@customer.example", name="Max")
    (one,) = mails.all()
    assert one.id == conversation
    newest = mails.entries(conversation)[-1]
    assert newest.content["from"] == {"address": "max@customer.example", "name": "Max"}
    mails.send(conversation, "Noted.")
    assert mails.mailbox()[-1]["text"] == "Noted.\n" and not mails.mailbox("max@customer.example")


def test_an_unproven_sender_does_not_join_by_references(mails: MailStage) -> None:
    conversation, sent = mails.exchange()
    mails.answer(sent, "Change my address.", drop=("token",), source="x@evil.example", verdicts={"dmarc": "FAIL"})
    # Our own id in References is signed, and known to nobody but who has the mail: it counts for them too.
    assert [one.id for one in mails.all()] == [conversation]
    headers = {"References": sent["references"][0], "In-Reply-To": f"<{sent['id']}@eu-west-1.amazonses.com>"}
    mails.write("Change my address.", headers=headers, source="x@evil.example", verdicts={"dmarc": "FAIL"})
    found = {one.id: one for one in mails.all()}
    assert len(found) == 2
    (other,) = (one for one in found.values() if one.id != conversation)
    assert other.contact_id != found[conversation].contact_id
    whole = mails.desk.conversation(other.id)
    assert whole and [leg.address for leg in whole.legs.values()] == [f"unverified:{ANA}"]


def test_the_same_subject_and_empty_references_are_no_thread(mails: MailStage) -> None:
    conversation, _ = mails.exchange()
    for _ in range(2):
        mails.write("Another matter.", headers={"References": "<>", "In-Reply-To": "<>"})
    assert len(mails.all()) == 3
    assert {one.contact_id for one in mails.all()} == {mails.all()[0].contact_id}
    assert mails.said(conversation) == ["Where is it?"]


def test_a_forged_token_leads_nowhere(mails: MailStage) -> None:
    conversation, _ = mails.exchange()
    leg_id = mails.entries(conversation)[0].leg_id
    forged = email_threads.token_of(leg_id, {"token_secret": ("another-secret",)})
    for mailbox in ("eve@evil.example", "mallory@evil.example"):
        mails.write("Let me in.", mailbox, to=f"support+{forged}@acme.example")
    assert mails.said(conversation) == ["Where is it?"]
    # Nor does it bring two strangers together.
    assert len(mails.all()) == 3


def test_a_notification_that_comes_twice_is_stored_once(mails: MailStage) -> None:
    mails.sim.knobs["email"].turn(duplicates=3)
    conversation, sent = mails.exchange()
    mails.answer(sent, "Thank you!")
    assert mails.said(conversation) == ["Where is it?", "Thank you!"]


def test_a_mail_that_two_servers_hand_in_is_stored_once(mails: MailStage) -> None:
    for _ in range(2):
        mails.write("Where is it?", message_id="<same@customer.example>")
    (conversation,) = mails.all()
    assert mails.said(conversation.id) == ["Where is it?"]
    mails.write("And this?", message_id="<same@customer.example>")
    assert mails.said(conversation.id) == ["Where is it?", "And this?"]


def test_a_bounce_fails_the_message_and_stops_the_next(mails: MailStage) -> None:
    mails.write("Where is it?")
    (conversation,) = mails.all()
    mails.sim.email.behave(DESK, ANA, "missing")
    first = mails.send(conversation.id, "It leaves today.")
    failed = mails.state(conversation.id, first)
    assert failed.state is DeliveryState.FAILED and failed.failure
    assert failed.failure.failure is FailureClass.RECIPIENT and "550" in failed.failure.detail
    sent = len(mails.mailbox())
    second = mails.state(conversation.id, mails.send(conversation.id, "Are you there?"))
    assert second.state is DeliveryState.FAILED and second.failure and second.failure.code == "bounced"
    assert len(mails.mailbox()) == sent
    # A bounce is no message.
    assert len(mails.all()) == 1 and len(mails.entries(conversation.id)) == 3


def test_a_full_mailbox_stops_nothing(mails: MailStage) -> None:
    mails.write("Where is it?")
    (conversation,) = mails.all()
    mails.sim.email.behave(DESK, ANA, "full")
    first = mails.state(conversation.id, mails.send(conversation.id, "It leaves today."))
    assert first.state is DeliveryState.FAILED and first.failure and first.failure.failure is FailureClass.RETRY
    mails.sim.email.behave(DESK, ANA, "reads")
    assert mails.state(conversation.id, mails.send(conversation.id, "Again.")).state is DeliveryState.DELIVERED


def test_a_complaint_stops_the_next(mails: MailStage) -> None:
    mails.write("Where is it?")
    (conversation,) = mails.all()
    mails.sim.email.behave(DESK, ANA, "complains")
    assert mails.state(conversation.id, mails.send(conversation.id, "Buy!")).state is DeliveryState.DELIVERED
    second = mails.state(conversation.id, mails.send(conversation.id, "Buy more!"))
    assert second.failure and second.failure.code == "complained"


def test_a_bounce_that_comes_before_the_answer_is_not_lost(mails: MailStage) -> None:
    mails.write("Where is it?")
    (conversation,) = mails.all()
    mails.sim.email.behave(DESK, ANA, "missing")
    mails.sim.knobs["email"].turn(statuses_before_answer=True)
    mails.at_once = True
    assert mails.state(conversation.id, mails.send(conversation.id, "Hello")).state is DeliveryState.FAILED


def test_an_automatic_answer_goes_round_in_no_circle(mails: MailStage) -> None:
    mails.write("Where is it?")
    (conversation,) = mails.all()
    mails.sim.email.behave(DESK, ANA, "away")
    mails.send(conversation.id, "It leaves today.")
    (one,) = mails.all()
    assert one.id == conversation.id and one.waiting_since is None
    newest = mails.entries(conversation.id)[-1]
    assert (newest.kind, newest.text) == (MessageKind.SYSTEM, "I am away.")
    assert len(mails.mailbox()) == 1


def test_a_file_is_taken_out_of_the_mail(mails: MailStage) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
    mails.write("Look.", files=[{"name": "photo.png", "mime": "image/png", "content": picture}])
    (conversation,) = mails.all()
    (file,) = mails.entries(conversation.id)[0].attachments
    assert (file.state, file.name, file.mime, file.size_bytes) == (AttachmentState.STORED, "photo.png", "image/png", 58)
    stored = mails.world.clients("s3").get_object(Bucket="attachments", Key=file.object_key)
    assert stored["Body"].read() == picture


def test_a_large_mail_is_kept_by_its_beginning(mails: MailStage) -> None:
    mails.write("x" * 300_000)
    (conversation,) = mails.all()
    (message,) = mails.entries(conversation.id)
    assert 10_000 < len(message.text) <= 64 * 1024 and message.content["cut"] and message.content["object_key"]


def test_a_notification_that_was_changed_is_refused(mails: MailStage) -> None:
    mails.sim.knobs["email"].turn(bad_signature_next=1)
    mails.write("Where is it?")
    assert not mails.all()
    (log,) = mails.sim.webhooks.log("email", DESK)[-1:]
    assert {attempt["status"] for attempt in log["attempts"]} == {401}


def test_subject_and_copies_are_the_agents_to_choose(mails: MailStage) -> None:
    mails.write("Where is it?")
    (conversation,) = mails.all()
    mails.send(
        conversation.id, "About your chat.", content={"subject": "Your chat with Acme", "bcc": ["log@acme.example"]}
    )
    sent = mails.mailbox()[-1]
    assert sent["subject"] == "Your chat with Acme"
    assert mails.mailbox("log@acme.example")[-1]["cc"] == []


@pytest.mark.parametrize("drop", [("references", "in_reply_to"), ("token", "references")], ids=["token", "id of SES"])
def test_a_first_mail_to_a_customer_is_answered_into_its_conversation(mails: MailStage, drop: tuple[str, ...]) -> None:
    """A visitor has left, and the desk writes to them: no mail of theirs is on the leg."""
    inbox = shared.inboxes().get(INBOX)
    assert inbox
    begun = InboundMessage(
        account_id=INBOX,
        external_id="begun-1",
        peer=Peer(("begun:1",), Profile(name="Ana"), identity=ANA),
        occurred_at=shared.now(),
        kind=MessageKind.SYSTEM,
    )
    conversation = receive(shared.inbound_store(), inbox, begun, shared.now()).conversation_id
    mails.send(conversation, "You asked us in the chat.", content={"subject": "Your chat with Acme"})
    (sent,) = mails.mailbox()
    assert (sent["subject"], sent["in_reply_to"]) == ("Your chat with Acme", "")
    mails.answer(sent, "Yes, please.", drop=drop)
    assert [one.id for one in mails.all()] == [conversation]
    assert mails.said(conversation)[-1] == "Yes, please."


def test_the_surest_name_of_a_mail_wins(mails: MailStage) -> None:
    """It names one thread by our token and another by what it answers."""
    first, sent = mails.exchange()
    other = mails.write("Another matter.")
    mails.answer(sent, "Thank you!", headers={"In-Reply-To": other, "References": other})
    assert mails.said(first) == ["Where is it?", "Thank you!"]


def test_a_sender_that_ses_refuses_is_a_fault_of_configuration(mails: MailStage) -> None:
    mails.write("Where is it?")
    (conversation,) = mails.all()
    mails.sim.email.accounts.pop(DESK)
    failed = mails.state(conversation.id, mails.send(conversation.id, "Hello"))
    assert failed.failure and failed.failure.failure is FailureClass.CONFIG
