"""The stream's consumer."""

from functools import cache

from chalicelib.aws.changes import announcements
from chalicelib.aws.clients import client
from chalicelib.aws.queues import Bus, OutboundQueue
from chalicelib.wiring.shared import settings


@cache
def bus() -> Bus:
    return Bus(client("events"), settings().event_bus)


@cache
def outbox() -> OutboundQueue:
    return OutboundQueue(client("sqs"), settings().outbound_sqs_url)


__all__ = ["announcements", "bus", "outbox"]
