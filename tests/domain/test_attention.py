"""What needs an agent most: waiting counts, what presses counts as waiting, and a lift overtakes nobody for long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.attention import MOST_MINUTES, Asking, chips, ranked
from chalicelib.domain.conversation import Priority

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PATIENCE = timedelta(minutes=5)

minutes = st.one_of(st.none(), st.integers(-5, 300))
askings = st.builds(
    lambda waited, left, priority, tier, back: Asking(
        id="",
        waiting_since=NOW - timedelta(minutes=waited) if waited is not None else None,
        due_at=NOW + timedelta(minutes=left) if left is not None else None,
        priority=priority,
        tier="vip" if tier else "",
        tier_minutes=tier,
        back_after=back,
    ),
    minutes,
    st.one_of(st.none(), st.integers(-60, 120)),
    st.sampled_from(Priority),
    st.integers(0, 60),
    st.one_of(st.none(), st.integers(600, 9000)),
)
desks = st.lists(askings, min_size=1, max_size=12).map(
    lambda found: [replace(each, id=f"cnv_{place:02d}") for place, each in enumerate(found)]
)


def waited(each: Asking) -> timedelta:
    return max(NOW - each.waiting_since, timedelta(0)) if each.waiting_since else timedelta(0)


def order(found: list[Asking]) -> list[str]:
    return [each.id for each in ranked(found, NOW, PATIENCE)]


@given(desks)
@settings(max_examples=100)
def test_a_lift_never_overtakes_who_has_waited_for_long(found: list[Asking]) -> None:
    before = order([replace(each, back_after=None) for each in found])
    after = order(found)

    for patient in (each for each in found if waited(each) > PATIENCE):
        ahead = {*before[: before.index(patient.id)]}
        overtook = {*after[: after.index(patient.id)]} - ahead
        assert not overtook & {each.id for each in found if each.back_after is not None}


@given(desks)
@settings(max_examples=100)
def test_whoever_waits_longest_by_a_bounded_time_is_first(found: list[Asking]) -> None:
    longest = max(found, key=waited)
    others = [waited(each) for each in found if each is not longest]

    if waited(longest) > max([PATIENCE, *(other + timedelta(minutes=MOST_MINUTES) for other in others)]):
        assert order(found)[0] == longest.id


@given(desks, st.randoms())
@settings(max_examples=40)
def test_the_order_is_the_same_however_they_come(found: list[Asking], random: object) -> None:
    assert order(found) == order(found[::-1])
    assert sorted(order(found)) == [each.id for each in found]


def test_who_is_back_comes_first_for_a_while_among_those_who_have_not_waited() -> None:
    new = Asking("new", NOW - timedelta(minutes=3))
    back = Asking("back", back_after=3120)
    long = Asking("long", NOW - timedelta(minutes=6))

    assert order([new, back, long]) == ["long", "back", "new"]
    assert order([new, replace(back, back_after=None), long]) == ["long", "new", "back"]


def test_the_reasons_are_said_what_counts_most_first() -> None:
    asking = Asking("a", NOW - timedelta(minutes=12), NOW + timedelta(minutes=4), Priority.HIGH, "vip", 14, 3120)

    assert [chip.text for chip in chips(asking, NOW)] == [
        "back after 52 min",
        "SLA 4 min",
        "high priority",
        "VIP",
        "waits 12 min",
    ]
    late = Asking("a", due_at=NOW - timedelta(minutes=3))
    assert [chip.text for chip in chips(late, NOW)] == ["SLA missed by 3 min"]
    assert not chips(Asking("a", NOW, NOW + timedelta(hours=2)), NOW)
