"""The trail of routing: what is written down as it happens, so that a day can be looked at again later.

A line is small, and nobody depends on it: where one was lost, that is told, and nothing else goes wrong.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing import SKIPPED_KEPT
from chalicelib.domain.routing_values import Candidate, Decision
from chalicelib.domain.workload import Workload

# More candidates than this are not kept: those that the decision names are.
MAX_KEPT = 400


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was carried out, with all that it was made of (`decision.seen`). `is_whole`: nobody was left
    out."""

    decision: Decision
    entry: QueueEntry
    is_whole: bool = True

    @property
    def at(self) -> datetime:
        return self.decision.at


@dataclass(frozen=True, slots=True)
class Stood:
    """An agent after a change of presence, capacity, skills or teams."""

    at: datetime
    workload: Workload


@dataclass(frozen=True, slots=True)
class Moved:
    """A conversation whose status or owner has changed: `what` is the event's type, `by` what kind of actor it was."""

    at: datetime
    what: str
    conversation_id: str
    status: str
    assignee_id: str | None
    by: str


Line = Decided | Stood | Moved


def decided(decision: Decision, entry: QueueEntry) -> Decided:
    """The line of a decision: of a very large pool only those whom the decision names."""
    seen = decision.seen
    if seen is None or len(seen.agents) <= MAX_KEPT:
        return Decided(decision, entry, seen is not None)
    named = {each.agent_id for each in decision.weighed} | {each.agent_id for each in decision.skipped}
    kept: tuple[Candidate, ...] = tuple(each for each in seen.agents if each.agent_id in named)
    return Decided(replace(decision, seen=replace(seen, agents=kept[: 2 * SKIPPED_KEPT])), entry, is_whole=False)
