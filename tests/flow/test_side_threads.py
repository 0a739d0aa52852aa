"""Asking behind the scenes, all the way: a question by mail, its answer with a file, quoted to the customer."""

import pytest

from chalicelib.channels import email_threads
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import AttachmentState, Direction, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.side_thread import Origin, SideMessage, SideThread, ThreadKind, ThreadState, Whom
from chalicelib.services import desk as desk_service
from chalicelib.services import uploads
from chalicelib.services.side_threads import Opening, Words
from chalicelib.wiring import api as wiring
from chalicelib.wiring import shared
from chalicelib.wiring import side_thread_work as work
from chalicelib.wiring import side_threads as side
from tests.flow import test_email
from tests.flow.conftest import ANA
from tests.flow.test_email import ANA as CUSTOMER
from tests.flow.test_email import DESK, MailStage

# The fixture.
mails = test_email.mails
SUPPLIER, BOSS = "lager@supplier.example", "boss@supplier.example"
PRICES = b"%PDF-1.4\nprices"


def ask(mails: MailStage, text: str = "When is 4711 back?", **whom: tuple[str, ...]) -> SideThread:
    """About Ana's order."""
    if not mails.all():
        mails.write("Where is it?")
    conversation = mails.all()[0]
    asked, told = work.whom().checked(conversation, ThreadKind.EMAIL, Whom(**{"to": (SUPPLIER,), **whom}))  # type: ignore[arg-type]
    opening = Opening(ThreadKind.EMAIL, "Stock of 4711", asked, told, Words(f"ask {text}", text))
    thread = side.side_threads().start(ANA, conversation.id, opening, shared.now())
    mails.settle()
    return thread


def messages(thread: SideThread) -> list[SideMessage]:
    """Oldest first."""
    return [*reversed(side.side_threads().store.page(thread, 100, None).items)]


def again(thread: SideThread) -> SideThread:
    return side.side_threads().get(thread.conversation_id, thread.id)


def test_a_question_by_mail_is_answered_and_quoted_to_the_customer(mails: MailStage) -> None:
    thread = ask(mails, cc=(BOSS,))
    (asked,) = mails.mailbox(SUPPLIER)
    assert (asked["from"], asked["to"], asked["cc"]) == ('"Ana (Acme)" <support@acme.example>', SUPPLIER, [BOSS])
    assert (asked["subject"], asked["text"]) == ("Stock of 4711", "When is 4711 back?\n")
    assert [each["id"] for each in mails.mailbox(BOSS)] == [asked["id"]]
    (sent,) = messages(thread)
    assert (sent.state, sent.external_id) == (DeliveryState.DELIVERED, asked["id"])

    files = [{"name": "prices.pdf", "mime": "application/pdf", "content": PRICES}]
    mails.answer(asked, "On Friday.\nPrices are attached.", SUPPLIER, files=files, name="Lager")
    answer = messages(thread)[-1]
    assert (answer.text, answer.origin, answer.author.name) == (
        "On Friday.\nPrices are attached.",
        Origin.ASKED,
        "Lager",
    )
    assert "When is 4711 back?" in answer.content["hidden"]
    (file,) = answer.attachments
    assert (file.state, file.name, file.size_bytes) == (AttachmentState.STORED, "prices.pdf", len(PRICES))

    # The customer's conversation has a line of it, for colleagues, and nothing came to the customer.
    page = desk_service.thread(mails.desk, thread.conversation_id, limit=50, reader=ANA)
    assert [each.facts["type"] for each in page.entries if isinstance(each, Note)] == ["side_thread.replied"]
    assert (mails.mailbox(CUSTOMER), len(mails.all())) == ([], 1)

    quote = work.quoting().quote(ANA, thread, [answer.id], shared.now())
    kept = uploads.attached(wiring.uploads(), ANA, [each.id for each in quote.uploads], shared.now())
    mails.send(thread.conversation_id, f"I asked:\n{quote.text}", kind=MessageKind.DOCUMENT, attachments=kept)
    (told,) = mails.mailbox(CUSTOMER)
    assert "> On Friday.\n> Prices are attached.\n> [prices.pdf]" in told["text"]
    assert told["files"] == ["prices.pdf"]
    assert "supplier.example" not in str(told)


def test_the_thread_goes_on_in_one_row_of_mails(mails: MailStage) -> None:
    thread = ask(mails)
    mails.answer(mails.mailbox(SUPPLIER)[0], "Which colour?", SUPPLIER)
    side.side_threads().say(ANA, again(thread), Words("2", "Blue."), shared.now())
    mails.settle()
    first, second = mails.mailbox(SUPPLIER)
    answered = messages(thread)[1].content["message_id"]
    assert (second["subject"], second["in_reply_to"]) == ("Re: Stock of 4711", f"<{answered}>")
    assert second["references"][0] == first["references"][0]
    assert second["reply_to"] == first["reply_to"]


def test_an_answer_finds_its_thread_by_address_or_by_references(mails: MailStage) -> None:
    thread = ask(mails)
    (asked,) = mails.mailbox(SUPPLIER)
    mails.answer(asked, "On Friday.", SUPPLIER, drop=("references", "in_reply_to"))
    mails.answer(asked, "Or on Monday.", SUPPLIER, drop=("token", "in_reply_to"))
    assert [message.text for message in messages(thread)] == ["When is 4711 back?", "On Friday.", "Or on Monday."]
    assert len(mails.all()) == 1


def test_an_answer_by_somebody_else_opens_a_closed_thread_and_is_marked(mails: MailStage) -> None:
    thread = ask(mails)
    side.side_threads().set_state(ANA, again(thread), ThreadState.CLOSED, shared.now())
    mails.answer(mails.mailbox(SUPPLIER)[0], "I answer for Lager.", SUPPLIER, writer="new@supplier.example")
    answer = messages(thread)[-1]
    assert (answer.author.id, answer.origin) == ("new@supplier.example", Origin.NOT_ASKED)
    assert again(thread).state is ThreadState.OPEN


def test_machines_are_told_apart_and_a_bounce_is_shown(mails: MailStage) -> None:
    mails.sim.email.behave(DESK, SUPPLIER, "away")
    mails.sim.email.behave(DESK, BOSS, "missing")
    away, missing = ask(mails), ask(mails, "Anybody there?", to=(BOSS,))
    asked, automatic = messages(away)
    assert (asked.state, automatic.automatic) == (DeliveryState.DELIVERED, "auto-submitted")
    assert again(away).unread(ANA.id) == 0
    (failed,) = messages(missing)
    assert (failed.state, failed.reason) == (DeliveryState.FAILED, "The mail came back (bounce.Permanent.NoEmail).")
    assert len(mails.all()) == 1


def test_a_report_that_comes_as_a_mail_is_shown_in_the_thread(mails: MailStage) -> None:
    thread = ask(mails)
    to = mails.mailbox(SUPPLIER)[0]["reply_to"]
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.supplier.example\r\n\r\nFinal-Recipient: rfc822; lager@supplier.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n"
    )
    head = (
        f"From: MAILER-DAEMON@supplier.example\r\nTo: {to}\r\nSubject: Undelivered\r\n"
        "Message-ID: <d1@supplier.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    )
    account = mails.sim.email.account(DESK)
    address = to.rpartition("<")[2].rstrip(">")
    for _ in range(2):
        mails.sim.email.hand_in(account, (head + parts).encode(), "", recipient=address, spec={})
        mails.settle()
    _, report = messages(thread)
    assert report.author.kind == "system" and report.automatic == "bounce"
    assert "lager@supplier.example (5.1.1)" in report.text
    assert len(mails.all()) == 1


def test_what_is_not_of_the_thread_stays_out_of_it(mails: MailStage) -> None:
    conversation, sent = mails.exchange()
    thread = ask(mails)
    own = mails.mailbox(SUPPLIER)[0]["references"][0]

    forged = email_threads.aside_token(thread.id, {"token_secret": ("another",)})
    mails.write("Let me in.", "evil@evil.example", to=f"support+{forged}@acme.example", subject="Hello")
    assert len(mails.all()) == 2  # as any other mail

    # It names the customer's conversation too: nothing of theirs gets lost.
    mails.answer(sent, "Thank you!", headers={"References": own})
    assert mails.said(conversation) == ["Where is it?", "Thank you!"]

    # Our own mail that comes back.
    loop = email_threads.aside_token(thread.id, {"token_secret": ("t0ken-secret",)})
    mails.write("Forwarded back.", SUPPLIER, headers={"X-Parley-Loop": loop})
    assert (len(messages(thread)), len(mails.all())) == (1, 2)


def test_answers_wait_for_a_store_that_is_away(mails: MailStage, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.aws.stores.side_threads import SideThreadStore
    from chalicelib.domain.errors import StoreUnavailable

    thread = ask(mails)
    with monkeypatch.context() as patch:

        def away(*args: object) -> None:
            raise StoreUnavailable("throttled")

        patch.setattr(SideThreadStore, "find", away)
        mails.answer(mails.mailbox(SUPPLIER)[0], "On Friday.", SUPPLIER)
        assert len(messages(thread)) == 1
    mails.world.wake("spill.fifo")
    mails.settle()
    assert [message.text for message in messages(thread)] == ["When is 4711 back?", "On Friday."]
    assert not [entry for entry in mails.entries(thread.conversation_id) if entry.direction is Direction.OUTBOUND]
