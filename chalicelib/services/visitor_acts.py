"""What else a visitor of the web chat may do: say who they are, go on on another device, look back, open a file."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.channels import web_chat_tokens
from chalicelib.channels.untrusted import json_object
from chalicelib.channels.web_chat_tokens import HANDOVER_FOR, Visitor
from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import InvalidInput, NotAuthenticated
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import AttachmentState
from chalicelib.services.evidence import evidence_of
from chalicelib.services.newcomers import new_identities

if TYPE_CHECKING:
    from chalicelib.channels.base import WebhookRequest
    from chalicelib.services.visitors import Visiting

# Whose word it is: nobody has proven anything.
SOURCE = "visitor"
MOST = {"name": 120, "email": 254}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EARLIER = 50


def introduce(
    visiting: "Visiting", inbox: Inbox, address: str, given: Mapping[str, Any], source: str, now: datetime
) -> bool:
    """A contact for who has not written yet; False where the address has an owner."""
    contact = Contact(
        id=ids.contact_id(inbox.channel, address),
        created_at=now,
        updated_at=now,
        sources={name: source for name, value in given.items() if value},
        identities=tuple(identity.id for identity in new_identities(inbox.channel, (address,), "", now)),
        **given,
    )
    return visiting.store.add_contact(contact, (address,), inbox.channel, evidence_of(contact))


def say_who(visiting: "Visiting", inbox: Inbox, request: "WebhookRequest") -> Mapping[str, Any]:
    """`{name?, email?}`, as typed. Raises InvalidInput, StoreUnavailable."""
    from chalicelib.services import site_words  # noqa: PLC0415 - for those who tell anything only

    visitor, now = visiting.visitor(inbox, request), request.received_at
    given = _typed(json_object(request.body))
    owners = visiting.store.owners(inbox.channel, visitor.addresses)
    owner = next((owners[address] for address in visitor.addresses if address in owners), None)
    if owner is None and introduce(visiting, inbox, visitor.addresses[0], given, SOURCE, now):
        return given
    owner = owner or visiting.store.owners(inbox.channel, visitor.addresses).get(visitor.addresses[0])
    if owner is not None:
        site_words.tell(visiting.store.contacts, owner.id, given, now, SOURCE)
    return given


def _typed(body: Mapping[str, Any]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, most in MOST.items():
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not value.strip() or len(value) > most or not value.isprintable():
            raise InvalidInput(f"{name} is a text of at most {most} characters.", field=name)
        given[name] = value.strip()
    if "email" in given and not _EMAIL.fullmatch(given["email"]):
        raise InvalidInput("This is no e-mail address.", field="email")
    if not given:
        raise InvalidInput("Say a name, an e-mail address, or both.", field="name")
    return given


def hand_over(visiting: "Visiting", inbox: Inbox, request: "WebhookRequest") -> Mapping[str, Any]:
    """A code for another device of the same visitor."""
    visitor, now = visiting.visitor(inbox, request), request.received_at
    credentials = visiting.inboxes.credentials(inbox)
    code = web_chat_tokens.issue_handover(inbox.id, visitor, visiting.new_id(), credentials, now)
    return {"code": code, "expires_at": (now + HANDOVER_FOR).isoformat()}


def taken_over(visiting: "Visiting", inbox: Inbox, code: Any, now: datetime) -> Visitor:
    """The visitor of a code that was not used before. Raises InvalidInput, SignatureMismatch, NotAuthenticated."""
    if not isinstance(code, str):
        raise InvalidInput("code is what another device was given.", field="code")
    visitor, nonce, end = web_chat_tokens.read_handover(code, inbox.id, visiting.inboxes.credentials(inbox), now)
    if not visiting.live.first_use(f"{inbox.id}/handover/{nonce}", end):
        raise NotAuthenticated("This code was used before: make a new one.")
    return visitor


def earlier(visiting: "Visiting", inbox: Inbox, request: "WebhookRequest", before: str) -> Mapping[str, Any]:
    """What was said before a message, oldest first; `before` is where the page before this one ends, None at the
    beginning."""
    from chalicelib.services.visitor_words import present  # noqa: PLC0415 - with `visitors`, which asks for it

    visitor = visiting.visitor(inbox, request)
    found = visiting.store.find_leg(inbox.id, visitor.addresses)
    messages = visiting.store.before(found.head.id, before, EARLIER) if found else ()
    oldest = messages[0].id if len(messages) == EARLIER else None
    return {"messages": [present(message) for message in messages], "before": oldest}


def file_of(visiting: "Visiting", inbox: Inbox, request: "WebhookRequest") -> Mapping[str, Any]:
    """Where a file of one of their messages can be fetched just now. Raises InvalidInput."""
    visitor = visiting.visitor(inbox, request)
    found = visiting.store.find_leg(inbox.id, visitor.addresses)
    message_id, index = request.query.get("message", ""), request.query.get("file", "")
    if not ids.is_id("msg", message_id):
        raise InvalidInput("message is the id of a message.", field="message")
    message = visiting.store.message(found.head.id, message_id) if found else None
    files = message.attachments if message else ()
    file = files[int(index)] if index.isdecimal() and len(index) < 3 and int(index) < len(files) else None
    if file is None or file.state is not AttachmentState.STORED or not file.object_key:
        raise InvalidInput("There is no such file, or it is not ready yet.", field="file")
    return {"url": visiting.file_url(file.object_key, file.name or "file"), "mime": file.mime, "name": file.name}
