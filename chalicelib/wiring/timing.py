"""Timers."""

from functools import cache

from chalicelib.aws.clients import patient_client
from chalicelib.aws.timers import Timers, TimersQueue
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.shared import settings


@cache
def timers() -> Timers:
    made = settings()
    queue = TimersQueue(made.timers_sqs_url, made.timers_sqs_arn, made.timers_prefix, made.timers_role_arn)
    return Timers(patient_client("sqs"), Lazy(lambda: patient_client("scheduler")), queue)
