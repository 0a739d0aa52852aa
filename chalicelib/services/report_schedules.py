"""Schedules of reports, as supervisors and administrators keep them.

A supervisor keeps their own, an administrator everybody's. The numbers of a report are those that its owner may see.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.agent import ORDER, Agent, Principal, Role
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.errors_report_schedules import ReportScheduleNotFound, ReportSchedulesTooMany
from chalicelib.domain.recurrence import Recurrence, next_times
from chalicelib.domain.recurrence_text import checked_zone, rule_from, rule_text
from chalicelib.domain.report_schedule import MAX_SCHEDULES, Layout, ReportSchedule
from chalicelib.domain.report_timers import REPORT
from chalicelib.domain.writes import Written
from chalicelib.services.administration_ports import Ids
from chalicelib.services.report_delivery_ports import ScheduleStore
from chalicelib.services.routing_ports import Timers

# How far from now a rule may begin.
MAX_PAST, MAX_AHEAD = timedelta(days=3660), timedelta(days=1830)
CHANGED = "It has changed: read it again."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `start` None: from now on. `owner_id` None: who asks."""

    layout: Layout
    rule: str
    zone: str
    start: datetime | None = None
    enabled: bool = True
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReportSchedules:
    """`check` raises InvalidInput where a layout cannot be answered or sent. `catch_up` makes what is due already."""

    store: ScheduleStore
    timers: Timers
    ids: Ids
    agent: Callable[[str], Agent | None]
    check: Callable[[Layout, datetime], None]
    catch_up: Callable[[str, int, datetime], object]

    def every(self, principal: Principal) -> Sequence[ReportSchedule]:
        """Those that the caller may see, oldest first."""
        return [each for each in self.store.list() if may_see(each.owner_id, principal)]

    def get(self, schedule_id: str, principal: Principal) -> ReportSchedule:
        """Raises ReportScheduleNotFound."""
        found = self.store.get(schedule_id)
        if found is None or not may_see(found.owner_id, principal):
            raise ReportScheduleNotFound("There is no such report schedule.")
        return found

    def create(self, wanted: Wanted, principal: Principal, now: datetime) -> ReportSchedule:
        """Raises InvalidInput, ReportSchedulesTooMany, StoreUnavailable."""
        owner_id = self._owner(wanted.owner_id, principal)
        recurrence = checked(wanted, now)
        self.check(wanted.layout, now)
        if len(self.store.list()) >= MAX_SCHEDULES:
            raise ReportSchedulesTooMany(f"There are at most {MAX_SCHEDULES} report schedules.")
        made = ReportSchedule(
            id=self.ids.new("rps"),
            owner_id=owner_id,
            layout=wanted.layout,
            rule=rule_text(recurrence.rule),
            zone=recurrence.zone,
            start=recurrence.start,
            created_at=now,
            enabled=wanted.enabled,
        )
        return self._saved(made.armed(now), 0)

    def change(
        self, schedule_id: str, wanted: Wanted, read_version: int, principal: Principal, now: datetime
    ) -> ReportSchedule:
        """Raises InvalidInput, ReportScheduleNotFound, VersionConflict, StoreUnavailable."""
        before = self._read(schedule_id, read_version, principal)
        owner_id = before.owner_id if wanted.owner_id is None else self._owner(wanted.owner_id, principal)
        recurrence = checked(wanted, now, before.start)
        self.check(wanted.layout, now)
        # What is due by now was due as it stood until now.
        self.catch_up(schedule_id, before.version, now)
        after = replace(
            before,
            owner_id=owner_id,
            layout=wanted.layout,
            rule=rule_text(recurrence.rule),
            zone=recurrence.zone,
            start=recurrence.start,
            enabled=wanted.enabled,
            version=before.version + 1,
        )
        return self._saved(after.armed(now), before.version)

    def remove(self, schedule_id: str, read_version: int, principal: Principal) -> None:
        """Runs that were made stay. Raises ReportScheduleNotFound, VersionConflict."""
        self._read(schedule_id, read_version, principal)
        if self.store.delete(schedule_id, read_version) is not Written.DONE:
            raise VersionConflict(CHANGED, field="version")

    def _read(self, schedule_id: str, read_version: int, principal: Principal) -> ReportSchedule:
        found = self.get(schedule_id, principal)
        if found.version != read_version:
            raise VersionConflict(CHANGED, field="version")
        return found

    def _saved(self, schedule: ReportSchedule, read_version: int) -> ReportSchedule:
        # The timer first: one of a version that was never written does nothing, a schedule without one never comes.
        if schedule.next_at is not None:
            self.timers.set(REPORT, schedule.id, schedule.version, schedule.next_at)
        if self.store.put(schedule, read_version) is not Written.DONE:
            raise VersionConflict(CHANGED, field="version")
        return schedule

    def _owner(self, owner_id: str | None, principal: Principal) -> str:
        if owner_id is None or owner_id == principal.id:
            if principal.kind != "agent":
                raise InvalidInput("Say which agent's numbers it shows.", field="owner_id")
            return principal.id
        if not principal.may(Role.ADMIN):
            raise InvalidInput("Only an administrator makes schedules of others.", field="owner_id")
        agent = self.agent(owner_id)
        if agent is None or not agent.enabled or ORDER[agent.role] < ORDER[Role.SUPERVISOR]:
            raise InvalidInput("There is no such supervisor.", field="owner_id")
        return owner_id


def may_see(owner_id: str, principal: Principal) -> bool:
    return principal.may(Role.ADMIN) or owner_id == principal.id


def checked(wanted: Wanted, now: datetime, before: datetime | None = None) -> Recurrence:
    """When it would come. Without a `start` it is that of `before`, or now. Raises InvalidInput."""
    found = start_of(wanted.rule, wanted.zone, wanted.start or before, now)
    if wanted.enabled and not next_times(found, now, 1):
        raise InvalidInput("It never comes, or not within ten years.", field="recurrence.rule")
    return found


def start_of(rule: str, zone: str, start: datetime | None, now: datetime) -> Recurrence:
    """A rule with its start: now if none is given. Raises InvalidInput."""
    zone = checked_zone(zone)
    here = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    start = start or here
    if start.tzinfo is not None:
        raise InvalidInput("Give the local time, without an offset.", field="recurrence.start")
    if not here - MAX_PAST <= start <= here + MAX_AHEAD:
        raise InvalidInput("This is too far away: ten years back, five ahead.", field="recurrence.start")
    return Recurrence(rule_from(rule), start.replace(second=0, microsecond=0), zone)
