"""Where a customer can be reached now, and moving a conversation there."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api import contents
from chalicelib.api.conversation_views import view
from chalicelib.api.drafts import CheckBody, ClientId, Text
from chalicelib.api.leg_views import (
    LegPolicyBody,
    LegPolicyView,
    LegsView,
    SwitchedView,
    legs_view,
    policy_view,
)
from chalicelib.api.message_views import message_view
from chalicelib.api.messages import attached
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, InboxId, Json, LegId, Query, UploadId
from chalicelib.api.uploads import Mime
from chalicelib.domain.agent import Role
from chalicelib.domain.consent import Purpose
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationIsMerged,
    ConversationNotFound,
    InboxDisabled,
    InboxNotFound,
    InvalidInput,
    LegNotFound,
    LegRefused,
    MessageUnfit,
    UploadNotFound,
    VersionConflict,
)
from chalicelib.domain.message import MEDIA, Attachment, MessageKind
from chalicelib.services.leg_policy_documents import PUBLISHED, leg_policy_body, leg_policy_from
from chalicelib.services.paperwork import save
from chalicelib.services.reply_draft import Draft
from chalicelib.services.switching import Target, Wish
from chalicelib.wiring import legs as wiring

IdentityId = Annotated[str, Meta(pattern=r"^idn_[0-9a-hjkmnp-tv-z]{1,64}\Z", examples=["idn_5h2vq8w0c4n1x7r3k9mt"])]
Address = Annotated[str, Meta(min_length=3, max_length=320, examples=["ada@example.com"])]
LegNote = Annotated[str, Meta(max_length=1000)]
NO_FILE = "application/octet-stream"

resource = Resource("legs")


class LegsQuery(Query, frozen=True, kw_only=True):
    """What is to be sent: its kind, the length of its text, its file (`size_bytes` 0: how large is not known)."""

    purpose: Purpose = Purpose.SERVICE
    kind: MessageKind = MessageKind.TEXT
    length: Annotated[int, Meta(ge=0, le=65_536)] = 0
    size_bytes: Annotated[int, Meta(ge=0, le=2**53)] = 0
    mime: Mime | None = None


class LegsBody(CheckBody, frozen=True, kw_only=True):
    """A draft as it is being written."""

    purpose: Purpose = Purpose.SERVICE


class SwitchBody(Body, frozen=True, kw_only=True):
    """Where to: a `leg_id` of those that were proposed, or an inbox with an `identity_id` or an `address` (an e-mail
    address, a phone number). `text`: the first words there; left out, the desk itself says that the conversation goes
    on there. A template (`kind`, `content`) goes where only templates go. `quotes`: tell the last messages there.
    `note`: for colleagues."""

    client_id: ClientId
    leg_id: LegId | None = None
    inbox_id: InboxId | None = None
    identity_id: IdentityId | None = None
    address: Address | None = None
    purpose: Purpose = Purpose.SERVICE
    text: Text = ""
    kind: MessageKind = MessageKind.TEXT
    content: Json = {}
    attachments: Annotated[list[UploadId], Meta(max_length=10)] = []
    quotes: bool = True
    note: LegNote = ""

    def target(self) -> Target:
        """Raises InvalidInput."""
        named = [self.leg_id, self.identity_id, self.address]
        if sum(each is not None for each in named) != 1:
            raise InvalidInput("Give one of leg_id, identity_id and address.", field="leg_id")
        if (self.leg_id is None) == (self.inbox_id is None):
            raise InvalidInput("Give the inbox of an identity or address, and only there.", field="inbox_id")
        return Target(self.leg_id, self.inbox_id, self.identity_id, self.address)


@resource.route(
    "GET",
    "/conversations/{conversation_id}/legs",
    role=Role.AGENT,
    query=LegsQuery,
    gives=LegsView,
    refuses=(ConversationNotFound, ConversationIsMerged),
)
def list_legs(caller: Caller, conversation_id: str, query: LegsQuery) -> LegsView:
    """Every way to reach the customer now, the best first, each with what speaks for it and what forbids it."""
    files = _files(query)
    return _choices(caller, conversation_id, Draft("", "x" * query.length, query.kind, {}, files), query.purpose)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/legs/check",
    role=Role.AGENT,
    body=LegsBody,
    gives=LegsView,
    refuses=(ConversationNotFound, ConversationIsMerged),
    example={
        "text": "The invoice is attached.",
        "kind": "document",
        "attachments": [{"mime": "application/pdf", "size_bytes": 220_000}],
    },
)
def check_legs(caller: Caller, conversation_id: str, body: LegsBody) -> LegsView:
    """The same for a draft as it is written."""
    body.check(len(body.attachments))
    return _choices(caller, conversation_id, body.draft("", body.files()), body.purpose)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/legs",
    role=Role.AGENT,
    body=SwitchBody,
    gives=SwitchedView,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        ConversationNotFound,
        ConversationIsMerged,
        LegNotFound,
        LegRefused,
        InboxNotFound,
        InboxDisabled,
        MessageUnfit,
        ClientIdReused,
        UploadNotFound,
    ),
    example={
        "client_id": "0199c2f4-7d0e-7c8a-b6d1-9a3f5e2c4b10",
        "leg_id": "leg_7q2v5h8w0c4n1x6r3k9m5h2vq8w0c4n1x7r3k9mt",
        "text": "I send you the invoice here.",
    },
)
def switch_leg(caller: Caller, conversation_id: str, body: SwitchBody) -> SwitchedView:
    """Go on with the customer on another leg: the same conversation, owner, clocks and labels.

    The first message there tells where the conversation comes from. The same `client_id` answers what was done first.
    """
    target = body.target()
    if body.text.strip() or body.attachments or body.kind is not MessageKind.TEXT:
        contents.check(body.kind, body.text, body.content, files=len(body.attachments), answers=False)
    draft = Draft(body.client_id, body.text, body.kind, body.content, attached(caller, body.attachments))
    wish = Wish(target, draft, body.purpose, body.note.strip(), body.quotes)
    done = wiring.switching(caller.principal, caller.now).switch(conversation_id, wish)
    return SwitchedView(
        conversation=view(done.conversation, caller.now), leg_id=done.leg.id, message=message_view(done.message)
    )


@resource.route("GET", "/leg-policy", role=Role.SUPERVISOR, gives=LegPolicyView)
def get_leg_policy(caller: Caller) -> LegPolicyView:
    """What is asked of a leg before a customer is written to there, quiet times, and what is quoted."""
    return policy_view(wiring.policy())


@resource.route(
    "PUT",
    "/leg-policy",
    role=Role.ADMIN,
    body=LegPolicyBody,
    gives=LegPolicyView,
    refuses=(VersionConflict,),
    example={"version": 0, "needs": {"service": {"sms": "proof_and_consent"}}, "quiet_strict": True},
)
def put_leg_policy(caller: Caller, body: LegPolicyBody) -> LegPolicyView:
    """Replace it; what is left out is as the desk has it by itself."""
    policy = leg_policy_from(body.given(), body.version + 1)
    saved = save(wiring.documents(), PUBLISHED, leg_policy_body(policy), body.version)
    return policy_view(leg_policy_from(saved.body, saved.version))


def _files(query: LegsQuery) -> tuple[Attachment, ...]:
    if not query.size_bytes and query.mime is None and query.kind not in MEDIA:
        return ()
    return (Attachment(mime=query.mime or NO_FILE, name="file", size_bytes=query.size_bytes or None),)


def _choices(caller: Caller, conversation_id: str, draft: Draft, purpose: Purpose) -> LegsView:
    by_a_person = caller.principal.kind == "agent"
    found, choices = wiring.choosing().choices(conversation_id, draft, purpose, caller.now, by_a_person=by_a_person)
    return legs_view(found.conversation.active_leg_id, choices)
