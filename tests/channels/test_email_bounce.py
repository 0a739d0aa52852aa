"""Reports about mail are known, and nobody's mail is taken for one."""

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.channels import email_parse
from chalicelib.channels.email_mail import Bounce, BouncedRecipient

FIXTURES = Path(__file__).parent / "fixtures_email"
REPORTS = ("report_failed", "report_failed_for_now", "report_delayed", "report_of_old", "complaint")


def read(name: str) -> Bounce | None:
    return email_parse.parse((FIXTURES / f"{name}.eml").read_bytes()).bounce


SENT = ("out5@eu-west-1.amazonses.com",)


def ann(status: str, diagnostic: str) -> tuple[BouncedRecipient, ...]:
    return (BouncedRecipient("Ann@customer.example", status, diagnostic),)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report_failed", Bounce("bounce", True, ann("5.1.1", "smtp; 550 5.1.1 user unknown"), SENT)),
        ("report_failed_for_now", Bounce("bounce", False, ann("4.4.7", "smtp; timed out after 3 days"), SENT)),
        ("report_delayed", Bounce("delay", False, ann("4.4.1", "smtp; no answer"), SENT)),
    ],
)
def test_reports_of_the_standard_say_what_became_of_whom(name: str, expected: Bounce) -> None:
    assert read(name) == expected


def test_good_news_is_no_bounce() -> None:
    mail = email_parse.parse((FIXTURES / "report_delivered.eml").read_bytes())
    assert mail.bounce is None
    assert mail.automatic == "auto-submitted"


def test_reports_without_a_standard_are_known_by_their_words() -> None:
    found = read("report_of_old")
    assert found is not None
    assert (found.kind, found.permanent) == ("bounce", True)
    assert found.original_message_ids == ("out6@shop.example",)
    assert [(each.address, each.status) for each in found.recipients] == [("ann@customer.example", "5.1.1")]


def test_complaints_are_told_from_bounces() -> None:
    found = read("complaint")
    recipients = (BouncedRecipient("ann@customer.example", "", "abuse"),)
    assert found == Bounce("complaint", True, recipients, ("out7@shop.example",))


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_reports_that_complain_of_nothing_are_no_complaints(kind: str) -> None:
    raw = (FIXTURES / "complaint.eml").read_bytes().replace(b"Feedback-Type: abuse", b"Feedback-Type: " + kind.encode())
    assert email_parse.parse(raw).bounce is None


@pytest.mark.parametrize("name", sorted({path.stem for path in FIXTURES.glob("*.eml")} - set(REPORTS)))
def test_no_other_mail_is_taken_for_a_report(name: str) -> None:
    assert read(name) is None


def test_an_absence_note_is_automatic_and_no_bounce() -> None:
    mail = email_parse.parse((FIXTURES / "vacation.eml").read_bytes())
    assert mail.automatic == "auto-submitted"
    assert mail.bounce is None


def test_a_bounce_within_a_forwarded_mail_is_not_ours() -> None:
    inner = (FIXTURES / "report_failed.eml").read_bytes()
    outer = b"From: ann@customer.example\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n"
    outer += b"--out\r\n\r\nLook!\r\n--out\r\n"
    mail = email_parse.parse(outer + b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--out--\r\n")
    assert mail.bounce is None
    assert len(mail.parts) == 1


def test_several_recipients_are_permanent_only_together() -> None:
    raw = (FIXTURES / "report_failed.eml").read_bytes()
    second = b"Final-Recipient: rfc822; bob@customer.example\r\nAction: failed\r\nStatus: 4.2.2\r\n\r\n"
    second += b"--r\r\nContent-Type: message/rfc822"
    found = email_parse.parse(raw.replace(b"--r\r\nContent-Type: message/rfc822", second)).bounce
    first = read("report_failed")
    assert found is not None
    assert first is not None
    added = (*first.recipients, BouncedRecipient("bob@customer.example", "4.2.2", ""))
    assert found == replace(first, permanent=False, recipients=added)
