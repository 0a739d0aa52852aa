"""Messages that the store could not take when they came: the same write, from the spill queue."""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels import wire
from chalicelib.channels.base import TimelineEvent
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.services.intake import Tally, store_event, store_item
from chalicelib.wiring.intake import asides, deliveries, timelines
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.shared import inbound_store, inboxes, now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _store))


def _store(record: Mapping[str, Any]) -> bool:
    inbox_id, item = wire.loads(record["body"])
    inbox = inboxes().get(inbox_id)
    if inbox is None:
        raise StoreUnavailable(f"no inbox {inbox_id}")
    if isinstance(item, TimelineEvent):
        store_event(timelines(), inbox, item, now(), Tally())
    else:
        store_item(inbound_store(), deliveries(), inbox, item, now(), Tally(), Lazy(asides))
    return True
