"""Pairs and lines of links: kept under both contacts, found again whole, in the order they mean."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_pairs import line_from, line_items, pair_from, pair_items
from chalicelib.aws.codec_people import person_from, person_item
from chalicelib.aws.stores.suggestions import SuggestionStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.person import Person, link_of
from chalicelib.domain.suggestion import LinkLine, Pair, PairState, ends_of, pair_id
from chalicelib.domain.writes import Written
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.domain.values import identifiers, times
from tests.services.test_routing import INDEXES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHORT = identifiers("con").filter(lambda name: len(name) <= 30)
MARKS = st.dictionaries(st.text(), st.integers(0, 99))
CASES = st.sampled_from(PairState)
WHO = st.tuples(st.sampled_from(("agent", "system")), st.none() | st.just("agt_1"))


@given(
    SHORT, SHORT, CASES, st.integers(0, 100), WHO, st.text(max_size=20), st.dictionaries(st.text(), st.integers(0, 99))
)
def test_a_pair_comes_back_from_either_of_its_items(
    one: str, other: str, state: PairState, strength: int, by: tuple[str, str | None], why: str, marks: dict[str, int]
) -> None:
    if one == other:
        return
    a, b = sorted((one, other))
    pair = Pair(a, b, state, strength, ("email",), "Both.", NOW, marks, ("x",), marks, by, why, version=6)
    for item in pair_items(pair, 6):
        assert pair_from(from_attributes(to_attributes(item))) == pair
    assert ends_of(pair_id(other, one)) == (a, b) == ends_of(pair.id)
    line = LinkLine(a, b, "linked", NOW, by, strength, ("email", "said_so"), why, "con_1.3")
    first, second = (from_attributes(to_attributes(item)) for item in line_items(line))
    assert line_from(first) == line_from(second) == line
    assert first["sk"] == second["sk"] and first["pk"] != second["pk"]
    link = link_of(one, other, strength, ("email",), by, NOW, why)
    person = Person(a, (a, b), (link,), 4)
    assert person_from(from_attributes(to_attributes(person_item(person)))) == person


@given(st.integers(0, 100), times, st.integers(0, 100), times)
def test_suggestions_stand_in_the_order_of_strength_then_of_time(a: int, at: datetime, b: int, then: datetime) -> None:
    one, other = keys_contact.suggestion_place(a, at), keys_contact.suggestion_place(b, then)
    assert (one < other) is ((a, at) < (b, then))


def store() -> tuple[SuggestionStore, MemoryTable]:
    table = MemoryTable(INDEXES)
    return SuggestionStore(Desk(MemoryDynamoDB({"desk": table}), "desk")), table


def pair_of(one: str, other: str, strength: int = 60, state: PairState = PairState.OPEN, minute: int = 0) -> Pair:
    return Pair(one, other, state, strength, ("phone",), "Both.", NOW + timedelta(minutes=minute))


def test_the_queue_has_the_strongest_first_then_the_newest_by_pages() -> None:
    pairs, _ = store()
    for number, (strength, minute) in enumerate(((40, 1), (86, 0), (60, 2), (60, 3))):
        assert pairs.replace(pair_of("con_1", f"con_2{number}", strength, minute=minute)) is Written.DONE
    assert pairs.replace(pair_of("con_1", "con_3", 99, PairState.DISMISSED)) is Written.DONE
    first = pairs.page(3, None)
    rest = pairs.page(3, first.next)
    assert [(pair.strength, pair.b) for pair in (*first.items, *rest.items)] == [
        (86, "con_21"),
        (60, "con_23"),
        (60, "con_22"),
        (40, "con_20"),
    ]


def test_a_pair_is_written_only_where_it_is_as_it_was_read() -> None:
    pairs, _ = store()
    made = pair_of("con_1", "con_2")
    assert pairs.replace(made) is Written.DONE
    assert pairs.replace(made) is Written.CONFLICT
    read = pairs.pair("con_2", "con_1")
    assert read is not None and read.version == 1
    assert pairs.replace(read) is Written.DONE
    assert pairs.replace(read) is Written.CONFLICT
    assert [pair.version for pair in pairs.pairs_of("con_2")] == [2]


def test_all_that_tells_of_a_contact_is_found_for_its_erasure_and_nothing_of_others() -> None:
    pairs, table = store()
    for a, b in (("con_1", "con_2"), ("con_2", "con_3"), ("con_1", "con_3")):
        line = LinkLine(a, b, "dismissed", NOW, ("agent", "agt_1"), reason="because", nth=f"{a}{b}")
        assert pairs.replace(pair_of(a, b), line) is Written.DONE
    found = set(pairs.keys_of("con_2"))
    telling = {
        key
        for key, item in table.items.items()
        if "con_2" in (from_attributes(item).get("row") or from_attributes(item))["a"]
        or "con_2" in (from_attributes(item).get("row") or from_attributes(item))["b"]
    }
    assert found == telling and len(found) == 8
    assert {keys.identifier(pk) for pk, _ in found} == {"con_1", "con_2", "con_3"}
