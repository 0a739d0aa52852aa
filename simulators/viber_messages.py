"""Messages in Viber's form: what people send, and whether what a bot sends is taken.

Source: Viber REST API, "Receive message from user", "Message types", "Keyboards" and "Error codes".
"""

import html
from typing import Any

from simulators.wire import Json

MAX_BODY, MAX_TEXT, MAX_CAPTION, MAX_FILE_NAME, MAX_SENDER, MAX_CARRIED = 30_720, 7000, 512, 256, 28, 4000
NAMES = {
    0: "ok",
    2: "invalidAuthToken",
    3: "badData",
    4: "missingData",
    5: "receiverNotRegistered",
    6: "receiverNotSubscribed",
    12: "tooManyRequests",
    24: "noBalance",
}
_NEEDED = {
    "text": ("text",),
    "picture": ("media",),
    "video": ("media", "size"),
    "file": ("media", "size", "file_name"),
    "sticker": ("sticker_id",),
    "contact": ("contact",),
    "url": ("media",),
    "location": ("location",),
}
_SAID = ("text", "media", "thumbnail", "size", "file_name", "duration", "sticker_id", "contact", "location")


class ViberError(Exception):
    """A refusal: HTTP 200 with a status."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.payload: Json = {"status": status, "status_message": message or NAMES.get(status, "generalError")}


def written(spec: Json) -> Json:
    """The message of a person; ValueError if it cannot be sent."""
    kind = spec.get("type", "text")
    if kind == "raw" and isinstance(spec.get("raw"), dict):
        return dict(spec["raw"])
    if kind not in _NEEDED:
        raise ValueError(f"type must be raw or one of {', '.join(_NEEDED)}")
    missing = [name for name in _NEEDED[kind] if name not in spec]
    if missing:
        raise ValueError(f"{missing[0]} is needed")
    return {"type": kind, **{name: spec[name] for name in _SAID if name in spec}}


def check(body: Json) -> None:
    """Whether a bot's message is one. Raises ViberError."""
    kind = body.get("type")
    if kind not in _NEEDED:
        raise ViberError(3, "type is missing or unknown")
    missing = [name for name in _NEEDED[kind] if not body.get(name)]
    if missing:
        raise ViberError(4, f"{missing[0]} is missing")
    for name, limit in (("text", MAX_CAPTION if kind == "picture" else MAX_TEXT), ("file_name", MAX_FILE_NAME)):
        _fits(body.get(name, ""), limit, name)
    _fits((body.get("sender") or {}).get("name"), MAX_SENDER, "sender.name")
    _fits(body.get("tracking_data", ""), MAX_CARRIED, "tracking_data")
    _file(body)
    for button in (body.get("keyboard") or {}).get("Buttons", []):
        if not button.get("ActionBody") or button.get("ActionType") not in ("reply", "open-url", "none"):
            raise ViberError(3, "keyboard is not valid")


def _fits(value: Any, limit: int, name: str) -> None:
    if not isinstance(value, str) or len(value) > limit:
        raise ViberError(3, f"{name} is not a text of at most {limit}")


def _file(body: Json) -> None:
    if "media" not in body:
        return
    if not str(body["media"]).startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ViberError(1, "media is no address")
    if not isinstance(body.get("size", 1), int):
        raise ViberError(3, "size is not a number")


def button(keyboard: Json, text: str) -> Json:
    """The button of a keyboard with that text on it; LookupError if there is none."""
    found = [each for each in keyboard.get("Buttons", []) if html.unescape(str(each.get("Text"))) == text]
    if not found:
        raise LookupError(f"button {text}")
    chosen: Json = found[0]
    return chosen
