"""Facts by the events channel: of each name the newest holds, however often and in whatever order they are told."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.contact import Contact
from chalicelib.domain.external_fact import Fact
from chalicelib.services.external_facts import MAX_PUSHED, push
from chalicelib.services.told_facts import ToldFacts
from tests.services.sources import ADA, NOW, Office


def told(minute: int, **facts: Any) -> dict[str, Any]:
    line = {
        "contact_id": ADA.id,
        "inbox_id": "ibx_crm",
        "channel": "events",
        "kind": "fact",
        "occurred_at": (NOW + timedelta(minutes=minute)).isoformat(),
        "data": {"facts": {f"crm.{name}": value for name, value in facts.items()}},
    }
    return {"type": "timeline.event_added", "snapshot": line}


def by_id(contact_id: str) -> Contact | None:
    return ADA if contact_id == ADA.id else None


def kept(office: Office) -> dict[str, tuple[Any, str]]:
    return {fact.name: (fact.value, fact.source) for fact in office.store.pushed(ADA.id)}


TOLD = (told(1, plan="free", score=3), told(2, plan="gold"), told(3, score=None))


@pytest.mark.parametrize("order", [*itertools.permutations(TOLD)])
def test_the_newest_holds_in_whatever_order_they_are_told(order: tuple[dict[str, Any], ...]) -> None:
    office = Office()
    for event in (*order, *reversed(order)):
        ToldFacts(office.store, by_id).react(event, NOW)
    assert kept(office) == {"crm.plan": ("gold", "ibx_crm"), "crm.score": (None, "ibx_crm")}


def test_what_was_pushed_later_is_not_overtaken() -> None:
    office = Office()
    push(office.store, ADA, [Fact("crm.plan", "pro", "crm", NOW + timedelta(minutes=5))])
    ToldFacts(office.store, by_id).react(told(4, plan="free"), NOW)
    assert kept(office) == {"crm.plan": ("pro", "crm")}


@pytest.mark.parametrize(
    "change", [{"kind": "order.paid"}, {"kind": "fact.x"}, {"channel": "api"}, {"contact_id": "con_gone"}]
)
def test_no_other_line_tells_facts(change: dict[str, str]) -> None:
    office = Office()
    event = told(1, plan="gold")
    ToldFacts(office.store, by_id).react({**event, "snapshot": {**event["snapshot"], **change}}, NOW)
    ToldFacts(office.store, by_id).react({"type": "contact.updated", "snapshot": {}}, NOW)
    assert kept(office) == {}


def test_a_contact_has_so_many_facts_and_those_go_on_changing() -> None:
    office = Office()
    reaction = ToldFacts(office.store, by_id)
    for start in range(0, MAX_PUSHED, 50):
        reaction.react(told(1, **{f"f{start + number}": 1 for number in range(50)}), NOW)
    reaction.react(told(2, another=1, f0=2), NOW)
    found = kept(office)
    assert len(found) == MAX_PUSHED
    assert "crm.another" not in found
    assert found["crm.f0"][0] == 2
