"""Conditions: what they hold of, and that nothing wrong gets past the check."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.conditions import check, holds
from chalicelib.domain.errors import InvalidInput

FIELDS = frozenset({"channel", "text", "contact.tier", "labels", "wait_seconds", "attribute.*"})
FACTS = {
    "channel": "whatsapp",
    "text": "Where is my ORDER?",
    "contact.tier": "gold",
    "labels": ["Returns", "urgent"],
    "wait_seconds": 90,
    "attribute.size": 42,
    "verified": True,
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"field": "channel", "is": "WhatsApp"}, True),
        ({"field": "channel", "is_not": "whatsapp"}, False),
        ({"field": "missing", "is_not": "x"}, True),
        ({"field": "missing", "is": None}, True),
        ({"field": "missing", "exists": False}, True),
        ({"field": "channel", "in": ["line", "whatsapp"]}, True),
        ({"field": "labels", "is": "returns"}, True),
        ({"field": "labels", "in": ["sales", "Urgent"]}, True),
        ({"field": "labels", "contains": "return"}, False),
        ({"field": "text", "contains": "order"}, True),
        ({"field": "text", "contains_any": ["refund", "order"]}, True),
        ({"field": "text", "starts_with": "where"}, True),
        ({"field": "wait_seconds", "at_least": 90}, True),
        ({"field": "wait_seconds", "at_most": 89.5}, False),
        ({"field": "text", "at_least": 1}, False),
        ({"field": "verified", "is": True}, True),
        ({"field": "verified", "is": 1}, False),
        ({"field": "attribute.size", "is": 42}, True),
        ({"all": [{"field": "channel", "is": "whatsapp"}, {"not": {"field": "text", "contains": "refund"}}]}, True),
        ({"any": [{"field": "channel", "is": "line"}, {"field": "contact.tier", "is": "silver"}]}, False),
    ],
)
def test_a_condition_holds(condition: dict[str, Any], expected: bool) -> None:
    assert holds(condition, FACTS) is expected


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ([], "condition"),
        ({"all": []}, "condition.all"),
        ({"all": [{"field": "channel", "is": "x"}, 3]}, "condition.all[1]"),
        ({"not": {"any": [{"field": "colour", "is": "x"}]}}, "condition.not.any[0].field"),
        ({"field": "channel"}, "condition"),
        ({"field": "channel", "is": "x", "in": ["y"]}, "condition"),
        ({"field": "channel", "like": "x"}, "condition"),
        ({"field": "channel", "in": "x"}, "condition.in"),
        ({"field": "wait_seconds", "at_least": "5"}, "condition.at_least"),
        ({"field": "wait_seconds", "at_least": True}, "condition.at_least"),
        ({"field": "attribute.", "is": 1}, "condition.field"),
        ({"all": [{}], "field": "channel"}, "condition"),
        ({"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {}}}}}}}}}}, "condition" + ".not" * 9),
        ({"any": [{"field": "channel", "is": "x"}] * 300}, "condition"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(condition: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(condition, FIELDS)
    assert refused.value.field == field


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
NAMES = st.sampled_from(["all", "any", "not", "field", "is", "in", "contains", "at_least", "exists", "x"])
VALUES = st.recursive(
    SCALARS | st.sampled_from(["channel", "text", "labels"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES, st.dictionaries(st.sampled_from(["channel", "text", "labels"]), SCALARS | st.lists(SCALARS)))
def test_what_passes_the_check_can_be_asked(condition: Any, facts: dict[str, Any]) -> None:
    try:
        check(condition, FIELDS)
    except InvalidInput:
        return
    assert holds(condition, facts) in (True, False)
