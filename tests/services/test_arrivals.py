"""New conversations that are given away by what their event tells: the same is stored as when they are read first, and
whatever happened since is noticed."""

from typing import Any

import pytest

from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes
from chalicelib.domain.conversation import Status
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_policy import OF_CONTACT, Mode, RoutingPolicy
from chalicelib.domain.routing_values import Outcome
from chalicelib.domain.transitions import change_status
from chalicelib.services.arrivals import Arrivals
from tests.services.test_routing import Floor

NAME = "cnv_0001"


def floor(policy: RoutingPolicy | None = None, *, online: bool = True, team: str | None = "team_1") -> Floor:
    """A floor with a new conversation that nobody has looked at, and an agent."""
    made = Floor()
    made.rules.now = policy or RoutingPolicy(version=3)
    made.agent("ana", 10, ("team_1",), {})
    if online:
        made.choose("ana", Intent.ONLINE)
    made.born(NAME, team=team)
    return made


def stored(made: Floor) -> dict[Any, Any]:
    """Everything, but for what the queue entry knows of the customer, of whom nobody asked."""
    items = {key: from_attributes(item) for key, item in made.table.items.items()}
    entry = items[keys.queue_entry(NAME)]["row"]
    entry["f"] = {name: value for name, value in entry["f"].items() if not name.startswith(OF_CONTACT)}
    return items


@pytest.mark.parametrize("team", ["team_1", None])
def test_the_same_is_stored_as_when_it_is_read_first(team: str | None) -> None:
    quick, careful = floor(team=team), floor(team=team)
    first = quick.as_told(NAME)
    decision = Arrivals(quick.routing).arrive(first, quick.now)
    assert decision == careful.routing.route(NAME, careful.now)
    assert decision is not None and (decision.outcome, decision.agent_id) == (Outcome.ASSIGNED, "ana")
    assert stored(quick) == stored(careful)


def test_what_happened_since_is_noticed() -> None:
    made = floor()
    first = made.as_told(NAME)
    found = made.conversation(NAME)
    made.change(found, change_status(found, Status.RESOLVED, made.now))
    assert Arrivals(made.routing).arrive(first, made.now) is None
    assert made.conversation(NAME).assignee_id is None and made.workload("ana").used == 0


def test_an_event_that_comes_again_gives_nothing_twice() -> None:
    made = floor()
    first = made.as_told(NAME)
    Arrivals(made.routing).arrive(first, made.now)
    stored, used = made.conversation(NAME), made.workload("ana").used
    Arrivals(made.routing).arrive(first, made.now)
    assert (made.conversation(NAME), made.workload("ana").used) == (stored, used)


def test_what_must_wait_waits_in_its_queue() -> None:
    made = floor(online=False)
    decision = Arrivals(made.routing).arrive(made.as_told(NAME), made.now)
    assert decision is not None and decision.outcome is Outcome.WAITING
    entry = made.store.entry(NAME)
    assert entry is not None and entry.waits


def test_where_agents_are_asked_it_is_offered() -> None:
    made = floor(RoutingPolicy(mode=Mode.OFFER))
    decision = Arrivals(made.routing).arrive(made.as_told(NAME), made.now)
    assert decision is not None and decision.outcome is Outcome.OFFERED
    assert made.conversation(NAME).assignee_id is None


def test_rules_about_the_customer_see_the_customer() -> None:
    made = Floor()
    made.agent("ana", 10, ("team_1",), {})
    made.agent("ben", 10, ("team_1",), {"lang:de": 4})
    for name in ("ana", "ben"):
        made.choose(name, Intent.ONLINE)
    made.born(NAME, german=True)
    Arrivals(made.routing).arrive(made.as_told(NAME), made.now)
    assert made.conversation(NAME).assignee_id == "ben"
