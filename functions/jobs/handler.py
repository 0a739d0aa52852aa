"""Long work: a record names a job, carried on until it is done or time is up; or it is the daily schedule's."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.services.jobs import JobIsHeld
from chalicelib.wiring.jobs import jobs
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.shared import now

# What EventBridge calls what its own schedules send.
SCHEDULED = "Scheduled Event"


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    body = json.loads(record["body"])
    if body.get("detail-type") == SCHEDULED:
        from chalicelib.wiring.erasure import retain_daily  # once a day: other work need not pay for it

        retain_daily(body["time"][:10], now())
        return True
    try:
        jobs().carry_out(body["job_id"], now)
    except JobIsHeld:
        return False
    return True
