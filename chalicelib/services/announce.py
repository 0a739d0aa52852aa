"""Announcing: what the stream says happened goes to the bus, and queued messages to the sender's queue."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chalicelib.domain.events import ConversationUpdated, MessageQueued
from chalicelib.domain.events_notices import NoticeCreated

# Facts that others tell as well stay off the bus, which bills each event: a new message is `message.created`, and the
# sender's queue has the queued ones, and a notice is of what has been told. Live views follow the stream itself.
OFF_THE_BUS = frozenset({ConversationUpdated.TYPE, MessageQueued.TYPE, NoticeCreated.TYPE})


class EventBus(Protocol):
    def publish(self, envelopes: Sequence[Mapping[str, Any]]) -> list[int]:
        """Gives the places of what was refused."""


class Outbox(Protocol):
    def put(self, entries: Sequence[tuple[str, str, int]]) -> list[int]:
        """Queue (leg, message, attempt) triples; gives the places of what was refused."""


def announce(bus: EventBus, outbox: Outbox, batches: Sequence[Sequence[Mapping[str, Any]]]) -> int | None:
    """Pass on the events of each stream record; the place of the first record that must be read again, None if none.

    What was passed on before it is passed on again then: consumers drop the event ids they have seen, the queue
    drops the attempts it has."""
    numbered = [(place, event) for place, batch in enumerate(batches) for event in batch]
    queued = [(place, _entry(event)) for place, event in numbered if event["type"] == MessageQueued.TYPE]
    public = [(place, event) for place, event in numbered if event["type"] not in OFF_THE_BUS]
    failed = [queued[index][0] for index in outbox.put([entry for _, entry in queued])]
    failed += [public[index][0] for index in bus.publish([event for _, event in public])]
    return min(failed, default=None)


def _entry(event: Mapping[str, Any]) -> tuple[str, str, int]:
    return event["data"]["leg_id"], event["aggregate"]["id"], event["data"]["attempt"]
