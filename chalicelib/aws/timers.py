"""Timers: a delayed record of the timers queue for the next quarter of an hour, a one-time schedule beyond it."""

import json
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from chalicelib.aws.border import store_errors
from chalicelib.domain.ids import digest

# What SQS can delay a record by (its quota).
MAX_DELAY = timedelta(minutes=15)


class Timers:
    """`schedules` names the group, and `role_arn` the role by which the scheduler writes to the queue."""

    def __init__(self, sqs: Any, scheduler: Any, url: str, arn: str, schedules: str, role_arn: str) -> None:
        self._sqs = sqs
        self._scheduler = scheduler
        self._url = url
        self._arn = arn
        self._schedules = schedules
        self._role_arn = role_arn

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        """Setting the same timer again changes nothing, or brings one call more, which does no harm."""
        body = json.dumps({"kind": kind, "subject": subject, "epoch": epoch, "due_at": due_at.isoformat()})
        wait = due_at - datetime.now(UTC)
        if wait <= MAX_DELAY:
            with store_errors():
                seconds = max(0, ceil(wait.total_seconds()))
                self._sqs.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=min(seconds, 900))
            return
        self._schedule(f"{kind}-{digest(subject, str(epoch), due_at.isoformat())}", body, due_at)

    def _schedule(self, name: str, body: str, due_at: datetime) -> None:
        at = (due_at.astimezone(UTC) + timedelta(seconds=1)).replace(microsecond=0, tzinfo=None)
        with store_errors():
            try:
                self._scheduler.create_schedule(
                    Name=name,
                    GroupName=self._schedules,
                    ScheduleExpression=f"at({at.isoformat()})",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={"Arn": self._arn, "RoleArn": self._role_arn, "Input": body},
                )
            except self._scheduler.exceptions.ConflictException:
                return  # it is set already
