"""The web chat widget's document, and which sites may call the visitor's API."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.aws.memory import Memory
from chalicelib.channels import web_chat
from chalicelib.channels.base import Reply, WebhookRequest
from chalicelib.domain.errors import InboxNotFound
from chalicelib.domain.inbox import Inbox
from chalicelib.services import visitor_page
from chalicelib.services.visitor_page import PageOrigins, may_call, origin_of
from chalicelib.wiring.shared import desk, inbox_directory, settings

HTML = "text/html; charset=utf-8"
NO_BUILD = "This page is opened by the chat widget."
# Administrators see a change of their calendar after so long at the latest.
HOURS_SECONDS = 60
_hours = Memory(HOURS_SECONDS, unknown_seconds=HOURS_SECONDS)


def cors(inbox_id: str, request: WebhookRequest) -> Mapping[str, str]:
    """The origins that the inbox names may call; every site's, where it names none. Raises InboxNotFound."""
    inbox = inbox_directory().inbox(inbox_id)
    if not may_call((inbox.settings.get("allowed_origins") or ()) if inbox else (), request.headers):
        raise InboxNotFound("This site may not use the chat.")
    return {
        "access-control-allow-origin": request.headers.get("origin", "*"),
        "access-control-allow-headers": "authorization, content-type",
        "access-control-allow-methods": "GET, POST, OPTIONS",
        "access-control-max-age": "600",
        "vary": "origin",
    }


def framed(inbox_id: str, request: WebhookRequest) -> tuple[Reply, Mapping[str, str]]:
    """The document that the widget's frame shows. Raises InboxNotFound, StoreUnavailable."""
    inbox = inbox_directory().inbox(inbox_id)
    if inbox is None or inbox.channel != web_chat.NAME:
        raise InboxNotFound("There is no such web chat.")
    build, origins = request.query.get("build", ""), _origins()
    if not visitor_page.BUILD.fullmatch(build):
        return Reply(404, NO_BUILD), {}
    body = visitor_page.page(inbox, build, origins, opening(inbox, request.received_at))
    return Reply(200, body, HTML), visitor_page.headers(inbox, origins)


def opening(inbox: Inbox, now: datetime) -> Mapping[str, Any] | None:
    """Whether the calendar that the inbox names is open now, and when that changes; None where it names none."""
    hours_id = inbox.settings.get("hours_id")
    if not isinstance(hours_id, str) or not hours_id:
        return None
    from chalicelib.domain.business_hours import is_open, next_change

    calendar = _hours.recall((hours_id,), lambda: _calendar(hours_id))
    if calendar is None:
        return None
    changes = next_change(calendar, now)
    return {"open": is_open(calendar, now), "changes_at": changes.isoformat() if changes else None}


def _calendar(hours_id: str) -> Any:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.services.documents import hours_from

    document = DocumentStore(desk(), "hours").get(hours_id)
    return hours_from(hours_id, document.body, document.version) if document else None


@cache
def _origins() -> PageOrigins:
    """Files are where a signed address says."""
    from chalicelib.aws.blobs import BlobStore
    from chalicelib.aws.clients import patient_client

    made = settings()
    signed = BlobStore(patient_client("s3"), made.attachments_bucket).url("attachments/none", seconds=1)
    return PageOrigins(made.widget_origin, origin_of(made.sockets_url), origin_of(signed))
