"""What roll-ups tell early warnings: how promises of service were kept in the last hours, and how many customers come
in an hour like this one. A few readings, of days and not of months."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.measure import Dimension
from chalicelib.domain.rollup import Grain, Grouping
from chalicelib.domain.warning import Finding
from chalicelib.domain.warning_policy import WarningPolicy
from chalicelib.domain.warning_rules import WEEKS
from chalicelib.services.numbers_ports import RollupStore, Standing
from chalicelib.services.warning_findings import Hours, burning, unusual

# Kinds of measures of promises, by the clock that they are of.
CLOCKS = {
    "first_response": "sla_first_response",
    "next_response": "sla_next_response",
    "resolution": "sla_resolution",
}
ARRIVALS = "arrivals"
BY_TEAM: Grouping = (Dimension.TEAM,)
BY_CHANNEL: Grouping = (Dimension.CHANNEL,)
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
# How far the day of the farthest zones is from that of UTC.
EAST, WEST = timedelta(hours=14), timedelta(hours=12)
# Whole hours of the longer window, before the running one.
LONGER = 6


@dataclass(frozen=True, slots=True)
class History:
    """`recall` remembers what was usual for an hour, for an hour."""

    rollups: RollupStore
    recall: Callable[[tuple[str, ...], Callable[[], Mapping[str, Sequence[int]]]], Mapping[str, Sequence[int]]]

    def findings(self, policy: WarningPolicy, names: Mapping[str, str], now: datetime) -> list[Finding]:
        """As of the last run that ended; nothing where there was none in the last hour. Raises StoreUnavailable."""
        standing = self.rollups.standing()
        if standing is None or now - standing.as_of > HOUR:
            return []
        at = standing.as_of
        found: list[Finding] = []
        if policy.sla_burn.enabled:
            for clock, kind in CLOCKS.items():
                hours = self._hours(BY_TEAM, {kind}, at - LONGER * HOUR, at, standing)
                found += burning(hours, names, clock, policy.sla_burn, at)
        if policy.volume.enabled:
            hours = self._hours(BY_CHANNEL, {ARRIVALS}, at - HOUR, at, standing)
            this = _hour(at)
            usual = {hour.isoformat(): self._usual(hour, standing) for hour in (this, this - HOUR)}
            found += unusual(hours, usual, policy.volume, at)
        return found

    def _usual(self, hour: datetime, standing: Standing) -> Mapping[str, Sequence[int]]:
        return self.recall(("usual", hour.isoformat()), lambda: self._weeks(hour, standing))

    def _weeks(self, hour: datetime, standing: Standing) -> Mapping[str, Sequence[int]]:
        """How many began by channel in this hour of the week, in each week before that anything is known of: the newest
        first. Weeks of 168 hours: after clocks were changed they are an hour off for a while."""
        weeks = []
        for ago in range(1, WEEKS + 1):
            then = hour - ago * WEEK
            counted = self._hours(BY_CHANNEL, {ARRIVALS}, then - 3 * HOUR, then + 3 * HOUR, standing)
            weeks.append((bool(counted), counted.get(then, {})))
        known = max((place for place, (any_known, _) in enumerate(weeks, 1) if any_known), default=0)
        channels = {channel for _, counted in weeks[:known] for channel in counted}
        return {
            channel: [counted.get(channel, (0, 0))[1] for _, counted in weeks[:known]] for channel in sorted(channels)
        }

    def _hours(
        self, grouping: Grouping, kinds: Collection[str], first: datetime, last: datetime, standing: Standing
    ) -> Hours:
        """(met, counted) of each hour between, by group: the kinds together."""
        days = (first - WEST).date(), (last + EAST).date()
        found: dict[datetime, dict[str, tuple[int, int]]] = {}
        cells = self.rollups.read(Grain.HOUR, grouping, None, *days, kinds=kinds, standing=standing)
        for (bucket, group), by_kind in cells.items():
            hour = datetime.fromisoformat(bucket).astimezone(UTC)
            if not _hour(first) <= hour <= last:
                continue
            counted = [by_kind[kind] for kind in kinds if kind in by_kind]
            if counted:
                both = sum(cell.hits for cell in counted), sum(cell.n for cell in counted)
                found.setdefault(hour, {})[group[0]] = both
        return found


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
