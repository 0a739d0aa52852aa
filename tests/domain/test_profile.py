"""Who says what of a contact: whatever the order in which words arrive, the same is shown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contact import Contact, ContactPoint, Word
from chalicelib.domain.contact_points import is_proven, outlived, points_of, proven, reachable, with_point
from chalicelib.domain.profile import AUTHORITY, source_of, told, told_fields, value_of, withdrawn, words_of
from tests.domain import values

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
BOB = Contact("con_1", AT, AT, name="Bob", email="bob@shop.example", sources={"name": "provider", "email": "store"})

names = st.sampled_from(("name", "tier", "interests", "customer_since", "attribute.size", "attribute.vip"))
said = st.tuples(
    names,
    st.sampled_from(sorted(AUTHORITY)),
    st.none() | st.sampled_from(("a", "b", "c")),
    st.integers(0, 4).map(lambda hours: AT + timedelta(hours=hours)),
    st.sampled_from(("", "agt_1", "agt_2")),
)


def heard(contact: Contact, words: list[tuple[str, str, str | None, datetime, str]]) -> Contact:
    for name, source, value, at, by in words:
        contact = told(contact, source, {name: value}, at, by)
    return contact


@given(st.lists(said, max_size=12), st.randoms(use_true_random=False))
def test_the_same_is_shown_when_words_come_in_any_order_and_twice(words: list, chance: object) -> None:
    shuffled = [*words, *words[:3]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert heard(BOB, shuffled) == heard(BOB, words)


@given(st.lists(said, max_size=12))
def test_what_is_shown_is_the_newest_word_of_the_strongest_source(words: list) -> None:
    """As told by a plain reading of all words, without what `told` keeps."""
    contact = heard(Contact("con_1", AT, AT), words)

    for name in {word[0] for word in words}:
        newest: dict[str, tuple] = {}
        for _, source, value, at, by in (word for word in words if word[0] == name):
            key = (at, value is None, value or "", by)
            newest[source] = max(newest.get(source, key), key)
        holding = {source: key[2] for source, key in newest.items() if not key[1]}
        strongest = max(holding, key=lambda source: AUTHORITY[source], default=None)
        assert source_of(contact, name) == strongest
        assert contact.sources.get(name) == strongest
        assert (value_of(contact, name) or None) == (holding[strongest] if strongest else None)


@given(values.contacts)
def test_nothing_of_a_contact_changes_when_nothing_is_said(contact: Contact) -> None:
    assert told(contact, "agent", {}, AT) == contact


def test_the_agents_name_is_shown_and_the_providers_comes_back_when_it_is_taken_away() -> None:
    renamed = told(BOB, "agent", {"name": "Robert"}, LATER, "agt_1")
    again = withdrawn(renamed, "name", LATER + timedelta(hours=1), "agt_1")
    nobody = withdrawn(again, "name", LATER + timedelta(hours=2), "agt_1")

    assert (renamed.name, renamed.sources["name"]) == ("Robert", "agent")
    assert (again.name, again.sources["name"]) == ("Bob", "provider")
    assert (nobody.name, "name" in nobody.sources) == (None, False)


def test_a_weaker_source_changes_nothing_that_is_shown_when_it_speaks_later() -> None:
    known = told(BOB, "agent", {"tier": "gold"}, AT, "agt_1")

    heard_of = told(known, "store", {"tier": "silver"}, LATER)

    assert (heard_of.tier, heard_of.sources["tier"]) == ("gold", "agent")
    assert withdrawn(heard_of, "tier", LATER).tier == "silver"


def test_every_word_is_listed_the_shown_one_first() -> None:
    contact = told(BOB, "agent", {"name": "Robert", "attribute.size": 42}, LATER, "agt_1")

    found = [(each.field, each.source, each.value, each.is_shown) for each in told_fields(contact)]

    assert found == [
        ("name", "agent", "Robert", True),
        ("name", "provider", "Bob", False),
        ("email", "store", "bob@shop.example", True),
        ("attribute.size", "agent", 42, True),
    ]


def test_an_attribute_of_before_is_the_word_of_whom_the_attributes_were_from() -> None:
    old = replace(BOB, attributes={"size": 41}, sources={"attributes": "agent"})

    assert words_of(old, "attribute.size") == {"agent": Word(41, AT)}
    assert told(old, "store", {"attribute.size": 43}, LATER).attributes == {"size": 41}


def test_a_number_that_nobody_says_any_more_stays_with_its_end() -> None:
    before = told(BOB, "agent", {"phone": "+49301234567"}, AT, "agt_1")

    after = outlived(before, told(before, "agent", {"phone": "+49307654321"}, LATER, "agt_1"), LATER)

    assert after.phone == "+49307654321"
    assert after.contact_points == (ContactPoint("phone", "+49301234567", valid_to=date(2026, 3, 1)),)
    assert [point.value for point in reachable(after, "phone", date(2026, 3, 2))] == ["+49307654321"]


def test_an_address_that_another_source_still_says_is_not_ended() -> None:
    after = told(BOB, "agent", {"email": "robert@shop.example"}, LATER, "agt_1")

    assert outlived(BOB, after, LATER).contact_points == ()


def test_what_is_proven_comes_first_and_stays_proven_when_its_label_changes() -> None:
    contact = proven(BOB, "email", "bob@home.example", "code", AT)
    labelled = with_point(contact.contact_points, ContactPoint("email", "bob@home.example", "home"))
    contact = replace(contact, contact_points=labelled)

    assert is_proven(contact, "email", "bob@home.example")
    assert not is_proven(contact, "email", "bob@shop.example")
    assert [point.value for point in reachable(contact, "email", date(2026, 3, 1))] == [
        "bob@home.example",
        "bob@shop.example",
    ]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=8))
def test_there_is_one_point_of_each_value_however_often_it_is_told(told_points: list[tuple[str, bool]]) -> None:
    points: tuple[ContactPoint, ...] = ()
    for value, is_verified in told_points:
        points = with_point(points, ContactPoint("phone", value, verified_at=AT if is_verified else None))

    assert len({point.value for point in points}) == len(points) == len({value for value, _ in told_points})
    for point in points:
        assert (point.verified_at is not None) == any(value == point.value and proof for value, proof in told_points)


def test_the_contacts_own_address_is_listed_once_when_it_is_a_point_too() -> None:
    contact = proven(BOB, "email", "bob@shop.example", "code", AT)

    assert [point.value for point in points_of(contact)] == ["bob@shop.example"]
