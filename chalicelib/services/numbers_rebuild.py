"""Numbers made anew from the archive of lines, day by day, an object at a time: what is known already stays as it is,
what is missing is folded again, and the next runs count it. So it ends with the numbers that were there, or should be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.job import Job
from chalicelib.services.folding import Folding
from chalicelib.services.line_lookups import CALENDAR
from chalicelib.services.numbers_ports import Line, LineArchive

KIND = "numbers.rebuild"
# Objects of one portion: each holds some hundred lines.
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Rebuilding:
    archive: LineArchive
    folding: Folding

    def step(self, job: Job, now: datetime) -> Job:
        """One portion. `done` of `total` counts days; the cursor names the day and the last object. With `anew` in
        what was asked, conversations without new lines are derived again too, as after a change of definitions.
        Raises StoreUnavailable."""
        days = [day for day in self.archive.archived_days() if day.isoformat() >= str(job.cursor.get("day", ""))]
        if not days:
            return job.ended(now, {"lines": job.cursor.get("lines", 0), "days": job.done})
        if not job.total:
            job = replace(job, total=len(days))
        return self._portion(job, days[0], now)

    def _restored(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Without the calendars, which are there again before what names them is folded."""
        for line in lines:
            if line["type"] == CALENDAR:
                self.folding.calendars.restore(line["calendar"], line["z"])
        return [line for line in lines if line["type"] != CALENDAR]

    def _portion(self, job: Job, day: date, now: datetime) -> Job:
        cursor = dict(job.cursor)
        after = str(cursor.get("name", "")) if cursor.get("day") == day.isoformat() else ""
        names = self.archive.archived_names(day, after, AT_ONCE)
        for name in names:
            lines = self._restored(self.archive.archived_lines(name))
            cursor["lines"] = int(cursor.get("lines", 0)) + len(lines)
            for lost in sorted(self.folding.fold(lines, now, anew=bool(job.params.get("anew")))):
                job = job.with_problem({"conversation_id": lost, "problem": "It could not be measured."})
        cursor |= {"day": day.isoformat(), "name": names[-1] if names else after}
        if len(names) < AT_ONCE:
            # The next day's objects begin behind this day's end.
            cursor |= {"day": f"{day.isoformat()}~", "name": ""}
            job = replace(job, done=job.done + 1, total=max(job.total, job.done + 1))
        return replace(job, cursor=cursor)
