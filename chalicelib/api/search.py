"""Finding contacts by what is at hand: a name, an address, a number, an order, a label."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.api import cursors, jobs
from chalicelib.api.contact_views import ContactRow, row_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import CursorInvalid
from chalicelib.domain.reads import Page
from chalicelib.services.indexing import INDEX_CONTACTS
from chalicelib.services.search import Hit
from chalicelib.wiring import api as wiring
from chalicelib.wiring import search as wired

Question = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=320,
        description="A name, a label or the beginning of one, an e-mail address, a phone number, an order's number",
    ),
]
Region = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z", description="Whose national phone numbers are meant: DE")]

resource = Resource("search")


class SearchQuery(PageQuery, frozen=True, kw_only=True):
    """Several words: contacts that have them all. A page looks at so many contacts and no more: it may hold few, or
    none, before the last one."""

    q: Question
    region: Region | None = None


class MatchView(View, frozen=True, kw_only=True):
    """`field`: name, username, email, phone, label, address (of a channel), order or attribute.<key>. `how`: exact,
    prefix or ending (of a phone number)."""

    field: str
    how: str
    value: str


class HitView(View, frozen=True, kw_only=True):
    """`person_id`: of the contacts that are one person with this one; null where it is alone."""

    contact: ContactRow
    person_id: str | None
    matches: list[MatchView]


class HitPage(View, frozen=True, kw_only=True):
    items: list[HitView]
    next_cursor: str | None


@resource.route(
    "GET",
    "/contacts/search",
    role=Role.AGENT,
    query=SearchQuery,
    gives=HitPage,
    refuses=(CursorInvalid,),
)
def search_contacts(caller: Caller, query: SearchQuery) -> HitPage:
    """Find contacts, whatever the case, accents, width or kana: what matches whole first, then beginnings; of either
    the recently updated first; of a label's contacts the newest. A change is found within some seconds."""

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Hit]:
        return wired.search().find(query.q, limit, start, query.region)

    page, cursor = cursors.page_of("contacts/search", pages, wiring.cursor_secret, caller, query)
    return HitPage(items=[_view(hit) for hit in page], next_cursor=cursor)


@resource.route("POST", "/contacts/search/index", role=Role.ADMIN, gives=jobs.JobView, status=HTTPStatus.ACCEPTED)
def index_contacts(caller: Caller) -> jobs.JobView:
    """Index all contacts: those that were there before there was an index, or after a new way to read names. It writes
    only what has changed, and may be asked for at any time."""
    return jobs.view(wiring.jobs().ask(INDEX_CONTACTS, caller.principal.id, {}, caller.now))


def _view(hit: Hit) -> HitView:
    found = [MatchView(field=each.field, how=each.how.value, value=each.value) for each in hit.matches]
    return HitView(contact=row_view(hit.contact), person_id=hit.contact.person, matches=found)
