"""An outbound Telegram message: neutral kind -> the method that sends it and its fields, with every limit checked.

Source: Bot API, "Available methods" and "Sending files". Files go by their url, which Telegram fetches: 5 MB for
photos, 20 MB for others, and documents only as PDF, ZIP or GIF. Texts go as they are, without a `parse_mode`: what an
agent types is never markup.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.base import Answering, CannotSay, Outgoing, OutgoingAttachment
from chalicelib.channels.telegram_api import chat, message_id
from chalicelib.channels.untrusted import known, mapping, number, objects, text
from chalicelib.domain.message import MEDIA, MessageKind

MAX_TEXT, MAX_CAPTION = 4096, 1024
# The reference names no number; clients have seen more refused.
MAX_BUTTONS, MAX_BUTTON_DATA = 100, 64
MAX_ALBUM = 10

MEGABYTE = 1024 * 1024
MAX_BYTES: Mapping[str, int] = {
    "image": 5 * MEGABYTE,
    "audio": 20 * MEGABYTE,
    "video": 20 * MEGABYTE,
    "document": 20 * MEGABYTE,
    "sticker": 512 * 1024,
}
MIMES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image/jpeg", "image/png", "image/webp"}),
    "audio": frozenset({"audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/ogg"}),
    "video": frozenset({"video/mp4"}),
    "document": frozenset({"application/pdf", "application/zip", "image/gif"}),
    "sticker": frozenset({"image/webp"}),
}
_SHOWN = {
    "image": "as JPEG, PNG or WebP. Put it into a ZIP and send it as a document",
    "audio": "as MP3, M4A or OGG. Put it into a ZIP and send it as a document",
    "video": "as MP4. Put it into a ZIP and send it as a document",
    "document": "as PDF, ZIP or GIF. Put it into a ZIP",
    "sticker": "as WebP. Send it as a picture",
}
_FIELDS = {"image": "photo", "audio": "audio", "video": "video", "document": "document", "sticker": "sticker"}

Part = dict[str, Any]
Call = tuple[str, Part]


def call_of(message: Outgoing) -> Call:
    """The method and its fields. Raises CannotSay. The address may still be open while a message is written."""
    build = BUILDERS.get(message.kind)
    if build is None:
        raise CannotSay(f"Telegram has no messages of kind {message.kind.value}. Send it as text.", field="kind")
    method, part = build(message)
    addressed = {**(chat(message.to) if message.to else {}), **part}
    quoted = message_id(message.reply_to)
    if quoted is not None and message.kind is not MessageKind.REACTION:
        addressed["reply_parameters"] = {"message_id": quoted, "allow_sending_without_reply": True}
    if message.kind is not MessageKind.REACTION:
        addressed |= topic(message.quoted, message.answering)
    return method, addressed


def topic(*said: Answering | None) -> Part:
    """The topic of the group's forum that is answered in: the quoted message's, or the newest one's."""
    first = next((each for each in said if each is not None), None)
    thread = message_id(text(first.content.get("topic"))) if first else None
    return {"message_thread_id": thread} if thread is not None else {}


def fit(value: Any, limit: int, what: str, field: str, instead: str = "Shorten it.") -> str:
    """`value` as a text of 1 to `limit` characters."""
    found = text(value)
    if not found.strip():
        raise CannotSay(f"{what} is empty.", field=field)
    if len(found) > limit:
        raise CannotSay(f"{what} has {len(found)} characters; Telegram takes {limit}. {instead}", field=field)
    return found


def _text(message: Outgoing) -> Call:
    return "sendMessage", {"text": fit(message.text, MAX_TEXT, "The text", "text", "Send it in two messages.")}


def _media(message: Outgoing) -> Call:
    kind, files = message.kind.value, message.attachments
    most = 1 if message.kind is MessageKind.STICKER else MAX_ALBUM
    if not 1 <= len(files) <= most:
        allowed = "one file" if most == 1 else f"1 to {most} files"
        raise CannotSay(f"Telegram takes {allowed} in a message. Send the others in another.", field="attachments")
    for place, file in enumerate(files):
        _check_file(kind, file, place)
    caption = {"caption": _caption(message)} if message.text else {}
    if len(files) == 1:
        method, name = _single(kind, files[0])
        return method, {name: files[0].url, **caption}
    # The caption of the first file is shown for all of them.
    album: list[Part] = [{"type": _FIELDS[kind], "media": file.url} for file in files]
    album[0] |= caption
    return "sendMediaGroup", {"media": album}


def _single(kind: str, file: OutgoingAttachment) -> tuple[str, str]:
    name = "voice" if kind == "audio" and _mime(file) == "audio/ogg" else _FIELDS[kind]
    return f"send{name.capitalize()}", name


def _mime(file: OutgoingAttachment) -> str:
    return file.mime.partition(";")[0].strip().lower()


def _check_file(kind: str, file: OutgoingAttachment, place: int) -> None:
    where, limit = f"attachments[{place}]", MAX_BYTES[kind]
    if _mime(file) not in MIMES[kind]:
        raise CannotSay(f"Telegram takes {kind} files by link only {_SHOWN[kind]}.", field=f"{where}.mime")
    if file.size_bytes is not None and file.size_bytes > limit:
        shown = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit // 1024} KB"
        raise CannotSay(f"The file is too large: Telegram takes {shown} of {kind}. Make it smaller.", field=where)


def _caption(message: Outgoing) -> str:
    if message.kind is MessageKind.STICKER:
        raise CannotSay(
            "Telegram shows no text with a sticker. Send the text as a message of its own.",
            field="text",
        )
    own = "Send the text as a message of its own."
    return fit(message.text, MAX_CAPTION, "The text with the file", "text", own)


def _location(message: Outgoing) -> Call:
    content = message.content
    latitude, longitude = number(content.get("latitude")), number(content.get("longitude"))
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise CannotSay(
            "A place needs a latitude (-90 to 90) and a longitude (-180 to 180).",
            field="content.latitude",
        )
    place: Part = {"latitude": latitude, "longitude": longitude}
    name, street = text(content.get("name")), text(content.get("address"))
    if not name and not street:
        return "sendLocation", place
    # A venue has both.
    return "sendVenue", {**place, "title": name or street, "address": street or name}


def _contacts(message: Outgoing) -> Call:
    cards = objects(message.content.get("contacts"))
    if len(cards) != 1:
        raise CannotSay("Telegram takes one contact in a message. Choose one.", field="content.contacts")
    card, where = cards[0], "content.contacts[0]"
    names = mapping(card.get("name"))
    shown = text(names.get("formatted_name")) or text(card.get("name"))
    called = text(names.get("first_name")) or shown
    phone = next((text(each.get("phone")) for each in objects(card.get("phones"))), "") or text(card.get("phone"))
    if not called.strip():
        raise CannotSay("A contact card needs a name.", field=f"{where}.name.formatted_name")
    if not phone.strip():
        raise CannotSay("Telegram takes contacts with a phone number only.", field=f"{where}.phones")
    last = text(names.get("last_name")) if names.get("first_name") else ""
    return "sendContact", {"phone_number": phone, "first_name": called, **known(last_name=last)}


def _reaction(message: Outgoing) -> Call:
    target = message_id(text(message.content.get("target")))
    if target is None:
        raise CannotSay("Say which message the reaction is for.", field="content.target")
    emoji = text(message.content.get("emoji"))
    return "setMessageReaction", {
        "message_id": target,
        "reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
    }


def _buttons(message: Outgoing) -> Call:
    given = objects(message.content.get("buttons"))
    if not 1 <= len(given) <= MAX_BUTTONS:
        raise CannotSay(f"Telegram takes 1 to {MAX_BUTTONS} buttons.", field="content.buttons")
    rows = [[_button(button, f"content.buttons[{place}]")] for place, button in enumerate(given)]
    return "sendMessage", {"text": _framed(message), "reply_markup": {"inline_keyboard": rows}}


def _list(message: Outgoing) -> Call:
    """Telegram has no lists: every choice is a button in a row of its own."""
    rows = [
        [_button(row, f"content.sections[{section}].rows[{place}]")]
        for section, part in enumerate(objects(message.content.get("sections")))
        for place, row in enumerate(objects(part.get("rows")))
    ]
    if not 1 <= len(rows) <= MAX_BUTTONS:
        raise CannotSay(f"A list has 1 to {MAX_BUTTONS} choices on Telegram.", field="content.sections")
    return "sendMessage", {"text": _framed(message), "reply_markup": {"inline_keyboard": rows}}


def _framed(message: Outgoing) -> str:
    content = message.content
    parts = (text(content.get("header")), text(content.get("body")) or message.text, text(content.get("footer")))
    fit(parts[1], MAX_TEXT, "The text", "content.body")
    return fit("\n\n".join(part for part in parts if part.strip()), MAX_TEXT, "The text", "content.body")


def _button(button: Mapping[str, Any], where: str) -> Part:
    title = text(button.get("title"))
    if not title.strip():
        raise CannotSay("A button's text is empty.", field=f"{where}.title")
    url = text(button.get("url"))
    if url:
        if not url.startswith(("https://", "http://", "tg://")):
            raise CannotSay("A button's link has to begin with https://.", field=f"{where}.url")
        return {"text": title, "url": url}
    data = text(button.get("id"))
    if not 1 <= len(data.encode("utf-8", "replace")) <= MAX_BUTTON_DATA:
        raise CannotSay(f"A button's id has 1 to {MAX_BUTTON_DATA} bytes on Telegram.", field=f"{where}.id")
    return {"text": title, "callback_data": data}


BUILDERS: Mapping[MessageKind, Callable[[Outgoing], Call]] = {
    MessageKind.TEXT: _text,
    **dict.fromkeys(sorted(MEDIA), _media),
    MessageKind.LOCATION: _location,
    MessageKind.CONTACTS: _contacts,
    MessageKind.REACTION: _reaction,
    MessageKind.BUTTONS: _buttons,
    MessageKind.LIST: _list,
}
