"""Showing that an e-mail address or a phone number is a contact's: a code is sent there, and comes back."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.drafts import ClientId
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, InboxId, LegId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    CodesTooMany,
    CodeWrong,
    ContactNotFound,
    ConversationIsMerged,
    ConversationNotFound,
    InboxDisabled,
    InboxNotFound,
    InvalidInput,
    LegNotFound,
    LegRefused,
    VerificationNotFound,
    VerificationOver,
)
from chalicelib.domain.verification import TRIES, Verification
from chalicelib.services import contacts
from chalicelib.services.verification import Ask
from chalicelib.wiring import api as wiring
from chalicelib.wiring import legs

ConversationId = Annotated[str, Meta(pattern=r"^cnv_[0-9a-hjkmnp-tv-z]{1,64}\Z", examples=["cnv_5h2vq8w0c4n1x7r3k9mt"])]
Code = Annotated[str, Meta(pattern=r"^[0-9]{6}\Z", examples=["204816"])]
Value = Annotated[str, Meta(min_length=3, max_length=320, examples=["ada@example.com"])]

resource = Resource("verifications")


class VerificationBody(Body, frozen=True, kw_only=True):
    """Which address. The code goes there by a leg of the conversation, or by an inbox of the right channel: e-mail to
    an e-mail address, SMS to a phone number. It shows in the conversation that one was sent, not which."""

    kind: Literal["email", "phone"]
    value: Value
    conversation_id: ConversationId
    client_id: ClientId
    leg_id: LegId | None = None
    inbox_id: InboxId | None = None


class CodeBody(Body, frozen=True, kw_only=True):
    """What the customer says that the code is."""

    code: Code


class VerificationView(View, frozen=True, kw_only=True):
    """`state`: waiting (until `expires_at`, for `tries_left` tries), verified, spent (too many wrong codes), replaced
    (by a newer one)."""

    id: str
    contact_id: str
    kind: str
    value: str
    conversation_id: str
    leg_id: str
    message_id: str
    state: str
    tries_left: int
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    verified_at: datetime | None


@resource.route(
    "POST",
    "/contacts/{contact_id}/verifications",
    role=Role.AGENT,
    body=VerificationBody,
    gives=VerificationView,
    status=HTTPStatus.CREATED,
    refuses=(
        ContactNotFound,
        ConversationNotFound,
        ConversationIsMerged,
        LegNotFound,
        LegRefused,
        InboxNotFound,
        InboxDisabled,
        CodesTooMany,
        ClientIdReused,
    ),
    example={
        "kind": "email",
        "value": "ada@example.com",
        "conversation_id": "cnv_5h2vq8w0c4n1x7r3k9mt",
        "client_id": "0199c2f4-7d0e-7c8a-b6d1-9a3f5e2c4b10",
        "inbox_id": "ibx_7q2v5h8w0c4n1x6r3k9m",
    },
)
def ask_for_verification(caller: Caller, contact_id: str, body: VerificationBody) -> VerificationView:
    """Send a code to an address of the contact's, good for ten minutes and five tries; one sent before is void.

    The customer tells it to the agent, or answers with it. At most three in ten minutes and ten a day."""
    if (body.leg_id is None) == (body.inbox_id is None):
        raise InvalidInput("Give leg_id or inbox_id: one of them.", field="leg_id")
    asked = Ask(body.kind, body.value, body.conversation_id, body.client_id, body.leg_id, body.inbox_id)
    found = legs.asking(wiring.random_ids(), caller.principal, caller.now).ask(contact_id, asked)
    return _view(found)


@resource.route(
    "GET",
    "/contacts/{contact_id}/verifications/{verification_id}",
    role=Role.AGENT,
    gives=VerificationView,
    refuses=(ContactNotFound, VerificationNotFound),
)
def get_verification(caller: Caller, contact_id: str, verification_id: str) -> VerificationView:
    """How it stands; kept for thirty days."""
    contacts.get(wiring.contacts(), contact_id)
    found = legs.verifications().verification(contact_id, verification_id)
    if found is None:
        raise VerificationNotFound("There is no such verification.")
    return _view(found)


@resource.route(
    "POST",
    "/contacts/{contact_id}/verifications/{verification_id}/check",
    role=Role.AGENT,
    body=CodeBody,
    gives=VerificationView,
    refuses=(VerificationNotFound, VerificationOver, CodeWrong),
    example={"code": "204816"},
)
def check_verification(caller: Caller, contact_id: str, verification_id: str, body: CodeBody) -> VerificationView:
    """Hold what the customer says against the code. Each call is a try."""
    actor = Actor(caller.principal.kind, caller.principal.id)
    return _view(legs.checking(caller.now).check(contact_id, verification_id, body.code, actor))


def _view(found: Verification) -> VerificationView:
    return VerificationView(
        id=found.id,
        contact_id=found.contact_id,
        kind=found.kind,
        value=found.value,
        conversation_id=found.conversation_id,
        leg_id=found.leg_id,
        message_id=found.message_id,
        state=found.state.value,
        tries_left=max(0, TRIES - found.tries),
        asked_by=found.asked_by,
        asked_at=found.asked_at,
        expires_at=found.expires_at,
        verified_at=found.verified_at,
    )
