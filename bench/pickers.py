"""Other ways to pick an agent, to compare with: among the same agents who could take it.

Who could is asked the product's way (there, of the team, with the skills and the room). They know no reserve and no
returning customer: run them with agents and rules that have none (`plain`).
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.routing import has_room
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.routing_values import Candidate, Decision, Outcome, Work
from chalicelib.domain.skills import missing
from chalicelib.services.recording import Recording
from chalicelib.services.replay import Picker

Choose = Callable[[Sequence[Candidate], Mapping[str, int]], Candidate]


def plain(recording: Recording, policy: RoutingPolicy) -> tuple[Recording, RoutingPolicy]:
    """The same day without reserve and without waiting for one's own agent."""
    staff = tuple(replace(each, capacity=replace(each.capacity, reserve=0)) for each in recording.staff)
    return replace(recording, staff=staff), replace(policy, sticky_seconds=0)


def round_robin() -> Picker:
    """The next one by name after who came last."""
    last = [""]

    def choose(able: Sequence[Candidate], held: Mapping[str, int]) -> Candidate:
        chosen = next((agent for agent in able if agent.agent_id > last[0]), able[0])
        last[0] = chosen.agent_id
        return chosen

    return _picker(choose)


def least_count() -> Picker:
    """Who has the fewest conversations, whatever they weigh and however much the agent can hold."""
    return _picker(lambda able, held: min(able, key=lambda agent: (held[agent.agent_id], agent.agent_id)))


def random_available(seed: int) -> Picker:
    chance = random.Random(seed)
    return _picker(lambda able, held: chance.choice(able))


def _picker(choose: Choose) -> Picker:
    def pick(work: Work, agents: Sequence[Candidate], now: datetime, held: Mapping[str, int]) -> Decision:
        able = [agent for agent in sorted(agents, key=lambda each: each.agent_id) if _able(work, agent)]
        chosen = choose(able, held) if able else None
        return Decision(
            conversation_id=work.conversation_id,
            at=now,
            outcome=Outcome.ASSIGNED if chosen else Outcome.WAITING,
            agent_id=chosen.agent_id if chosen else None,
            weighed=(),
            skipped=(),
            step=work.asked.step,
            relaxed=work.asked.relaxed,
            sticky=False,
            sentence="",
            next_at=None if chosen else work.asked.next_at,
        )

    return pick


def _able(work: Work, agent: Candidate) -> bool:
    of_team = not set(agent.team_ids).isdisjoint(work.asked.team_ids)
    skilled = not missing(work.asked.required, agent.skills)
    return agent.available and of_team and skilled and has_room(agent, work)
