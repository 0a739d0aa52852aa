"""E-mail by Amazon SES: what its notifications hold, and what became of the mails we sent."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import email, email_threads
from chalicelib.channels.base import (
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    MailRequest,
    Outgoing,
    OutgoingAttachment,
    ReachabilityChanged,
    ReadFile,
    Reply,
    StatusUpdate,
    Step,
    WebhookRequest,
)
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import AttachmentState, MessageKind
from tests.channels.cases import ChannelCases, completed, outgoing
from tests.channels.kits import NEW, OLD
from tests.channels.mails import ANA, INBOX, KIT, LEG, SES, from_ana, mail, token, told

FILES = {
    MessageKind.IMAGE: OutgoingAttachment("https://files.example/signed/1", "image/png", "one.png", 1000),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/signed/2", "audio/mpeg", "one.mp3", 1000),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/signed/3", "video/mp4", "one.mp4", 1000),
    MessageKind.DOCUMENT: OutgoingAttachment("https://files.example/signed/4", "application/pdf", "one.pdf", 1000),
}


class TestEmail(ChannelCases):
    name = "email"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield KIT.fixture("delivery"), None

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(to=ANA, text="It leaves today.")
        for kind, file in FILES.items():
            yield outgoing(kind, to=ANA, text="Look", attachments=(file,))

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, {}, b'{"MessageId":"ext-1"}')

    def step_answer(self, step: Step) -> HttpResponse | bytes:
        assert isinstance(step, ReadFile)
        return b"\x89PNG\r\n\x1a\n" * 100

    def built(self, message: Outgoing) -> MailRequest | None:  # type: ignore[override]
        call = self.channel.build_send(message, self.kit.inbox, self.kit.credentials)
        assert call
        request = completed(call, self.step_answer)
        assert isinstance(request, MailRequest)
        return request

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield payload.get("notificationType") or payload.get("eventType")

    def test_both_secrets_are_accepted_while_they_are_rotated(self) -> None:
        """As everywhere, save that it is our own tokens that the secrets sign."""
        for secret in (NEW, OLD):
            assert email_threads.leg_of(token(secret), INBOX.id, KIT.credentials) == LEG

    def test_everything_is_refused_when_no_secret_is_set(self) -> None:
        """As everywhere, save that what proves a notification is Amazon's certificate."""
        genuine = KIT.fixture("delivery")
        self.channel.verify(genuine, {})
        for fetched in ({}, {"certificate": b""}, {"certificate": b"-----BEGIN CERTIFICATE-----"}):
            self.refused(replace(genuine, fetched=fetched))

    def test_what_is_sent_is_accepted_under_the_providers_id(self) -> None:
        """As everywhere, save that it is a mail."""
        for message in self.sendable():
            self.channel.check_send(message)
            request = self.built(message)
            assert request and request.recipients == (ANA,)
            assert not [
                value for values in KIT.credentials.values() for value in values if value.encode() in request.raw
            ]
            result = self.channel.parse_send(HttpResponse(200, {}, b'{"MessageId":"ext-1"}'))
            assert (result.accepted, result.external_id, result.alias) == (True, "ext-1", "ses:ext-1")


# Messages.


def test_a_mail_becomes_its_neutral_form() -> None:
    item = told("received__first")
    assert (item.account_id, item.kind, item.text) == (INBOX.id, MessageKind.TEXT, "Good morning,\nhas it left yet?")
    assert item.occurred_at.isoformat() == "2026-08-01T09:59:58.412000+00:00"
    assert item.external_id.startswith("m1@customer.example#")
    assert item.peer.addresses == ("mid:m1@customer.example",)
    assert (item.peer.identity, item.peer.profile.name, item.peer.profile.email) == (ANA, "Ana Souza", ANA)
    assert item.content["subject"] == "Where is my order 1042?"
    assert item.content["cc"] == [{"address": "max@customer.example", "name": "Max"}]
    assert item.content["message_id"] == "m1@customer.example"
    assert item.content["authentication"] == {
        **dict.fromkeys(("spf", "dkim", "dmarc", "spam", "virus"), "pass"),
        "verified": True,
    }


@pytest.mark.parametrize(
    ("fixture", "text"),
    [("received__base64", "Good morning,\nhas it left yet?"), ("received__in_notification", "Olá, tudo certo?")],
)
def test_a_mail_may_be_in_the_notification(fixture: str, text: str) -> None:
    assert told(fixture).text == text


def test_what_is_quoted_is_apart() -> None:
    item = told("received__reply")
    assert item.text == "Thank you!"
    assert "It leaves today." in item.content["hidden"]
    assert item.reply_to == SES


def test_files_are_taken_out_of_the_stored_mail() -> None:
    item = told("received__files")
    assert item.text == "Look at this."
    assert "<b>this</b>" in item.content["html"] and "script" not in item.content["html"]
    assert [file.name for file in item.attachments] == ["photo.png", "invoice.pdf"]
    assert item.content["inline"] == {"photo1@customer.example": 0}
    raw = KIT.fixture("received__files").fetched["mail"]
    for file, body in zip(item.attachments, (b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n"), strict=True):
        assert file.state is AttachmentState.PENDING and file.media_id
        assert email.build_media_lookup(file.media_id, INBOX, {}) is None
        location = email.media_location(file.source_url, INBOX, {})
        assert (location.url, location.object_key) == ("", "inbound/received__files")
        assert location.decode is not None and location.decode(raw) == body


def test_files_with_a_virus_are_never_opened() -> None:
    (file,) = told("received__virus").attachments
    assert file.state is AttachmentState.FAILED and "virus" in (file.reason or "")


def test_files_of_a_mail_that_was_not_stored_say_so() -> None:
    raw = KIT.fixture("received__files").fetched["mail"]
    item = told("received__files", raw=raw, receipt__action={"type": "SNS", "encoding": "UTF-8"})
    assert {file.state for file in item.attachments} == {AttachmentState.FAILED}


def test_a_mail_with_a_subject_only_is_its_subject() -> None:
    raw = mail(Subject="Please call me").replace(b"Hi\r\n", b"")
    assert told("received__first", raw=raw).text == "Please call me"


def test_one_id_for_all_mails_of_a_broken_program_loses_none() -> None:
    one, other = (from_ana(Subject=subject).external_id for subject in ("One", "Two"))
    assert one != other and from_ana(Subject="One").external_id == one


# What is no conversation.


def test_an_automatic_answer_is_silent() -> None:
    item = told("received__out_of_office")
    assert (item.kind, item.content["type"]) == (MessageKind.SYSTEM, "automatic_reply")
    assert item.content["automatic"] and item.text == "I am away until Monday."


def test_what_a_machine_begins_is_a_message_that_says_so() -> None:
    item = told("received__newsletter")
    assert item.kind is MessageKind.TEXT and item.content["automatic"]


def test_our_own_mail_that_comes_back_is_dropped() -> None:
    assert told("received__own_address") == Ignored("own_address", item_id="m13@acme.example")
    assert from_ana(**{"X-Parley-Loop": token()}) == Ignored("own_loop", item_id="x1@customer.example")
    # Another desk's mark is not ours.
    assert isinstance(from_ana(**{"X-Parley-Loop": token("another-secret")}), InboundMessage)


def test_a_mail_to_another_inbox_is_not_ours() -> None:
    assert told("received__other_recipient") == Ignored("other_recipient")
    for recipient in ("SUPPORT@acme.example", "support+anything@acme.example", "help@in.acme.example"):
        known = replace(INBOX, settings={**INBOX.settings, "addresses": ["help@in.acme.example"]})
        assert isinstance(told("received__first", inbox=known, receipt__recipients=[recipient]), InboundMessage)


# What became of ours.


def test_marks_name_our_tracker_and_the_id_of_ses() -> None:
    (mark,) = email.normalise(KIT.fixture("delivery"))
    assert isinstance(mark, StatusUpdate)
    assert (mark.state, mark.external_id, mark.tracker) == (DeliveryState.DELIVERED, SES, "leg_1.msg_1.1")
    assert mark.occurred_at.isoformat() == "2026-08-01T10:00:03.250000+00:00"
    assert mark.peer and mark.peer.addresses == (f"ses:{SES}",)


@pytest.mark.parametrize(
    ("fixture", "state", "code"),
    [
        ("send", DeliveryState.SENT, None),
        ("open", DeliveryState.READ, None),
        ("reject", DeliveryState.FAILED, FailureClass.CONTENT),
        ("rendering_failure", DeliveryState.FAILED, FailureClass.CONTENT),
        ("bounce__transient", DeliveryState.FAILED, FailureClass.RETRY),
        ("bounce__too_large", DeliveryState.FAILED, FailureClass.CONTENT),
    ],
)
def test_an_event_is_a_mark(fixture: str, state: DeliveryState, code: FailureClass | None) -> None:
    (mark,) = email.normalise(KIT.fixture(fixture))
    assert isinstance(mark, StatusUpdate)
    assert (mark.state, mark.error.failure if mark.error else None) == (state, code)


@pytest.mark.parametrize("fixture", ["bounce__permanent", "bounce__of_identity", "received__returned"])
def test_a_permanent_bounce_fails_the_message_and_closes_the_thread(fixture: str) -> None:
    mark, change = email.normalise(KIT.fixture(fixture))
    assert isinstance(mark, StatusUpdate) and mark.error
    assert (mark.state, mark.external_id, mark.error.failure) == (DeliveryState.FAILED, SES, FailureClass.RECIPIENT)
    assert isinstance(change, ReachabilityChanged)
    assert (change.address, change.reachable, change.reason) == (f"ses:{SES}", False, "bounced")


def test_a_complaint_closes_the_thread() -> None:
    mark, change = email.normalise(KIT.fixture("complaint"))
    assert isinstance(mark, StatusUpdate) and isinstance(change, ReachabilityChanged)
    assert (mark.state, change.reason) == (DeliveryState.FAILED, "complained")


def test_only_the_customers_own_bounce_counts() -> None:
    copy, mark, change = email.normalise(KIT.fixture("bounce__several"))
    assert isinstance(copy, Ignored) and copy.reason == "bounce_of_copy"
    assert isinstance(mark, StatusUpdate) and isinstance(change, ReachabilityChanged)


@pytest.mark.parametrize(
    "fixture", ["delivery_delay", "click", "subscription", "complaint__not_spam", "delivery__of_copy"]
)
def test_what_asks_nothing_of_us_is_ignored(fixture: str) -> None:
    (item,) = email.normalise(KIT.fixture(fixture))
    assert isinstance(item, Ignored)


def test_a_report_about_mail_that_is_not_ours_is_ignored() -> None:
    raw = (
        KIT.fixture("received__returned")
        .fetched["mail"]
        .replace(SES.encode() + b"@eu-west-1.amazonses.com", b"z@y.example")
    )
    assert isinstance(told("received__returned", raw=raw), Ignored)
