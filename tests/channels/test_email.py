"""E-mail by Amazon SES: what its notifications hold, how they are proven, and which thread a mail belongs to."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import email, email_threads
from chalicelib.channels.base import (
    AccountNotice,
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    MailRequest,
    Outgoing,
    OutgoingAttachment,
    PayloadNotUnderstood,
    Pointer,
    ReachabilityChanged,
    ReadFile,
    Reply,
    SignatureMismatch,
    StatusUpdate,
    Step,
    WebhookRequest,
)
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import AttachmentState, MessageKind
from tests.channels import sns
from tests.channels.cases import ChannelCases, completed, outgoing
from tests.channels.kits import KITS, NEW, OLD, mail_request
from tests.channels.test_corpus import CORPUS, needs_corpus

KIT = KITS["email"]
ANA = "ana@customer.example"
SES = "0102019a0f3c2b1e-6a1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d-000000"
INBOX = replace(KIT.inbox, id="ibx_1")
LEG = ids.leg_id(INBOX.id, "mid:m1@customer.example")
FILES = {
    MessageKind.IMAGE: OutgoingAttachment("https://files.example/signed/1", "image/png", "one.png", 1000),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/signed/2", "audio/mpeg", "one.mp3", 1000),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/signed/3", "video/mp4", "one.mp4", 1000),
    MessageKind.DOCUMENT: OutgoingAttachment("https://files.example/signed/4", "application/pdf", "one.pdf", 1000),
}


def told(fixture: str, *, inbox: Inbox = INBOX, raw: bytes | None = None, **changes: Any) -> Any:
    """The item of a fixture with parts of the notification, or the mail itself, changed."""
    payload = KIT.payload(fixture)
    for path, value in changes.items():
        *way, last = path.split("__")
        part = payload
        for step in way:
            part = part[step]
        part[last] = value
    made = mail_request(sns.envelope(json.dumps(payload)), inbox=inbox)
    if raw is not None:
        made = replace(made, fetched={**made.fetched, "mail": raw})
    (item,) = email.normalise(made)
    return item


def mail(**headers: str) -> bytes:
    """A mail of Ana's, with these headers in place of the usual ones."""
    usual = {
        "From": f"Ana <{ANA}>",
        "To": "support@acme.example",
        "Subject": "Hello",
        "Message-ID": "<x1@customer.example>",
    }
    lines = [f"{name}: {value}" for name, value in {**usual, **headers}.items() if value]
    return ("\r\n".join([*lines, "MIME-Version: 1.0", "Content-Type: text/plain", "", "Hi", ""])).encode()


def from_ana(**headers: str) -> Any:
    return told("received__first", raw=mail(**headers))


def token(secret: str = NEW, leg: str = LEG) -> str:
    found = email_threads.token_of(leg, {"token_secret": (secret,)})
    assert found
    return found


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


# Proof.


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("kind", ["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"])
@pytest.mark.parametrize("subject", [None, "Amazon SES Email Receipt Notification"])
def test_a_notification_of_each_kind_and_version_is_accepted(version: str, kind: str, subject: str | None) -> None:
    message = sns.envelope("Hello world! é☕", Type=kind, SignatureVersion=version, Subject=subject)
    email.verify(mail_request(message), {})


@pytest.mark.parametrize(
    "field", ["Message", "MessageId", "Timestamp", "TopicArn", "Type", "Signature", "SignatureVersion"]
)
def test_a_notification_is_refused_when_anything_signed_is_changed(field: str) -> None:
    for value in ("other", "", None, 7):
        message = sns.envelope("text") | {field: value}
        with pytest.raises(SignatureMismatch):
            email.verify(replace(mail_request(sns.envelope("text")), body=sns.body(message)), {})


def test_the_certificate_of_somebody_else_proves_nothing() -> None:
    made = mail_request(sns.envelope("text"))
    with pytest.raises(SignatureMismatch):
        email.verify(replace(made, fetched={"certificate": sns.certificate("somebody")}), {})


def test_the_certificate_is_kept_for_a_day() -> None:
    (pointer,) = email.pointers_to_proof(KIT.fixture("delivery"), INBOX)
    assert pointer == Pointer("certificate", url=sns.CERTIFICATE_URL, limit_bytes=16 * 1024, keep_seconds=86400)


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://sns.e.amazonaws.com/a.pem",
        "https://xsns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem\n",
        "https://sns.eu-west-1.amazonaws.com/a.txt",
        "https://sns.eu-west-1.amazonaws.com/a.pem?x=1",
        "https://sns.eu-west-1.amazonaws.com/a.pem#x",
        "https://sns.eu-west-1.amazonaws.com/../a.pem",
        "https://localhost:4570/a.pem",
        "https://[::1",
        "",
    ],
)
def test_a_certificate_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(SignatureMismatch):
        email.pointers_to_proof(mail_request(sns.envelope("text", SigningCertURL=url)), INBOX)


def test_a_certificate_in_china_is_amazons() -> None:
    url = "https://sns.cn-north-1.amazonaws.com.cn/a.pem"
    assert email.pointers_to_proof(mail_request(sns.envelope("text", SigningCertURL=url)), INBOX)[0].url == url


def test_a_host_that_the_inbox_names_stands_in_for_amazon() -> None:
    local = replace(INBOX, settings={**INBOX.settings, "certificate_hosts": ["127.0.0.1:4570"]})
    made = mail_request(sns.envelope("text", SigningCertURL="http://127.0.0.1:4570/sns/cert.pem"))
    assert email.pointers_to_proof(made, local)[0].url == "http://127.0.0.1:4570/sns/cert.pem"
    with pytest.raises(SignatureMismatch):
        email.pointers_to_proof(made, INBOX)


@pytest.mark.parametrize("topic", ["arn:aws:sns:eu-west-1:111122223333:other", "", None])
def test_a_notification_of_another_topic_is_refused(topic: str | None) -> None:
    made = mail_request(sns.envelope("text"))
    with pytest.raises(SignatureMismatch):
        email.pointers_to_proof(made, replace(INBOX, settings={**INBOX.settings, "topic_arn": topic}))


@needs_corpus
def test_signatures_that_others_made_are_accepted() -> None:
    vectors = json.loads((CORPUS / "signature_vectors.json").read_bytes())["sns"]
    assert len(vectors["cases"]) == 6
    for case in vectors["cases"]:
        fetched = {"certificate": vectors["certificate_pem"].encode()}
        made = replace(mail_request(case["message"]), fetched=fetched)
        email.verify(made, {})
        inbox = replace(INBOX, settings={"topic_arn": case["message"]["TopicArn"]})
        assert email.pointers_to_proof(made, inbox)[0].url == case["message"]["SigningCertURL"]
        changed = {**case["message"], "Message": case["message"]["Message"] + "x"}
        with pytest.raises(SignatureMismatch):
            email.verify(replace(mail_request(changed), fetched=fetched), {})


# Subscriptions.


def test_a_subscription_is_confirmed_at_amazon_only() -> None:
    made = mail_request(sns.envelope("please", Type="SubscriptionConfirmation"))
    assert email.pointers_to_content(made, INBOX) == (Pointer("confirmation", url=sns.CONFIRM_URL),)
    for url in ("https://evil.example/?Action=ConfirmSubscription", sns.CONFIRM_URL.replace("Confirm", "Un"), "", None):
        other = mail_request({**sns.envelope("please", Type="SubscriptionConfirmation"), "SubscribeURL": url})
        with pytest.raises(PayloadNotUnderstood):
            email.pointers_to_content(other, INBOX)


def test_subscriptions_are_told_of() -> None:
    made = mail_request(sns.envelope("please", Type="SubscriptionConfirmation"))
    confirmed = replace(made, fetched={**made.fetched, "confirmation": b"<xml/>"})
    ended = mail_request(sns.envelope("bye", Type="UnsubscribeConfirmation"))
    for request, word in ((made, "unconfirmed"), (confirmed, "confirmed"), (ended, "ended")):
        (item,) = email.normalise(request)
        assert isinstance(item, AccountNotice) and item.kind == f"subscription.{word}"


@pytest.mark.parametrize("service", ["event publishing", "email receiving"])
def test_what_sns_says_of_itself_is_no_mail(service: str) -> None:
    made = mail_request(sns.envelope(f"Successfully validated SNS topic for Amazon SES {service}."))
    assert email.pointers_to_content(made, INBOX) == ()
    assert email.normalise(made) == [Ignored("setup")]


# Where the mail is.


def test_the_mail_is_in_our_bucket() -> None:
    (pointer,) = email.pointers_to_content(KIT.fixture("received__first"), INBOX)
    assert (pointer.object_key, pointer.url, pointer.limit_bytes) == ("inbound/received__first", None, 41 * 1024 * 1024)
    for other in ("received__in_notification", "received__other_recipient", "delivery"):
        assert email.pointers_to_content(KIT.fixture(other), INBOX) == ()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "inbound/",
        "outbound/a",
        "inbound/../attachments/a",
        "inbound//a",
        "inbound/./a",
        "inbound/a b",
        "a",
        "inbound/é",
    ],
)
def test_an_object_elsewhere_is_not_read(key: str) -> None:
    payload = KIT.payload("received__first")
    payload["receipt"]["action"]["objectKey"] = key
    with pytest.raises(PayloadNotUnderstood):
        email.pointers_to_content(mail_request(sns.envelope(json.dumps(payload))), INBOX)
    assert email.media_location(f"{key}#1", INBOX, {}).object_key is None


def test_another_bucket_is_not_ours() -> None:
    ours = replace(INBOX, settings={**INBOX.settings, "mail_bucket": "parley-mail"})
    assert email.pointers_to_content(KIT.fixture("received__first"), ours)
    with pytest.raises(PayloadNotUnderstood):
        email.pointers_to_content(
            KIT.fixture("received__first"), replace(ours, settings={**ours.settings, "mail_bucket": "other"})
        )


def test_the_object_that_ses_sets_up_is_no_mail() -> None:
    key = "inbound/AMAZON_SES_SETUP_NOTIFICATION"
    assert told("received__first", receipt__action__objectKey=key) == Ignored("setup")


def test_a_mail_that_is_not_there_is_kept_for_somebody_to_look_at() -> None:
    made = KIT.fixture("received__first")
    with pytest.raises(PayloadNotUnderstood):
        email.normalise(replace(made, fetched={"certificate": sns.certificate()}))


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


# Who wrote it.


@pytest.mark.parametrize(
    ("verdicts", "source", "signers", "verified"),
    [
        ({"dmarc": "PASS"}, "x@evil.example", [], True),
        ({"dmarc": "FAIL", "spf": "PASS", "dkim": "PASS"}, ANA, ["customer.example"], False),
        ({"dmarc": "GRAY", "spf": "PASS"}, ANA, [], True),
        ({"dmarc": "GRAY", "spf": "PASS"}, "b@mail.customer.example", [], True),
        ({"dmarc": "GRAY", "spf": "PASS"}, "b@notcustomer.example", [], False),
        ({"dmarc": "GRAY", "spf": "PASS"}, "b@example", [], False),
        ({"dmarc": "GRAY", "spf": "FAIL"}, ANA, [], False),
        ({"dmarc": "GRAY", "dkim": "PASS"}, "x@evil.example", ["customer.example"], True),
        ({"dmarc": "GRAY", "dkim": "PASS"}, "x@evil.example", ["evil.example"], False),
        ({"dmarc": "GRAY", "dkim": "PASS"}, "x@evil.example", ["customer.example", "evil.example"], False),
        ({"dmarc": "GRAY", "dkim": "PASS"}, "x@evil.example", [], False),
        ({"dmarc": "PROCESSING_FAILED", "spf": "GRAY"}, ANA, [], False),
        ({}, ANA, ["customer.example"], False),
    ],
)
def test_a_sender_is_proven_by_dmarc_or_by_what_is_aligned(
    verdicts: dict[str, str], source: str, signers: list[str], verified: bool
) -> None:
    payload = KIT.payload("received__first")
    for check in ("spf", "dkim", "dmarc"):
        payload["receipt"].pop(f"{check}Verdict")
    payload["receipt"] |= {f"{check}Verdict": {"status": status} for check, status in verdicts.items()}
    headers = [{"name": "DKIM-Signature", "value": f"v=1; a=rsa-sha256; d={signer}; b=A"} for signer in signers]
    payload["mail"] |= {"source": source, "headers": headers}
    (item,) = email.normalise(mail_request(sns.envelope(json.dumps(payload)), inbox=INBOX))
    assert isinstance(item, InboundMessage)
    assert item.content["authentication"]["verified"] is verified
    assert (item.peer.identity == ANA) is verified and bool(item.peer.profile.email) is verified
    # Headers that were cut off prove nothing.
    payload["mail"]["headersTruncated"] = True
    (cut,) = email.normalise(mail_request(sns.envelope(json.dumps(payload)), inbox=INBOX))
    assert isinstance(cut, InboundMessage)
    assert cut.content["authentication"]["verified"] is (verified and not signers)


def test_two_senders_prove_none() -> None:
    assert from_ana(From=f"Ana <{ANA}>, Eve <eve@evil.example>").content["authentication"]["verified"] is False


def test_an_unproven_sender_is_somebody_else() -> None:
    item = told("received__unverified")
    assert (item.peer.identity, item.peer.profile.email) == (f"unverified:{ANA}", None)
    assert not [name for name in item.peer.addresses if name.startswith(("mid:", "ses:", "thread:"))]
    assert item.peer.addresses == told("received__unverified").peer.addresses


def test_answers_go_where_a_proven_sender_asks() -> None:
    assert told("received__reply_to").content["answer_to"] == "ana@home.example"
    forged = mail(**{"Reply-To": "eve@evil.example", "To": f"support+{token()}@acme.example"})
    item = told("received__unverified", raw=forged)
    assert item.peer.addresses[0] == email_threads.thread_name(LEG)
    assert "answer_to" not in item.content


# Threads.


def test_our_token_leads_to_its_leg_wherever_it_stands() -> None:
    address, thread = f"support+{token()}@acme.example", email_threads.thread_name(LEG)
    for headers in (
        {"To": address},
        {"Cc": f"Us <{address.upper()}>"},
        {"Delivered-To": address},
        {"X-Original-To": address},
        {"X-Forwarded-For": f"{address} other@customer.example"},
        {"In-Reply-To": f"<{token()}@acme.example>"},
        {"In-Reply-To": address},
        {"References": f"<a@b.example> <{token()}@acme.example>"},
        {"To": f"support+{token(OLD)}@acme.example"},
    ):
        assert from_ana(**headers).peer.addresses[0] == thread, headers


def test_our_token_in_the_envelope_leads_to_its_leg() -> None:
    item = told("received__first", receipt__recipients=[f"support+{token()}@acme.example"])
    assert item.peer.addresses[0] == email_threads.thread_name(LEG)


@pytest.mark.parametrize(
    "forged",
    [
        token("another-secret"),
        LEG[-20:] + "0" * 16,
        token()[:-1] + ("0" if token()[-1] != "0" else "1"),
        token(NEW, ids.leg_id("ibx_2", "mid:m1@customer.example")),
        token()[:-1],
        "x" * 36,
    ],
)
def test_a_forged_token_leads_nowhere(forged: str) -> None:
    item = from_ana(To=f"support+{forged}@acme.example", References=f"<{forged}@acme.example>")
    assert not [name for name in item.peer.addresses if name.startswith("thread:")]


def test_what_is_answered_leads_to_the_thread_the_newest_first() -> None:
    references = " ".join(f"<r{n}@customer.example>" for n in range(30))
    item = from_ana(**{"In-Reply-To": f"<{SES}@eu-west-1.amazonses.com> junk", "References": references})
    names = item.peer.addresses
    assert names[0] == f"ses:{SES}"
    assert names[1:4] == tuple(f"mid:r{n}@customer.example" for n in (29, 28, 27))
    assert names[-1] == "mid:x1@customer.example"
    assert len(names) <= 12


def test_empty_references_and_equal_subjects_lead_nowhere() -> None:
    one = from_ana(**{"In-Reply-To": "<>", "References": "<> < >", "Message-ID": "<a@customer.example>"})
    other = from_ana(**{"In-Reply-To": "<>", "References": "<> < >", "Message-ID": "<b@customer.example>"})
    assert one.content["subject"] == other.content["subject"]
    assert not set(one.peer.addresses) & set(other.peer.addresses)


def test_a_mail_without_an_id_has_one_of_its_own() -> None:
    one, again = (from_ana(**{"Message-ID": ""}) for _ in "ab")
    assert one.external_id == again.external_id and len(one.peer.addresses) == 1


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


# What others have seen.


@needs_corpus
@pytest.mark.parametrize("folder", ["email", "email-bounces", "email-reply-trim"])
def test_no_real_mail_raises(folder: str) -> None:
    paths = sorted((CORPUS / folder).glob("**/*.eml"))
    assert paths or folder == "email-reply-trim"
    for path in paths:
        raw, payload = path.read_bytes(), KIT.payload("received__first")
        made = mail_request(sns.envelope(json.dumps(payload)), inbox=INBOX)
        items = email.normalise(replace(made, fetched={"mail": raw}))
        assert items, path.name
        for item in items:
            if isinstance(item, InboundMessage):
                assert item.peer.addresses and all(item.peer.addresses), path.name
                json.dumps([item.text, dict(item.content)], allow_nan=False, ensure_ascii=False).encode()


@needs_corpus
def test_the_providers_own_examples_are_understood() -> None:
    for path in sorted((CORPUS / "ses-sns").glob("ses_notification_*.json")):
        items = email.normalise(mail_request(sns.envelope(path.read_text())))
        assert [item for item in items if isinstance(item, StatusUpdate)], path.name
    for path in sorted((CORPUS / "ses-sns").glob("sns_http_*.json")):
        made = mail_request(json.loads(path.read_bytes()))
        with pytest.raises(SignatureMismatch):
            email.verify(made, {})
