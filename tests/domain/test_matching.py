"""What two contacts share, what it is worth, and what speaks against it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.evidence import EMAIL, PHONE, STRENGTH, Evidence, strength_of
from chalicelib.domain.matching import folded, judged
from chalicelib.domain.matching_values import AUTO, CROWD, SHARED, Certain, Side, Verdict, customer_id

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOURCES = sorted(STRENGTH)


def said(contact: str, source: str, kind: str = EMAIL, value: str = "bob@example.com") -> Evidence:
    return Evidence(kind, value, contact, strength_of(source), NOW, source=source)


def side(contact: str, *evidence: tuple[str, str], name: str | None = None, **certain: frozenset[object]) -> Side:
    """`evidence`: pairs of kind and source."""
    found = tuple(said(contact, source, kind) for kind, source in evidence)
    return Side(contact, name, found, Certain(**certain))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "verdict", "strength"),
    [
        ("site", "site", Verdict.AUTO, 95),
        ("verified", "provider", Verdict.AUTO, 90),
        ("provider", "provider", Verdict.AUTO, 90),
        ("provider", "agent", Verdict.SUGGEST, 60),
        ("site", "import", Verdict.SUGGEST, 55),
        ("agent", "store", Verdict.SUGGEST, 50),
        ("verified", "visitor", Verdict.SUGGEST, 40),
        ("visitor", "visitor", Verdict.SUGGEST, 40),
    ],
)
def test_a_pair_is_as_sure_as_its_weaker_side(one: str, other: str, verdict: Verdict, strength: int) -> None:
    for kind in (EMAIL, PHONE):
        found = judged(side("con_1", (kind, one)), side("con_2", (kind, other)))
        assert (found.verdict, found.strength, found.kinds) == (verdict, strength, (kind,))


def test_several_kinds_are_worth_more_but_never_link_by_themselves() -> None:
    one = side("con_1", (EMAIL, "agent"), (PHONE, "agent"), name="Bob Chan")
    other = side("con_2", (EMAIL, "agent"), (PHONE, "agent"), name="chan, BOB")
    both = judged(one, other)
    assert (both.verdict, both.strength, both.kinds) == (Verdict.SUGGEST, 86, ("email", "name", "phone"))
    assert judged(side("con_1", (EMAIL, "site"), (PHONE, "site")), side("con_2", (EMAIL, "site"), (PHONE, "site"))) == (
        judged(side("con_1", (PHONE, "site"), (EMAIL, "site")), side("con_2", (EMAIL, "site"), (PHONE, "site")))
    )


def test_the_same_name_alone_says_nothing() -> None:
    assert judged(side("con_1", name="Bob Chan"), side("con_2", name="Bob Chan")).verdict is Verdict.NOTHING


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("Bob Chan", "chan bob", True),
        ("José Peña", "JOSE PENA", True),
        ("O'Neill", "o neill", True),
        ("王小明", "王小明", True),
        ("Bob", "Bo", False),
        (None, None, False),
        ("!!!", "???", False),
    ],
)
def test_names_are_the_same_without_case_accents_and_order(name: str | None, other: str | None, same: bool) -> None:
    assert bool(folded(name) and folded(name) == folded(other)) is same


def test_two_customer_ids_of_one_system_are_never_linked_by_themselves() -> None:
    mine = side("con_1", (PHONE, "provider"), customer_ids=frozenset({("web_chat", "user:1")}))
    theirs = side("con_2", (PHONE, "provider"), customer_ids=frozenset({("web_chat", "user:2")}))
    found = judged(mine, theirs)
    assert (found.verdict, found.strength) == (Verdict.SUGGEST, AUTO - 1)
    assert found.against == ("two different customer ids in web_chat",)
    assert found.reason.endswith("; but two different customer ids in web_chat.")
    other_system = side("con_2", (PHONE, "provider"), customer_ids=frozenset({("shopify a", "2")}))
    assert judged(mine, other_system).verdict is Verdict.AUTO
    one_in_common = frozenset({("web_chat", "user:1"), ("web_chat", "user:2")})
    assert judged(mine, side("con_2", (PHONE, "provider"), customer_ids=one_in_common)).verdict is Verdict.AUTO


def test_a_number_in_common_does_not_outweigh_two_proven_mail_addresses() -> None:
    mine = side("con_1", (PHONE, "provider"), emails=frozenset({"ann@example.com"}))
    theirs = side("con_2", (PHONE, "provider"), emails=frozenset({"ben@example.com"}))
    found = judged(mine, theirs)
    assert (found.verdict, found.against) == (Verdict.SUGGEST, ("two different proven e-mail addresses",))
    assert judged(mine, side("con_2", (PHONE, "provider"))).verdict is Verdict.AUTO


@pytest.mark.parametrize(
    ("many", "verdict"),
    [
        (2, Verdict.AUTO),
        (SHARED, Verdict.AUTO),
        (SHARED + 1, Verdict.SUGGEST),
        (CROWD, Verdict.SUGGEST),
        (CROWD + 1, Verdict.NOTHING),
    ],
)
def test_an_address_that_many_have_links_nobody(many: int, verdict: Verdict) -> None:
    holders = {(PHONE, "bob@example.com"): many}
    found = judged(side("con_1", (PHONE, "provider")), side("con_2", (PHONE, "provider")), holders)
    assert found.verdict is verdict
    assert (f"{many} contacts have it" in found.reason) is (SHARED < many <= CROWD)


def test_what_people_refused_counts_no_more_and_what_is_new_is_asked() -> None:
    one, other = side("con_1", (EMAIL, "site")), side("con_2", (EMAIL, "site"))
    seen = judged(one, other).marks
    assert judged(one, other, refused=seen).verdict is Verdict.NOTHING
    assert judged(one, other, refused={mark: 60 for mark in seen}).verdict is Verdict.SUGGEST, "proven since"
    assert judged(one, other, refused={}).verdict is Verdict.SUGGEST, "never by itself again"
    more = side("con_1", (EMAIL, "site"), (PHONE, "site")), side("con_2", (EMAIL, "site"), (PHONE, "site"))
    found = judged(*more, refused=seen)
    assert (found.verdict, found.kinds) == (Verdict.SUGGEST, (PHONE,))


def test_what_holds_no_longer_says_nothing() -> None:
    gone = Evidence(EMAIL, "bob@example.com", "con_2", 95, NOW, holds=False)
    assert judged(side("con_1", (EMAIL, "site")), Side("con_2", evidence=(gone,))).verdict is Verdict.NOTHING


def test_nobody_is_matched_with_themselves() -> None:
    with pytest.raises(ValueError, match="itself"):
        judged(side("con_1"), side("con_1"))


@pytest.mark.parametrize(
    ("channel", "address", "told"),
    [
        ("web_chat", "user:42", ("web_chat", "user:42")),
        ("web_chat", "018f-visitor", None),
        ("custom", "k-1815", ("custom", "k-1815")),
        ("events", "ibx_1:42", ("events ibx_1", "42")),
        ("shopify", "shop.example:7", ("shopify shop.example", "7")),
        ("whatsapp", "85261234567", None),
    ],
)
def test_a_systems_own_ids_are_told_from_addresses(channel: str, address: str, told: tuple[str, str] | None) -> None:
    assert customer_id(channel, address) == told


FACTS = st.lists(
    st.tuples(st.sampled_from((EMAIL, PHONE)), st.sampled_from("abc"), st.sampled_from(SOURCES)), max_size=5
)
IDS = st.frozensets(st.tuples(st.sampled_from(("web_chat", "custom")), st.sampled_from("12")), max_size=2)


def sides(contact: str) -> st.SearchStrategy[Side]:
    def made(facts: list[tuple[str, str, str]], name: str | None, ids: frozenset[tuple[str, str]]) -> Side:
        return Side(
            contact, name, tuple(said(contact, source, kind, value) for kind, value, source in facts), Certain(ids)
        )

    return st.builds(made, FACTS, st.sampled_from((None, "Bob", "Ann")), IDS)


@given(sides("con_1"), sides("con_2"), st.dictionaries(st.just((EMAIL, "a")), st.integers(2, 40)))
def test_a_judgement_is_the_same_from_both_sides_and_explains_itself(
    one: Side, other: Side, holders: dict[tuple[str, str], int]
) -> None:
    found = judged(one, other, holders)
    assert found == judged(other, one, holders)
    assert (found.verdict is Verdict.NOTHING) or found.reason.startswith("Both have the same ")
    if found.verdict is Verdict.AUTO:
        assert AUTO <= found.strength < 100 and not found.against
        assert any(ground.strength >= AUTO for ground in found.grounds)
    else:
        assert found.strength < AUTO, "what is not sure is never called so"


@given(sides("con_1"), sides("con_2"), FACTS)
def test_more_in_common_never_makes_it_less_sure(one: Side, other: Side, more: list[tuple[str, str, str]]) -> None:
    plain = judged(one, other)
    first, second = (
        Side(
            each.contact_id,
            each.name,
            (*each.evidence, *(said(each.contact_id, s, k, v) for k, v, s in more)),
            each.certain,
        )
        for each in (one, other)
    )
    assert judged(first, second).strength >= plain.strength
