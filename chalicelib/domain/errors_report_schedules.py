"""What reports that come by themselves refuse. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class ReportScheduleNotFound(Refusal):
    code = "report_schedule_not_found"
    kind = "missing"


class ReportRunNotFound(Refusal):
    code = "report_run_not_found"
    kind = "missing"


class ReportSchedulesTooMany(Refusal):
    code = "report_schedules_too_many"
    kind = "conflict"


class ReportRunRefused(Refusal):
    """It is being made or sent just now, or there is nothing in it to be sent again."""

    code = "report_run_refused"
    kind = "conflict"
