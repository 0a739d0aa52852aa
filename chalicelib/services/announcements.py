"""Announcements: written by supervisors, shown to agents in their time, told once when it begins, receipts kept.

The timer that tells is set before the announcement is stored: whoever is called looks at what is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.announcement import Announcement, Receipt, checked, is_settled
from chalicelib.domain.envelope import SYSTEM, Actor
from chalicelib.domain.errors import ClientIdReused, InvalidInput, StoreUnavailable
from chalicelib.domain.errors_texts import AnnouncementNotFound, AnnouncementOver
from chalicelib.domain.events_announcements import AnnouncementCreated
from chalicelib.domain.reads import Page
from chalicelib.domain.text_scope import Reader
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.paperwork import check_version
from chalicelib.services.routing_ports import Timers

TELL = "announce"
ATTEMPTS = 5


class AnnouncementStore(Protocol):
    def get(self, announcement_id: str) -> Announcement | None: ...

    def add(self, announcement: Announcement, recorded: Recorded | None) -> Written:
        """DUPLICATE: it is there already."""

    def replace(self, announcement: Announcement, read_version: int, recorded: Recorded | None) -> Written: ...

    def current(self, now: datetime) -> Sequence[Announcement]:
        """Those that have not ended."""

    def page(self, limit: int, start: Mapping[str, Any] | None) -> Page[Announcement]: ...

    def receipts_of(self, agent_id: str, announcement_ids: Sequence[str]) -> Mapping[str, Receipt]: ...

    def receipts(self, announcement_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[Receipt]: ...

    def mark(self, receipt: Receipt) -> Receipt:
        """The first time of each stays. Gives what stands."""


@dataclass(frozen=True, slots=True)
class Announcements:
    store: AnnouncementStore
    timers: Callable[[], Timers]

    def create(self, principal: Principal, wanted: Announcement, now: datetime) -> Announcement:
        """With an id that follows from its author and their client id: the same again gives what was stored first.
        Raises InvalidInput, ClientIdReused."""
        before = self.store.get(wanted.id)
        if before is not None:
            return _same(before, wanted)
        made = checked(wanted, now)
        begins = made.starts_at <= now
        made = replace(made, told=begins)
        if not begins:
            self.timers().set(TELL, made.id, made.version, made.starts_at)
        recorded = _recorded(made, Actor(principal.kind, principal.id), now) if begins else None
        if self.store.add(made, recorded) is Written.DONE:
            return made
        return _same(self.get(made.id), made)

    def get(self, announcement_id: str) -> Announcement:
        """Raises AnnouncementNotFound."""
        found = self.store.get(announcement_id)
        if found is None:
            raise AnnouncementNotFound("There is no such announcement.")
        return found

    def change(
        self, principal: Principal, announcement_id: str, version: int, changes: Mapping[str, Any], now: datetime
    ) -> Announcement:
        """Another text, time or audience, until it has ended. Once it has begun it begins no more. Raises
        AnnouncementNotFound, AnnouncementOver, VersionConflict, InvalidInput."""
        before = self.get(announcement_id)
        check_version(before.version, version)
        if before.ends_at <= now:
            raise AnnouncementOver("It has ended: write a new one.")
        if before.told and changes.get("starts_at", before.starts_at) != before.starts_at:
            raise InvalidInput("It has begun already.", field="starts_at")
        after = checked(replace(before, **changes, version=version + 1), now)
        return self._changed(after, version, principal, now)

    def end(self, announcement_id: str, now: datetime) -> Announcement:
        """It is shown no more; a repeat changes nothing. Raises AnnouncementNotFound, VersionConflict."""
        for _ in range(ATTEMPTS):
            before = self.get(announcement_id)
            if before.ends_at <= now:
                return before
            # What never began never tells: its timer finds that it has ended.
            after = replace(before, starts_at=min(before.starts_at, now), ends_at=now, version=before.version + 1)
            if self.store.replace(after, before.version, None) is Written.DONE:
                return after
        raise StoreUnavailable("too many writers at once")

    def due(self, announcement_id: str, epoch: int, now: datetime) -> None:
        """A timer's call: tell that it begins, once. Raises StoreUnavailable."""
        for _ in range(ATTEMPTS):
            before = self.store.get(announcement_id)
            if before is None or before.told or not before.is_shown(now):
                return
            after = replace(before, told=True, version=before.version + 1)
            if self.store.replace(after, before.version, _recorded(after, SYSTEM, now)) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def for_reader(
        self, reader: Reader, now: datetime, *, everything: bool
    ) -> Sequence[tuple[Announcement, Receipt | None]]:
        """What is shown to an agent now, the most pressing first; without `everything` only what they have not read, or
        not confirmed where they have to. One query and one read."""
        shown = [each for each in self.store.current(now) if each.is_shown(now) and each.is_for(reader.team_ids)]
        known = self.store.receipts_of(reader.principal.id, [each.id for each in shown]) if shown else {}
        found = [(each, known.get(each.id)) for each in shown]
        left = [(each, receipt) for each, receipt in found if everything or not is_settled(each, receipt)]
        return sorted(left, key=lambda pair: (_PRESSING[pair[0].level], -pair[0].starts_at.timestamp(), pair[0].id))

    def read(self, reader: Reader, announcement_id: str, now: datetime, *, acknowledged: bool) -> Receipt:
        """Note that an agent has read it, and confirms it; the first time of each stays. Raises
        AnnouncementNotFound."""
        found = self.store.get(announcement_id)
        if found is None or found.starts_at > now or not found.is_for(reader.team_ids):
            raise AnnouncementNotFound("There is no such announcement.")
        principal = reader.principal
        confirmed = now if acknowledged else None
        return self.store.mark(Receipt(announcement_id, principal.id, principal.name, now, confirmed))

    def receipts(self, announcement_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[Receipt]:
        """Who has read it. Raises AnnouncementNotFound."""
        self.get(announcement_id)
        return self.store.receipts(announcement_id, limit, start)

    def figures(self, announcement_id: str) -> tuple[int, int, frozenset[str]]:
        """How many have read it, how many have confirmed it, and who has settled it. One query for each thousand."""
        announcement = self.get(announcement_id)
        read, confirmed, settled = 0, 0, set()
        start: Mapping[str, Any] | None = None
        while True:
            page = self.store.receipts(announcement_id, 1000, start)
            for each in page.items:
                read += 1
                confirmed += each.acknowledged_at is not None
                if is_settled(announcement, each):
                    settled.add(each.agent_id)
            start = page.next
            if start is None:
                return read, confirmed, frozenset(settled)

    def _changed(self, after: Announcement, version: int, principal: Principal, now: datetime) -> Announcement:
        begins = not after.told and after.starts_at <= now
        if begins:
            after = replace(after, told=True)
        elif not after.told:
            self.timers().set(TELL, after.id, after.version, after.starts_at)
        recorded = _recorded(after, Actor(principal.kind, principal.id), now) if begins else None
        if self.store.replace(after, version, recorded) is not Written.DONE:
            check_version(self.get(after.id).version, version)
            raise StoreUnavailable("too many writers at once")
        return after


_PRESSING = {"critical": 0, "important": 1, "info": 2}


def announcement_id_of(principal: Principal, client_id: str) -> str:
    return f"ann_{ids.digest('announcement', principal.id, client_id)}"


def _same(before: Announcement, wanted: Announcement) -> Announcement:
    """Raises ClientIdReused where it says something else; it may have been changed since."""
    if before.version == 1 and (before.title, before.body) != (wanted.title, wanted.body):
        raise ClientIdReused("This client_id was used for another announcement: make a new one.", field="client_id")
    return before


def _recorded(announcement: Announcement, by: Actor, now: datetime) -> Recorded:
    event = AnnouncementCreated(
        announcement_id=announcement.id,
        title=announcement.title,
        level=announcement.level.value,
        team_ids=announcement.team_ids,
        requires_ack=announcement.requires_ack,
        ends_at=announcement.ends_at.isoformat(),
    )
    return Recorded((event,), by, now)
