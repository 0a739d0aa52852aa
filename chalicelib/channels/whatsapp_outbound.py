"""The body of an outbound WhatsApp message: neutral kind -> Cloud API object, with every limit
checked.

Source: Cloud API "Messages" reference. Building is checking: what cannot be built raises
CannotSay, with a sentence that names the limit and the nearest thing that would go.
"""

from collections.abc import Callable, Mapping

from chalicelib.channels.base import CannotSay, Outgoing
from chalicelib.channels.untrusted import known, mapping, number, objects, optional, text
from chalicelib.channels.whatsapp_files import check_file
from chalicelib.channels.whatsapp_interactive import MAX_BODY, Part, buttons, choices, fit
from chalicelib.channels.whatsapp_people import BSUID, PHONE, address
from chalicelib.channels.whatsapp_templates import template
from chalicelib.domain.message import MessageKind

MAX_TEXT = 4096


def body(message: Outgoing) -> Part:
    """`type` and its object, from `message`. Raises CannotSay."""
    build = BUILDERS.get(message.kind)
    if build is None:
        raise CannotSay(f"WhatsApp has no messages of kind {message.kind.value}. Send it as text.", field="kind")
    return build(message)


def addressee(message: Outgoing) -> Part:
    """`to` for a phone number, `recipient` for a BSUID: a BSUID in `to` is accepted with 200 and
    never arrives."""
    found = address(message.to) or ""
    if PHONE.fullmatch(found):
        return {"to": found}
    if not BSUID.fullmatch(found):
        raise CannotSay(
            "This is no WhatsApp address: a phone number or a WhatsApp user id is needed.",
            field="to",
        )
    if message.kind is MessageKind.TEMPLATE and text(message.content.get("category")).lower() == "authentication":
        raise CannotSay(
            "Sign-in codes need the customer's phone number, which WhatsApp has not told us. Use another channel.",
            field="to",
        )
    return {"recipient": found}


def _text(message: Outgoing) -> Part:
    said = fit(message.text, MAX_TEXT, "The text", "text", instead="Send it in two messages.")
    # A preview is only made for a link, and only when asked for.
    return {
        "type": "text",
        "text": {"body": said, "preview_url": "https://" in said or "http://" in said},
    }


def _media(message: Outgoing) -> Part:
    kind = message.kind.value
    if len(message.attachments) != 1:
        raise CannotSay("WhatsApp takes one file in a message. Send each file as its own.", field="attachments")
    file = message.attachments[0]
    check_file(kind, file, "attachments[0]")
    part: Part = {"link": file.url}
    if kind == "document" and file.name:
        part["filename"] = file.name
    if message.text:
        part["caption"] = _caption(message)
    return {"type": kind, kind: part}


def _caption(message: Outgoing) -> str:
    if message.kind in (MessageKind.AUDIO, MessageKind.STICKER):
        raise CannotSay(
            f"WhatsApp shows no text with {message.kind.value}. Send the text as a message of its own.",
            field="text",
        )
    return fit(
        message.text,
        MAX_BODY,
        "The text with the file",
        "text",
        instead="Send the text as a message of its own.",
    )


def _location(message: Outgoing) -> Part:
    content = message.content
    latitude, longitude = number(content.get("latitude")), number(content.get("longitude"))
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise CannotSay(
            "A place needs a latitude (-90 to 90) and a longitude (-180 to 180).",
            field="content.latitude",
        )
    named = known(name=optional(content.get("name")), address=optional(content.get("address")))
    return {"type": "location", "location": {"latitude": latitude, "longitude": longitude, **named}}


def _contacts(message: Outgoing) -> Part:
    cards = objects(message.content.get("contacts"))
    if not cards:
        raise CannotSay("Choose a contact to send.", field="content.contacts")
    for index, card in enumerate(cards):
        name = mapping(card.get("name"))
        if not text(name.get("formatted_name")).strip():
            raise CannotSay(
                "A contact card needs a name.",
                field=f"content.contacts[{index}].name.formatted_name",
            )
    return {"type": "contacts", "contacts": [dict(card) for card in cards]}


def _reaction(message: Outgoing) -> Part:
    target = optional(message.content.get("target"))
    if not target:
        raise CannotSay("Say which message the reaction is for.", field="content.target")
    return {
        "type": "reaction",
        "reaction": {"message_id": target, "emoji": text(message.content.get("emoji"))},
    }


def _template(message: Outgoing) -> Part:
    return {"type": "template", "template": template(message)}


BUILDERS: Mapping[MessageKind, Callable[[Outgoing], Part]] = {
    MessageKind.TEXT: _text,
    MessageKind.IMAGE: _media,
    MessageKind.AUDIO: _media,
    MessageKind.VIDEO: _media,
    MessageKind.DOCUMENT: _media,
    MessageKind.STICKER: _media,
    MessageKind.LOCATION: _location,
    MessageKind.CONTACTS: _contacts,
    MessageKind.REACTION: _reaction,
    MessageKind.BUTTONS: buttons,
    MessageKind.LIST: choices,
    MessageKind.TEMPLATE: _template,
}
