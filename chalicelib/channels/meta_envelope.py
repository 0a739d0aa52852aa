"""The envelope of Messenger and Instagram webhooks: `entry[]`, and in it `messaging[]`, `standby[]` and `changes[]`.

Source: Graph API "Webhooks" and Instagram Platform "Webhook notification examples". One call may hold entries of
several accounts; one bad item does not lose its neighbours.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.channels import untrusted
from chalicelib.channels.base import Ignored, Inbound, WebhookRequest
from chalicelib.channels.meta_events import Handler, Item, moment

# What stands around the event in an item.
FRAME = frozenset({"sender", "recipient", "timestamp", "hop_context", "prior_message"})
# The account of "send to my server" in Meta's dashboard: no customer, and no message.
TEST_ACCOUNT = "0"

Types = Mapping[str, Handler]


def normalise(request: WebhookRequest, name: str, types: Types) -> list[Inbound]:
    """Every item in its order. `name` is the `object` that is ours; what a partner passes on may lack it."""
    payload = untrusted.json_object(request.body)
    if payload.get("object", name) != name:
        return [Ignored(f"object.{untrusted.label(payload.get('object'))}")]
    found: list[Inbound] = []
    for entry in untrusted.objects(payload.get("entry")):
        found += _entry(entry, types, request.received_at)
    return found or [Ignored("empty")]


def _entry(entry: Mapping[str, Any], types: Types, received_at: datetime) -> Iterator[Inbound]:
    account_id = untrusted.identifier(entry.get("id")) or ""
    at = moment(entry.get("time")) or received_at
    if account_id == TEST_ACCOUNT:
        yield Ignored("dashboard_test")
        return
    for value in untrusted.objects(entry.get("messaging")):
        yield from _item(account_id, value, at, types)
    for value in untrusted.objects(entry.get("standby")):
        yield from _item(account_id, value, at, types, standby=True)
    for change in untrusted.objects(entry.get("changes")):
        yield from _change(account_id, change, at, types)
    if "field" in entry:  # Instagram Login: the change stands in the entry itself
        yield from _change(account_id, entry, at, types)


def _item(
    account_id: str, value: Mapping[str, Any], at: datetime, types: Types, *, standby: bool = False
) -> Iterator[Inbound]:
    item = Item(account_id, value, moment(value.get("timestamp")) or at, standby)
    named = [name for name in value if name not in FRAME]
    known = [name for name in named if name in types and isinstance(value[name], Mapping)]
    for name in known:
        yield from types[name](item, value[name])
    if not known:
        yield Ignored(f"messaging.{untrusted.label(named[0])}" if named else "messaging.empty")


def _change(account_id: str, change: Mapping[str, Any], at: datetime, types: Types) -> Iterator[Inbound]:
    value, field = untrusted.mapping(change.get("value")), untrusted.text(change.get("field"))
    if "sender" in value:  # messaging fields may come as changes
        yield from _item(account_id, value, at, types)
    elif field in types:
        yield from types[field](Item(account_id, value, at), value)
    else:
        yield Ignored(f"field.{untrusted.label(field)}")
