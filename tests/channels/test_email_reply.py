"""What is new in a mail is shown, what is quoted and signed is not; and no word is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import email_lines, email_reply
from tests.channels.cases import tried

QUOTE = "\n\n> It left us.\n> On Monday.\n"


def shown(text: str) -> str:
    return email_reply.visible(text)[0]


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, 3 Aug 2026 at 09:00, Shop <support@shop.example> wrote:",
        "On Mon, 3 Aug 2026 at 09:00, Shop <\nsupport@shop.example> wrote:",
        "Am 03.08.2026 um 09:00 schrieb Shop Laden:",
        "Shop <support@shop.example> schrieb am Mo., 3. Aug. 2026\num 09:00 Uhr:",
        "Le 3 août 2026 09:00, « Shop » <support@shop.example> a écrit :",
        "El lunes, 3 de agosto de 2026, shop escribió:",
        "Em seg., 3 de ago. de 2026 às 09:00, Shop <support@shop.example> escreveu:",
        "Il giorno lun 3 ago 2026 alle ore 09:00 Shop <support@shop.example> ha scritto:",
        "Op ma 3 aug. 2026 om 09:00 schreef Shop <support@shop.example>:",
        "Den mån 3 aug. 2026 kl 09:00 skrev Shop <support@shop.example>:",
        "W dniu 3.08.2026 o 09:00, Shop pisze:",
        "пн, 3 авг. 2026 г. в 09:00, Shop <support@shop.example> написал(а):",
        "在 2026年8月3日，09:00，Shop <support@shop.example> 写道：",
        "2026年8月3日(月) 9:00 Shop <support@shop.example>:",
        "2026년 8월 3일 (월) 오전 9:00, Shop <support@shop.example>님이 작성:",
        "3 Ağu 2026 Pzt 09:00 tarihinde Shop <support@shop.example> şunu yazdı:",
        "2026-08-03 9:00 GMT+02:00 Shop <support@shop.example>:",
        "At 8/3/2026 09:00 AM, you wrote:",
        "-----Original Message-----",
        "-------- Ursprüngliche Nachricht --------",
        "*---------- Forwarded message ---------*",
        "Begin forwarded message:",
        "",
    ],
)
def test_quotes_are_trimmed_in_the_languages_of_their_programs(line: str) -> None:
    mail = f"Thank you, that helps.\n\n{line}{QUOTE}"
    assert email_reply.visible(mail) == ("Thank you, that helps.", f"{line}{QUOTE}".strip())


@pytest.mark.parametrize(
    "fields",
    [
        "From: Shop\nSent: Monday, 3 August 2026\nTo: Ann\nSubject: Your order",
        "________________________________\nVon: Shop\nGesendet: Montag, 3. August 2026\nAn: Ann\nBetreff: Bestellung",
        "*De :* Shop\n*Envoyé :* lundi 3 août 2026\n*À :* Ann\n*Objet :* Commande",
        "发件人: Shop\n发送时间: 2026年8月3日\n收件人: Ann\n主题: 订单",
    ],
)
def test_a_quoted_mail_is_known_by_its_fields(fields: str) -> None:
    assert shown(f"Thank you.\n\n{fields}\n\nYour order left us.\n") == "Thank you."


def test_fields_of_a_journey_are_no_mail() -> None:
    journey = "Please book:\n\nFrom: Berlin\nTo: Paris\nDate: 3 August\n\nTwo people."
    assert shown(journey) == journey


@pytest.mark.parametrize(
    "text",
    [
        "On 3 May 2019 I bought two pens. They told me:\n\nNo refund.",
        "I sent it on 03.08.2026 at 09:00:\n\n- a pen\n- a book",
        "Options:\n\n-----\nOne\n-----\nTwo\n\nWhich is mine?",
        "```\n> not a quote\n--\n# Or trimmed\n```\n\nThe end.",
        "Sent via courier yesterday, number 123.",
        "> They said this.\n\nAnd I say that.",
        "Hi,\n- one\n- two",
        "a > b, and x->y",
    ],
)
def test_what_only_looks_like_a_quote_is_shown(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAnn Buyer\nBuyers Ltd.",
        "--\nAnn Buyer\nBuyers Ltd.",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi móvil",
        "Sendt fra min iPad",
        "iPhoneから送信",
        "Get Outlook for Android<https://aka.ms/x>",
        "_______________\nAnn Buyer",
    ],
)
def test_signatures_are_trimmed(signature: str) -> None:
    assert email_reply.visible(f"Yes please.\n\n{signature}\n") == ("Yes please.", signature.replace("-- ", "--"))


def test_an_answer_below_its_quote_is_shown() -> None:
    assert shown("On Mon, 3 Aug 2026 at 09:00, Shop wrote:\n> Shall we?\n\nYes.") == "Yes."


def test_a_greeting_above_the_quote_is_no_answer() -> None:
    mail = "Dear Shop,\n\nOn Mon, 3 Aug 2026 at 09:00, Shop wrote:\n> Shall we?\n\nYes.\n\nAnn"
    assert shown(mail).startswith("Dear Shop,")
    assert "Yes." in shown(mail)


def test_answers_between_quotes_keep_what_they_answer() -> None:
    mail = "On Mon, 3 Aug 2026 at 09:00, Shop wrote:\n> Blue?\n\nYes.\n\n> Red?\n\nNo.\n"
    assert shown(mail) == "> Blue?\n\nYes.\n\n> Red?\n\nNo."


def test_a_mail_passed_on_without_a_word_is_shown() -> None:
    mail = "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: Mon\nSubject: S\nTo: c\n\nThe text."
    assert shown(mail) == "The text."


@pytest.mark.parametrize("text", ["", "\n\n", "> only\n> quotes", "Sent from my iPhone"])
def test_nothing_new_shows_nothing(text: str) -> None:
    assert email_reply.visible(text) == ("", text.strip("\n"))


LINES = st.sampled_from(
    [
        "",
        " ",
        "Some words.",
        "> quoted",
        ">> twice",
        "On Mon, 3 Aug 2026 at 09:00, Shop wrote:",
        "On Mon, 3 Aug 2026",
        "-- ",
        "--",
        "______",
        "-----Original Message-----",
        "From: a@b.example",
        "Subject: s",
        "To: c",
        "Sent from my iPhone",
        "```",
        "<a@b.example>",
    ]
)


@tried
@given(lines=st.lists(LINES | st.text(max_size=20), max_size=25))
def test_every_word_is_shown_or_trimmed(lines: list[str]) -> None:
    text = "\n".join(lines)
    found, hidden = email_reply.visible(text)
    told = text.replace("\r\n", "\n").replace("\r", "\n")
    assert sorted((found + "\n" + hidden).split()) == sorted(told.split())


@tried
@given(lines=st.lists(LINES, max_size=25))
def test_every_line_is_told(lines: list[str]) -> None:
    assert len(email_lines.kinds(lines)) == len(lines)


@pytest.mark.parametrize(
    "line", [">", "<", "On 1 Jan 2020 at 10:00", "From: x", "a" * 200, "-" * 200, "* " * 100, "On 2020 <"]
)
def test_long_mails_are_told_in_steps_that_grow_with_them(line: str) -> None:
    kinds = email_lines.kinds([line] * 30_000)
    assert len(kinds) == 30_000
    found, hidden = email_reply.visible(line * 20_000)
    assert len(found) + len(hidden) <= len(line) * 20_000
