"""Waits over the real store: each is counted once, where it belongs, with the place that it began with."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.events import ConversationAssigned
from chalicelib.domain.expected_wait import bucket_of
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.transitions import assign
from chalicelib.domain.waits import Ending, TellWait
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.gauges import Gauges
from chalicelib.services.waits import TELL
from tests.services.test_routing import START, TEAMS
from tests.services.watched import Watched, created

TODAY = START.date()
MINUTE = timedelta(minutes=1)


def counted(here: Watched, team: str = "team_1") -> dict[int, dict[int, int]]:
    """Buckets by class of places."""
    return {one.place_class: dict(one.buckets) for one in here.waits.measured(team, TODAY, TODAY)}


def three_waiting() -> Watched:
    here = Watched()
    here.floor.agent("ana", 10, ("team_1",), {})
    for name in ("cnv_0001", "cnv_0002", "cnv_0003"):
        here.opens(name)
        here.floor.now += timedelta(seconds=10)
    return here


def test_a_wait_begins_with_its_place() -> None:
    here = three_waiting()
    found = [here.waits.get(name, 1) for name in ("cnv_0001", "cnv_0002", "cnv_0003")]
    assert [wait.position for wait in found if wait] == [1, 2, 3]
    assert [wait.ending for wait in found if wait] == [None] * 3
    assert counted(here) == {}


def test_what_is_given_is_counted_by_its_place_and_how_long_it_took() -> None:
    here = three_waiting()
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    assert counted(here) == {0: {bucket_of(30): 1}, 1: {bucket_of(20): 1}, 2: {bucket_of(10): 1}}


def test_who_finds_room_does_not_wait_and_is_counted_apart() -> None:
    here = Watched()
    here.floor.agent("ana", 10, ("team_1",), {})
    here.floor.choose("ana", Intent.ONLINE)
    here.opens("cnv_0001")
    here.tell(created("cnv_0001"))
    assert counted(here) == {}
    wait = here.waits.get("cnv_0001", 1)
    assert wait is not None
    assert (wait.position, wait.ending) == (None, Ending.GIVEN)
    assert here.arrivals.of("team_1", START + MINUTE) == {1: 1}


def test_events_that_come_again_count_nothing_again() -> None:
    here = three_waiting()
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    before = counted(here)
    for event in [*here.seen, created("cnv_0001"), *reversed(here.seen)]:
        here.tell(event)
    assert counted(here) == before
    assert sum(here.arrivals.of("team_1", START + 2 * MINUTE).values()) == 3


def test_who_left_is_counted_apart_from_who_was_given_to_somebody() -> None:
    here = three_waiting()
    here.floor.moves("cnv_0002", Status.RESOLVED)
    here.settle()
    assert counted(here) == {}
    assert here.waits.left("team_1", TODAY) == 1
    assert here.waits.left("team_1", TODAY + timedelta(days=1)) == 0


def test_what_is_put_aside_is_a_new_wait_afterwards() -> None:
    here = three_waiting()
    here.floor.moves("cnv_0001", Status.PENDING)
    here.settle()
    here.floor.now += 5 * MINUTE
    here.floor.moves("cnv_0001", Status.OPEN)
    here.settle()
    here.floor.now += MINUTE
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    first, second = here.waits.get("cnv_0001", 1), here.waits.get("cnv_0001", 2)
    assert first is not None and second is not None
    assert (first.ending, second.ending) == (Ending.ASIDE, Ending.GIVEN)
    assert sum(sum(buckets.values()) for buckets in counted(here).values()) == 3


def test_what_is_assigned_by_hand_has_waited_until_then() -> None:
    here = three_waiting()
    before = here.floor.conversation("cnv_0002")
    after = replace(assign(before, assignee_id="ana", team_id="team_1"), version=before.version + 1)
    told = ConversationAssigned(
        previous_assignee_id=None, assignee_id="ana", previous_team_id="team_1", team_id="team_1"
    )
    change = ConversationChange(before, after, Recorded((told,), SYSTEM, here.floor.now))
    assert here.floor.desk.change(change) is Written.DONE
    here.settle()
    assert counted(here) == {1: {bucket_of(20): 1}}


def test_a_transfer_is_a_new_wait_in_the_other_queue() -> None:
    here = three_waiting()
    before = here.floor.conversation("cnv_0003")
    after = replace(assign(before, assignee_id=None, team_id="team_2"), version=before.version + 1)
    told = ConversationAssigned(
        previous_assignee_id=None, assignee_id=None, previous_team_id="team_1", team_id="team_2"
    )
    change = ConversationChange(before, after, Recorded((told,), SYSTEM, here.floor.now))
    assert here.floor.desk.change(change) is Written.DONE
    here.floor.routing.route("cnv_0003", here.floor.now)
    here.settle()
    first, second = here.waits.get("cnv_0003", 1), here.waits.get("cnv_0003", 2)
    assert first is not None and second is not None
    assert (first.ending, second.ending, second.team_id, second.position) == (Ending.ASIDE, None, "team_2", 1)


def test_a_return_is_a_new_wait() -> None:
    here = three_waiting()
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    found = here.floor.conversation("cnv_0001")
    assert here.floor.routing.give_back(found, "returned", here.floor.now, declined_by="ana") is Written.DONE
    here.settle()
    second = here.waits.get("cnv_0001", 2)
    assert second is not None and (second.ending, second.position) == (None, 1)
    # The event of the first gift comes once more, when the second wait has begun.
    for event in here.seen:
        here.tell(event)
    assert here.waits.get("cnv_0001", 2) == second
    assert sum(sum(buckets.values()) for buckets in counted(here).values()) == 3


def test_an_event_of_an_earlier_wait_does_not_end_a_later_one() -> None:
    here = three_waiting()
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    gifts = [event for event in here.seen if event["type"] == "conversation.assigned"]
    here.floor.now += MINUTE
    here.floor.choose("ana", Intent.AWAY)
    found = here.floor.conversation("cnv_0001")
    here.floor.routing.give_back(found, "returned", here.floor.now, declined_by="ana")
    here.floor.now += MINUTE
    here.tell(created("cnv_0001"))
    here.news()
    # Put aside and opened again: what tells of that is still on its way when the gift of the first wait comes again.
    here.floor.moves("cnv_0001", Status.PENDING)
    here.floor.now += MINUTE
    here.floor.moves("cnv_0001", Status.OPEN)
    entry, before = here.waits.entry("cnv_0001"), counted(here)
    assert entry is not None and (entry.epoch, entry.waits) == (3, True)
    for event in gifts:
        here.tell(event)
    second = here.waits.get("cnv_0001", 2)
    assert second is not None and second.ending is None
    assert counted(here) == before


def test_what_nobody_saw_wait_is_counted_only_where_it_was_given_as_it_joined() -> None:
    here = Watched()
    here.floor.agent("ana", 10, ("team_1",), {})
    here.opens("cnv_0001")
    del here.floor.table.items[keys.wait("cnv_0001", 1)]
    here.floor.now += 5 * MINUTE
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    assert here.floor.conversation("cnv_0001").assignee_id == "ana"
    assert here.waits.get("cnv_0001", 1) is None
    assert counted(here) == {}


def test_a_timer_is_set_for_telling_where_the_rules_say_so() -> None:
    here = Watched()
    here.floor.rules.now = RoutingPolicy(tell_wait=TellWait(45))
    here.opens("cnv_0001")
    assert here.timers.all == [(TELL, "cnv_0001", 1, START + timedelta(seconds=45))]


def test_gauges_tell_rates_of_whole_minutes_and_who_left() -> None:
    here = three_waiting()
    here.floor.moves("cnv_0003", Status.RESOLVED)
    here.settle()
    gauges = Gauges(here.waits, here.arrivals, here.forecasts)
    now = gauges.of("team_1", 3, START + timedelta(seconds=50))
    then = gauges.of("team_1", 3, START + MINUTE)
    later = gauges.of("team_1", 3, START + 10 * MINUTE)
    assert (dict(now.arrivals), now.expected, now.left_today) == ({1: 0, 5: 0, 15: 0, 60: 0}, None, 1)
    assert then.arrivals == {1: 3, 5: 3 / 5, 15: 3 / 15, 60: 3 / 60}
    assert later.arrivals == {1: 0, 5: 0, 15: 3 / 15, 60: 3 / 60}
    assert dict(gauges.of("team_1", 3, START + 61 * MINUTE).arrivals) == {1: 0, 5: 0, 15: 0, 60: 0}


class Waits(RuleBasedStateMachine):
    """Anything happens on a floor, and its events come promptly, with any earlier one among them again: every gift and
    every departure is counted exactly once."""

    def __init__(self) -> None:
        super().__init__()
        self.here = Watched()
        self.count = 0

    @initialize()
    def staff(self) -> None:
        self.here.floor.agent("ana", 5, ("team_1",), {})
        self.here.floor.agent("ben", 4, ("team_1", "team_2"), {"lang:de": 4})

    @rule(team=st.sampled_from((*TEAMS, None)), german=st.booleans())
    def opens(self, team: str | None, german: bool) -> None:
        self.count += 1
        self.here.opens(f"cnv_{self.count:04d}", team=team, german=german)

    @rule(name=st.sampled_from(("ana", "ben")), intent=st.sampled_from(Intent))
    def chooses(self, name: str, intent: Intent) -> None:
        self.here.floor.choose(name, intent)
        self.here.settle()

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100), status=st.sampled_from(Status))
    def moves(self, which: int, status: Status) -> None:
        self.here.floor.moves(f"cnv_{which % self.count + 1:04d}", status)
        self.here.settle()

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100))
    def goes_back(self, which: int) -> None:
        floor = self.here.floor
        found = floor.conversation(f"cnv_{which % self.count + 1:04d}")
        if found.assignee_id is None or found.status is not Status.OPEN:
            return
        floor.routing.give_back(found, "no_reply", floor.now, declined_by=found.assignee_id)
        self.here.settle()
        floor.routing.route(found.id, floor.now)
        self.here.settle()

    @precondition(lambda self: bool(self.here.seen))
    @rule(which=st.lists(st.integers(0, 10_000), max_size=5))
    def comes_again(self, which: list[int]) -> None:
        for number in which:
            self.here.tell(self.here.seen[number % len(self.here.seen)])

    @rule(seconds=st.integers(1, 400))
    def time_passes(self, seconds: int) -> None:
        self.here.floor.passes(seconds)
        self.here.settle()

    @invariant()
    def everything_is_counted_once(self) -> None:
        unique = {event["id"]: event for event in self.here.seen}.values()
        gifts = [e for e in unique if e["type"] == "conversation.assigned" and e["data"]["assignee_id"]]
        gone = [
            e
            for e in unique
            if e["type"] == "conversation.status_changed"
            and (e["data"]["previous"], e["data"]["status"]) == ("open", "resolved")
            and e["snapshot"]["assignee_id"] is None
        ]
        kinds: Counter[str] = Counter()
        for (pk, sk), item in self.here.floor.table.items.items():
            if pk.startswith("WTS#"):
                row = from_attributes(item)
                kind = sk.partition("#")[2]
                kinds["left" if kind == "left" else "given"] += row["n"]
                assert sum(n for name, n in row.items() if name[1:].isdigit()) == row["n"]
        assert kinds["given"] == len(gifts)
        assert kinds["left"] == len(gone)
        self.joined_as_often_as_noted()

    def joined_as_often_as_noted(self) -> None:
        noted = sum(sk.startswith(keys.WAIT) for pk, sk in self.here.floor.table.items if pk.startswith("CNV#"))
        joined = sum(from_attributes(item)["joined"] for item in self.here.live.items.values())
        assert noted == joined
        assert not [pk for pk, _ in self.here.live.items if pk.split("#")[1] not in (*TEAMS, FALLBACK)]


Waits.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
TestWaits = Waits.TestCase
