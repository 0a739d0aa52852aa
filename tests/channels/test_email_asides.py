"""Mails of side threads: their headers, and whose their tokens are."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from chalicelib.channels import email_asides, email_threads
from chalicelib.channels.base import CannotSay, MailRequest
from chalicelib.domain import ids
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.side_thread import SideAuthor, SideMessage, SideThread, ThreadKind, Whom, thread_id

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = {"token_secret": ("new", "old")}
SETTINGS = {"display_name": "Acme", "signature": "Acme Ltd", "configuration_set": "parley"}
INBOX = Inbox("ibx_em", "email", "Support", "support@acme.example", "x", AT, settings=SETTINGS)
THREAD = SideThread(
    *(thread_id("cnv_1", "a"), "cnv_1", ThreadKind.EMAIL, "Stock", Whom(to=("lager@supplier.example",))),
    *("agt_1", AT, AT, ("agt_1",)),
)
MESSAGE = SideMessage(THREAD.id, "cnv_1", 1, SideAuthor("agent", "agt_1", "Ana"), "When?", AT)


def built(thread: SideThread = THREAD, message: SideMessage = MESSAGE, *earlier: SideMessage) -> MailRequest:
    return email_asides.build(thread, message, earlier, [("a.txt", "text/plain", b"abc")], INBOX, SECRET)


def test_a_mail_says_who_asks_and_where_answers_go() -> None:
    request = built()
    mail = message_from_bytes(request.raw, policy=default)
    token = email_threads.aside_token(THREAD.id, SECRET)

    assert (request.sender, request.recipients, request.configuration_set) == (
        "support@acme.example", ("lager@supplier.example",), "parley",
    )  # fmt: skip
    assert str(mail["From"]) == '"Ana (Acme)" <support@acme.example>'
    assert f"support+{token}@acme.example" in str(mail["Reply-To"])
    assert (mail["References"], mail["In-Reply-To"], mail["X-Parley-Loop"]) == (f"<{token}@acme.example>", None, token)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.txt"]
    assert "Acme Ltd" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    # The same mail each time it is made, and the customer is named nowhere.
    assert built().raw == request.raw
    assert request.tags == {"parley_leg": THREAD.id, "parley_message": MESSAGE.id, "parley_attempt": "1"}


def test_a_further_mail_answers_what_came_last() -> None:
    came = replace(MESSAGE, number=2, came=True, content={"message_id": "m1@supplier.example"})
    broken = replace(came, number=3, content={"message_id": "x\r\nBcc: evil@evil.example"})
    ours = replace(MESSAGE, external_id="ses-1")
    mail = message_from_bytes(built(THREAD, replace(MESSAGE, number=4), ours, came, broken).raw, policy=default)
    assert (mail["Subject"], mail["In-Reply-To"]) == ("Re: Stock", "<m1@supplier.example>")
    assert str(mail["References"]).split()[1:] == ["<m1@supplier.example>"]
    assert mail["Bcc"] is None


def test_no_word_of_anybody_makes_a_header() -> None:
    evil = "x\r\nBcc: evil@evil.example\r\n\r\nHello"
    mail = message_from_bytes(
        built(replace(THREAD, subject=evil), replace(MESSAGE, author=SideAuthor("agent", "agt_1", evil))).raw,
        policy=default,
    )
    assert mail["Bcc"] is None
    assert str(mail["Subject"]).startswith("x Bcc:")
    for address in ("a@b.example\r\nBcc: evil@evil.example", "a b@c.example", ""):
        with pytest.raises(CannotSay):
            built(replace(THREAD, whom=Whom(to=(address,))))


def test_a_token_is_of_its_thread_alone() -> None:
    token = email_threads.aside_token(THREAD.id, SECRET)
    leg = ids.leg_id("ibx_em", "bob")
    of_leg = email_threads.token_of(leg, SECRET)
    here = f"support+{token}@acme.example"

    assert email_threads.asides_named([here], SECRET) == [THREAD.id]
    # Rotated: the old one is understood still.
    old = email_threads.aside_token(THREAD.id, {"token_secret": ("old",)})
    assert email_threads.asides_named([f"support+{old}@acme.example"], SECRET) == [THREAD.id]
    # Neither can be taken for the other, not even for a leg that has the same digits.
    assert email_threads.legs_named([here], "ibx_em", SECRET) == []
    assert email_threads.asides_named([f"support+{of_leg}@acme.example"], SECRET) == []
    spoiled = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert email_threads.asides_named([f"support+{spoiled}@acme.example"], SECRET) == []
    assert email_threads.asides_named([here], {"token_secret": ("third",)}) == []
    with pytest.raises(KeyError):
        email_threads.aside_token(THREAD.id, {})
