"""The first screen of a conversation: who, what happened, what is said, whose it is; in one answer."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.contact_views import ContactView
from chalicelib.api.contact_views import view as contact_view
from chalicelib.api.conversation_views import view as conversation_view
from chalicelib.api.message_views import ThreadView, entry_view
from chalicelib.api.people_schemas import ProfileView
from chalicelib.api.people_views import profile_view
from chalicelib.api.queue_views import DecisionView, EntryView, decision_view
from chalicelib.api.queue_views import entry_view as waiting_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Query, View
from chalicelib.api.timeline import TimelinePage, TimelinePageQuery, page_view
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.domain.person_profile import profile_of
from chalicelib.wiring import api as wiring
from chalicelib.wiring import customer

Entries = Annotated[int, Meta(ge=1, le=100, description="How many entries of the thread")]
Lines = Annotated[int, Meta(ge=1, le=50, description="How many lines of the timeline")]

resource = Resource("first_screen")


class ScreenQuery(Query, frozen=True, kw_only=True):
    entries: Entries = 50
    lines: Lines = 15


class ScreenRouting(View, frozen=True, kw_only=True):
    """`entry`: how it waits, null where it does not; `decision`: the newest one."""

    assignee_id: str | None
    team_id: str | None
    entry: EntryView | None
    decision: DecisionView | None


class ScreenView(View, frozen=True, kw_only=True):
    """`person_id` is null where the contact is nobody else; `person`: the other contacts that are the same person.
    `profile`: what is known of the whole person, with whose word each field is.
    `timeline.next_cursor` goes on at `GET /contacts/{id}/timeline?limit=...` of `contact.id`, without filters."""

    contact: ContactView | None
    person_id: str | None
    person: list[ContactView]
    profile: ProfileView
    thread: ThreadView
    timeline: TimelinePage
    routing: ScreenRouting


@resource.route(
    "GET",
    "/conversations/{conversation_id}/screen",
    role=Role.AGENT,
    query=ScreenQuery,
    gives=ScreenView,
    refuses=(ConversationNotFound,),
)
def get_first_screen(caller: Caller, conversation_id: str, query: ScreenQuery) -> ScreenView:
    """All that an agent sees when they open a conversation: the customer, the first page of their timeline, the newest
    page of the thread, how it waits or who got it and why. Whispers as far as they are for the caller."""
    found = customer.first_screens().of(conversation_id, caller.principal, entries=query.entries, lines=query.lines)
    conversation, page = found.thread.conversation, found.thread
    waits = found.entry if found.entry is not None and found.entry.waits else None
    others = [each for each in found.timeline.contacts.values() if each.id != conversation.contact_id]
    return ScreenView(
        contact=contact_view(found.contact) if found.contact else None,
        person_id=found.person.id if len(found.person.members) > 1 else None,
        person=[contact_view(each) for each in others],
        profile=profile_view(profile_of(found.timeline.contacts.values())),
        thread=ThreadView(
            conversation=conversation_view(conversation, caller.now),
            items=[entry_view(entry, page.entries) for entry in page.entries],
            before=page.before,
            after=page.after,
        ),
        timeline=page_view(found.timeline, _cursor(caller, conversation.contact_id, found.timeline.page.next)),
        routing=ScreenRouting(
            assignee_id=conversation.assignee_id,
            team_id=conversation.team_id,
            entry=waiting_view(waits, caller.now) if waits else None,
            decision=decision_view(found.decision) if found.decision else None,
        ),
    )


def _cursor(caller: Caller, contact_id: str, start: Mapping[str, Any] | None) -> str | None:
    """As the timeline's own pages give it."""
    if start is None:
        return None
    of = cursors.list_name(f"timeline/{contact_id}", caller.principal, TimelinePageQuery())
    return cursors.issue(wiring.cursor_secret(), of, start, caller.now)
