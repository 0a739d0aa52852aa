"""The `message` object of the Send API, which Messenger and Instagram share: neutral kind -> object, limits checked.

Source: Messenger Platform "Send API", "Quick replies", "Button template"; Instagram Platform "Send messages". Building
is checking: what cannot be built raises CannotSay, with a sentence that names the limit and the nearest thing that
would go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chalicelib.channels.base import CannotSay, Outgoing
from chalicelib.channels.untrusted import objects, text
from chalicelib.domain.message import MessageKind

MEGABYTE = 1024 * 1024
MAX_QUICK_REPLIES, MAX_TITLE, MAX_PAYLOAD = 13, 20, 1000
MAX_BUTTONS, MAX_BUTTON_TEXT = 3, 640

Part = dict[str, Any]
Unit = Literal["characters", "bytes"]
# The Send API's name of a kind of file.
FILE_TYPES = {
    MessageKind.IMAGE: "image",
    MessageKind.AUDIO: "audio",
    MessageKind.VIDEO: "video",
    MessageKind.DOCUMENT: "file",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one of the two takes. `mimes`: types of a kind, where not all go; `max_comment` is of a public answer."""

    name: str
    max_text: int
    unit: Unit
    max_bytes: Mapping[str, int]
    max_comment: int
    mimes: Mapping[str, frozenset[str]] = field(default_factory=dict)


def fit(value: Any, limit: int, what: str, field: str, name: str) -> str:
    """`value` as a text of 1 to `limit` characters."""
    found = text(value)
    if not found.strip():
        raise CannotSay(f"{what} is empty.", field=field)
    if len(found) > limit:
        raise CannotSay(f"{what} has {len(found)} characters; {name} takes {limit}. Shorten it.", field=field)
    return found


def fit_text(value: str, limit: int, unit: Unit, name: str, field: str = "text") -> str:
    """A text of at most `limit` of `unit`; it is never cut here, as nobody but its author knows where."""
    if not value.strip():
        raise CannotSay("The text is empty.", field=field)
    size = len(value) if unit == "characters" else len(value.encode("utf-8", "replace"))
    if size > limit:
        why = " (a letter with an accent has 2, an emoji 4)" if unit == "bytes" else ""
        parts = -(-size // limit)
        raise CannotSay(
            f"The text has {size} {unit}{why}; {name} takes {limit}. Send it in {parts} messages.", field=field
        )
    return value


def body(message: Outgoing, limits: Limits) -> Part:
    """The `message` object. Raises CannotSay."""
    build = BUILDERS.get(message.kind)
    if build is None:
        raise CannotSay(f"{limits.name} has no messages of kind {message.kind.value}. Send it as text.", field="kind")
    return build(message, limits)


def _text(message: Outgoing, limits: Limits) -> Part:
    return {"text": fit_text(message.text, limits.max_text, limits.unit, limits.name)}


def _media(message: Outgoing, limits: Limits) -> Part:
    kind, name = message.kind.value, limits.name
    if len(message.attachments) != 1:
        raise CannotSay(f"{name} takes one file in a message. Send each file as its own.", field="attachments")
    if message.text:
        raise CannotSay(f"{name} shows no text with a file. Send the text as a message of its own.", field="text")
    file = message.attachments[0]
    mime = file.mime.partition(";")[0].strip().lower()
    if kind in limits.mimes and mime not in limits.mimes[kind]:
        shown = ", ".join(sorted(known.partition("/")[2] for known in limits.mimes[kind]))
        raise CannotSay(
            f"{name} takes no {kind} of type {mime}, only {shown}. Send a link to it.", field="attachments[0].mime"
        )
    limit = limits.max_bytes[kind]
    if file.size_bytes is not None and file.size_bytes > limit:
        raise CannotSay(
            f"The file is too large: {name} takes {limit // MEGABYTE} MB of {kind}. Make it smaller, or send a link.",
            field="attachments[0]",
        )
    return {"attachment": {"type": FILE_TYPES[message.kind], "payload": {"url": file.url}}}


def _buttons(message: Outgoing, limits: Limits) -> Part:
    """Quick replies; with a link among them a button template, which takes fewer."""
    content, name = message.content, limits.name
    for part in ("header", "footer"):
        if text(content.get(part)):
            raise CannotSay(f"{name} has no {part} with buttons. Put it into the text.", field=f"content.{part}")
    given = objects(content.get("buttons"))
    said = text(content.get("body")) or message.text
    if any(button.get("url") for button in given):
        return _button_template(said, given, limits)
    if not 1 <= len(given) <= MAX_QUICK_REPLIES:
        raise CannotSay(f"{name} takes 1 to {MAX_QUICK_REPLIES} buttons.", field="content.buttons")
    quick = [{"content_type": "text", **_choice(button, index, name)} for index, button in enumerate(given)]
    return {"text": fit_text(said, limits.max_text, limits.unit, name, "content.body"), "quick_replies": quick}


def _button_template(said: str, given: list[Mapping[str, Any]], limits: Limits) -> Part:
    name = limits.name
    if len(given) > MAX_BUTTONS:
        raise CannotSay(
            f"With a link among them {name} takes {MAX_BUTTONS} buttons. Put links into the text.",
            field="content.buttons",
        )
    built = [_button(button, index, name) for index, button in enumerate(given)]
    payload = {
        "template_type": "button",
        "text": fit(said, MAX_BUTTON_TEXT, "The text", "content.body", name),
        "buttons": built,
    }
    return {"attachment": {"type": "template", "payload": payload}}


def _button(button: Mapping[str, Any], index: int, name: str) -> Part:
    where = f"content.buttons[{index}]"
    if not button.get("url"):
        return {"type": "postback", **_choice(button, index, name)}
    url = text(button.get("url"))
    if not url.startswith(("https://", "http://")):
        raise CannotSay("The button's link has to begin with https://.", field=f"{where}.url")
    return {"type": "web_url", "url": url, "title": fit(button.get("title"), MAX_TITLE, "A button's text", where, name)}


def _choice(button: Mapping[str, Any], index: int, name: str) -> Part:
    where = f"content.buttons[{index}]"
    return {
        "title": fit(button.get("title"), MAX_TITLE, "A button's text", f"{where}.title", name),
        "payload": fit(button.get("id"), MAX_PAYLOAD, "A button's id", f"{where}.id", name),
    }


BUILDERS: Mapping[MessageKind, Callable[[Outgoing, Limits], Part]] = {
    MessageKind.TEXT: _text,
    **dict.fromkeys(FILE_TYPES, _media),
    MessageKind.BUTTONS: _buttons,
}
