"""Facts by the events channel, from the signed call to what rules and drafts see."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.wiring import known, known_rules, profile
from tests.flow.scene import Scene
from tests.flow.shops import give, people, sale, shop_scene, till, titles

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASKS = [{"field": "external.crm.plan", "is": "gold"}]


@pytest.fixture
def here() -> Iterator[Scene]:
    with shop_scene() as made:
        made.world.keeps_customers = True
        yield made


def fact(identifier: str, minute: int, **facts: Any) -> dict[str, Any]:
    told = {f"crm.{name}": value for name, value in facts.items()}
    at = f"2026-03-02T08:{minute:02}:00Z"
    return sale(identifier, type="fact", title=f"Told at {minute}", occurred_at=at, data={"facts": told})


def test_what_a_system_tells_holds_for_rules_and_drafts_newest_first(here: Scene) -> None:
    here.says("Hello")
    here.settle()
    bob = here.conversation.contact_id
    give(bob, email="bob@example.com")

    wrong = fact("f-0", 9, plan={"name": "silver"})
    results = till(here, fact("f-2", 5, plan="gold"), fact("f-1", 3, plan="free", seats=3), wrong)
    again = till(here, fact("f-2", 5, plan="gold"))
    here.settle()

    assert [each["status"] for each in [*results, *again]] == ["accepted", "accepted", "invalid", "duplicate"]
    assert results[2]["field"] == "data.facts.crm.plan"
    assert titles(bob, kind="fact") == ["Told at 5", "Told at 3"]
    kept = {each.name: (each.value, each.at) for each in known.store().pushed(bob)}
    assert kept == {
        "crm.plan": ("gold", datetime(2026, 3, 2, 8, 5, tzinfo=UTC)),
        "crm.seats": (3, datetime(2026, 3, 2, 8, 3, tzinfo=UTC)),
    }
    facts = known_rules.rule_facts().of(here.conversation, ASKS, NOW)
    assert (facts["external.crm.plan"], facts["external.crm.seats"]) == ("gold", 3)
    draft = profile.contact_words().filled(bob, {"text": "{{external.crm.plan}}, {{external.crm.seats}}"}, NOW)
    assert (draft.value, draft.missing) == ({"text": "gold, 3"}, ())


def test_facts_of_somebody_who_never_wrote_are_theirs(here: Scene) -> None:
    till(here, fact("f-1", 1, plan="gold"))
    here.settle()
    (only,) = people()
    assert [(each.name, each.value) for each in known.store().pushed(only.id)] == [("crm.plan", "gold")]
