"""Searching contacts by label, by label and name, and by names with and without dots."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.labels import Label, LabelScope, Vocabulary
from chalicelib.domain.search_labels import MAX_READINGS, label_names, readings
from chalicelib.domain.search_words import spelt_words
from tests.services.searched import DAY, T0, Desks


@pytest.fixture
def desk() -> Desks:
    made = Desks()
    made.call(vip="VIP", german="Speaks German", late="Late payer", later="Later", ue="Übersee")
    return made


def why(desk: Desks, q: str) -> list[tuple[int, list[tuple[str, str, str]]]]:
    hits = desk.hits(q)
    return [(int(hit.contact.id[4:]), [(each.field, each.how, each.value) for each in hit.matches]) for hit in hits]


# --- labels ------------------------------------------------------------------------------------------------------


def test_a_label_finds_its_contacts_the_newest_first(desk: Desks) -> None:
    for number in (3, 1, 2):
        desk.add(number, name="Ada", labels=("vip",), at=T0 + (9 - number) * DAY)
    desk.add(4, name="Bob", labels=("german",))
    assert why(desk, "VIP") == [(number, [("label", "exact", "VIP")]) for number in (3, 2, 1)]
    assert why(desk, "speaks ger") == [(4, [("label", "prefix", "Speaks German")])]
    assert desk.found("vip", limit=1) == [3, 2, 1]


@pytest.mark.parametrize("q", ["german", "v", "vips", "peaks"])
def test_what_is_not_the_beginning_of_a_label_finds_nobody(desk: Desks, q: str) -> None:
    desk.add(1, name="Ada", labels=("vip", "german"))
    assert desk.found(q) == []


def test_a_label_and_a_name_find_who_has_both(desk: Desks) -> None:
    desk.add(1, name="Ada Lovelace", labels=("vip", "german"))
    desk.add(2, name="Ada Byron")
    desk.add(3, name="Bob", labels=("vip",))
    for q in ("vip ada", "ada vip", "vip lov", "ada speaks german", "ada vip byr"[:8]):
        assert desk.found(q) == [1], q
    (found,) = why(desk, "vip ada")
    assert found == (1, [("label", "exact", "VIP"), ("name", "exact", "Ada Lovelace")])
    assert desk.found("vip byron") == []


def test_two_labels_find_who_has_both(desk: Desks) -> None:
    desk.add(1, name="Ada", labels=("vip", "german"))
    desk.add(2, name="Bob", labels=("vip",))
    desk.add(3, name="Cy", labels=("german",))
    assert desk.found("vip speaks german") == desk.found("speaks vip") == [1]
    assert desk.found("vip speaks ada") == [1]
    assert desk.found("vip speaks bob") == []


def test_names_come_before_labels_and_nobody_comes_twice(desk: Desks) -> None:
    desk.add(1, name="Vipul", labels=("vip",))
    desk.add(2, name="Ada", labels=("vip",))
    desk.add(3, name="Vip Vipul")
    for limit in (1, 2, 10):
        assert desk.found("vip", limit) == [3, 1, 2]
    assert dict(why(desk, "vip"))[1] == [("name", "prefix", "Vipul"), ("label", "exact", "VIP")]


def test_a_beginning_of_two_labels_finds_the_contacts_of_both_once(desk: Desks) -> None:
    desk.add(1, labels=("late",), name="Ada")
    desk.add(2, labels=("later",), name="Bob")
    desk.add(3, labels=("late", "later"), name="Cy")
    assert desk.found("later") == [3, 2]
    assert sorted(desk.found("late", limit=1)) == [1, 2, 3]


def test_a_label_is_found_by_its_new_name_and_by_its_old_one_no_more(desk: Desks) -> None:
    desk.add(1, name="Ada", labels=("vip",))
    desk.call(vip="Golden circle")
    assert desk.found("golden") == [1]
    assert desk.found("vip") == []


def test_pages_of_a_label_go_on_though_it_is_renamed_meanwhile(desk: Desks) -> None:
    for number in range(5):
        desk.add(number, name="Ada", labels=("vip",))
    first = desk.search.find("vip", 2, None)
    desk.call(vip="Golden circle")
    rest = desk.search.find("vip", 10, first.next)
    assert [hit.contact.id for hit in (*first.items, *rest.items)] == [
        f"con_{number:04d}" for number in (4, 3, 2, 1, 0)
    ]


def test_a_label_that_is_taken_off_finds_nobody_however_far_behind_the_index_is(desk: Desks) -> None:
    desk.add(1, name="Ada", labels=("vip",))
    desk.change("con_0001", labels=())
    assert desk.found("vip") == desk.found("vip ada") == []
    desk.indexing.settle("con_0001")
    assert not [key for key in desk.table.items if key[0].startswith("WRD#l")]
    desk.change("con_0001", labels=("german",))
    desk.indexing.settle("con_0001")
    assert desk.found("speaks ada") == [1]
    desk.indexing.forget("con_0001")
    assert not [key for key in desk.table.items if key[0].startswith(("WRD#", "IDX#"))]


def test_all_that_is_indexed_of_a_contact_changes_at_once_however_much_it_is(desk: Desks) -> None:
    """More than a transaction holds."""
    desk.call(**{f"old{number}": f"Old{number}" for number in range(50)}, **{f"new{n}": f"New{n}" for n in range(50)})
    old = tuple(f"old{number}" for number in range(50))
    desk.add(1, name=" ".join(f"a{number}" for number in range(8)), username="x1 x2 x3 x4", labels=old)
    new = tuple(f"new{number}" for number in range(50))
    for labels, name in ((new, "b0 b1 b2 b3 b4 b5 b6 b7"), (old, "c1")):
        desk.change("con_0001", name=name, labels=labels)
        assert desk.indexing.settle("con_0001")
        assert desk.found(name[:2]) == desk.found(labels[3]) == [1]
        rows = {key for key in desk.table.items if key[0].startswith("WRD#")}
        assert rows == {key for key in desk.store.keys_of("con_0001") if key[0].startswith("WRD#")}
    assert desk.found("b1") == desk.found("new3") == []


def test_a_page_of_a_label_costs_as_much_with_many_contacts_as_with_few() -> None:
    costs = []
    for many in (10, 700):
        desk = Desks()
        desk.call(vip="VIP")
        for number in range(many):
            desk.add(number, name=f"Maria Em{number}", labels=("vip",) if number % 2 else ())
        cost = {}
        for q in ("vip", "vip maria", "vip em9"):
            desk.client.calls.clear()
            assert len(desk.search.find(q, 5, None).items) == min(5, 1 if q == "vip em9" and many == 10 else 5), q
            cost[q] = len(desk.client.calls)
        costs.append(cost)
    assert costs[1] == {"vip": 4, "vip maria": 4, "vip em9": 4}
    assert max(costs[0].values()) <= 6


NAMES = ("VIP", "Very important", "Very late", "Späte Zahler", "重要", "vip gold")
VOCABULARY = label_names(Vocabulary({f"l{place}": Label(f"l{place}", name) for place, name in enumerate(NAMES)}))
TYPED = ("vip", "very", "imp", "gold", "ada", "spate", "späte", "spaete", "zah", "重", "lovelace", "v")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ada", "bob", "vip"]), st.sets(st.sampled_from(sorted(VOCABULARY)))), max_size=8
    ),
    st.lists(st.sampled_from(TYPED), min_size=1, max_size=3),
    st.integers(1, 4),
)
def test_a_label_and_words_find_whom_a_look_at_all_finds(
    people: list[tuple[str, set[str]]], typed: list[str], limit: int
) -> None:
    desk = Desks()
    desk.vocabulary = Vocabulary({key: Label(key, each.name) for key, each in VOCABULARY.items()})
    for number, (name, labels) in enumerate(people):
        desk.add(number, name=name, labels=tuple(sorted(labels)))
    q = " ".join(typed)
    words = tuple(dict.fromkeys(spelt_words(q)))
    ways = [(set(each.labels), each.words) for each in readings(words, VOCABULARY.values())]
    expected = {
        number
        for number, (name, labels) in enumerate(people)
        for wanted, rest in [(set[str](), words), *ways]
        if wanted <= labels and (rest or wanted) and all(name.startswith(word) for word in rest)
    }
    found = desk.found(q, limit)
    assert len(found) == len(set(found))
    assert set(found) == expected


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("vip", ("l0",)),
        ("vip gold", ("l5",)),
        ("very imp", ("l1",)),
        ("spaete", ("l3",)),
        ("späte z", ("l3",)),
        ("spate zahler", ("l3",)),
        ("重", ("l4",)),
        ("vip very late", ("l0", "l2")),
    ],
)
def test_a_question_is_taken_for_the_likeliest_label_first(q: str, first: tuple[str, ...]) -> None:
    found = readings(spelt_words(q), VOCABULARY.values())
    assert found[0].labels == first
    assert len(found) <= MAX_READINGS


def test_a_label_of_conversations_alone_is_not_looked_for() -> None:
    only = Label("bug", "Bug", scopes=(LabelScope.CONVERSATION,))
    assert label_names(Vocabulary({"bug": only, "vip": Label("vip", "VIP"), "no": Label("no", "!!")})).keys() == {"vip"}


# --- dots and what is written for them ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "questions"),
    [
        (
            "Jürgen Müller",
            ["müller", "mueller", "muller", "Mül", "mue", "MÜLLER jürgen", "juergen mueller", "müller jue"],
        ),
        ("Juergen Mueller", ["müller", "mueller", "Mül", "mü", "MÜLLER jürgen", "jürgen", "jürgen mue"]),
        ("Jurgen Muller", ["müller", "muller", "jürgen müller"]),
        ("Jörg Groß", ["joerg", "jörg", "jorg", "gross", "groß", "jörg gross"]),
        ("Joerg Gross", ["jörg", "groß", "jörg groß"]),
        ("Søren Ågård", ["søren", "soeren", "soren", "aagaard", "ågård", "agard", "ågå"]),
        ("Soeren Aagaard", ["søren", "ågård", "åg", "søren å"]),
        ("Mu\u0308ller", ["müller", "mueller"]),
    ],
)
def test_a_name_with_dots_is_found_whichever_way_it_is_stored_and_asked(stored: str, questions: list[str]) -> None:
    desk = Desks()
    desk.add(1, name=stored)
    desk.add(2, name="Otto Mull")
    for q in questions:
        assert 1 in desk.found(q), q
        assert desk.found(q, limit=1).count(1) == 1, q


def test_who_is_asked_for_with_dots_and_a_label_is_found_without_them(desk: Desks) -> None:
    desk.add(1, name="Ada Mueller", labels=("vip",))
    desk.add(2, name="Ada Müller", labels=("ue",))
    assert desk.found("vip müller") == [1]
    assert desk.found("übersee müller") == desk.found("uebersee mueller") == desk.found("ubersee") == [2]


def test_dots_cost_one_query_more_and_no_row() -> None:
    desk = Desks()
    for number in range(30):
        desk.add(number, name=f"Samuel Mueller{number}", at=T0 + timedelta(days=number))
    assert len([key for key in desk.table.items if key[0].startswith("WRD#")]) == 60
    costs = {}
    for q in ("mueller", "müller"):
        desk.client.calls.clear()
        assert len(desk.search.find(q, 5, None).items) == 5
        costs[q] = len(desk.client.calls)
    assert costs["müller"] == costs["mueller"] + 1
