"""An outbound Viber message: neutral kind -> the body of one send, with every limit checked.

Source: Viber REST API, "Message types" and "Keyboards". Files go by their address, for Viber to fetch.
"""

import html
import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.base import CannotSay, Outgoing, OutgoingAttachment
from chalicelib.channels.untrusted import mapping, number, objects, text
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

MAX_TEXT, MAX_CAPTION, MAX_FILE_NAME, MAX_SENDER = 7000, 512, 256, 28
# The whole request; 30 KB may be meant either way.
MAX_BODY = 30_000
# Rows of a keyboard, and what a message may carry back to us.
MAX_BUTTONS, MAX_BUTTON, MAX_CARRIED = 24, 250, 4000
MAX_CONTACT_NAME, MAX_CONTACT_PHONE = 28, 18

MEGABYTE = 1024 * 1024
MAX_BYTES: Mapping[str, int] = {
    "image": MEGABYTE,
    "audio": 50 * MEGABYTE,
    "video": 26 * MEGABYTE,
    "document": 50 * MEGABYTE,
}
MIMES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image/jpeg", "image/png", "image/gif"}),
    "video": frozenset({"video/mp4"}),
}
_SHOWN = {"image": "JPEG, PNG and GIF", "video": "MP4"}

Part = dict[str, Any]


def body_of(message: Outgoing, inbox: Inbox | None = None) -> Part:
    """The fields of a send. Raises CannotSay. The address and the inbox may still be open while it is written."""
    build = BUILDERS.get(message.kind)
    if build is None:
        raise CannotSay(f"Viber has no messages of kind {message.kind.value}. Send it as text.", field="kind")
    body = {"receiver": message.to, "sender": _sender(message, inbox), **build(message)}
    size = len(encoded(body))
    if size > MAX_BODY:
        field = "content" if message.kind in (MessageKind.BUTTONS, MessageKind.LIST) else "text"
        raise CannotSay(f"The message has {size} bytes; Viber takes {MAX_BODY}. Send it in two.", field=field)
    return body


def encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def sender_of(name: str, inbox: Inbox | None) -> Part:
    """Who the customer sees: `name` or the inbox's."""
    settings = inbox.settings if inbox else {}
    shown = name or (inbox.name if inbox else "") or "-"
    avatar = text(settings.get("avatar_url"))
    return {"name": shown[:MAX_SENDER], **({"avatar": avatar} if avatar else {})}


def _sender(message: Outgoing, inbox: Inbox | None) -> Part:
    return sender_of((message.author_name or "") if message.human else "", inbox)


def fit(value: Any, limit: int, what: str, field: str, instead: str = "Shorten it.") -> str:
    """`value` as a text of 1 to `limit` characters."""
    found = text(value)
    if not found.strip():
        raise CannotSay(f"{what} is empty.", field=field)
    if len(found) > limit:
        raise CannotSay(f"{what} has {len(found)} characters; Viber takes {limit}. {instead}", field=field)
    return found


def _text(message: Outgoing) -> Part:
    return {"type": "text", "text": fit(message.text, MAX_TEXT, "The text", "text", "Send it in two messages.")}


def _one_file(message: Outgoing) -> OutgoingAttachment:
    if len(message.attachments) != 1:
        raise CannotSay("Viber takes one file in a message. Send the others in another.", field="attachments")
    file, kind = message.attachments[0], message.kind.value
    if kind in MIMES and file.mime.partition(";")[0].strip().lower() not in MIMES[kind]:
        raise CannotSay(
            f"Viber shows only {_SHOWN[kind]} as {kind}. Send it as a document.", field="attachments[0].mime"
        )
    if file.size_bytes is not None and file.size_bytes > MAX_BYTES[kind]:
        shown = f"{MAX_BYTES[kind] // MEGABYTE} MB"
        raise CannotSay(
            f"The file is too large: Viber takes {shown} of {kind}. Make it smaller.", field="attachments[0]"
        )
    return file


def _picture(message: Outgoing) -> Part:
    file = _one_file(message)
    own = "Send the text as a message of its own."
    said = fit(message.text, MAX_CAPTION, "The text with the picture", "text", own) if message.text else ""
    return {"type": "picture", "text": said, "media": file.url}


def _sized(message: Outgoing) -> tuple[OutgoingAttachment, int]:
    """A file whose size has to be told, and that has no text beside it."""
    file = _one_file(message)
    if message.text:
        raise CannotSay("Viber shows text with pictures only. Send the text as a message of its own.", field="text")
    if not file.size_bytes:
        raise CannotSay("Viber has to be told the file's size. Attach it again.", field="attachments[0].size_bytes")
    return file, file.size_bytes


def _video(message: Outgoing) -> Part:
    file, size = _sized(message)
    return {"type": "video", "media": file.url, "size": size}


def _file(message: Outgoing) -> Part:
    """There is no message for audio: it is a file as well."""
    file, size = _sized(message)
    where = "attachments[0].name"
    return {
        "type": "file",
        "media": file.url,
        "size": size,
        "file_name": fit(file.name, MAX_FILE_NAME, "The file's name", where),
    }


def _location(message: Outgoing) -> Part:
    content = message.content
    latitude, longitude = number(content.get("latitude")), number(content.get("longitude"))
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise CannotSay("A place needs a latitude (-90 to 90) and a longitude (-180 to 180).", field="content.latitude")
    return {"type": "location", "location": {"lat": latitude, "lon": longitude}}


def _contacts(message: Outgoing) -> Part:
    cards = objects(message.content.get("contacts"))
    if len(cards) != 1:
        raise CannotSay("Viber takes one contact in a message. Choose one.", field="content.contacts")
    card, where = cards[0], "content.contacts[0]"
    shown = text(mapping(card.get("name")).get("formatted_name")) or text(card.get("name"))
    phone = next((text(each.get("phone")) for each in objects(card.get("phones"))), "") or text(card.get("phone"))
    name = fit(shown, MAX_CONTACT_NAME, "The contact's name", f"{where}.name.formatted_name")
    number_ = fit(phone, MAX_CONTACT_PHONE, "The contact's phone number", f"{where}.phones")
    return {"type": "contact", "contact": {"name": name, "phone_number": number_}}


def _buttons(message: Outgoing) -> Part:
    given = objects(message.content.get("buttons"))
    return _keyboard(message, [(button, f"content.buttons[{place}]") for place, button in enumerate(given)], "buttons")


def _list(message: Outgoing) -> Part:
    """Viber has no lists: every choice is a button."""
    named = [
        (row, f"content.sections[{section}].rows[{place}]")
        for section, part in enumerate(objects(message.content.get("sections")))
        for place, row in enumerate(objects(part.get("rows")))
    ]
    return _keyboard(message, named, "sections")


def _keyboard(message: Outgoing, named: list[tuple[Mapping[str, Any], str]], field: str) -> Part:
    """A pressed button is said by the customer, in its own words: the ids travel with the question and come back."""
    if not 1 <= len(named) <= MAX_BUTTONS:
        raise CannotSay(f"Viber takes 1 to {MAX_BUTTONS} choices.", field=f"content.{field}")
    ids: dict[str, str] = {}
    buttons = [_button(button, where, ids) for button, where in named]
    data = json.dumps({"parley": {"buttons": ids}}, ensure_ascii=False, separators=(",", ":"))
    if len(data) > MAX_CARRIED:
        raise CannotSay("The choices are too long for Viber together. Shorten them.", field=f"content.{field}")
    return {
        "type": "text",
        "text": _framed(message),
        "tracking_data": data,
        "keyboard": {"Type": "keyboard", "DefaultHeight": False, "Buttons": buttons},
    }


def _button(button: Mapping[str, Any], where: str, ids: dict[str, str]) -> Part:
    title = fit(button.get("title"), MAX_BUTTON, "A button's text", f"{where}.title")
    # A button's text is read as HTML.
    shown: Part = {"Columns": 6, "Rows": 1, "Text": html.escape(title, quote=False)}
    url = text(button.get("url"))
    if url:
        if not url.startswith(("https://", "http://")):
            raise CannotSay("A button's link has to begin with https://.", field=f"{where}.url")
        return {**shown, "ActionType": "open-url", "ActionBody": url}
    if title in ids:
        raise CannotSay("Two choices have the same text, and could not be told apart.", field=f"{where}.title")
    ids[title] = fit(button.get("id"), MAX_BUTTON, "A button's id", f"{where}.id")
    return {**shown, "ActionType": "reply", "ActionBody": title}


def _framed(message: Outgoing) -> str:
    content = message.content
    body = fit(content.get("body") or message.text, MAX_TEXT, "The text", "content.body")
    parts = (text(content.get("header")), body, text(content.get("footer")))
    return fit("\n\n".join(part for part in parts if part.strip()), MAX_TEXT, "The text", "content.body")


BUILDERS: Mapping[MessageKind, Callable[[Outgoing], Part]] = {
    MessageKind.TEXT: _text,
    MessageKind.IMAGE: _picture,
    MessageKind.VIDEO: _video,
    MessageKind.AUDIO: _file,
    MessageKind.DOCUMENT: _file,
    MessageKind.LOCATION: _location,
    MessageKind.CONTACTS: _contacts,
    MessageKind.BUTTONS: _buttons,
    MessageKind.LIST: _list,
}
