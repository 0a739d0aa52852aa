"""Measures of how a case went round: its stays in queues, and who gave it to whom."""

from collections.abc import Sequence
from itertools import pairwise

from chalicelib.domain.clock_state import Holder, Interval
from chalicelib.domain.measures_parts import Case

QUEUED = frozenset({Holder.QUEUE, Holder.OFFERED})


def measure_stays(case: Case) -> None:
    """Each stay in a queue that is over. Another team's is another stay, but for the first team that it gets; one that
    a bot ended was none of people's."""
    start = 0
    held = case.held
    for place, found in enumerate(held):
        after = held[place + 1] if place + 1 < len(held) else None
        if found.who not in QUEUED:
            start = place + 1
        elif after is None or after.who not in QUEUED or found.team not in (None, after.team):
            _stay(case, held[start : place + 1], after)
            start = place + 1


def _stay(case: Case, stay: Sequence[Interval], after: Interval | None) -> None:
    end, ended = stay[-1].end, case.episode.ended
    if (after is None and end != ended) or (after is not None and after.holder is Holder.BOT):
        return
    answer = next((wait.by for wait in case.waits if wait.end == end and wait.by), None)
    taken = after.agent if after is not None and after.who not in QUEUED else None
    agent = taken or (answer.agent if answer else None)
    under = case.book.under(end, agent=agent, team=stay[-1].team or "")
    case.put("queue_time", end, under, parts=case.pieces(stay))
    left = end == ended and case.episode.resolved and answer is None
    case.put("abandoned", end, under, hit=left)


def measure_handovers(case: Case) -> None:
    """Counted for who gave it away: to another agent, or back to the queue."""
    facts, episode = case.book.facts, case.episode
    posts = [(change.at, change.episode, change.post) for change in facts.changes if change.post is not None]
    for (_, _, before), (at, number, after) in pairwise([(0, 0, facts.first), *posts]):
        is_over = episode.ended is not None and at >= episode.ended
        if number == episode.number and not is_over and before.agent not in (None, after.agent, *facts.bots):
            under = case.book.under(at, agent=before.agent, team=before.team or "")
            case.put("handovers", at, under)
