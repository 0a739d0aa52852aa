"""Custom attributes: whatever is given, it is taken in its stored form, or refused by name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.domain.attributes import NOTHING_DEFINED, Attribute, AttributeType, Definitions
from chalicelib.domain.errors import InvalidInput
from chalicelib.services.attribute_documents import definitions_body, definitions_from

KINDS = {
    kind.value: Attribute(kind.value, kind.value, kind, ("a", "b") if "choice" in kind.value else ())
    for kind in AttributeType
}
ALL = Definitions(KINDS, allow_others=False)
hostile = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["a", "2026-03-01", "https://shop.example/a?b=c", "javascript:alert(1)", "2026-02-30"]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*KINDS, "unknown"]) | st.text(max_size=5), hostile, max_size=3))
def test_any_value_is_taken_in_its_stored_form_or_refused_by_name(given_values: dict[str, Any]) -> None:
    for definitions in (ALL, NOTHING_DEFINED):
        try:
            found = definitions.checked(given_values)
        except InvalidInput as refused:
            assert (refused.field or "").startswith("attributes.")
        else:
            assert set(found) == set(given_values)
            assert definitions.checked(found) == found
            kept = from_attributes(to_attributes({"attributes": found}))["attributes"] if found else {}
            assert kept == found


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("text", "x", "x"),
        ("number", 41.5, 41.5),
        ("number", 41.0, 41),
        ("integer", -3, -3),
        ("boolean", False, False),
        ("date", "2026-03-01", "2026-03-01"),
        ("choice", "b", "b"),
        ("multi_choice", ["b", "a", "b"], ["a", "b"]),
        ("url", "https://shop.example/a", "https://shop.example/a"),
    ],
)
def test_a_value_that_fits_is_stored(kind: str, value: Any, stored: Any) -> None:
    found = ALL.checked({kind: value})[kind]

    assert (found, type(found)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", ""),
        ("text", "x" * 1001),
        ("number", float("nan")),
        ("number", "41"),
        ("number", True),
        ("integer", 1.0),
        ("integer", 2**60),
        ("boolean", 1),
        ("date", "2026-02-30"),
        ("date", "2026-W10-1"),
        ("choice", "c"),
        ("multi_choice", []),
        ("multi_choice", ["a", "c"]),
        ("url", "javascript:alert(1)"),
        ("url", "https://"),
        ("url", "https://shop.example/\n"),
        ("unknown", "x"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(kind: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        ALL.checked({kind: value})

    assert refused.value.field == f"attributes.{kind}"


def test_all_of_them_together_have_an_end() -> None:
    with pytest.raises(InvalidInput) as refused:
        NOTHING_DEFINED.checked({str(number): "\U0001f600" * 900 for number in range(40)})

    assert refused.value.field == "attributes"


def test_what_is_required_must_be_there() -> None:
    needed = Definitions({"plan": Attribute("plan", "Plan", AttributeType.TEXT, is_required=True)})

    with pytest.raises(InvalidInput) as refused:
        needed.checked({"other": 1})

    assert refused.value.field == "attributes.plan"
    assert needed.checked({"other": 1, "plan": "pro"}) == {"other": 1, "plan": "pro"}


def test_what_was_there_before_is_not_looked_at() -> None:
    assert ALL.checked({"unknown": 1, "text": "x"}, {"unknown": 1}) == {"unknown": 1, "text": "x"}
    with pytest.raises(InvalidInput):
        ALL.checked({"unknown": True}, {"unknown": 1})


def defined(**more: Any) -> dict[str, Any]:
    return {"attributes": [{"key": "plan", "name": "Plan", "type": "choice", "choices": ["a"], **more}]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (defined(key="Plan"), "attributes[0].key"),
        (defined(name=" "), "attributes[0].name"),
        (defined(type="colour"), "attributes[0].type"),
        (defined(type=["text"]), "attributes[0].type"),
        (defined(choices=[]), "attributes[0].choices"),
        (defined(choices=["a", "a"]), "attributes[0].choices"),
        (defined(type="text"), "attributes[0].choices"),
        (defined(required=1), "attributes[0].required"),
        (defined(scope="agent"), "attributes[0].scope"),
        (defined(more=1), "attributes[0].more"),
        ({"attributes": defined()["attributes"] * 2}, "attributes[1].key"),
        ({"attributes": [], "allow_others": 1}, "allow_others"),
    ],
)
def test_definitions_that_break_a_rule_are_refused(body: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        definitions_from(body, 1)

    assert refused.value.field == field


def test_definitions_are_read_back_and_refuse_other_keys_unless_they_say_so() -> None:
    found = definitions_from(defined(required=True, description="Which"), 3)

    assert definitions_from(definitions_body(found), 3) == found
    assert not found.allow_others
    assert definitions_from({**defined(), "allow_others": True}, 1).allow_others
    assert definitions_from({}, 1).allow_others
