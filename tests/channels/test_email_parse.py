"""Mails are read whatever they are made of, and files are found again by their place."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formataddr
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import email_addresses, email_headers, email_parse, email_subject, email_tree
from chalicelib.channels.email_mail import Address, Mail
from tests.channels.cases import tried

FIXTURES = Path(__file__).parent / "fixtures_email"
OWN = sorted(FIXTURES.glob("*.eml"))


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.eml").read_bytes()


def read(name: str) -> Mail:
    return email_parse.parse(raw(name))


def made(body: str = "", **headers: str) -> Mail:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return email_parse.parse("\r\n".join([*lines, "", body]).encode())


def test_a_reply_says_who_when_and_to_what() -> None:
    mail = read("reply_plain")
    assert mail.sender == Address("ann@customer.example", "Ann Buyer")
    assert mail.sent_at == datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
    assert mail.message_id == "m1@customer.example"
    assert mail.base_subject == "[Ticket 7] Your order"
    assert mail.in_reply_to == ("out2@shop.example",)
    assert mail.references == ("out1@shop.example", "out2@shop.example")
    assert mail.delivered_to == ("reply+tok1@in.shop.example", "support@shop.example")
    assert mail.loop == ("cv_1",)
    assert mail.visible == "Yes, please send it – thank you."
    assert "Shall we send it again?" in mail.hidden
    assert mail.html is None
    assert mail.automatic is None


def test_text_html_and_images_are_told_apart() -> None:
    mail = read("html_with_images")
    assert mail.sender == Address("ann@customer.example", "Jürgen Käufer")
    assert mail.subject == "Re: Rückgabe"
    assert mail.text == "Das Gerät ist kaputt."
    assert mail.html is not None
    assert "<b>Gerät</b>" in mail.html
    assert 'src="cid:pic1@x"' in mail.html
    assert 'src="remote:https://track.example/p.gif"' in mail.html
    assert "alert" not in mail.html
    assert [(part.name, part.inline, part.content_id) for part in mail.parts] == [
        ("defekt.png", True, "pic1@x"),
        ("quittung nötig.png", False, None),
    ]
    assert email_parse.part(raw("html_with_images"), 1).startswith(b"\x89PNG")


def test_html_alone_becomes_text_and_its_quote_is_trimmed() -> None:
    mail = read("html_only")
    assert mail.visible == "Where is my order?"
    assert "It left us." in mail.hidden
    assert mail.forwarded


def test_a_mail_within_a_mail_is_a_file() -> None:
    mail = read("forwarded")
    assert mail.visible == "See below."
    assert mail.forwarded
    assert [(part.name, part.mime) for part in mail.parts] == [("Rechnung 12.eml", "message/rfc822")]
    within = email_parse.parse(email_parse.part(raw("forwarded"), 0))
    assert within.text == "Here it is."
    assert within.parts[0].name == "rechnung.pdf"
    assert "reply+tok9@in.shop.example" in mail.delivered_to


def test_a_mail_within_a_mail_is_given_as_it_came() -> None:
    inner = b"From: a@b.example\r\nSubject: =?utf-8?q?x?=\r\nX-Odd:   spaces  kept\r\n\r\nBody with caf\xe9\r\n"
    outer = b"From: c@d.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    outer += b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
    found = email_parse.part(outer + inner + b"\r\n--b--\r\n", 0)
    assert found.startswith(
        b"From: a@b.example\r\nSubject: =?utf-8?q?x?=\r\nX-Odd: spaces  kept\r\n\r\nBody with caf\xe9"
    )


def test_files_in_the_text_are_files() -> None:
    mail = read("uuencoded")
    assert [part.name for part in mail.parts] == ["notes.txt"]
    assert email_parse.part(raw("uuencoded"), 0) == b"The notes, at last. " * 5
    assert "begin 100 days later" in mail.text
    assert "M5&AE" not in mail.text
    assert mail.text.endswith("Bye.")


def test_what_outlook_packed_is_kept_packed() -> None:
    mail = read("winmail")
    assert [(part.name, part.mime) for part in mail.parts] == [("winmail.dat", "application/ms-tnef")]
    assert mail.text == "Hello from Outlook"


def test_signatures_are_files_beside_the_text() -> None:
    mail = read("signed")
    assert mail.text == "Signed words."
    assert [part.name for part in mail.parts] == ["signature.asc"]


def test_charsets_are_read_as_declared_or_as_they_are() -> None:
    japanese = read("japanese")
    assert japanese.subject == "注文について"
    assert japanese.visible == "こんにちは。"
    odd = read("latin_bytes")
    assert odd.text == "Die Größe passt nicht."
    assert odd.subject == "Größe"
    assert odd.sender == Address("zoe@customer.example", "Zoë")


def test_broken_headers_give_what_can_be_read() -> None:
    mail = read("broken")
    assert [box.address for box in mail.senders] == ["x@y.example", "second@y.example"]
    assert mail.to == ()
    assert mail.reply_to == ()
    assert mail.sent_at is None
    assert mail.in_reply_to == ("ab@c.example",)
    assert mail.subject == "✓ ok"
    assert "Text in no part." in mail.text
    assert mail.message_id.startswith("derived:")
    assert mail.message_id == read("broken").message_id


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("Auto-Submitted", "auto-replied; owner-email=a@b.c", "auto-submitted"),
        ("Auto-Submitted", "no", None),
        ("Auto-Submitted", "No (really)", None),
        ("X-Autoreply", "yes", "autoresponder"),
        ("X-Autorespond", "re", "autoresponder"),
        ("Delivered-To", "autoresponder-42@host.example", "autoresponder"),
        ("Precedence", "bulk", "precedence"),
        ("X-Precedence", "AUTO_REPLY", "precedence"),
        ("Precedence", "first-class", None),
        ("X-Auto-Response-Suppress", "RN, NRN, AutoReply", "suppress"),
        ("X-Auto-Response-Suppress", "RN", None),
        ("X-Loop", "x", "loop"),
        ("X-MS-Exchange-Inbox-Rules-Loop", "x@y.z", "rules-loop"),
        ("List-Id", "<l.example>", "list"),
        ("List-Unsubscribe", "<mailto:u@l.example>", "list"),
        ("Return-Path", "<>", "null-sender"),
        ("Content-Type", "multipart/report; boundary=x", "report"),
        ("Subject", "Hello", None),
    ],
)
def test_what_programs_send_is_known(header: str, value: str, reason: str | None) -> None:
    assert made("Hello", **{"From": "a@b.example", header: value}).automatic == reason


@pytest.mark.parametrize(
    ("subject", "base", "forwarded"),
    [
        ("Re: Hello", "Hello", False),
        ("RE: AW: Antw: Re[2]: Hello", "Hello", False),
        ("Fwd: Re: Hello", "Hello", True),
        ("WG: Hello", "Hello", True),
        ("回复：你好", "你好", False),
        ("Re Hello", "Re Hello", False),
        ("Order: 7", "Order: 7", False),
        ("Sv: Vs: Hello", "Hello", False),
        ("", "", False),
    ],
)
def test_subjects_lose_what_programs_put_before_them(subject: str, base: str, forwarded: bool) -> None:
    assert email_subject.base(subject) == base
    assert email_subject.is_forwarded(subject) is forwarded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"victim@bank.example" <evil@x.example>', ["evil@x.example"]),
        ("evil@x.example (victim@bank.example)", ["evil@x.example"]),
        ("good@x.example)evil@y.example", []),
        ("Group: a@x.example, b@y.example;, c@z.example", ["a@x.example", "b@y.example", "c@z.example"]),
        ("<@relay.example:a@x.example>", ["a@x.example"]),
        ('"Smith, Jo" <jo@X.Example.>', ["jo@x.example"]),
        ('"unclosed <a@b.example>', ["a@b.example"]),
        ('"john doe"@x.example', ['"john doe"@x.example']),
        ("((((", []),
        ("", []),
    ],
)
def test_addresses_are_never_guessed(value: str, expected: list[str]) -> None:
    assert [box.address for box in email_addresses.mailboxes(value)] == expected


@tried
@given(name=st.text(st.characters(exclude_categories=("C", "Z")), max_size=30))
def test_names_are_read_as_the_library_writes_them(name: str) -> None:
    written = formataddr((name, "a@b.example"))
    assert email_addresses.mailboxes(written) == [Address("a@b.example", name)]


@tried
@given(subject=st.text(st.characters(exclude_categories=("C", "Z")), max_size=200))
def test_subjects_are_read_as_the_library_writes_them(subject: str) -> None:
    mail = EmailMessage()
    mail["Subject"] = subject
    if "=?" not in subject:
        assert email_parse.parse(mail.as_bytes()).subject == subject


def test_ids_are_given_once_newest_last() -> None:
    mail = made(From="a@b.example", References="<1@x> <2@x> <1@x> word <> 3@x", In_Reply_To="conv-5@in.example")
    assert mail.references == ("2@x", "1@x", "3@x")
    assert mail.in_reply_to == ("conv-5@in.example",)


@pytest.mark.parametrize("charset", ["punycode", "zlib", "hex", "rot13", "unicode_escape", "x-unknown", "a" * 999, ""])
def test_no_codec_but_charsets_is_used(charset: str) -> None:
    assert email_headers.charset(charset) is None
    assert email_headers.text_of("é".encode(), charset) == "é"


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_files_are_found_by_their_place_and_by_no_other(path: Path) -> None:
    content = path.read_bytes()
    parts = email_parse.parse(content).parts
    assert [part.place for part in parts] == list(range(len(parts)))
    assert [len(email_parse.part(content, part.place)) for part in parts] == [part.size_bytes for part in parts]
    for place in (-1, len(parts)):
        with pytest.raises(ValueError, match="no part"):
            email_parse.part(content, place)


def strict(content: bytes) -> Mail:
    """As `parse` does, but for its net."""
    mail = email_parse._mail(email_tree.parsed(content), content)
    for text in (mail.subject, mail.text, mail.visible, mail.hidden, mail.html or "", mail.message_id):
        text.encode()
        assert "\x00" not in text
    assert all(mail.in_reply_to)
    assert all(mail.references)
    for part in mail.parts:
        (part.name or "").encode()
    return mail


@tried
@given(
    source=st.sampled_from(OWN),
    edits=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 40), st.binary(max_size=12)), max_size=6),
)
def test_no_damage_makes_reading_raise(source: Path, edits: list[tuple[int, int, bytes]]) -> None:
    content = source.read_bytes()
    for at, length, new in edits:
        start = at % (len(content) + 1)
        content = content[:start] + new + content[start + length :]
    strict(content)


@tried
@given(content=st.binary(max_size=300))
def test_no_bytes_make_reading_raise(content: bytes) -> None:
    strict(content)


def test_what_no_rule_foresaw_is_shown_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_raw: bytes) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(email_tree, "parsed", fails)
    mail = email_parse.parse(b"Subject: x\n\nHello \xe9")
    assert mail.text == "Subject: x\n\nHello é"
    assert mail.automatic == "unreadable"
    with pytest.raises(ValueError, match="cannot be read"):
        email_parse.part(b"", 0)


class TestBounds:
    """Mails made to take long, or to fill the memory, are read as far as a bound and no further."""

    def test_parts_within_parts(self) -> None:
        depth = 3_000
        opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth))
        mail = strict(b"From: a@b.example\n" + opened + b"Content-Type: text/plain\n\ndeep\n")
        assert mail.sender is not None
        assert [part.mime for part in mail.parts] == ["application/octet-stream"]

    def test_mails_within_mails(self) -> None:
        mail = strict(b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 3_000 + b"x")
        assert len(mail.parts) == 1

    def test_very_many_parts(self) -> None:
        part = b"--b\nContent-Type: image/png; name=x.png\n\nx\n"
        content = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n" + part * 10_000 + b"--b--\n"
        mail = strict(content)
        assert mail.text == "Hello"
        assert email_tree.MAX_PARTS - 3 <= len(mail.parts) <= email_tree.MAX_PARTS

    def test_very_many_and_very_long_headers(self) -> None:
        many = strict(b"From: a@b.example\n" + b"X-Y: z\n" * 100_000 + b"\nHello")
        assert many.sender == Address("a@b.example")
        for name in (
            b"From",
            b"To",
            b"Subject",
            b"References",
            b"Content-Type",
            b"Message-ID",
            b"Date",
            b"In-Reply-To",
        ):
            for filling in (b"<a@b>,", b"(", b'"\\', b';a="', b"=?utf-8?q?a?= ", b"<", b"a", b" "):
                strict(name + b": " + filling * (110_000 // len(filling)) + b"\n\nHello")

    def test_very_many_lines(self) -> None:
        mail = strict(b"From: a@b.example\n\n" + b"a\n" * 1_100_000)
        assert len(mail.text) <= email_parse.MAX_TEXT

    @pytest.mark.parametrize(
        "line", ["begin 644 x\n", "begin 644 x\nM\n", "> ", ">\n", "On 1 Jan 2020 at 10:00\n", "From: x\n", "-", "--\n"]
    )
    def test_lines_that_begin_what_never_ends(self, line: str) -> None:
        mail = strict(b"From: a@b.example\n\n" + (line * (150_000 // len(line))).encode())
        assert len(mail.text) <= email_parse.MAX_TEXT
