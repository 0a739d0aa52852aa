"""Entitlements: the first rule of a key that holds decides, and tells why."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.conditions import holds
from chalicelib.domain.contact import Contact
from chalicelib.domain.entitlements import EntitlementRule, entitled, entitlements
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.reasons import Reason, reasons
from chalicelib.services.entitlement_documents import rules_body, rules_from
from chalicelib.services.facts import contact_facts

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOB = Contact(
    "con_1",
    AT,
    AT,
    tier="gold",
    language="pt-BR",
    locale="de_AT",
    customer_since=date(2025, 3, 1),
    labels=("vip",),
    attributes={"orders": 12},
)
GOLD = {"field": "contact.tier", "is": "gold"}
OLD = {"field": "contact.customer_days", "at_least": 365}


def test_what_is_known_of_a_contact_is_a_fact() -> None:
    assert contact_facts(BOB, AT) == {
        "contact.tier": "gold",
        "contact.locale": "de_AT",
        "contact.language": "pt",
        "contact.country": "AT",
        "contact.customer_days": 365,
        "contact.labels": ["vip"],
        "attribute.orders": 12,
    }
    assert contact_facts(Contact("con_2", AT, AT, attributes={"tier": "silver"}), AT)["contact.tier"] == "silver"


def test_the_first_rule_that_holds_decides_and_says_why() -> None:
    rules = (
        EntitlementRule("Blocked", "free_return", "Free returns", {"field": "contact.labels", "is": "fraud"}, False),
        EntitlementRule("Gold", "free_return", "Free returns", {"any": [{"field": "contact.tier", "is": "x"}, GOLD]}),
        EntitlementRule("All", "free_return", "Free returns"),
        EntitlementRule("Old friends", "priority", "Served first", {"all": [OLD, {"not": {**GOLD, "is": "none"}}]}),
        EntitlementRule("Never", "gift", "A gift", {"field": "contact.tier", "is": "x"}),
    )

    found = {each.key: each for each in entitlements(rules, contact_facts(BOB, AT))}

    assert {key: (each.rule, each.is_granted) for key, each in found.items()} == {
        "free_return": ("Gold", True),
        "priority": ("Old friends", True),
    }
    assert found["free_return"].because == (Reason("contact.tier", "is", "gold", "gold"),)
    assert found["priority"].because == (
        Reason("contact.customer_days", "at_least", 365, 365),
        Reason("contact.tier", "is", "none", "gold", is_met=False),
    )


def test_a_rule_that_refuses_comes_before_one_that_grants() -> None:
    rules = (
        EntitlementRule("No", "free_return", "Free", GOLD, grants=False),
        EntitlementRule("Yes", "free_return", "Free"),
    )

    assert [each.is_granted for each in entitlements(rules, contact_facts(BOB, AT))] == [False]
    assert entitled(rules, contact_facts(BOB, AT)) == {}
    assert entitled(rules, {}) == {"entitlement.free_return": True}


comparisons = st.sampled_from([{"field": name, "is": value} for name in "abc" for value in (1, 2)])
conditions = st.recursive(
    comparisons,
    lambda parts: (
        st.builds(lambda each: {"all": each}, st.lists(parts, min_size=1, max_size=3))
        | st.builds(lambda each: {"any": each}, st.lists(parts, min_size=1, max_size=3))
        | st.builds(lambda each: {"not": each}, parts)
    ),
    max_leaves=6,
)


@given(conditions, st.fixed_dictionaries({}, optional={name: st.sampled_from((1, 2)) for name in "abc"}))
def test_the_reasons_alone_make_a_condition_hold(condition: dict, facts: dict) -> None:
    """Whoever changes all other facts changes nothing."""
    if not holds(condition, facts):
        return
    because = list(reasons(condition, facts))

    assert because
    for each in because:
        assert holds({"field": each.field, each.operator: each.wanted}, facts) is each.is_met
    named = {each.field for each in because}
    others = {name: 3 - value for name, value in facts.items() if name not in named}
    assert holds(condition, {**facts, **others})


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"key": "Free return"}, "rules[0].key"),
        ({"name": ""}, "rules[0].name"),
        ({"condition": {"field": "text", "contains": "a"}}, "rules[0].condition.field"),
        ({"grants": "yes"}, "rules[0].grants"),
        ({"more": 1}, "rules[0].more"),
    ],
)
def test_rules_that_break_a_rule_are_refused(rule: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules_from({"rules": [{"name": "Gold", "key": "free_return", "condition": GOLD, **rule}]})

    assert refused.value.field == field


def test_rules_are_read_back() -> None:
    rules = rules_from({"rules": [{"name": "Gold", "key": "free_return", "condition": GOLD}]})

    assert rules_from(rules_body(rules)) == rules
    with pytest.raises(InvalidInput):
        rules_from({"rules": [*rules_body(rules)["rules"]] * 2})
