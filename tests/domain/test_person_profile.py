"""The profile of a person: every word of every source, the same in any order, and what a link would make of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contact import Contact, ContactPoint, DoNotContact
from chalicelib.domain.person_profile import Outcome, preview, profile_of
from chalicelib.domain.profile import AUTHORITY, authority, told

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = ("con_1", "con_2", "con_3")
WORDS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(sorted(AUTHORITY)),
        st.sampled_from(("name", "email", "tier", "attribute.size")),
        st.sampled_from(("a", "b", "")),
        st.integers(0, 5),
    ),
    max_size=20,
)


def contacts_of(words: list[tuple[str, str, str, str, int]]) -> dict[str, Contact]:
    made = {name: Contact(name, NOW, NOW) for name in NAMES}
    for contact, source, field, value, minute in words:
        made[contact] = told(made[contact], source, {field: value}, NOW + timedelta(minutes=minute))
    return made


@given(WORDS, st.permutations(NAMES))
def test_the_profile_is_the_same_in_any_order_and_shows_the_strongest_word(
    words: list[tuple[str, str, str, str, int]], order: list[str]
) -> None:
    contacts = contacts_of(words)
    profile = profile_of(contacts.values())
    assert profile == profile_of([contacts[name] for name in order])
    for field in profile.fields:
        everybody = (field.shown, *field.others)
        assert max(authority(said.source) for said in everybody) == authority(field.shown.source)
        same = [said.at for said in everybody if said.source == field.shown.source]
        assert field.shown.at == max(same), "of equal ones the newest"
        assert len({(said.contact_id, said.source) for said in everybody}) == len(everybody)
        assert field.is_disputed is (len({said.value for said in everybody}) > 1)
    told_alone = {field.name for name in NAMES for field in profile_of([contacts[name]]).fields}
    assert told_alone == {field.name for field in profile.fields}, "nothing is lost"


@given(WORDS)
def test_a_preview_shows_what_each_side_shows_and_what_both_would(words: list[tuple[str, str, str, str, int]]) -> None:
    one, other, third = contacts_of(words).values()
    mine, theirs, whole = profile_of([one, third]), profile_of([other]), profile_of([one, other, third])
    shown = preview([one, third], [other])
    assert [field.name for field in shown] == [field.name for field in whole.fields]
    for field in shown:
        left, right = mine.field(field.name), theirs.field(field.name)
        assert (field.mine, field.theirs) == (left.shown if left else None, right.shown if right else None)
        assert field.shown in (field.mine, field.theirs)
        expected = Outcome.KEPT
        if left is None:
            expected = Outcome.ADOPTED
        elif right is not None and left.shown.value != right.shown.value:
            expected = Outcome.CONFLICTING
        assert field.outcome is expected
    assert preview([one], [one])[:0] == () and all(each.outcome is Outcome.KEPT for each in preview([one], [one]))


def test_labels_points_and_the_wish_to_hear_nothing_are_the_whole_persons() -> None:
    point, silence = ContactPoint("phone", "+34600000000"), DoNotContact("asked", "agt_1", NOW)
    first: dict[str, Any] = {"labels": ("vip", "shoes"), "contact_points": (point,)}
    one, other = (
        Contact("con_1", NOW, NOW, **first),
        Contact("con_2", NOW, NOW, labels=("vip",), do_not_contact=silence),
    )
    profile = profile_of([other, one])
    assert profile.labels == (("shoes", ("con_1",)), ("vip", ("con_1", "con_2")))
    assert profile.contact_points == (("con_1", point),)
    assert profile.do_not_contact == (("con_2", silence),)
