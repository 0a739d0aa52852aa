"""E-mail: who wrote a mail, and which thread it belongs to."""

import json

import pytest

from chalicelib.channels import email, email_threads
from chalicelib.channels.base import (
    InboundMessage,
)
from chalicelib.domain import ids
from tests.channels import sns
from tests.channels.kits import NEW, OLD, mail_request
from tests.channels.mails import ANA, INBOX, KIT, LEG, SES, from_ana, mail, token, told

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
