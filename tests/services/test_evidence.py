"""Evidence: one form for one address, whom it speaks for, and what a change of a contact writes."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contact import Contact, ContactPoint
from chalicelib.domain.evidence import EMAIL, PHONE, Evidence, best, strength_of
from chalicelib.domain.profile import told
from chalicelib.services.evidence import changed, evidence_of, normal
from tests.house.tree import ROOT

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "region", "form"),
    [
        ("+85261234567", None, "+85261234567"),
        ("+44 (0)20 7946 0958", None, "+442079460958"),
        ("+44 20-7946.0958", None, "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("(555) 625-1199", "US", "+15556251199"),
        ("011 44 20 7946 0958", "US", "+442079460958"),
        ("020 7946 0958", None, "02079460958"),
        ("020 7946 0958", "ZZ", "02079460958"),
        ("12", None, ""),
        ("call me", None, ""),
        ("", None, ""),
        ("1" * 400, None, ""),
    ],
)
def test_a_phone_number_has_one_form(given: str, region: str | None, form: str) -> None:
    assert normal(PHONE, given, region) == form


@pytest.mark.parametrize(
    ("given", "form"),
    [
        (" Bob@Example.COM ", "bob@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("straße@example.com", "strasse@example.com"),
        ("n/a", ""),
        ("@example.com", ""),
        ("bob@", ""),
        (None, ""),
    ],
)
def test_an_email_address_has_one_form(given: str | None, form: str) -> None:
    assert normal(EMAIL, given) == form


@given(st.text(max_size=90), st.none() | st.text(max_size=3))
def test_nothing_that_is_written_raises_and_a_form_is_its_own(given: str, region: str | None) -> None:
    for kind in (EMAIL, PHONE):
        form = normal(kind, given, region)
        assert kind == PHONE or normal(kind, form) == form


def test_providers_numbers_need_no_library() -> None:
    code = (
        "import sys; from chalicelib.services.evidence import normal;"
        "normal('phone', '+85261234567'); print('phonenumbers' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "False"


def said(contact: str, strength: int, minute: int = 0, kind: str = EMAIL, *, holds: bool = True) -> Evidence:
    return Evidence(kind, "x", contact, strength, NOW + timedelta(minutes=minute), holds)


@pytest.mark.parametrize(
    ("found", "winner"),
    [
        ([], None),
        ([said("con_1", 60)], "con_1"),
        ([said("con_1", 60), said("con_2", 95, 5)], "con_2"),
        ([said("con_1", 60), said("con_2", 60, 5), said("con_2", 50, 5, PHONE)], "con_2"),
        ([said("con_2", 60), said("con_1", 60, 5)], "con_2"),
        ([said("con_2", 60), said("con_1", 60)], "con_1"),
        ([said("con_1", 95, holds=False), said("con_2", 50)], "con_2"),
        ([said("con_1", strength_of("visitor"))], None),
        ([said("con_1", strength_of(None))], None),
    ],
)
def test_the_strongest_evidence_wins_then_the_most_then_the_oldest(found: list[Evidence], winner: str | None) -> None:
    assert best(found) == winner
    assert best(reversed(found)) == winner


ANA = Contact("con_1", NOW, NOW, email="Ana@Example.com", phone="+351912000001", sources={"email": "site"})


def test_a_contacts_fields_are_evidence_by_who_said_them() -> None:
    assert evidence_of(ANA) == (
        Evidence(EMAIL, "ana@example.com", "con_1", 95, NOW),
        Evidence(PHONE, "+351912000001", "con_1", 40, NOW),
    )
    assert evidence_of(Contact("con_1", NOW, NOW, name="Ana")) == ()


def test_a_change_writes_what_is_new_and_what_no_longer_holds() -> None:
    later = NOW + timedelta(days=1)
    sources = {"email": "agent"}
    after = replace(ANA, email="ana@new.example", updated_at=later, sources=sources)
    assert changed(ANA, after) == (
        Evidence(EMAIL, "ana@new.example", "con_1", 60, later),
        Evidence(EMAIL, "ana@example.com", "con_1", 95, later, holds=False),
    )
    assert changed(ANA, replace(ANA, name="Ana", email="ANA@example.com")) == ()
    (stronger,) = changed(ANA, replace(ANA, sources=sources))
    assert (stronger.strength, stronger.holds) == (60, True)
    back = changed(after, replace(after, email="ana@example.com"))
    assert [(each.value, each.holds) for each in back] == [("ana@example.com", True), ("ana@new.example", False)]


def test_every_sources_word_is_evidence_though_only_the_strongest_is_shown() -> None:
    bob = told(Contact("con_1", NOW, NOW), "provider", {"phone": "+85261234567"}, NOW)
    bob = told(bob, "agent", {"phone": "+85261234568"}, NOW)
    assert bob.phone == "+85261234568"
    found = {each.value: (each.strength, each.source) for each in evidence_of(bob)}
    assert found == {"+85261234567": (90, "provider"), "+85261234568": (60, "agent")}
    assert evidence_of(told(bob, "provider", {"phone": None}, NOW))[0].value == "+85261234568"


def test_what_is_proven_is_worth_more_and_what_has_ended_nothing() -> None:
    bob = told(Contact("con_1", NOW, NOW), "agent", {"email": "bob@example.com"}, NOW)
    proven = ContactPoint(EMAIL, "bob@example.com", verified_at=NOW, verified_by="vrf_1")
    more = ContactPoint(PHONE, "+85261234567", source="store")
    known = replace(bob, contact_points=(proven, more))
    assert [(each.kind, each.strength) for each in evidence_of(known)] == [(EMAIL, 95), (PHONE, 50)]
    later = NOW + timedelta(days=2)
    ended = replace(proven, valid_to=later.date())
    assert [each.strength for each in evidence_of(replace(bob, contact_points=(ended,)))] == [95], "not yet"
    over = replace(bob, contact_points=(ended,), updated_at=later)
    assert evidence_of(over) == ()
    again = told(over, "agent", {"email": "bob@example.com"}, later)
    assert [each.strength for each in evidence_of(again)] == [60], "said again since, not proven again"
    to_come = replace(proven, valid_from=later.date())
    assert [each.strength for each in evidence_of(replace(bob, contact_points=(to_come,)))] == [60]
