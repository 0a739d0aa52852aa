"""Functions of the protocol for channels that lack what the function is for. A channel takes them under the protocol's
names (`build_signal = no_signal`), where a function of its own would stand.
"""

import re
from collections.abc import Sequence
from functools import cache

from chalicelib.channels.base import (
    CannotSay,
    Credentials,
    HttpRequest,
    HttpResponse,
    Inbound,
    MediaLocation,
    Outgoing,
    ProviderError,
    Reply,
    SendResult,
    Signal,
    WebhookRequest,
)
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

NOTHING_GOES = "This inbox takes events in; nothing can be sent by it. Answer on another channel."


@cache
def _path(name: str, tail: str) -> re.Pattern[str]:
    return re.compile(rf"/(?:[A-Za-z0-9_-]+/)*{name}/([A-Za-z0-9_-]{{1,128}}){tail}/?")


def inbox_called(request: WebhookRequest, name: str, tail: str = "") -> str:
    """The inbox that the webhook's address names, for providers that name no account; empty where the address has
    another form. `tail` is a pattern of what may follow."""
    found = _path(name, tail).fullmatch(request.path)
    return found[1] if found else ""


def no_challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """No handshake: both ends are set up by hand, or the provider tries the address with a call like any other."""
    return None


def plain_answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """The provider reads nothing but the status."""
    return None


def no_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Neither read marks nor typing."""
    return None


def no_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Files come with their address, or not at all."""
    return None


def never_looked_up(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """Never asked."""
    return ProviderError("no_lookup", FailureClass.CONTENT, "Files of this channel come with their address.")


def open_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """The address works by itself: no credentials are shown to anybody."""
    return MediaLocation(url)


def no_health_call(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """There is no call without an effect, or nobody to ask."""
    return None


def nothing_goes(message: Outgoing) -> None:
    """The inbox only takes in."""
    raise CannotSay(NOTHING_GOES, field="inbox_id")


def nothing_built(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """As `nothing_goes`."""
    raise CannotSay(NOTHING_GOES, field="inbox_id")


def never_sent(response: HttpResponse) -> SendResult:
    """Never asked."""
    return SendResult(error=ProviderError("nothing_goes", FailureClass.CONTENT, NOTHING_GOES))
