"""What needs an agent most: their open conversations, ranked as they are read. Bounded: one page of heads, and what
hangs on them in a few reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.attention import RETURNED, Asking, Chip, Pressing, Ranked, chips, ranked
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.reads import Page, ViewQuery
from chalicelib.domain.returning import RadarPolicy
from chalicelib.domain.sla import Clock, ClockState, due
from chalicelib.domain.transitions import is_hibernating

# So many of an agent's conversations are ranked: those with the newest activity.
MOST_RANKED = 50


class AttentionStore(Protocol):
    def list_view(self, query: ViewQuery) -> Page[Conversation]: ...

    def pressing(self, found: Sequence[Conversation]) -> Pressing:
        """Of at most fifty. Three reads."""


@dataclass(frozen=True, slots=True)
class Row:
    conversation: Conversation
    ranked: Ranked


@dataclass(frozen=True, slots=True)
class AttentionList:
    store: AttentionStore
    hours: Callable[[str], BusinessHours | None]
    policy: Callable[[], RadarPolicy]

    def of(self, agent_id: str, now: datetime) -> tuple[Sequence[Row], bool]:
        """First what needs attention first; and whether there are more than were ranked. Raises StoreUnavailable."""
        page = self.store.list_view(ViewQuery("owner", agent_id, Status.OPEN.value, MOST_RANKED))
        pressing, policy = self.store.pressing(page.items), self.policy()
        askings = [self._asking(each, pressing, policy, now) for each in page.items]
        by_id = {each.id: each for each in page.items}
        found = ranked(askings, now, timedelta(seconds=policy.patience_seconds))
        return [Row(by_id[each.id], each) for each in found], page.next is not None

    def reasons(self, found: Sequence[Conversation], now: datetime) -> Mapping[str, tuple[Chip, ...]]:
        """Why each of these needs somebody, by its id: nobody waits for what is put aside or over, but who was only
        silent may be back. Three reads for every fifty."""
        asking = [each for each in found if each.status is Status.OPEN or is_hibernating(each)]
        told: dict[str, tuple[Chip, ...]] = {}
        for first in range(0, len(asking), MOST_RANKED):
            some = asking[first : first + MOST_RANKED]
            pressing, policy = self.store.pressing(some), self.policy()
            for each in some:
                made = chips(self._asking(each, pressing, policy, now), now)
                told[each.id] = tuple(one for one in made if each.status is Status.OPEN or one.kind == RETURNED)
        return told

    def _asking(self, found: Conversation, pressing: Pressing, policy: RadarPolicy, now: datetime) -> Asking:
        back = pressing.backs.get(found.id)
        is_lifted = back is not None and back.owner_id == found.assignee_id and back.lifts_at(now, policy)
        contact = pressing.contacts.get(found.contact_id)
        tier = (contact.tier if contact else None) or ""
        times = [self._due(clock) for clock in pressing.clocks.get(found.id, ())]
        return Asking(
            id=found.id,
            waiting_since=found.waiting_since,
            due_at=min((at for at in times if at is not None), default=None),
            priority=found.priority,
            tier=tier,
            tier_minutes=policy.tiers.get(tier, 0),
            back_after=back.idle_seconds if back is not None and is_lifted else None,
        )

    def _due(self, clock: Clock) -> datetime | None:
        """When a promise that nobody has kept yet is up, or was."""
        if clock.stopped_at is not None or clock.state is ClockState.PAUSED:
            return None
        return due(clock, 1.0, self.hours(clock.hours_id) if clock.hours_id else None)
