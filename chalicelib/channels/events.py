"""Events of any other system (a CRM, a till, billing), by our own contract (docs/channels/events.md): lines of its
customers' timelines. It signs as the custom channel does, and is told what became of each event. Nothing is sent to it.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import events_fields
from chalicelib.channels.base import (
    CannotSay,
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    MediaLocation,
    Outgoing,
    PayloadNotUnderstood,
    ProviderError,
    Reply,
    SendResult,
    Signal,
    WebhookRequest,
)
from chalicelib.channels.events_inbound import item_of
from chalicelib.channels.signing import valid, verify_timed
from chalicelib.channels.untrusted import identifier, json_object, mapping
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

NAME = "events"
MAX_EVENTS = 100
CAPABILITIES = Capabilities(kinds_out=frozenset(), max_text=0)
ACCOUNT = events_fields.ACCOUNT
CREDENTIALS = events_fields.CREDENTIALS
SETTINGS = events_fields.SETTINGS
# Types are the other system's own words: all of them have one form.
EVENT_TYPES: Mapping[str, Callable[..., Any]] = {"event": item_of}

_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+/)*events/([A-Za-z0-9_-]{1,128})/?")
_NOTHING_GOES = "This inbox takes events in; nothing can be sent by it. Answer on another channel."


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """X-Signature over X-Timestamp and the raw bytes, five minutes around the time of arrival."""
    verify_timed(request, valid(credentials, "secret"))


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """No handshake: both ends are set up by hand."""
    return None


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One item for each event, in their order."""
    found = _PATH.fullmatch(request.path)
    account_id = found[1] if found else ""
    return [item_of(event, account_id, request.received_at) for event in _events(request)]


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """202, and for each event what became of it: a mistake in one does not refuse the others."""
    results = [
        _result(event, item, repeated=place in repeats)
        for place, (event, item) in enumerate(zip(_events(request), items, strict=True))
    ]
    return Reply(202, json.dumps({"results": results}), "application/json")


def _events(request: WebhookRequest) -> list[Any]:
    events = json_object(request.body).get("events")
    if not isinstance(events, list) or len(events) > MAX_EVENTS:
        raise PayloadNotUnderstood(f"events is a list of at most {MAX_EVENTS}", field="events")
    return events


def _result(event: Any, item: Inbound, *, repeated: bool) -> dict[str, Any]:
    event_id = identifier(mapping(event).get("id"))
    if isinstance(item, Ignored):
        # What is wrong begins with the field it is wrong with.
        return {"id": event_id, "status": "invalid", "field": item.detail.partition(" ")[0], "error": item.detail}
    return {"id": event_id, "status": "duplicate" if repeated else "accepted"}


def check_send(message: Outgoing) -> None:
    """Nothing goes."""
    raise CannotSay(_NOTHING_GOES, field="inbox_id")


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Nothing goes."""
    raise CannotSay(_NOTHING_GOES, field="inbox_id")


def parse_send(response: HttpResponse) -> SendResult:
    """Never asked."""
    return SendResult(error=ProviderError("nothing_goes", FailureClass.CONTENT, _NOTHING_GOES))


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """There is nobody to see it."""
    return None


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Events have no files."""
    return None


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """Never asked."""
    return ProviderError("no_lookup", FailureClass.CONTENT, "Events have no files.")


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """Never asked."""
    return MediaLocation(url)


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """The other system is never called."""
    return None


def parse_health(response: HttpResponse) -> Health:
    return Health(True, "The connected system is not asked: its calls prove the secret.")
