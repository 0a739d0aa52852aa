"""Segments over the desk's own stores in memory: members are always whom the filter picks of what is stored."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.codec import to_attributes
from chalicelib.aws.codec_contact import identity_item
from chalicelib.domain import ids
from chalicelib.domain.consent import ConsentState, ConsentWord, Purpose
from chalicelib.domain.contact import ContactIdentity
from chalicelib.domain.errors import InvalidInput, SegmentNotFound, SegmentsTooMany, VersionConflict
from chalicelib.domain.segment import MAX_SEGMENTS, PATIENCE, SegmentState, share
from chalicelib.services.segments import SAMPLE
from tests.services.segmented import CONDITIONS, GERMAN, GOLD, T0, Desks


@pytest.fixture
def desk() -> Desks:
    return Desks()


# --- against brute force -----------------------------------------------------------------------------------------

WHO = st.integers(0, 5).map(lambda number: f"con_{number:04d}")
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "tier": st.sampled_from(["gold", "silver", None]),
        "language": st.sampled_from(["de", "en", None]),
        "labels": st.sampled_from([(), ("vip",), ("vip", "new")]),
        "attributes": st.sampled_from([{}, {"size": 39}, {"size": 44}]),
    },
)
STEPS = st.one_of(
    st.tuples(st.just("change"), WHO, FIELDS),
    st.tuples(st.just("hear"), WHO, st.none()),
    st.tuples(st.just("erase"), WHO, st.none()),
    st.tuples(st.just("define"), st.integers(0, 3), st.sampled_from(CONDITIONS)),
    st.tuples(st.just("edit"), st.integers(0, 3), st.sampled_from(CONDITIONS)),
    st.tuples(st.just("rename"), st.integers(0, 3), st.none()),
    st.tuples(st.just("delete"), st.integers(0, 3), st.none()),
    st.tuples(st.just("work"), st.booleans(), st.none()),
)


def happens(desk: Desks, what: str, which: Any, more: Any) -> None:
    found = [each for each in desk.registers.register().segments if each.name.startswith(f"{which} ")]
    if what in ("edit", "rename", "delete") and not found:
        return
    actions: dict[str, Callable[[], Any]] = {
        "change": lambda: desk.change(which, **more),
        "hear": lambda: desk.hear(which),
        "erase": lambda: desk.erase(which),
        "define": lambda: found or desk.define(f"{which} segment", more),
        "edit": lambda: desk.segments.edit(found[0].id, found[0].version, {"condition": more}, "agt_1", T0),
        "rename": lambda: desk.segments.edit(
            found[0].id, found[0].version, {"name": f"{found[0].name[:20]} more"}, "agt_1", T0
        ),
        "delete": lambda: desk.segments.delete(found[0].id, "agt_1", T0),
        "work": lambda: desk.work(until_done=which),
    }
    actions[what]()


@settings(deadline=None)
@given(
    st.lists(STEPS, max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 5), STEPS), max_size=4),
    st.permutations(range(6)),
)
def test_members_are_whom_the_filter_picks_after_any_sequence(
    steps: list[tuple[str, Any, Any]], races: list[tuple[int, int, tuple[str, Any, Any]]], order: list[int]
) -> None:
    """Contacts and definitions change, events come late and twice, rebuildings are carried out in pieces; and in the
    middle of a step, before one of its calls, another one happens."""
    desk = Desks()
    for number in range(6):
        desk.add(number, tier="gold" if number % 2 else None)
    for place, step in enumerate(steps):
        for at, call, (what, which, more) in races:
            if at == place:
                desk.client.before[len(desk.client.calls) + call] = partial(happens, desk, what, which, more)
        with_conflicts(desk, *step)
        desk.client.before.clear()
    for number in order:
        desk.hear(f"con_{number:04d}")
    desk.work()
    desk.check()


def with_conflicts(desk: Desks, what: str, which: Any, more: Any) -> None:
    """Somebody else may have changed or deleted what is edited: that is told, and nothing is done."""
    try:
        happens(desk, what, which, more)
    except (VersionConflict, SegmentNotFound, InvalidInput):
        assert what in ("edit", "rename", "delete", "define")


@given(st.integers(1, 500), st.data())
def test_the_interval_of_a_share_holds_the_share(looked_at: int, data: st.DataObject) -> None:
    matched = data.draw(st.integers(0, looked_at))
    low, high = share(matched, looked_at)
    assert 0 <= low <= matched / looked_at + 1e-9
    assert matched / looked_at - 1e-9 <= high <= 1
    assert high - low <= 2 / looked_at**0.5 + 0.01


# --- by example --------------------------------------------------------------------------------------------------


def test_a_new_segment_counts_once_it_is_rebuilt_and_says_so_until_then(desk: Desks) -> None:
    for number in range(130):
        desk.add(number, tier="gold" if number < 70 else None)
    made = desk.define("Gold", GOLD)
    assert desk.segments.progress(made, T0).state is SegmentState.REBUILDING
    desk.work(until_done=False)
    progress = desk.segments.progress(desk.registers.register().get(made.id), T0)
    assert (progress.state, progress.job and progress.job.done) == (SegmentState.REBUILDING, 50)
    desk.work()
    segment = desk.registers.register().get(made.id)
    assert desk.segments.progress(segment, T0).state is SegmentState.READY
    assert desk.store.counts()[made.id] == 70
    assert desk.registers.register().contacts == 130
    assert desk.members(made.id, limit=16) == [f"con_{number:04d}" for number in reversed(range(70))]


def test_a_rebuilding_that_nobody_began_or_finished_is_told(desk: Desks) -> None:
    made = desk.define("Gold", GOLD)
    assert desk.segments.progress(made, T0 + PATIENCE).state is SegmentState.INTERRUPTED
    for number in range(60):
        desk.add(number)
    desk.work(until_done=False)
    desk.jobs.cancel(desk.queue.waiting[0], T0)
    segment = desk.registers.register().get(made.id)
    assert desk.segments.progress(segment, T0).state is SegmentState.INTERRUPTED
    desk.segments.rebuild(made.id, "agt_1", T0 + timedelta(minutes=1))
    desk.work()
    desk.check()


def test_a_repeated_request_for_a_rebuilding_is_one_job(desk: Desks) -> None:
    made = desk.define("Gold", GOLD)
    desk.segments._rebuild(made, T0 + timedelta(hours=1))
    assert len(set(desk.queue.waiting)) == 1


def test_an_edit_of_an_older_version_is_refused_and_changes_nothing(desk: Desks) -> None:
    made = desk.define("Gold", GOLD)
    desk.segments.edit(made.id, 1, {"name": "Golden"}, "agt_1", T0)
    with pytest.raises(VersionConflict):
        desk.segments.edit(made.id, 1, {"condition": GERMAN}, "agt_1", T0)
    assert desk.registers.register().get(made.id).condition == GOLD


def test_two_names_that_are_alike_are_refused(desk: Desks) -> None:
    desk.define("Gold", GOLD)
    other = desk.define("Silver", GERMAN)
    with pytest.raises(InvalidInput) as refused:
        desk.segments.edit(other.id, 1, {"name": "GOLD"}, "agt_1", T0)
    assert refused.value.field == "name"
    with pytest.raises(InvalidInput):
        desk.define("gold", GOLD)


def test_there_are_so_many_segments_and_no_more_and_one_contact_may_be_in_all(desk: Desks) -> None:
    desk.add(1)
    for number in range(MAX_SEGMENTS):
        desk.define(f"Segment {number}", {})
    with pytest.raises(SegmentsTooMany):
        desk.define("One more", {})
    desk.work()
    desk.check()
    desk.erase("con_0001")
    assert set(desk.store.counts().values()) == {0}
    assert desk.store.keys_of("con_0001") == []


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ({"field": "contact.customer_days", "at_least": 3}, "condition.field"),
        ({"field": "contact.shoe_size", "is": 1}, "condition.field"),
        ({"field": "contact.customer_since", "before": "last year"}, "condition.before"),
        ({"field": "contact.customer_since", "since": "2026-13-01"}, "condition.since"),
        ({"all": [{"field": "contact.tier"}]}, "condition.all[0]"),
        ({"field": "contact.tier", "in": ["x" * 400] * 20}, "condition"),
        ([], "condition"),
    ],
)
def test_a_condition_that_cannot_be_used_is_told_by_its_place(desk: Desks, condition: Any, field: str) -> None:
    for attempt in (lambda: desk.define("Bad", condition), lambda: desk.segments.preview(condition)):
        with pytest.raises(InvalidInput) as refused:
            attempt()
        assert refused.value.field == field
    assert desk.registers.register().segments == ()


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("contact.last_seen", "with every message"),
        ("contact.last_seen_days", "with every message"),
        ("contact.customer_days", "contact.customer_since"),
        ("entitlement.free_return", "Rules of entitlements"),
        ("external.shop.orders", "other systems"),
    ],
)
def test_what_would_change_by_itself_is_refused_with_the_reason(desk: Desks, field: str, why: str) -> None:
    condition = {"any": [{"field": "contact.tier", "is": "gold"}, {"not": {"field": field, "at_least": 3}}]}
    with pytest.raises(InvalidInput, match=why) as refused:
        desk.define("Bad", condition)
    assert refused.value.field == "condition.any[1].not.field"


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"field": "contact.customer_since", "before": "2025-01-01"}, ["con_0001"]),
        ({"field": "contact.customer_since", "since": "2024-06-30"}, ["con_0001"]),
        ({"field": "contact.customer_since", "since": "2024-07-01"}, []),
        ({"field": "contact.created_at", "since": "2026-03-02"}, ["con_0002", "con_0001"]),
        ({"field": "contact.email_domain", "is": "example.com"}, ["con_0001"]),
        ({"field": "contact.has_phone", "is": True}, ["con_0002"]),
        ({"field": "consent.marketing", "is": "granted"}, ["con_0001"]),
        ({"field": "consent.sms.marketing", "is": "withdrawn"}, ["con_0001"]),
        ({"field": "contact.channels", "contains": "telegram"}, ["con_0002"]),
        ({"field": "contact.do_not_contact", "is": False}, ["con_0002", "con_0001"]),
        ({"field": "attribute.plan", "in": ["pro", "team"]}, ["con_0002"]),
    ],
)
def test_a_condition_may_ask_for_what_is_known_of_a_contact(desk: Desks, condition: Any, found: list[str]) -> None:
    words = (
        ConsentWord("any", Purpose.MARKETING, ConsentState.GRANTED, T0, "web_form"),
        ConsentWord("sms", Purpose.MARKETING, ConsentState.WITHDRAWN, T0 + timedelta(days=1), "agent"),
    )
    desk.add(1, customer_since=date(2024, 6, 30), email="ada@Example.com", consents=words)
    identity = ContactIdentity(ids.identity_id("telegram", "5"), "telegram", "5", "con_0002", T0)
    item = identity_item(identity)
    desk.table.items[item["pk"], item["sk"]] = to_attributes(item)
    desk.add(2, phone="+4930123456", identities=(identity.id,), attributes={"plan": "team"})
    preview = desk.segments.preview(condition)
    made = desk.define("Asked", condition)
    desk.work()
    assert desk.members(made.id) == found
    assert sorted(contact.id for contact in preview.sample) == sorted(found)


def test_a_preview_of_few_contacts_is_exact(desk: Desks) -> None:
    for number in range(40):
        desk.add(number, tier="gold" if number % 4 == 0 else None)
    seen = desk.segments.preview(GOLD)
    assert (seen.looked_at, seen.matched, seen.is_complete, seen.low, seen.high) == (40, 10, True, 0.25, 0.25)
    assert seen.contacts == 40


def test_a_preview_of_many_contacts_looks_at_some_and_says_how_sure_it_is(desk: Desks) -> None:
    for number in range(2000):
        desk.add(number, tier="gold" if number % 4 == 0 else None)
    desk.client.calls.clear()
    seen = desk.segments.preview(GOLD)
    assert not seen.is_complete
    assert 150 <= seen.looked_at <= SAMPLE
    assert 0.18 < seen.low < 0.25 < seen.high < 0.33
    assert seen.contacts is None
    assert len(seen.sample) == 10
    assert len(desk.client.calls) <= 12


def test_a_change_costs_a_few_calls_and_none_of_them_writes_where_nothing_follows(desk: Desks) -> None:
    desk.add(1, tier="gold")
    desk.define("Gold", GOLD)
    desk.work()
    desk.client.calls.clear()
    desk.hear("con_0001")
    assert desk.client.calls == ["get_item", "batch_get_item"]
    desk.change("con_0001", tier=None)
    desk.client.calls.clear()
    desk.hear("con_0001")
    assert desk.client.calls == ["get_item", "batch_get_item", "transact_write_items", "get_item"]
    desk.check()


def test_whoever_read_an_older_definition_does_not_have_the_last_word(desk: Desks) -> None:
    desk.add(1)
    made = desk.define("Gold", GOLD)
    desk.work()

    def meanwhile() -> None:
        desk.segments.edit(made.id, 1, {"condition": GERMAN}, "agt_1", T0)
        desk.work()

    desk.change("con_0001", tier="gold")
    desk.client.before[len(desk.client.calls) + 2] = meanwhile
    desk.hear("con_0001")
    desk.check()


def test_whoever_read_an_older_contact_does_not_have_the_last_word(desk: Desks) -> None:
    desk.add(1)
    desk.define("Gold", GOLD)
    desk.work()

    def meanwhile() -> None:
        desk.change("con_0001", tier=None)
        desk.hear("con_0001")

    desk.change("con_0001", tier="gold")
    desk.client.before[len(desk.client.calls) + 2] = meanwhile
    desk.hear("con_0001")
    desk.check()
