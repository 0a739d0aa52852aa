"""Who gets a conversation: one pure decision over the agents there are, and its explanation.

The pick is the agent with the largest share of capacity free, then the one idle for longest, then by a digest of ids:
the same agents and the same conversation always give the same answer. A returning customer's own agent comes before all
that, for as long as the wait budget lasts.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from chalicelib.domain.capacity import class_of, free_units, share_free, weight_in
from chalicelib.domain.ids import digest
from chalicelib.domain.routing_sentence import facts_of, sentence
from chalicelib.domain.routing_values import Candidate, Decision, Outcome, Reason, Seen, Skipped, Weighed, Work
from chalicelib.domain.skills import missing

SKIPPED_KEPT = 20


def decide(
    work: Work, agents: Iterable[Candidate], now: datetime, *, rules_version: int = 0, offers: bool = False
) -> Decision:
    """The agent who gets it (with `offers`: to whom it is offered), or why it waits. Which agents are given in which
    order makes no difference."""
    everybody = sorted(agents, key=lambda agent: agent.agent_id)
    skipped = {agent.agent_id: reason for agent in everybody if (reason := _passed_over(work, agent)) is not None}
    able = sorted((agent for agent in everybody if agent.agent_id not in skipped), key=_rank(work, now))
    weighed = tuple(_weighed(agent, now) for agent in able)
    names = {agent.agent_id: agent.name for agent in everybody}
    chosen, is_sticky, waits_for_own = _chosen(work, everybody, able, now)
    told = {"sticky": is_sticky, "waits": waits_for_own}
    facts = facts_of(work, chosen, weighed, list(skipped.values()), names, **told)
    given = Outcome.OFFERED if offers else Outcome.ASSIGNED
    return Decision(
        conversation_id=work.conversation_id,
        at=now,
        outcome=Outcome.WAITING if chosen is None else given,
        agent_id=None if chosen is None else chosen.agent_id,
        weighed=weighed[:SKIPPED_KEPT],
        skipped=tuple(skipped.values())[:SKIPPED_KEPT],
        step=work.asked.step,
        relaxed=work.asked.relaxed,
        sticky=is_sticky,
        sentence=sentence(facts, work.asked.relaxed, offers=offers),
        next_at=_next_at(work, waits=waits_for_own) if chosen is None else None,
        rules_version=rules_version,
        skipped_count=len(skipped),
        seen=Seen(work, tuple(everybody)),
        facts=facts,
    )


def _chosen(
    work: Work, everybody: Sequence[Candidate], able: Sequence[Candidate], now: datetime
) -> tuple[Candidate | None, bool, bool]:
    """(who, whether as the customer's own agent, whether it waits for that one)."""
    own = next((agent for agent in everybody if agent.agent_id == work.sticky_id), None)
    in_time = work.sticky_until is not None and now < work.sticky_until
    if own is not None and in_time and own.available and own.agent_id not in work.declined:
        if has_room(own, work, returning=True):
            return own, True, False
        return None, False, True
    return (able[0] if able else None), False, False


def could_take(work: Work, agent: Candidate) -> bool:
    """Whether it could go to this agent, were there nobody else."""
    return _passed_over(work, agent) is None


def _passed_over(work: Work, agent: Candidate) -> Skipped | None:
    if not agent.available:
        return Skipped(agent.agent_id, Reason.UNAVAILABLE, agent.because)
    if not set(agent.team_ids) & set(work.asked.team_ids):
        return Skipped(agent.agent_id, Reason.OTHER_TEAM)
    if agent.agent_id in work.declined:
        return Skipped(agent.agent_id, Reason.DECLINED)
    lacking = missing(work.asked.required, agent.skills)
    if lacking:
        return Skipped(agent.agent_id, Reason.LACKS_SKILL, ", ".join(lacking))
    if not has_room(agent, work):
        free = free_units(agent.capacity, agent.used)
        return Skipped(agent.agent_id, Reason.FULL, f"{free} of {weight_for(work, agent)} units free")
    return None


def weight_for(work: Work, agent: Candidate) -> int:
    """The units that the conversation would take of this agent."""
    return weight_in(work.kind or class_of(work.channel), agent.capacity.weights)


def has_room(agent: Candidate, work: Work, *, returning: bool = False) -> bool:
    return free_units(agent.capacity, agent.used, returning=returning) >= weight_for(work, agent)


def _rank(work: Work, now: datetime) -> Callable[[Candidate], tuple[int, float, str]]:
    """Most free first; of those, idle for longest; of those, by a digest, which favours nobody for good."""

    def rank(agent: Candidate) -> tuple[int, float, str]:
        idle = (agent.idle_since or now).timestamp()
        return -share_free(agent.capacity, agent.used), idle, digest(work.conversation_id, agent.agent_id)

    return rank


def _weighed(agent: Candidate, now: datetime) -> Weighed:
    idle = int((now - agent.idle_since).total_seconds()) if agent.idle_since else 0
    return Weighed(agent.agent_id, share_free(agent.capacity, agent.used), max(0, idle))


def _next_at(work: Work, *, waits: bool) -> datetime | None:
    times = [work.asked.next_at, work.sticky_until if waits else None, work.ask_again_at]
    return min((at for at in times if at is not None), default=None)
