"""Scheduled messages over the whole desk, with the provider: each is sent once or not at all, and everybody is told
which, whenever its timer comes and whatever happens at the same moment."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.stores.merging import MergingStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import ClientIdReused, InvalidInput, TransitionRefused, VersionConflict
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.scheduled import Scheduled, ScheduledState, ScheduleOver, Words
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Written
from chalicelib.services.merging import Rearranging
from chalicelib.services.scheduled import SEND, timer_subject
from chalicelib.services.scheduling import Plan
from chalicelib.wiring import scheduled, shared
from tests.aws.memory_cloud import Crash, straight
from tests.flow import invariants
from tests.flow.later import Later, later
from tests.flow.scene import ANA, BOB, INBOX, INBOXES, stored

HOUR = 3600
QUESTION = "Did it arrive?"


def fields(here: Later, identifier: str) -> tuple[Any, ...]:
    found = here.scheduled(identifier)
    return found.state, found.reason


def test_it_goes_out_at_its_time_as_a_reply_of_its_author_and_once() -> None:
    with later() as here:
        here.answers("It is on its way.", "one")
        made = here.schedules(QUESTION, HOUR)
        here.pass_(seconds=HOUR - 1)
        assert here.screen()[-1] == "It is on its way."
        here.pass_(seconds=2)
        assert here.screen()[1:] == ["It is on its way.", QUESTION]
        sent = here.scene.messages(here.conversation.id)[-1]
        assert (sent.author.kind, sent.author.id, sent.text) == ("agent", "agt_ana", QUESTION)
        done = here.scheduled(made.id)
        assert (done.state, done.message_id) == (ScheduledState.SENT, sent.id)
        # The timer comes again, as queues may bring it.
        here.calls(due(made))
        here.settle()
        assert here.screen().count(QUESTION) == 1
        assert here.scheduled(made.id) == done


def test_the_customers_word_cancels_it_at_once_and_a_reaction_of_theirs_does_not() -> None:
    with later() as here:
        here.answers("It is on its way.", "one")
        made = here.schedules(QUESTION, HOUR)
        other = here.schedules("We close at six.", HOUR, "other", unless_answered=False)
        here.pass_(seconds=60)
        here.reacts()
        assert fields(here, made.id) == (ScheduledState.SCHEDULED, None)
        here.says("It is here, thanks!")
        assert fields(here, made.id) == (ScheduledState.CANCELLED, "customer_wrote")
        assert here.lines()[-1]["reason"] == "customer_wrote"
        here.pass_(seconds=HOUR)
        assert fields(here, other.id) == (ScheduledState.SENT, None)
        assert here.screen()[-1] == "We close at six."
        assert QUESTION not in here.screen()


def test_resolving_cancels_it_unless_it_was_asked_otherwise() -> None:
    with later() as here:
        here.answers("It is on its way.", "one")
        made = here.schedules(QUESTION, HOUR)
        other = here.schedules("Was everything fine?", HOUR, "other", even_if_resolved=True)
        here.becomes(Status.RESOLVED)
        assert fields(here, made.id) == (ScheduledState.CANCELLED, "resolved")
        with pytest.raises(TransitionRefused) as refused:
            here.schedules(QUESTION, HOUR, "third")
        assert refused.value.field == "even_if_resolved"
        here.pass_(seconds=HOUR + 1)
        assert fields(here, other.id) == (ScheduledState.SENT, None)
        assert here.status() is Status.RESOLVED
        assert here.screen()[-1] == "Was everything fine?"


def test_what_the_channel_refuses_then_is_told_with_the_reason() -> None:
    with later() as here:
        here.answers("It is on its way.", "one")
        checked = here.scheduling().schedule("late", _plan(here, QUESTION, 30 * HOUR))
        assert checked.will_be_closed
        leg = here.conversation.legs[here.conversation.active_leg_id]
        assert leg.last_inbound_at is not None
        assert checked.closes_at == leg.last_inbound_at + timedelta(hours=24)
        here.pass_(seconds=31 * HOUR)
        failed = here.scheduled(checked.scheduled.id)
        assert (failed.state, failed.reason) == (ScheduledState.FAILED, "window_closed")
        assert "template" in failed.detail
        assert here.lines()[-1] | {"detail": ""} == {
            "type": "message.schedule_failed",
            "scheduled_id": failed.id,
            "send_at": failed.send_at.isoformat(),
            "author_id": "agt_ana",
            "reason": "window_closed",
            "detail": "",
        }
        told = [event for event in here.scene.cloud.events.published if event["type"] == "message.schedule_failed"]
        assert [event["data"]["code"] for event in told] == ["window_closed"]


def _plan(here: Later, text: str, seconds: float) -> Plan:
    return Plan(Words(text=text), here.scene.now() + timedelta(seconds=seconds))


def test_an_inbox_that_is_off_by_then_fails_it() -> None:
    with later() as here:
        made = here.schedules(QUESTION, HOUR)
        inbox: Inbox | None = shared.inboxes().get(INBOX)
        assert inbox is not None
        shared.inboxes().replace(replace(inbox, enabled=False, version=inbox.version + 1), inbox.version)
        shared.known_inboxes().forget()
        here.pass_(seconds=HOUR + 1)
        assert fields(here, made.id) == (ScheduledState.FAILED, "inbox_disabled")
        assert here.screen() == ["Where is my parcel?"]


@pytest.mark.parametrize("kind", ["crash", "lost", "again"])
def test_what_goes_as_several_goes_whole_and_once_wherever_it_is_cut_short(kind: str) -> None:
    long = " ".join(f"word{number:04d}" for number in range(700))
    for place in range(1, 18):
        with later() as here:
            made = here.schedules(long, HOUR, split=True)
            here.meanwhile = Spoiler(here, kind, [place])
            here.pass_(seconds=HOUR + 300)
            shown = here.screen()[1:]
            assert (len(shown), " ".join(shown)) == (2, long), place
            done = here.scheduled(made.id)
            assert done.state is ScheduledState.SENT
            assert done.message_id == here.scene.messages(here.conversation.id)[1].id


def test_who_has_left_says_nothing_any_more() -> None:
    with later() as here:
        made = here.schedules(QUESTION, HOUR)
        workload = Workload(ANA.id, ANA.name, enabled=False)
        assert RoutingStore(shared.desk()).put_workload(workload, 0, None) is Written.DONE
        here.pass_(seconds=HOUR + 1)
        assert fields(here, made.id) == (ScheduledState.FAILED, "not_permitted")
        assert here.scheduled(made.id).detail == "The account of Ana is disabled."
        assert here.screen() == ["Where is my parcel?"]


def test_it_is_changed_and_cancelled_by_people() -> None:
    with later() as here:
        made = here.schedules(QUESTION, HOUR)
        assert here.schedules(QUESTION, HOUR) == made
        with pytest.raises(ClientIdReused):
            here.schedules("Another question?", HOUR)
        ben = replace(here.scheduling().principal, id="agt_ben", name="Ben")
        later_on = made.send_at + timedelta(hours=1)
        put_off = here.scheduling(ben).change(made.id, 1, {"send_at": later_on}).scheduled
        assert (put_off.author.id, put_off.send_at) == ("agt_ana", later_on)
        with pytest.raises(VersionConflict):
            here.scheduling(ben).change(made.id, 1, {"text": "Is it there?"})
        with pytest.raises(InvalidInput) as past:
            here.scheduling(ben).change(made.id, 2, {"send_at": here.scene.now()})
        assert past.value.field == "send_at"
        reworded = here.scheduling(ben).change(made.id, 2, {"text": "Is it there?"}).scheduled
        assert reworded.author.id == "agt_ben"
        here.pass_(seconds=HOUR + 60)
        assert len(here.screen()) == 1
        here.pass_(seconds=HOUR)
        assert here.screen()[1:] == ["Is it there?"]
        with pytest.raises(ScheduleOver):
            here.scheduling().cancel(made.id)

        other = here.schedules(QUESTION, HOUR, "other")
        here.scheduling(ben).cancel(other.id)
        assert here.scheduling().cancel(other.id).state is ScheduledState.CANCELLED
        here.pass_(seconds=HOUR + 1)
        assert here.screen()[1:] == ["Is it there?"]
        assert here.lines()[-1]["reason"] == "agent"


@pytest.mark.parametrize("before_the_reaction", [False, True])
def test_it_goes_with_its_conversation_into_another(*, before_the_reaction: bool) -> None:
    with later() as here:
        source = here.conversation
        leg_id = source.active_leg_id
        # What the customer says in the other one would cancel it.
        at = here.scene.now() + timedelta(seconds=HOUR)
        plan = Plan(Words(text=QUESTION, leg_id=leg_id), at, unless_answered=False)
        made = here.scheduling().schedule("later", plan).scheduled
        here.settle()
        here.scene.now.pass_(seconds=2)
        here.scene.provider.whatsapp.say(INBOXES[2][1], BOB, text="Hello there", name="Bob Chan")
        here.settle()
        (target,) = [each for each in here.scene.conversations() if each.id != source.id]
        if before_the_reaction:
            here.scene.now.at = made.send_at
        Rearranging(MergingStore(shared.desk()), ANA, here.scene.now()).merge(target.id, source.id)
        if before_the_reaction:
            here.calls(due(made))
        here.pass_(seconds=HOUR + 60)
        left, gone = scheduled.store().get(source.id, made.id), scheduled.store().get(target.id, made.id)
        assert left is not None and gone is not None
        assert (left.state, left.reason) == (ScheduledState.CANCELLED, "merged")
        assert gone.state is ScheduledState.SENT
        assert here.screen().count(QUESTION) == 1
        sent = [each for each in here.scene.messages(target.id) if each.id == gone.message_id]
        assert [(each.text, each.conversation_id) for each in sent] == [(QUESTION, target.id)]


def due(made: Scheduled) -> dict[str, Any]:
    subject = timer_subject(made.conversation_id, made.id)
    return {"kind": SEND, "subject": subject, "epoch": made.version, "due_at": made.send_at.isoformat()}


# --- whatever happens --------------------------------------------------------------------------------------------

ACTIONS = st.sampled_from(
    ("schedules", "schedules", "schedules", "says", "answers", "cancels", "puts off", "resolves", "opens", "waits")
)
# (what, how many seconds pass before, whether the customer's word cancels, whether resolving does not)
STEPS = st.tuples(ACTIONS, st.sampled_from((0, 1, 40, 100, 4000)), st.booleans(), st.booleans())
LATENESS = st.lists(st.sampled_from((0, 0, 5, 90)), min_size=1, max_size=2)


@dataclass
class Spoiler:
    """Within the calls of timers: the process is gone before or after one call to AWS, or somebody else is at work just
    then."""

    here: Later
    kind: str
    places: list[int]
    count: int = 0
    spoken: int = field(default=0)

    def __call__(self, name: str, call: Callable[[], Any]) -> Any:
        self.count += 1
        if self.count not in self.places or name.startswith("sqs"):
            return call()
        if self.kind in ("writes", "again"):
            self._meanwhile()
            return call()
        if self.kind == "lost":
            call()
        raise Crash

    def _meanwhile(self) -> None:
        """The customer writes, or the same call is carried out by somebody else, from its beginning to its end."""
        scene = self.here.scene
        tap, scene.cloud.tap = scene.cloud.tap, straight
        if self.kind == "writes":
            self.spoken += 1
            scene.now.pass_(seconds=1)
            scene.says(f"just now {self.spoken}")
            scene.provider.post.deliver()
        else:
            self.here.calls(self.here.current)
        scene.cloud.tap = tap


@pytest.mark.parametrize("kind", ["crash", "lost", "again"])
def test_a_call_that_is_cut_short_anywhere_is_finished_by_the_next_one(kind: str) -> None:
    for place in range(1, 12):
        with later() as here:
            made = here.schedules(QUESTION, HOUR)
            here.meanwhile = Spoiler(here, kind, [place])
            here.pass_(seconds=HOUR + 300)
            assert (here.screen().count(QUESTION), fields(here, made.id)) == (1, (ScheduledState.SENT, None)), place


def test_a_customer_who_writes_in_the_middle_of_it_is_first_or_second_and_never_overlooked() -> None:
    ends = set()
    for place in range(1, 12):
        with later() as here:
            made = here.schedules(QUESTION, HOUR)
            here.meanwhile = Spoiler(here, "writes", [place])
            here.pass_(seconds=HOUR + 300)
            found = here.scheduled(made.id)
            assert not (_is_sent(here) and words_between(here, made.id, found.message_id)), place
            assert (found.state is ScheduledState.SENT) == _is_sent(here), place
            ends.add(found.state)
    assert ends == {ScheduledState.SENT, ScheduledState.CANCELLED}


def _is_sent(here: Later) -> bool:
    return QUESTION in here.screen()


def carry_out(here: Later, steps: list[tuple[str, int, bool, bool]]) -> list[str]:
    made: list[str] = []
    for place, (what, seconds, unless_answered, even_if_resolved) in enumerate(steps):
        here.pass_(seconds=seconds, milliseconds=1)
        if what == "says":
            here.says(f"word {place}")
        elif what == "answers":
            here.answers(f"answer {place}", f"answer {place}")
        elif what == "resolves" and here.status() is not Status.RESOLVED:
            here.becomes(Status.RESOLVED)
        elif what == "opens" and here.status() is Status.RESOLVED:
            here.becomes(Status.OPEN)
        elif what == "schedules" and (here.status() is not Status.RESOLVED or even_if_resolved):
            flags = {"unless_answered": unless_answered, "even_if_resolved": even_if_resolved}
            made.append(here.schedules(f"later {place}", 90, f"later {place}", **flags).id)
        elif what in ("cancels", "puts off") and made:
            change(here, made[-1], what)
    return made


def change(here: Later, identifier: str, what: str) -> None:
    found = here.scheduled(identifier)
    try:
        if what == "cancels":
            here.scheduling().cancel(identifier)
        else:
            at = here.scene.now() + timedelta(seconds=200)
            here.scheduling().change(identifier, found.version, {"send_at": at})
    except (ScheduleOver, TransitionRefused):
        pass


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(STEPS, min_size=2, max_size=9),
    st.sampled_from(("writes", "crash", "lost", "again")),
    st.lists(st.integers(1, 12), min_size=1, max_size=3),
    LATENESS,
)
def test_whatever_happens_it_is_sent_once_or_told_why_not(
    steps: list[tuple[str, int, bool, bool]], kind: str, places: list[int], lateness: list[int]
) -> None:
    with later() as here:
        here.lateness = lambda: lateness
        here.meanwhile = Spoiler(here, kind, places)
        made = carry_out(here, steps)
        here.pass_(seconds=1000)
        shown = here.screen()
        for identifier in made:
            found = here.scheduled(identifier)
            times = shown.count(found.said.text)
            assert found.state not in (ScheduledState.SCHEDULED, ScheduledState.SENDING)
            assert times == (found.state is ScheduledState.SENT), (found, shown)
            if found.state is ScheduledState.SENT and found.unless_answered:
                assert not words_between(here, identifier, found.message_id)
            if found.state is not ScheduledState.SENT:
                assert found.reason in ("customer_wrote", "resolved", "agent")
        items = stored(here.scene.world)
        invariants.check_counts(items)
        invariants.check_legs(items)
        invariants.check_messages(items)


def words_between(here: Later, identifier: str, message_id: str | None) -> list[str]:
    """What the customer said after it was scheduled and before it was sent, in the order in which it was stored."""
    found: list[str] = []
    is_scheduled = False
    for record in here.scene.cloud.tables["desk"].stream:
        item = from_attributes(record["dynamodb"].get("NewImage", {}))
        key, is_new = item.get("sk", ""), record["eventName"] == "INSERT"
        is_scheduled = is_scheduled or key == f"L#{identifier}"
        if is_new and key == f"M#{message_id}":
            return found
        if is_new and is_scheduled and key.startswith("M#") and item["direction"] == "inbound":
            found.append(item["text"])
    raise AssertionError("it was never stored")
