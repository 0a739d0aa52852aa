"""A good reply as a text for others."""

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ConversationNotFound, MessageNotFound
from chalicelib.domain.errors_texts import TextUnsuited
from chalicelib.domain.text_scope import TextScope
from chalicelib.wiring import texts

resource = Resource("snippets")


class ReplacedView(View, frozen=True, kw_only=True):
    placeholder: str
    times: int


class ShelfView(View, frozen=True, kw_only=True):
    scope: TextScope
    team_id: str | None


class SnippetView(View, frozen=True, kw_only=True):
    """A canned response that is not kept yet: read it, choose one of `scopes`, and post it to /canned-responses.
    `replaced`: what stands in the place of what is known of the customer."""

    title: str
    body: str
    channel: str
    replaced: list[ReplacedView]
    scopes: list[ShelfView]


@resource.route(
    "POST",
    "/conversations/{conversation_id}/messages/{message_id}/snippet",
    role=Role.AGENT,
    gives=SnippetView,
    refuses=(ConversationNotFound, MessageNotFound, TextUnsuited),
)
def make_snippet(caller: Caller, conversation_id: str, message_id: str) -> SnippetView:
    """A reply as a canned response: name, e-mail address, phone numbers and orders of its customer give way to
    placeholders. Nothing is stored."""
    made = texts.snippets().draft(texts.reader(caller.principal), conversation_id, message_id)
    shelves = [
        ShelfView(scope=each.scope, team_id=each.owner_id if each.scope is TextScope.TEAM else None)
        for each in made.shelves
    ]
    return SnippetView(
        title=made.title,
        body=made.body,
        channel=made.channel,
        replaced=[ReplacedView(placeholder=name, times=times) for name, times in made.snippet.replaced],
        scopes=shelves,
    )
