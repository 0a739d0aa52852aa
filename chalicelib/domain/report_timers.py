"""Timers of reports that come by themselves. Apart from what they call: whoever only names them need not load it."""

# A schedule's next report is due.
REPORT = "report"
# Those whom a report did not reach are tried again.
RETRY = "report-retry"
