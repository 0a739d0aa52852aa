"""An outbound LINE message: neutral kind -> the objects of one push, with every limit checked.

Source: Messaging API reference, "Message objects", "Quick reply" and "Template messages". Lengths are counted in UTF-16
code units ("Character counting in a text"). Files go by their address, for the customer's own phone to fetch; there is
no message for a document.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.base import CannotSay, Outgoing, OutgoingAttachment
from chalicelib.channels.untrusted import known, number, objects, text, whole
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

MAX_TEXT = 5000
MAX_OBJECTS = 5
MAX_QUICK_REPLIES, MAX_LABEL, MAX_DATA = 13, 20, 300
MAX_TEMPLATE_ACTIONS, MAX_TEMPLATE_TEXT, MAX_URI = 4, 160, 1000
MAX_PLACE = 100
# The length is only shown, and not told to us: where nobody knows it, a minute.
UNKNOWN_DURATION_MS = 60_000

MEGABYTE = 1024 * 1024
MAX_BYTES: Mapping[str, int] = {"image": 10 * MEGABYTE, "audio": 200 * MEGABYTE, "video": 200 * MEGABYTE}
MIMES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "audio": frozenset({"audio/mp4", "audio/x-m4a", "audio/mpeg"}),
    "video": frozenset({"video/mp4"}),
}
_SHOWN = {"image": "JPEG and PNG", "audio": "M4A and MP3", "video": "MP4"}

Part = dict[str, Any]


def objects_of(message: Outgoing, inbox: Inbox | None = None) -> list[Part]:
    """The message objects of one push. Raises CannotSay. Without an inbox what only it knows is left open."""
    build = BUILDERS.get(message.kind)
    if build is None:
        raise CannotSay(f"LINE has no messages of kind {message.kind.value}. Send it as text.", field="kind")
    built = build(message, inbox)
    if message.reply_to and not any(part["type"] == "text" for part in built):
        raise CannotSay(
            "At LINE only a text can quote a message. Send a text with it, or no quotation.", field="reply_to"
        )
    return built


def fit(value: Any, limit: int, what: str, field: str, instead: str = "Shorten it.") -> str:
    """`value` as a text of 1 to `limit` code units."""
    found = text(value)
    if not found.strip():
        raise CannotSay(f"{what} is empty.", field=field)
    length = units(found)
    if length > limit:
        raise CannotSay(f"{what} has {length} characters; LINE takes {limit}. {instead}", field=field)
    return found


def units(said: str) -> int:
    """How long LINE says it is."""
    return len(said.encode("utf-16-le", "surrogatepass")) // 2


def _text(message: Outgoing, inbox: Inbox | None) -> list[Part]:
    return [_quoting(message, fit(message.text, MAX_TEXT, "The text", "text", "Send it in two messages."))]


def _quoting(message: Outgoing, said: str) -> Part:
    """A quotation names no message, but the token that came with it. Our own messages' tokens are not kept, so they are
    quoted in words, where there is room."""
    quoted = message.quoted
    token = text(quoted.content.get("quote_token")) if quoted else text(message.content.get("quote_token"))
    if quoted and quoted.text and not token and units(line := f"> {quoted.text}\n{said}") <= MAX_TEXT:
        said = line
    return {"type": "text", "text": said, **known(quoteToken=token)}


def _media(message: Outgoing, inbox: Inbox | None) -> list[Part]:
    """Each file is an object of its own, and so is the text."""
    files, most = message.attachments, MAX_OBJECTS - (1 if message.text else 0)
    if not 1 <= len(files) <= most:
        raise CannotSay(
            f"LINE takes 1 to {most} files in this message. Send the others in another.", field="attachments"
        )
    built = [_file(message, file, place, inbox) for place, file in enumerate(files)]
    return [*built, *(_text(message, inbox) if message.text else [])]


def _file(message: Outgoing, file: OutgoingAttachment, place: int, inbox: Inbox | None) -> Part:
    kind, where = message.kind.value, f"attachments[{place}]"
    if file.mime.partition(";")[0].strip().lower() not in MIMES[kind]:
        raise CannotSay(f"LINE shows only {_SHOWN[kind]} as {kind}. Send a link instead.", field=f"{where}.mime")
    limit = MAX_BYTES[kind]
    if file.size_bytes is not None and file.size_bytes > limit:
        raise CannotSay(
            f"The file is too large: LINE takes {limit // MEGABYTE} MB of {kind}. Make it smaller.",
            field=where,
        )
    part: Part = {"type": kind, "originalContentUrl": file.url}
    if kind == "image":
        return part | {"previewImageUrl": file.url}
    if kind == "video":
        return part | {"previewImageUrl": _preview(message, inbox)}
    return part | {"duration": whole(message.content.get("duration_ms")) or UNKNOWN_DURATION_MS}


def _preview(message: Outgoing, inbox: Inbox | None) -> str:
    """A video needs a picture to stand for it: the message's own, or the inbox's for all."""
    found = text(message.content.get("preview_url"))
    if inbox is not None:
        found = found or text(inbox.settings.get("video_preview_url"))
        if not found:
            raise CannotSay(
                "LINE shows a video with a picture for it, which this inbox lacks. Send a link instead.",
                field="content.preview_url",
            )
    return found


def _location(message: Outgoing, inbox: Inbox | None) -> list[Part]:
    content = message.content
    latitude, longitude = number(content.get("latitude")), number(content.get("longitude"))
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise CannotSay(
            "A place needs a latitude (-90 to 90) and a longitude (-180 to 180).",
            field="content.latitude",
        )
    name, street = text(content.get("name")), text(content.get("address"))
    # Both are needed.
    shown = f"{latitude:.5f}, {longitude:.5f}"
    title = fit(name or street or shown, MAX_PLACE, "The place's name", "content.name")
    address = fit(street or name or shown, MAX_PLACE, "The place's address", "content.address")
    return [{"type": "location", "title": title, "address": address, "latitude": latitude, "longitude": longitude}]


def _buttons(message: Outgoing, inbox: Inbox | None) -> list[Part]:
    given = objects(message.content.get("buttons"))
    named = [(button, f"content.buttons[{place}]") for place, button in enumerate(given)]
    if any(text(button.get("url")) for button in given):
        return [_template(message, named)]
    return [_with_quick_replies(message, named, "content.buttons")]


def _list(message: Outgoing, inbox: Inbox | None) -> list[Part]:
    """LINE has no lists: every choice is a quick reply."""
    named = [
        (row, f"content.sections[{section}].rows[{place}]")
        for section, part in enumerate(objects(message.content.get("sections")))
        for place, row in enumerate(objects(part.get("rows")))
    ]
    return [_with_quick_replies(message, named, "content.sections")]


def _with_quick_replies(message: Outgoing, named: list[tuple[Mapping[str, Any], str]], field: str) -> Part:
    if not 1 <= len(named) <= MAX_QUICK_REPLIES:
        raise CannotSay(f"LINE takes 1 to {MAX_QUICK_REPLIES} choices.", field=field)
    items = [{"type": "action", "action": _action(button, where)} for button, where in named]
    return {**_quoting(message, _framed(message, MAX_TEXT)), "quickReply": {"items": items}}


def _template(message: Outgoing, named: list[tuple[Mapping[str, Any], str]]) -> Part:
    """Links are buttons that stay, which are fewer."""
    if len(named) > MAX_TEMPLATE_ACTIONS:
        raise CannotSay(f"LINE takes {MAX_TEMPLATE_ACTIONS} buttons where one is a link.", field="content.buttons")
    said = _framed(message, MAX_TEMPLATE_TEXT)
    actions = [_action(button, where) for button, where in named]
    return {"type": "template", "altText": said, "template": {"type": "buttons", "text": said, "actions": actions}}


def _framed(message: Outgoing, limit: int) -> str:
    content = message.content
    body = fit(content.get("body") or message.text, limit, "The text", "content.body")
    parts = (text(content.get("header")), body, text(content.get("footer")))
    return fit("\n\n".join(part for part in parts if part.strip()), limit, "The text", "content.body")


def _action(button: Mapping[str, Any], where: str) -> Part:
    label = fit(button.get("title"), MAX_LABEL, "A button's text", f"{where}.title")
    url = text(button.get("url"))
    if url:
        if not url.startswith(("https://", "http://", "line://", "tel:")):
            raise CannotSay("A button's link has to begin with https://.", field=f"{where}.url")
        return {"type": "uri", "label": label, "uri": fit(url, MAX_URI, "A button's link", f"{where}.url")}
    data = fit(button.get("id"), MAX_DATA, "A button's id", f"{where}.id")
    return {"type": "postback", "label": label, "data": data, "displayText": label}


BUILDERS: Mapping[MessageKind, Callable[[Outgoing, Inbox | None], list[Part]]] = {
    MessageKind.TEXT: _text,
    MessageKind.IMAGE: _media,
    MessageKind.AUDIO: _media,
    MessageKind.VIDEO: _media,
    MessageKind.LOCATION: _location,
    MessageKind.BUTTONS: _buttons,
    MessageKind.LIST: _list,
}
