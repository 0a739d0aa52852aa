"""Persons: which contacts are one human being, who said so, and what is suggested."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.api import cursors, jobs
from chalicelib.api.people_schemas import (
    AcceptedView,
    LinkedView,
    LinkLinePage,
    PersonView,
    SuggestionPage,
    SuggestionView,
    UnlinkedView,
)
from chalicelib.api.people_views import line_view, person_view, preview_view, suggested_view, suggestion_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, PageQuery, Query
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    ContactNotFound,
    CursorInvalid,
    LinkNotFound,
    LinkRefused,
    SuggestionNotFound,
    SuggestionOver,
)
from chalicelib.domain.reads import Page
from chalicelib.domain.suggestion import LinkLine
from chalicelib.services.matching import MATCH_CONTACTS
from chalicelib.services.suggestions import Linking
from chalicelib.wiring import api as wiring

ContactId = Annotated[str, Meta(pattern=r"^con_[0-9a-hjkmnp-tv-z]{1,64}\Z", examples=["con_5h2vq8w0c4n1x7r3k9mt"])]
Reason = Annotated[str, Meta(max_length=500, description="Why: it is kept, and shown in the history")]

resource = Resource("people")


class LinkBody(Body, frozen=True, kw_only=True):
    """`dry_run`: show what would come out, and change nothing."""

    contact_id: ContactId
    reason: Reason = ""
    dry_run: bool = False


class UnlinkQuery(Query, frozen=True, kw_only=True):
    reason: Reason = ""


class DecisionBody(Body, frozen=True, kw_only=True):
    reason: Reason = ""


@resource.route("GET", "/contacts/{contact_id}/person", role=Role.AGENT, gives=PersonView, refuses=(ContactNotFound,))
def get_person(caller: Caller, contact_id: str) -> PersonView:
    """The person that this contact is: all its contacts, why they are one, and what every source says of them."""
    return person_view(_linking(caller).whole(contact_id))


@resource.route(
    "POST",
    "/contacts/{contact_id}/links",
    role=Role.AGENT,
    body=LinkBody,
    gives=LinkedView,
    refuses=(ContactNotFound, LinkRefused),
    example={"contact_id": "con_5h2vq8w0c4n1x7r3k9mt", "reason": "She told me on the phone", "dry_run": True},
)
def link_contacts(caller: Caller, contact_id: str, body: LinkBody) -> LinkedView:
    """Take another contact for the same person.

    Nothing is moved or written over, so it can be taken back. A repeat changes nothing. Where something known for
    certain speaks against it (`preview.against`), a supervisor has to do it."""
    linking = _linking(caller)
    if body.dry_run:
        preview = linking.rehearse(contact_id, body.contact_id)
        return LinkedView(dry_run=True, preview=preview_view(preview), person=person_view(preview.mine))
    preview, whole = linking.link(contact_id, body.contact_id, body.reason)
    return LinkedView(dry_run=False, preview=preview_view(preview), person=person_view(whole))


@resource.route(
    "DELETE",
    "/contacts/{contact_id}/links/{other_id}",
    role=Role.AGENT,
    query=UnlinkQuery,
    gives=UnlinkedView,
    refuses=(ContactNotFound, LinkNotFound),
)
def unlink_contacts(caller: Caller, contact_id: str, other_id: str, query: UnlinkQuery) -> UnlinkedView:
    """Take a link back: both are what they were. Later messages went to their own addresses all along.

    What was known of both then never links or suggests them again. A repeat changes nothing."""
    mine, others = _linking(caller).unlink(contact_id, other_id, query.reason)
    return UnlinkedView(
        parted=mine.person.id != others.person.id, person=person_view(mine), other_person=person_view(others)
    )


@resource.route(
    "GET",
    "/contacts/{contact_id}/links/history",
    role=Role.AGENT,
    query=PageQuery,
    gives=LinkLinePage,
    refuses=(ContactNotFound, CursorInvalid),
)
def list_link_history(caller: Caller, contact_id: str, query: PageQuery) -> LinkLinePage:
    """Every link that this contact had or has, every one taken back and every suggestion dismissed, newest first."""

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[LinkLine]:
        return _linking(caller).history(contact_id, limit, start)

    page, cursor = cursors.page_of(f"links/{contact_id}", pages, wiring.cursor_secret, caller, query)
    return LinkLinePage(items=[line_view(line) for line in page], next_cursor=cursor)


@resource.route(
    "GET",
    "/contact-suggestions",
    role=Role.AGENT,
    query=PageQuery,
    gives=SuggestionPage,
    refuses=(CursorInvalid,),
)
def list_contact_suggestions(caller: Caller, query: PageQuery) -> SuggestionPage:
    """Contacts that may be one person, the most likely first. A page may hold fewer than asked before the last one."""
    page, cursor = cursors.page_of("suggestions", _linking(caller).page, wiring.cursor_secret, caller, query)
    return SuggestionPage(items=[suggested_view(each) for each in page], next_cursor=cursor)


@resource.route(
    "POST", "/contact-suggestions/matching", role=Role.ADMIN, gives=jobs.JobView, status=HTTPStatus.ACCEPTED
)
def match_contacts(caller: Caller) -> jobs.JobView:
    """Hold all contacts against each other: those that were there before they were matched as they come. It links and
    suggests only what is not yet, and may be asked for at any time."""
    return jobs.view(wiring.jobs().ask(MATCH_CONTACTS, caller.principal.id, {}, caller.now))


@resource.route(
    "POST",
    "/contact-suggestions/{suggestion_id}/acceptance",
    role=Role.AGENT,
    body=DecisionBody,
    gives=AcceptedView,
    refuses=(SuggestionNotFound, SuggestionOver, ContactNotFound, LinkRefused),
    example={"reason": "Same order number"},
)
def accept_contact_suggestion(caller: Caller, suggestion_id: str, body: DecisionBody) -> AcceptedView:
    """They are one person: link them, with the evidence there is. A repeat changes nothing."""
    pair, whole = _linking(caller).accept(suggestion_id, body.reason)
    return AcceptedView(suggestion=suggestion_view(pair), person=person_view(whole))


@resource.route(
    "POST",
    "/contact-suggestions/{suggestion_id}/dismissal",
    role=Role.AGENT,
    body=DecisionBody,
    gives=SuggestionView,
    refuses=(SuggestionNotFound, SuggestionOver),
    example={"reason": "Father and son share a mailbox"},
)
def dismiss_contact_suggestion(caller: Caller, suggestion_id: str, body: DecisionBody) -> SuggestionView:
    """They are two: it is never suggested again for the same reason. A repeat changes nothing."""
    return suggestion_view(_linking(caller).dismiss(suggestion_id, body.reason))


def _linking(caller: Caller) -> Linking:
    return wiring.linking(caller.principal, caller.now)
