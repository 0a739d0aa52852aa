"""Mails and answers as others published them: read without a fault, trimmed as others expect, bounces known.

What can be compared for trimming: a mail whose expected text is given; one whose expected trimmings are given (what
is left of the mail is expected, white space aside); one whose text and trimmings are given without the mail (put
together again, the trimmings below); and a text given alone, in which nothing may be trimmed any more.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.channels import email_parse, email_parts, email_reply, email_tree
from tests.channels.test_corpus import CORPUS, needs_corpus

pytestmark = needs_corpus
TRIMMING = CORPUS / "email-reply-trim"
MAILS = sorted(CORPUS.glob("email/*.eml"))
REPORTS = sorted(CORPUS.glob("email-bounces/*.eml"))

# An absence note (RFC 3834): written for its owner, about no mail that failed.
NO_BOUNCES = {"sisimai__rfc3834-02"}
# Reports among the mails.
BOUNCES_AMONG_MAILS = {
    "cpython__msg_25": "bounce",  # from a mailer daemon, "Returned mail", its boundary broken
    "cpython__msg_43": "bounce",  # a delivery report of a virus scanner
    "mail_mime_emails__raw_email_with_mimepart_without_content_type": "delay",
    "mail_multipart_report_emails__multi_address_bounce1": "bounce",
    "mail_multipart_report_emails__report_422": "delay",
    "mail_multipart_report_emails__report_530": "bounce",
}
DELAYS = {"sisimai__lhost-gmail-17", "sisimai__rfc3464-07"}


def texts(kind: str) -> dict[str, str]:
    return {path.stem.partition("__")[2]: path.read_text("utf-8") for path in TRIMMING.glob(f"{kind}__*.txt")}


def words(text: str) -> list[str]:
    return re.sub(r"(?m)^\w+>", ">", text).split()


def without(mail: str, trimmed: str) -> list[str]:
    """The words of the mail that are not trimmed: those before them, where they end it; else those between them."""
    of_mail, of_trimmed = words(mail), words(trimmed)
    if of_mail[-len(of_trimmed) :] == of_trimmed:
        return of_mail[: -len(of_trimmed)]
    rest = []
    for word in of_mail:
        if of_trimmed and word == of_trimmed[0]:
            of_trimmed.pop(0)
        else:
            rest.append(word)
    assert not of_trimmed
    return rest


def comparable() -> Iterator[tuple[str, str, str, list[str]]]:
    """How it is compared, its name, the mail, and the words that should be shown."""
    mails, expected, trimmed = texts("emails"), texts("trimmed"), texts("elided")
    for name in sorted({*mails, *expected, *trimmed}):
        if name in mails and name in expected:
            yield "text", name, mails[name], expected[name].split()
        elif name in mails and name in trimmed:
            yield "rest", name, mails[name], without(mails[name], trimmed[name])
        elif name in expected and name in trimmed:
            yield "rebuilt", name, f"{expected[name]}\n\n{trimmed[name]}", expected[name].split()
        elif name in expected:
            yield "unchanged", name, expected[name], expected[name].split()


@pytest.mark.parametrize("ways", [("text", "rest"), ("text", "rest", "rebuilt"), ("unchanged",)], ids="+".join)
def test_answers_are_trimmed_as_expected(ways: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    cases = [case for case in comparable() if case[0] in ways]
    missed = [(name, email_reply.visible(mail)[0]) for _, name, mail, wanted in cases if not _fits(mail, wanted)]
    share = 1 - len(missed) / len(cases)
    with capsys.disabled():
        print(f"\ntrimmed as expected ({'+'.join(ways)}): {len(cases) - len(missed)} of {len(cases)}, {share:.1%}")
        for name, got in missed:
            print(f"  missed: {name}: {got[:100]!r}")
    assert len(cases) >= 10
    assert share >= 0.95


def _fits(mail: str, wanted: list[str]) -> bool:
    return email_reply.visible(mail)[0].split() == wanted


@pytest.mark.parametrize("path", MAILS + REPORTS, ids=lambda path: path.stem)
def test_every_mail_is_read_and_its_files_found(path: Path) -> None:
    raw = path.read_bytes()
    # Without the net that `parse` has.
    mail = email_parse._mail(email_tree.parsed(raw), raw)
    assert email_parse.parse(raw) == mail
    assert [len(email_parse.part(raw, part.place)) for part in mail.parts] == [part.size_bytes for part in mail.parts]
    assert len(email_parts.read(email_tree.parsed(raw)).files) == len(mail.parts)
    f"{mail}".encode()


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_reports_are_known(path: Path) -> None:
    mail = email_parse.parse(path.read_bytes())
    if path.stem in NO_BOUNCES:
        assert mail.bounce is None
        assert mail.automatic is not None
        return
    assert mail.bounce is not None
    is_complaint = path.stem.startswith("sisimai__arf")
    expected = "complaint" if is_complaint else "delay" if path.stem in DELAYS else "bounce"
    assert mail.bounce.kind == expected


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_mails_are_not_taken_for_reports(path: Path) -> None:
    found = email_parse.parse(path.read_bytes()).bounce
    assert (found.kind if found else None) == BOUNCES_AMONG_MAILS.get(path.stem)
