"""What other systems say of contacts: had in time, shown with its age, and never at the price of a secret."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.codec_contact import identity_item
from chalicelib.aws.stores.external_facts import FactStore
from chalicelib.aws.transaction import Put
from chalicelib.channels.http import HttpRequest, HttpResponse, NotSent
from chalicelib.domain.conditions import holds
from chalicelib.domain.contact import ContactIdentity
from chalicelib.domain.conversation import Status
from chalicelib.domain.data_source import Consumer, FactType, Mapped
from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.external_fact import FAILURES_TO_OPEN, Breaker, Fact
from chalicelib.domain.routing_policy import RouteRule, RoutingPolicy
from chalicelib.services.external_facts import (
    RETRY_AFTER,
    WANTED,
    FactsReaction,
    push,
    pushed_fact,
)
from chalicelib.services.facts import facts_of
from chalicelib.services.known_facts import KnownFacts
from tests.domain.test_folding import conversation
from tests.services.sources import ADA, CRM, NOW, TOKEN, Office, System, said


def test_a_source_is_asked_for_what_is_missing_and_signs_in() -> None:
    office = Office()

    found = office.read()

    assert said(found) == {"crm.owner": "Eve", "crm.score": 7}
    assert (found["crm.score"].at, found["crm.score"].stale, found["crm.score"].error) == (NOW, False, "")
    (request,) = office.system.asked
    assert request.url == "https://crm.example/c/ada%2B1%40example.com"
    assert request.secret_headers == {"Authorization": f"Bearer {TOKEN}"}


def test_what_is_fresh_is_not_asked_again_and_rules_never_ask() -> None:
    office = Office()
    before = office.facts.known(ADA, Consumer.RULES, NOW)
    office.read()

    again = office.read(59)
    rules = office.facts.known(ADA, Consumer.RULES, NOW + timedelta(seconds=59))

    assert said(again) == said(rules) == {"crm.owner": "Eve", "crm.score": 7}
    assert said(before) == {"crm.owner": None, "crm.score": None}
    assert len(office.system.asked) == 1
    assert office.wanted == []


def test_what_is_stale_is_shown_with_its_age_and_asked_for_behind_the_answer() -> None:
    office = Office()
    office.read()
    office.system.answer = {"rating": {"score": 8}}

    stale = office.read(100)
    asked_before = len(office.system.asked)
    reaction = FactsReaction(office.facts, lambda contact_id: ADA if contact_id == ADA.id else None)
    event = {"type": WANTED, "aggregate": {"id": ADA.id}, "data": {}}
    reaction.react(event, NOW + timedelta(seconds=101))
    reaction.react(event, NOW + timedelta(seconds=102))
    fresh = office.read(103)

    assert (stale["crm.score"].value, stale["crm.score"].stale) == (7, True)
    assert stale["crm.score"].age_seconds(NOW + timedelta(seconds=100)) == 100
    assert (asked_before, office.wanted) == (1, [ADA.id])
    assert (fresh["crm.score"].value, fresh["crm.score"].stale) == (8, False)
    assert len(office.system.asked) == 2


def test_what_is_too_old_is_gone_when_the_source_fails() -> None:
    office = Office()
    office.read()
    office.system.answer = HttpResponse(500, {}, b"")

    shown = office.read(659)
    office.read(700 - RETRY_AFTER.seconds)
    gone = office.read(700)

    assert (shown["crm.score"].value, shown["crm.score"].stale) == (7, True)
    assert (gone["crm.score"].value, gone["crm.score"].error) == (None, "It answers with status 500.")


def test_a_source_that_failed_is_not_asked_again_at_once() -> None:
    office = Office()
    office.system.answer = NotSent("no")

    first = office.read()
    office.read(1)
    asked = len(office.system.asked)
    office.system.answer = {"owner": "Eve"}
    later = office.read(RETRY_AFTER.seconds + 1)

    assert first["crm.owner"].error == "It cannot be reached: no."
    assert asked == 1
    assert (later["crm.owner"].value, later["crm.owner"].error) == ("Eve", "")


def test_a_source_that_keeps_failing_is_left_alone_and_tried_again() -> None:
    office = Office()
    office.system.answer = HttpResponse(503, {}, b"")
    people = [replace(ADA, id=f"con_{number}") for number in range(20)]

    for person in people:
        found = office.facts.read(person, Consumer.AGENTS, NOW)
    asked = len(office.system.asked)
    office.system.answer = {"owner": "Eve"}
    later = office.facts.read(people[-1], Consumer.AGENTS, NOW + timedelta(minutes=2))

    assert asked == FAILURES_TO_OPEN
    assert "left alone" in found["crm.owner"].error
    assert later["crm.owner"].value == "Eve"
    assert office.store.answered("con_0", ["dts_1"])[1]["dts_1"] == Breaker()


def test_who_is_late_is_not_waited_for_and_harms_nobody_else() -> None:
    quick = replace(CRM, id="dts_2", key="shop", url="https://shop.example/{email}")
    slow = System(seconds=2.0)
    fast = System()

    class Both(System):
        def send(self, request: HttpRequest) -> HttpResponse:
            return (slow if "crm." in request.url else fast).send(request)

    office = Office(CRM, quick, http=Both(), patience=0.3)
    began = time.monotonic()

    found = office.read()

    assert time.monotonic() - began < 1.5
    assert found["shop.owner"].value == "Eve"
    assert (found["crm.owner"].value, found["crm.owner"].error) == (None, "It did not answer in time.")


def test_a_contact_without_what_it_is_asked_by_is_no_failure_of_the_source() -> None:
    office = Office(replace(CRM, url="https://crm.example/{phone}"))

    for number in range(FAILURES_TO_OPEN + 2):
        found = office.facts.read(replace(ADA, id=f"con_{number}"), Consumer.AGENTS, NOW)

    assert found["crm.owner"].error == "The contact has no phone."
    assert office.store.answered(ADA.id, ["dts_1"])[1] == {}


def test_external_ids_are_those_of_the_sources_system() -> None:
    office = Office(replace(CRM, url="https://crm.example/{external_id}", system="crm"))
    for name, address in (("idn_0", "shop:9"), ("idn_1", "crm:K/1")):
        office.desk.write(Put(identity_item(ContactIdentity(name, "import", address, ADA.id, NOW))))
    contact = replace(ADA, identities=("idn_0", "idn_1"))

    office.facts.read(contact, Consumer.AGENTS, NOW)

    assert office.system.asked[0].url == "https://crm.example/K%2F1"


def test_consumers_see_what_is_theirs() -> None:
    office = Office(
        replace(CRM, consumers=frozenset({Consumer.AGENTS})), replace(CRM, id="dts_2", key="b", enabled=False)
    )

    assert said(office.read(consumer=Consumer.BOTS)) == {}
    assert set(said(office.read())) == {"crm.owner", "crm.score"}


def test_a_changed_source_is_asked_anew() -> None:
    office = Office()
    office.read()
    office.sources = [replace(CRM, version=2, mapping={"owner": Mapped("rating.score", FactType.TEXT)})]

    assert said(office.read(1)) == {"crm.owner": "7"}


# --- rules --------------------------------------------------------------------------------------------------------


def rules_about(name: str) -> RoutingPolicy:
    return RoutingPolicy(routes=(RouteRule("VIP", {"field": name, "at_least": 5}),))


def test_rules_see_what_is_known_when_they_ask_for_it_and_nobody_is_called() -> None:
    office = Office()
    office.read()
    push(office.store, ADA, [Fact("billing.overdue", True, "billing", NOW)])
    known = KnownFacts(office.store, lambda: office.sources)

    asked = known.for_rules(ADA, NOW + timedelta(days=9))
    fresh = known.for_rules(ADA, NOW)
    facts = facts_of(conversation(Status.OPEN), ADA, external=fresh)

    assert asked == {"external.billing.overdue": True}
    assert fresh == {"external.crm.score": 7, "external.crm.owner": "Eve", "external.billing.overdue": True}
    assert holds(rules_about("external.crm.score").routes[0].condition, facts)
    assert len(office.system.asked) == 1


def test_no_conversation_waits_for_facts_that_cannot_be_read() -> None:
    class Broken(FactStore):
        def pushed(self, contact_id: str) -> Sequence[Fact]:
            raise StoreUnavailable("throttled")

    office = Office()
    known = KnownFacts(Broken(office.desk, office.desk), lambda: [])

    assert known.for_rules(ADA, NOW) == {}


# --- pushed facts ------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["a", "b", None])), min_size=1, max_size=8))
def test_of_pushed_facts_the_newest_holds_in_whatever_order_they_come(words: Sequence[tuple[int, Any]]) -> None:
    office = Office()
    for minute, value in words:
        push(office.store, ADA, [Fact("billing.state", value, "billing", NOW + timedelta(minutes=minute))])

    latest = max(minute for minute, _ in words)
    first = next(value for minute, value in words if minute == latest)
    (kept,) = office.store.pushed(ADA.id)
    assert (kept.value, kept.at) == (first, NOW + timedelta(minutes=latest))


@pytest.mark.parametrize(
    ("name", "value", "minutes", "at"),
    [
        ("billing", True, 0, "name"),
        ("Billing.x", True, 0, "name"),
        ("billing.x#y", True, 0, "name"),
        ("billing.x", {"a": 1}, 0, "value"),
        ("billing.x", "x" * 1001, 0, "value"),
        ("billing.x", float("nan"), 0, "value"),
        ("billing.x", "\ud800", 0, "value"),
        ("billing.x", True, 6, "at"),
    ],
)
def test_a_pushed_fact_that_cannot_be_is_refused(name: str, value: Any, minutes: int, at: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        pushed_fact(name, value, "billing", NOW + timedelta(minutes=minutes), NOW, "facts[0]")

    assert refused.value.field == f"facts[0].{at}"


def test_a_contact_has_only_so_many_pushed_facts() -> None:
    office = Office()
    push(office.store, ADA, [Fact(f"s.f{number}", 1, "s", NOW) for number in range(100)])

    with pytest.raises(InvalidInput):
        push(office.store, ADA, [Fact("s.more", 1, "s", NOW)])
    assert push(office.store, ADA, [Fact("s.f0", 2, "s", NOW + timedelta(seconds=1))]) == [True]
