"""Promises of service where conversations are merged and split: the target takes the wait over, the source's clocks
stop, and what is split off promises a first answer to whoever waits in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from chalicelib.aws import timers
from chalicelib.domain.capacity import Capacity
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.parting import Cut
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.reads import Page
from chalicelib.domain.sla import Clock, ClockKind, ClockState
from chalicelib.domain.workload import Workload
from chalicelib.services import desk as desk_service
from chalicelib.services import sla_documents
from chalicelib.wiring import routing, service_levels
from tests.flow.scene import ANA, Scene, scene
from tests.flow.test_merging import cases, rearranging, writes

POLICY = {
    "id": "slp_1",
    "name": "Chat",
    "condition": {"field": "channel", "is": "whatsapp"},
    "targets": {"first_response": 600, "next_response": 300, "resolution": 86400},
}


@contextmanager
def promising() -> Iterator[Scene]:
    """A desk with a policy, whose reactions run."""
    with scene() as here, pytest.MonkeyPatch.context() as patch:
        here.world.routes = True
        # No time passes but ours, and nobody keeps teams.
        patch.setattr(timers.Timers, "set", lambda self, *told: None)
        patch.setattr(routing, "_teams", lambda: SimpleNamespace(list=lambda limit, start: Page([], None)))
        sla_documents.put_published(service_levels.policies(), service_levels.hours(), [POLICY], 0)
        yield here


def states(here: Scene, conversation_id: str) -> dict[str, list[str]]:
    """Of each kind, the clocks in the order of their start."""
    here.world.pump()
    found = sorted(
        service_levels.clock_store().clocks(conversation_id, 50).values(), key=lambda clock: clock.started_at
    )
    return {
        kind.value: [clock.state.value for clock in found if clock.kind is kind and not is_withdrawn(clock)]
        for kind in ClockKind
    }


def is_withdrawn(clock: Clock) -> bool:
    return clock.cancelled and clock.stopped_at == clock.started_at


def test_the_target_takes_the_wait_over_and_gives_it_back() -> None:
    with promising() as here:
        one, other = cases(here)
        here.now.pass_(seconds=30)
        here.replies(one.id, "Hello, how can I help?", "c1")
        assert states(here, one.id) == {"first_response": ["met"], "next_response": [], "resolution": ["running"]}
        waited_since = other.waiting_since

        rearranging(here).merge(one.id, other.id)

        assert states(here, one.id)["next_response"] == ["running"]
        (taken,) = [
            clock
            for clock in service_levels.clock_store().clocks(one.id, 50).values()
            if clock.kind is ClockKind.NEXT_RESPONSE
        ]
        assert taken.started_at == waited_since
        assert states(here, other.id) == {
            "first_response": ["cancelled"],
            "next_response": [],
            "resolution": ["cancelled"],
        }

        here.now.pass_(seconds=30)
        rearranging(here).unmerge(one.id, other.id)

        assert states(here, one.id)["next_response"] == []
        assert states(here, other.id) == {"first_response": ["running"], "next_response": [], "resolution": ["running"]}
        here.now.pass_(seconds=60)
        here.replies(other.id, "And here I am.", "c2")
        assert states(here, other.id)["first_response"] == ["met"]


def test_an_answer_in_the_target_meets_what_it_took_over() -> None:
    with promising() as here:
        one, other = cases(here)
        rearranging(here).merge(one.id, other.id)
        here.now.pass_(seconds=60)
        here.replies(one.id, "One answer to both.", "c1")

        assert states(here, one.id)["first_response"] == [ClockState.MET.value]
        assert states(here, other.id)["first_response"] == [ClockState.CANCELLED.value]


def test_what_is_split_off_promises_a_first_answer_and_the_rest_waits_no_more() -> None:
    with promising() as here:
        (whole,) = cases(here, (0,))
        here.now.pass_(seconds=30)
        here.replies(whole.id, "Hello!", "c1")
        here.now.pass_(seconds=30)
        assert writes(here, 0, "And something else")() == 200
        question = next(each for each in here.messages(whole.id) if each.text == "And something else")
        assert states(here, whole.id)["next_response"] == ["running"]

        new = rearranging(here).split(whole.id, Cut(from_message_id=question.id)).source

        assert states(here, whole.id) == {"first_response": ["met"], "next_response": [], "resolution": ["running"]}
        assert states(here, new.id) == {"first_response": ["running"], "next_response": [], "resolution": ["running"]}
        clocks = service_levels.clock_store().clocks(new.id, 50).values()
        assert {clock.started_at for clock in clocks} == {question.occurred_at}
        here.now.pass_(seconds=60)
        here.replies(new.id, "Here it is.", "c2")
        assert states(here, new.id)["first_response"] == ["met"]


def load() -> int:
    found = routing.routing_store().workload(ANA.id)
    assert found is not None
    return found.used


def owner(here: Scene, conversation: Conversation) -> str | None:
    here.world.pump()
    return desk_service.look(here.desk, conversation.id).assignee_id


def test_an_agents_units_follow_what_is_merged_undone_and_split() -> None:
    with promising() as here:
        presence = Presence(Intent.ONLINE, connected_until=here.now.at.replace(year=2027))
        routing.routing_store().put_workload(Workload(ANA.id, "Ana", (), presence, Capacity(10, 0)), 0, None)
        routing.routing().pull(ANA.id, here.now())
        one, other = cases(here)
        assert (owner(here, one), owner(here, other), load()) == (ANA.id, ANA.id, 4)

        rearranging(here).merge(one.id, other.id)
        here.world.pump()
        assert load() == 2

        here.now.pass_(seconds=5)
        rearranging(here).unmerge(one.id, other.id)
        assert (owner(here, other), load()) == (ANA.id, 4)

        rearranging(here).merge(one.id, other.id)
        here.now.pass_(seconds=5)
        new = rearranging(here).split(one.id, Cut(leg_id=other.active_leg_id)).source
        assert (owner(here, new), load()) == (ANA.id, 4)


def test_a_target_moves_up_in_its_queue_to_where_the_source_waited() -> None:
    with promising() as here:
        earlier, later = cases(here)
        here.world.pump()
        assert earlier.waiting_since is not None
        rearranging(here).merge(later.id, earlier.id)
        here.world.pump()

        (entry,) = routing.routing_store().queue("fallback", 10).items
        assert (entry.conversation_id, entry.waiting_since) == (later.id, earlier.waiting_since)
