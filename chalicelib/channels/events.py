"""Events of any other system (a CRM, a till, billing), by our own contract (docs/channels/events.md): lines of its
customers' timelines. It signs as the custom channel does, and is told what became of each event. Nothing is sent to it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import event_lists, events_fields, plain
from chalicelib.channels.base import (
    Capabilities,
    Health,
    HttpResponse,
    Ignored,
    Inbound,
    Reply,
    WebhookRequest,
)
from chalicelib.channels.events_inbound import item_of
from chalicelib.domain.inbox import Inbox

NAME = "events"
MAX_EVENTS = 100
CAPABILITIES = Capabilities(kinds_out=frozenset(), max_text=0)
ACCOUNT = events_fields.ACCOUNT
CREDENTIALS = events_fields.CREDENTIALS
SETTINGS = events_fields.SETTINGS
# Types are the other system's own words: all of them have one form.
EVENT_TYPES: Mapping[str, Callable[..., Any]] = {"event": item_of}


verify = event_lists.verify
challenge = plain.no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One item for each event, in their order."""
    account_id = plain.inbox_called(request, NAME)
    return [item_of(event, account_id, request.received_at) for event in event_lists.events_of(request, MAX_EVENTS)]


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """202, and for each event what became of it: a mistake in one does not refuse the others."""
    return event_lists.results(event_lists.events_of(request, MAX_EVENTS), items, repeats, _mistake)


def _mistake(item: Ignored) -> dict[str, str]:
    """What is wrong begins with the field it is wrong with."""
    return {"field": item.detail.partition(" ")[0], "error": item.detail}


check_send = plain.nothing_goes
build_send = plain.nothing_built
parse_send = plain.never_sent
build_signal = plain.no_signal
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up
media_location = plain.open_location
build_health = plain.no_health_call


def parse_health(response: HttpResponse) -> Health:
    return Health(True, "The connected system is not asked: its calls prove the secret.")
