"""Notices as an agent reads them: the list, what is unseen, and their own choices of how to be told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.errors_notices import NoticeNotFound
from chalicelib.domain.notice import Notice, Outcome, Way
from chalicelib.domain.notice_ways import Preferences
from chalicelib.domain.notice_words import Detail, Words, words_of
from chalicelib.domain.quiet_hours import wrong_with
from chalicelib.domain.writes import Written
from chalicelib.services.notice_ports import NoticeStore

# What is told of as "more than": nobody reads a larger number.
MOST_COUNTED = 99
# Of one call; who has more unseen calls again.
SEEN_AT_ONCE = 100
SHORTEST_DIGEST, LONGEST_DIGEST = 5, 24 * 60


@dataclass(frozen=True, slots=True)
class Shown:
    notice: Notice
    words: Words
    detail: Detail


@dataclass(frozen=True, slots=True)
class NoticeList:
    store: NoticeStore

    def shown(self, notices: Sequence[Notice]) -> list[Shown]:
        """With their words, as they are now."""
        details = self.store.details(notices)
        return [Shown(each, words_of(each, detail), detail) for each, detail in zip(notices, details, strict=True)]

    def see(self, agent_id: str, notice_id: str, now: datetime) -> Notice:
        """Raises NoticeNotFound, StoreUnavailable."""
        found = self.store.get(agent_id, notice_id) if ids.is_id("ntc", notice_id) else None
        if found is None:
            raise NoticeNotFound("There is no such notice.")
        if found.seen_at is not None:
            return found
        self.store.see(found, now)
        return replace(found, seen_at=now)

    def see_all(self, agent_id: str, up_to: str | None, now: datetime) -> tuple[int, bool]:
        """All that there are, or none that came after `up_to`: how many that were now, and whether there are more.
        Raises StoreUnavailable."""
        found = self.store.unseen(agent_id, SEEN_AT_ONCE, up_to)
        for notice in found:
            self.store.see(notice, now)
        return len(found), len(found) == SEEN_AT_ONCE

    def count(self, agent_id: str) -> tuple[int, bool]:
        """How many are unseen, and whether there are more than that."""
        found = len(self.store.unseen(agent_id, MOST_COUNTED + 1))
        return min(found, MOST_COUNTED), found > MOST_COUNTED

    def choose(self, own: Preferences, read_version: int) -> Preferences:
        """Raises InvalidInput, VersionConflict."""
        if not SHORTEST_DIGEST <= own.digest_minutes <= LONGEST_DIGEST:
            raise InvalidInput(
                f"From {SHORTEST_DIGEST} minutes to {LONGEST_DIGEST // 60} hours.", field="digest_minutes"
            )
        if own.quiet is not None:
            for field, said in wrong_with(own.quiet):
                raise InvalidInput(said, field=f"quiet_hours.{field}")
        after = replace(own, version=read_version + 1)
        if self.store.set_preferences(after, read_version) is not Written.DONE:
            raise VersionConflict("It has changed: read it again.", field="version")
        return after


def told_of(notice: Notice) -> dict[Way, Outcome]:
    """What became of it, by way."""
    return {way: notice.tried[way].outcome for way in Way if way in notice.tried}
