"""What providers ask for the sake of a person's privacy: an administrator carries it out."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    ContactNotFound,
    CursorInvalid,
    ErasureRefused,
    PrivacyRequestNotFound,
    PrivacyRequestRefused,
    VersionConflict,
)
from chalicelib.domain.privacy_request import PrivacyRequest, RequestState
from chalicelib.domain.reads import Page
from chalicelib.wiring import api, privacy

ContactId = Annotated[str, Meta(min_length=1, max_length=100)]
Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]

resource = Resource("privacy-requests")


class CarryingOutBody(Body, frozen=True, kw_only=True):
    """`contact_ids`: of the contacts that the request leads to those that are really meant; naming them confirms it."""

    contact_ids: Annotated[list[ContactId], Meta(min_length=1, max_length=25)]


class RequestClosingBody(Body, frozen=True, kw_only=True):
    """`state`: done (by hand) or refused. `reason` is kept: name nobody in it."""

    state: Literal["done", "refused"]
    reason: Reason


class RequestRow(View, frozen=True, kw_only=True):
    """`wish`: export, erasure, shop_erasure. `state`: waiting, under_way, done, refused. `reference`: the provider's
    own number of it. `due_at`: until when the law wants it done; `overdue` where that has passed."""

    id: str
    wish: str
    state: str
    channel: str
    inbox_id: str
    account_id: str
    reference: str
    received_at: datetime
    due_at: datetime
    overdue: bool
    reason: str
    closed_by: str
    closed_at: datetime | None


class LeadView(View, frozen=True, kw_only=True):
    """`certain`: by the customer's id or an order; else by an e-mail address or a phone number, which several may
    have."""

    contact_id: str
    certain: bool


class WorkView(View, frozen=True, kw_only=True):
    """An erasure (`GET /privacy/erasures/{id}`), or a job that writes a file (`GET /privacy/exports/{id}`). `state` is
    null where it is known no more."""

    id: str
    state: str | None


class RequestView(RequestRow, frozen=True, kw_only=True):
    """`contacts`: whom it leads to now, while it is open."""

    contacts: list[LeadView]
    work: list[WorkView]


class RequestPage(View, frozen=True, kw_only=True):
    items: list[RequestRow]
    next_cursor: str | None


@resource.route(
    "GET", "/privacy/requests", role=Role.ADMIN, query=PageQuery, gives=RequestPage, refuses=(CursorInvalid,)
)
def list_requests(caller: Caller, query: PageQuery) -> RequestPage:
    """What providers have asked for, newest first."""

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[PrivacyRequest]:
        return privacy.requests().list(limit, start, caller.now)

    page, cursor = cursors.page_of("privacy_requests", pages, api.cursor_secret, caller, query)
    return RequestPage(items=[RequestRow(**_row(each, caller.now)) for each in page], next_cursor=cursor)


@resource.route(
    "GET", "/privacy/requests/{request_id}", role=Role.ADMIN, gives=RequestView, refuses=(PrivacyRequestNotFound,)
)
def get_request(caller: Caller, request_id: str) -> RequestView:
    """One, with the contacts it leads to and how far its work is."""
    return _view(privacy.requests().get(request_id, caller.now), caller.now)


@resource.route(
    "POST",
    "/privacy/requests/{request_id}/carrying-out",
    role=Role.ADMIN,
    body=CarryingOutBody,
    gives=RequestView,
    status=HTTPStatus.ACCEPTED,
    refuses=(PrivacyRequestNotFound, PrivacyRequestRefused, ContactNotFound, ErasureRefused, VersionConflict),
    example={"contact_ids": ["con_5h2vq8w0c4n1x7r3k9mt"]},
)
def carry_out_request(caller: Caller, request_id: str, body: CarryingOutBody) -> RequestView:
    """Do what it asks: export, or erase for good, the persons that these contacts are. A repeat begins only what
    failed. It is done once all its work is; where nobody is known any more it is closed."""
    done = privacy.requests().carry_out(caller.principal, request_id, body.contact_ids, caller.now)
    return _view(done, caller.now)


@resource.route(
    "POST",
    "/privacy/requests/{request_id}/closing",
    role=Role.ADMIN,
    body=RequestClosingBody,
    gives=RequestView,
    refuses=(PrivacyRequestNotFound, PrivacyRequestRefused, VersionConflict),
    example={"state": "refused", "reason": "Invoices have to be kept until 2030."},
)
def close_request(caller: Caller, request_id: str, body: RequestClosingBody) -> RequestView:
    """Say that it was carried out by hand, or is refused, and why. What is under way goes on."""
    state, reason = RequestState(body.state), body.reason.strip()
    return _view(privacy.requests().close(caller.principal, request_id, state, reason, caller.now), caller.now)


def _row(request: PrivacyRequest, now: datetime) -> dict[str, Any]:
    computed = {"wish": request.wish.value, "state": request.state.value, "overdue": request.is_overdue(now)}
    return {name: getattr(request, name) for name in RequestRow.__struct_fields__ if name not in computed} | computed


def _view(request: PrivacyRequest, now: datetime) -> RequestView:
    requests = privacy.requests()
    owners = requests.owners(request)
    return RequestView(
        **_row(request, now),
        contacts=[LeadView(contact_id=each, certain=certain) for each, certain in owners.items()],
        work=[WorkView(id=each.id, state=requests.state_of(request.wish, each.id)) for each in request.work],
    )
