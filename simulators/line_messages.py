"""Messages in LINE's form: what customers send, and whether what an account sends is taken.

Source: Messaging API reference, "Message event", "Message objects" and "Error responses".
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from simulators.wire import Json, Refused

MAX_OBJECTS, MAX_TEXT, MAX_QUICK_REPLIES, MAX_LABEL, MAX_TEMPLATE_ACTIONS = 5, 5000, 13, 20, 4
SAMPLE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFAAH/q842iQAAAABJRU5ErkJggg=="
)
FILES = ("image", "video", "audio", "file")
_NEEDED = {
    "text": ("text",),
    "location": ("latitude", "longitude"),
    "sticker": ("packageId", "stickerId"),
}


class LineError(Refused):
    """A refusal in LINE's shape."""

    def __init__(self, status: int, message: str, *, where: str = "", **headers: str) -> None:
        payload: Json = {"message": message}
        if where:
            details = [{"message": message, "property": where}]
            payload = {"message": "The request body has 1 error(s)", "details": details}
        super().__init__(status, payload, headers)


def written(spec: Json) -> tuple[Json, bytes | None]:
    """The message of a customer, and its file; ValueError if it cannot be sent."""
    kind = spec.get("type", "text")
    if kind == "raw" and isinstance(spec.get("raw"), dict):
        return dict(spec["raw"]), None
    if kind in FILES:
        return _file(kind, spec)
    if kind not in _NEEDED:
        raise ValueError(f"type must be raw or one of {', '.join((*FILES, *_NEEDED))}")
    missing = [name for name in _NEEDED[kind] if name not in spec]
    if missing:
        raise ValueError(f"{missing[0]} is needed")
    names = (*_NEEDED[kind], "title", "address", "keywords", "emojis", "mention")
    return {"type": kind, **{name: spec[name] for name in names if name in spec}}, None


def _file(kind: str, spec: Json) -> tuple[Json, bytes]:
    try:
        content = base64.b64decode(spec["content_base64"], validate=True) if "content_base64" in spec else SAMPLE
    except (binascii.Error, ValueError, TypeError):
        raise ValueError("content_base64 is not base64") from None
    if kind == "file":
        named = {"fileName": spec.get("file_name", "file.pdf"), "fileSize": len(content)}
        return {"type": kind, **named}, content
    duration = {} if kind == "image" else {"duration": spec.get("duration", 3000)}
    return {"type": kind, "contentProvider": {"type": "line"}, **duration}, content


def checked(messages: Any) -> list[Json]:
    """The message objects of a push, as LINE takes them; LineError names the first that it does not."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= MAX_OBJECTS:
        raise LineError(400, f"Size must be between 1 and {MAX_OBJECTS}", where="messages")
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        check = _CHECKS.get(message.get("type")) if isinstance(message, dict) else None
        if check is None:
            raise LineError(400, "Must be one of the following values: [text, image, ...]", where=f"{where}.type")
        check(message, where)
        _quick_replies(message, where)
    return messages


def _text(message: Json, where: str) -> None:
    said = message.get("text")
    if not isinstance(said, str) or not said:
        raise LineError(400, "May not be empty", where=f"{where}.text")
    if len(said.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
        raise LineError(400, f"Length must be between 0 and {MAX_TEXT}", where=f"{where}.text")


def _urls(*names: str) -> Callable[[Json, str], None]:
    def check(message: Json, where: str) -> None:
        for name in names:
            if not str(message.get(name, "")).startswith(("https://", "http://127.0.0.1", "http://localhost")):
                raise LineError(400, "Must be a valid HTTPS URL", where=f"{where}.{name}")
        if message["type"] == "audio" and not isinstance(message.get("duration"), int):
            raise LineError(400, "Must be specified", where=f"{where}.duration")

    return check


def _location(message: Json, where: str) -> None:
    for name in ("title", "address", "latitude", "longitude"):
        if message.get(name) in (None, ""):
            raise LineError(400, "May not be empty", where=f"{where}.{name}")


def _template(message: Json, where: str) -> None:
    template = message.get("template") or {}
    if not message.get("altText"):
        raise LineError(400, "May not be empty", where=f"{where}.altText")
    actions = template.get("actions") or []
    if not 1 <= len(actions) <= MAX_TEMPLATE_ACTIONS:
        raise LineError(400, "Size must be between 1 and 4", where=f"{where}.template.actions")
    for place, action in enumerate(actions):
        _action(action, f"{where}.template.actions[{place}]")


def _quick_replies(message: Json, where: str) -> None:
    if "quickReply" not in message:
        return
    items = message["quickReply"].get("items") or []
    if not 1 <= len(items) <= MAX_QUICK_REPLIES:
        raise LineError(400, f"Size must be between 1 and {MAX_QUICK_REPLIES}", where=f"{where}.quickReply.items")
    for place, item in enumerate(items):
        _action(item.get("action") or {}, f"{where}.quickReply.items[{place}].action")


def _action(action: Json, where: str) -> None:
    if not 1 <= len(str(action.get("label", ""))) <= MAX_LABEL:
        raise LineError(400, f"Length must be between 1 and {MAX_LABEL}", where=f"{where}.label")
    if action.get("type") == "postback" and not action.get("data"):
        raise LineError(400, "May not be empty", where=f"{where}.data")


def buttons(message: Json) -> list[Json]:
    """What can be pressed in a message on the screen."""
    quick = [item["action"] for item in (message.get("quickReply") or {}).get("items", [])]
    actions: list[Json] = quick + list((message.get("template") or {}).get("actions", []))
    return actions


_CHECKS: dict[Any, Callable[[Json, str], None]] = {
    "text": _text,
    "image": _urls("originalContentUrl", "previewImageUrl"),
    "video": _urls("originalContentUrl", "previewImageUrl"),
    "audio": _urls("originalContentUrl"),
    "location": _location,
    "template": _template,
}
