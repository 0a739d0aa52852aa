"""Drafts with what is known of their customer filled in."""

from chalicelib.api.drafts import Text
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ContactNotFound, ConversationNotFound
from chalicelib.services import desk
from chalicelib.wiring import api as wiring
from chalicelib.wiring.profile import contact_words

resource = Resource("placeholders")


class RenderBody(Body, frozen=True, kw_only=True):
    """A draft: its `text`, and the texts within its `content` (a template's parameters)."""

    text: Text = ""
    content: Json = {}


class RenderView(View, frozen=True, kw_only=True):
    """`missing`: the names that nothing is known for: their placeholders still stand there, and nothing goes out with
    them. `fell_back`: those for which the draft's own words stand there. `ready`: nothing is missing."""

    text: str
    content: Json
    ready: bool
    missing: list[str]
    fell_back: list[str]


@resource.route(
    "POST",
    "/conversations/{conversation_id}/messages/render",
    role=Role.AGENT,
    body=RenderBody,
    gives=RenderView,
    refuses=(ConversationNotFound, ContactNotFound),
    example={"text": "Hello {{contact.first_name|there}}, your plan is {{external.crm.plan}}."},
)
def render_message(caller: Caller, conversation_id: str, body: RenderBody) -> RenderView:
    """A draft with what is known of the customer in place of its placeholders: profile, entitlements, and what other
    systems say, which is asked for where it is missing, for three seconds at most. Nothing is stored."""
    found = desk.look(wiring.desk(), conversation_id)
    done = contact_words().filled(found.contact_id, {"text": body.text, "content": body.content}, caller.now)
    return RenderView(
        text=done.value["text"],
        content=done.value["content"],
        ready=not done.missing,
        missing=list(done.missing),
        fell_back=list(done.fell_back),
    )
