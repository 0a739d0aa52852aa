"""Long work: a record names a job, which is carried on until it is done or time is up."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.services.jobs import JobIsHeld
from chalicelib.wiring.jobs import jobs
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    try:
        jobs().carry_out(json.loads(record["body"])["job_id"], now)
    except JobIsHeld:
        return False
    return True
