"""Timers: a delayed record of the timers queue for the next quarter of an hour, a one-time schedule beyond it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from chalicelib.aws.border import store_errors
from chalicelib.domain.ids import digest

# What SQS can delay a record by (its quota).
MAX_DELAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class TimersQueue:
    """Where timers come to. `prefix` begins the names of this stack's schedules; `role_arn` is as whom the scheduler
    writes there."""

    url: str
    arn: str
    prefix: str
    role_arn: str


class Timers:
    def __init__(self, sqs_client: Any, scheduler_client: Any, queue: TimersQueue) -> None:
        self._sqs_client = sqs_client
        self._scheduler_client = scheduler_client
        self._queue = queue

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        """Setting the same timer again changes nothing, or brings one call more, which does no harm."""
        body = json.dumps({"kind": kind, "subject": subject, "epoch": epoch, "due_at": due_at.isoformat()})
        wait = due_at - datetime.now(UTC)
        if wait <= MAX_DELAY:
            with store_errors():
                seconds = max(0, ceil(wait.total_seconds()))
                self._sqs_client.send_message(
                    QueueUrl=self._queue.url, MessageBody=body, DelaySeconds=min(seconds, 900)
                )
            return
        self._schedule(f"{self._queue.prefix}{kind}-{digest(subject, str(epoch), due_at.isoformat())}", body, due_at)

    def _schedule(self, name: str, body: str, due_at: datetime) -> None:
        at = (due_at.astimezone(UTC) + timedelta(seconds=1)).replace(microsecond=0, tzinfo=None)
        with store_errors():
            try:
                self._scheduler_client.create_schedule(
                    Name=name,
                    ScheduleExpression=f"at({at.isoformat()})",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={"Arn": self._queue.arn, "RoleArn": self._queue.role_arn, "Input": body},
                )
            except self._scheduler_client.exceptions.ConflictException:
                return  # it is set already
