"""What may be refused of reports. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class ReportTooLarge(Refusal):
    """It cannot be counted at once: ask for it as long work (`POST /report-counts`), or for less."""

    code = "report_too_large"


class ReportGone(Refusal):
    """What it was counted from is not kept any more."""

    code = "report_gone"
    kind = "missing"
