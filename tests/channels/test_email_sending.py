"""E-mail out: the mail that is made, who gets it, the thread it stays in, and what SES refuses."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as mail_policy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels import email, email_outbound, email_threads
from chalicelib.channels.base import (
    Answering,
    CannotSay,
    HttpResponse,
    MailRequest,
    Outgoing,
    OutgoingAttachment,
)
from chalicelib.channels.email_recipients import plain_address
from chalicelib.domain import ids
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import completed, outgoing
from tests.channels.kits import KITS

KIT = KITS["email"]
INBOX = replace(KIT.inbox, id="ibx_1")
LEG = ids.leg_id(INBOX.id, "mid:m1@customer.example")
ANA = "ana@customer.example"
TOKEN = email_threads.token_of(LEG, KIT.credentials)
AT = datetime(2026, 8, 1, 10, 0, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "subject": "Where is my order 1042?",
    "message_id": "m2@customer.example",
    "references": ["m1@customer.example", "s1@eu-west-1.amazonses.com"],
    "from": {"address": ANA},
}


def message(text: str = "It leaves today.", **more: Any) -> Outgoing:
    usual = {"to": ANA, "leg_id": LEG, "author_name": "Maria", "tracker": f"{LEG}.msg_1.2", "conversation_id": "cnv_1"}
    return outgoing(text=text, **{**usual, **more})


def answering(**content: Any) -> Answering:
    return Answering("m2@customer.example#x", AT, {**ASKED, **content})


def request(out: Outgoing, files: tuple[bytes, ...] = (), **inbox_settings: Any) -> MailRequest:
    inbox = replace(INBOX, settings={**INBOX.settings, **inbox_settings})
    call = email.build_send(out, inbox, KIT.credentials)
    assert call
    made = completed(call, lambda step: files[step.place])  # type: ignore[union-attr]
    assert isinstance(made, MailRequest)
    assert max(map(len, made.raw.split(b"\r\n"))) <= 998
    assert b"\n" not in made.raw.replace(b"\r\n", b"") and b"\r" not in made.raw.replace(b"\r\n", b"")
    return made


def read(made: MailRequest) -> Any:
    return message_from_bytes(made.raw, policy=mail_policy)


def test_a_reply_stays_in_its_thread() -> None:
    made = request(message(answering=answering()))
    mail = read(made)
    assert mail["From"] == '"Maria (Acme)" <support@acme.example>'
    assert (mail["To"], mail["Subject"]) == (ANA, "Re: Where is my order 1042?")
    assert mail["Reply-To"] == f"Acme <support+{TOKEN}@acme.example>"
    assert mail["In-Reply-To"] == "<m2@customer.example>"
    assert mail["References"].split() == [
        "<m1@customer.example>",
        "<s1@eu-west-1.amazonses.com>",
        "<m2@customer.example>",
        f"<{TOKEN}@acme.example>",
    ]
    assert mail["X-Parley-Loop"] == TOKEN
    assert "Message-ID" not in mail and "Date" not in mail and "Auto-Submitted" not in mail
    assert (made.sender, made.recipients, made.configuration_set) == ("support@acme.example", (ANA,), "parley-prod")
    assert made.alias == email_threads.thread_name(LEG)


def test_a_mail_has_text_and_html_that_say_the_same() -> None:
    text = "Olá <b>Ana</b> & co,\nhttps://acme.example/a?x=1&y=2.\n\nTchau 👋"
    mail = read(request(message(text)))
    shown = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert shown == f"{text}\n\n-- \nAcme Ltd, 1 High Street\n"
    page = mail.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert "Olá &lt;b&gt;Ana&lt;/b&gt; &amp; co,<br>" in page
    assert '<a href="https://acme.example/a?x=1&amp;y=2">https://acme.example/a?x=1&amp;y=2</a>.' in page


def test_files_go_along() -> None:
    bodies = (b"\x89PNG" * 1000, b"From: x\n\nnested", "ç".encode() * 10)
    files = tuple(
        OutgoingAttachment("https://files.example/1", kind, name, 10)
        for kind, name in (("image/png", "Foto da peça.png"), ("message/rfc822", 'a"b\r\nX: y.eml'), ("bad type", None))
    )
    mail = read(request(message(kind=MessageKind.IMAGE, attachments=files), bodies))
    parts = list(mail.iter_attachments())
    assert [part.get_content_type() for part in parts] == ["image/png", *["application/octet-stream"] * 2]
    assert tuple(part.get_payload(decode=True) for part in parts) == bodies
    assert parts[0].get_filename() == "Foto da peça.png" and "X" not in parts[1]


def test_our_tracker_goes_in_tags_of_letters_that_ses_takes() -> None:
    made = request(message())
    assert (made.tags["parley_leg"], made.tags["parley_message"], made.tags["parley_attempt"]) == (LEG, "msg_1", "2")
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", word) for pair in made.tags.items() for word in pair)


def test_copies_go_to_whom_the_agent_names() -> None:
    content = {"cc": ["max@customer.example", "Max@bücher.example"], "bcc": ["boss@acme.example", ANA]}
    made = request(message(content=content))
    assert made.recipients == (ANA, "max@customer.example", "Max@xn--bcher-kva.example", "boss@acme.example")
    assert "max@customer.example" in read(made)["Cc"] and b"boss@acme.example" not in made.raw


@pytest.mark.parametrize(
    ("subject", "sent"),
    [
        ("Where?", "Re: Where?"),
        ("Re: Where?", "Re: Where?"),
        ("RE[2]: Where?", "RE[2]: Where?"),
        ("AW: Wo?", "AW: Wo?"),
        ("Fwd: Where?", "Re: Fwd: Where?"),
        ("Reference 12", "Re: Reference 12"),
        ("", "Re:"),
        ("Olá, onde está o meu pedido número 1042, por favor? " * 4, None),
        ("=?utf-8?q?x?=", "Re: =?utf-8?q?x?="),
        ("Two\r\nBcc: eve@evil.example", "Re: Two Bcc: eve@evil.example"),
    ],
)
def test_the_subject_is_the_customers(subject: str, sent: str | None) -> None:
    mail = read(request(message(answering=answering(subject=subject))))
    assert mail["Subject"].strip() == (sent or f"Re: {subject.strip()}")
    assert "Bcc" not in mail


def test_a_mail_that_begins_a_conversation_has_a_subject_of_its_own() -> None:
    mail = read(request(message(content={"subject": "Your chat with us"})))
    assert mail["Subject"] == "Your chat with us" and "In-Reply-To" not in mail
    assert mail["References"] == f"<{TOKEN}@acme.example>"
    assert read(request(message(), subject="Message from Acme"))["Subject"] == "Message from Acme"
    assert read(request(message()))["Subject"] == "Acme"


def test_a_long_row_of_references_keeps_its_first() -> None:
    rows = [f"{'x' * 200}{n}@customer.example" for n in range(40)]
    found = read(request(message(answering=answering(references=rows))))["References"].split()
    assert len(found) == 21
    assert (found[0], found[-2:]) == (f"<{rows[0]}>", ["<m2@customer.example>", f"<{TOKEN}@acme.example>"])


JUNK = ["", "a b@c", "<x@y>", "x@y\r\nBcc: e@e.example", "é@x", "no-at-sign", "x" * 300 + "@y", 7, None]


@pytest.mark.parametrize("junk", JUNK)
def test_ids_that_are_none_are_left_out(junk: Any) -> None:
    mail = read(request(message(answering=answering(message_id=junk, references=[junk, junk]))))
    assert mail["References"] == f"<{TOKEN}@acme.example>" and "In-Reply-To" not in mail and "Bcc" not in mail


def test_answers_go_where_the_customer_asks() -> None:
    assert request(message(answering=answering(answer_to="ana@home.example"))).recipients == ("ana@home.example",)
    # A colleague's mail in the thread, or a broken one, changes nothing.
    colleague = answering(answer_to="max@home.example", **{"from": {"address": "max@customer.example"}})
    for asked in (colleague, answering(answer_to="not an address")):
        assert request(message(answering=asked)).recipients == (ANA,)
    assert request(message(to=f"unverified:{ANA}")).recipients == (ANA,)


def test_what_a_machine_writes_says_so_and_answers_no_machine() -> None:
    mail = read(request(message(human=False, answering=answering())))
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert mail["From"] == "Acme <support@acme.example>"
    with pytest.raises(CannotSay):
        request(message(human=False, answering=answering(automatic="list")))
    request(message(answering=answering(automatic="list")))


def test_without_a_secret_there_is_no_reply_address_but_a_mail() -> None:
    call = email.build_send(message(), INBOX, {})
    assert call
    made = completed(call, lambda step: b"")
    assert isinstance(made, MailRequest) and made.alias is None
    assert "Reply-To" not in read(made)


def test_a_domain_for_answers_may_be_another() -> None:
    mail = read(request(message(), reply_domain="in.acme.example"))
    assert f"support+{TOKEN}@in.acme.example" in mail["Reply-To"]
    assert len(f"support+{TOKEN}".encode()) <= 64


def test_an_inbox_without_an_address_is_not_configured() -> None:
    call = email.build_send(message(), replace(INBOX, account_id="ibx_1"), KIT.credentials)
    assert call
    with pytest.raises(KeyError):
        completed(call, lambda step: b"")


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=300),
    name=st.text(max_size=80),
    subject=st.text(max_size=120),
    reference=st.text(max_size=80),
    asked=st.text(max_size=60),
)
def test_nothing_that_is_written_becomes_a_header(
    text: str, name: str, subject: str, reference: str, asked: str
) -> None:
    given_words = answering(subject=subject, message_id=reference, references=[reference], answer_to=asked)
    made = request(message(f"x{text}", author_name=name, answering=given_words), display_name=name, signature=text)
    head = made.raw.split(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    allowed = ["From", "To", "Reply-To", "Subject", "In-Reply-To", "References", "X-Parley-Loop", "Content-Type"]
    assert sorted(set(names)) == sorted(names) and set(names) <= {*allowed, "MIME-Version", "Content-Transfer-Encoding"}
    assert all(plain_address(one) for one in made.recipients)


# Checks before anything is stored.


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("content.subject", {"subject": "one\ntwo"}),
        ("content.subject", {"subject": 7}),
        ("content.subject", {"subject": "x" * 501}),
        ("content.cc", {"cc": "max@customer.example"}),
        ("content.cc[1]", {"cc": ["max@customer.example", "max"]}),
        ("content.bcc[0]", {"bcc": ["a@b.example\r\nTo: c@d.example"]}),
        ("content.cc", {"cc": [f"a{n}@b.example" for n in range(50)]}),
    ],
)
def test_what_does_not_go_is_named(field: str, content: dict[str, Any]) -> None:
    with pytest.raises(CannotSay) as refusal:
        email.check_send(message(content=content))
    assert refusal.value.field == field and refusal.value.reason.endswith(".")


def test_files_have_an_end() -> None:
    file = OutgoingAttachment("https://files.example/1", "video/mp4", "a.mp4", email_outbound.MAX_FILES_BYTES)
    email.check_send(message(kind=MessageKind.VIDEO, attachments=(file,)))
    for files in ((file, replace(file, size_bytes=1)), tuple(replace(file, size_bytes=1) for _ in range(51))):
        with pytest.raises(CannotSay) as refusal:
            email.check_send(message(kind=MessageKind.VIDEO, attachments=files))
        assert refusal.value.field == "attachments"
    larger = (b"x" * email_outbound.MAX_FILES_BYTES, b"x")
    with pytest.raises(CannotSay):
        request(message(attachments=(replace(file, size_bytes=None),) * 2), larger)


@pytest.mark.parametrize("address", ["a@b.example", "a.b+c@d-e.example", "o'neil@x.example", "a@bücher.example"])
def test_addresses_that_can_be_written_to(address: str) -> None:
    assert plain_address(f" {address} ")


NO_ADDRESSES = ["", "a", "a@b", "@b.example", "a@", "a b@c.example", "a@b.example, c@d.example", "<a@b.example>"]
NO_ADDRESSES += ["a@-b.example", "a..b@c.example", "é@b.example", "a\n@b.example", "x" * 65 + "@b.example", "unknown"]
NO_ADDRESSES += ["a@" + "b" * 260 + ".example", '"a"@b.example', "a@b.example\r\nTo: c@d.example"]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_addresses_that_cannot(address: str) -> None:
    assert plain_address(address) is None


# Answers of SES.


@pytest.mark.parametrize(
    ("status", "code", "told", "failure"),
    [
        (429, "TooManyRequestsException", "", FailureClass.RETRY),
        (400, "ThrottlingException", "Maximum sending rate exceeded.", FailureClass.RETRY),
        (400, "Throttling", "Daily message quota exceeded.", FailureClass.RETRY),
        (503, "", "", FailureClass.RETRY),
        (400, "AccountSuspendedException", "", FailureClass.CONFIG),
        (400, "SendingPausedException", "", FailureClass.CONFIG),
        (400, "MailFromDomainNotVerifiedException", "", FailureClass.CONFIG),
        (400, "LimitExceededException", "", FailureClass.CONFIG),
        (404, "NotFoundException", "", FailureClass.CONFIG),
        (400, "MessageRejected", "Email address is not verified.", FailureClass.CONFIG),
        (400, "MessageRejected", "Message contains a virus.", FailureClass.CONTENT),
        (400, "BadRequestException", "", FailureClass.CONTENT),
        (403, "AccessDeniedException", "", FailureClass.CONFIG),
        (403, "UnrecognizedClientException", "", FailureClass.REAUTH),
        (403, "", "", FailureClass.CONFIG),
        (418, "Strange", "", FailureClass.CONTENT),
    ],
)
def test_a_refusal_has_a_class(status: int, code: str, told: str, failure: FailureClass) -> None:
    body = f'{{"message":"{told}"}}'.encode()
    result = email.parse_send(HttpResponse(status, {"x-amzn-errortype": f"{code}:http://x"}, body))
    assert result.error and (result.error.failure, result.error.code) == (failure, code or str(status))
    assert told in result.error.detail
    assert result.retry_after_seconds == (3600.0 if "quota" in told else None)


def test_an_answer_that_cannot_be_read_is_a_doubt() -> None:
    assert email.parse_send(HttpResponse(200, {}, b"<html>")).uncertain
