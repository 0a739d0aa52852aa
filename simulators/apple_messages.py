"""Messages in Apple's form: whether what the desk sends is taken, and what a customer's choice looks like.

Source: MSP REST API, "Messages sent" and "Interactive messages". Apple publishes no table of refusals: the statuses
here are our own guess.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from simulators.apple_accounts import Device
from simulators.apple_files import Store
from simulators.wire import Json, Refused

BID = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.icloud.apps.messages.business.extension"
PLACEHOLDER = "\ufffc"
LARGE = 10 * 1024
# What an interactive message needs its device to show.
NEEDED = {"listPicker": "LIST", "quick-reply": "QUICK", "event": "TIME"}


class AppleError(Refused):
    """A refusal."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, {"message": message}, headers)


def shown(body: Json, device: Device, store: Store) -> Json:
    """What the screen shows of a message of the desk's; AppleError where it is not taken."""
    check = _CHECKS.get(body.get("type"))
    if check is None:
        raise AppleError(400, f"type {body.get('type')} cannot be sent")
    return check(body, device, store)


def _text(body: Json, device: Device, store: Store) -> Json:
    said, files = body.get("body"), body.get("attachments") or []
    if not isinstance(said, str) or not said:
        raise AppleError(400, "body is required")
    if said.count(PLACEHOLDER) != len(files):
        raise AppleError(400, "the body needs a placeholder for each attachment")
    try:
        opened = [{"name": part["name"], "mime": part["mimeType"], "content": store.opened(part)} for part in files]
    except (ValueError, KeyError, TypeError) as fault:
        raise AppleError(400, f"attachment: {fault}") from None
    return {"type": "text", "text": said.replace(PLACEHOLDER, ""), "files": opened}


def _rich_link(body: Json, device: Device, store: Store) -> Json:
    link = body.get("richLinkData") or {}
    if not str(link.get("url", "")).startswith(("https://", "http://")) or not link.get("title"):
        raise AppleError(400, "richLinkData needs url and title")
    return {"type": "richLink", "text": link["url"], "title": link["title"]}


def _interactive(body: Json, device: Device, store: Store) -> Json:
    part = body.get("interactiveData") or {}
    data = part.get("data") or {}
    kind = next((name for name in NEEDED if name in data), None)
    if part.get("bid") != BID or kind is None or not data.get("requestIdentifier"):
        raise AppleError(400, "interactiveData needs a bid, a request's id, and something to choose")
    if NEEDED[kind] not in device.capabilities.split(","):
        raise AppleError(400, f"the device does not show {NEEDED[kind]}")
    offered = _offered(kind, data[kind])
    if not offered or not all(item.get("identifier") for item in offered):
        raise AppleError(400, "there is nothing to choose")
    question = data[kind].get("summaryText") or (part.get("receivedMessage") or {}).get("title")
    if not question:
        raise AppleError(400, "there is no question")
    return {"type": kind, "text": question, "choices": offered, "data": data, "bid": part["bid"]}


def _typing(body: Json, device: Device, store: Store) -> Json:
    return {"type": body["type"]}


def _offered(kind: str, part: Json) -> list[Json]:
    if kind == "listPicker":
        return [item for section in part.get("sections", []) for item in section.get("items", [])]
    return list(part.get("items" if kind == "quick-reply" else "timeslots") or [])


def chosen(message: Json, wanted: list[str], store: Store, base_url: str, *, large: bool) -> Json:
    """The body of a customer's answer; LookupError where it was not offered."""
    if "choices" not in message:
        raise LookupError("something to choose")
    found = [item for item in message["choices"] if item["identifier"] in wanted]
    if not found or len(found) < len(wanted):
        raise LookupError(f"choice {', '.join(wanted)}")
    kind, data = message["type"], message["data"]
    reply = {"version": "1.0", "requestIdentifier": data["requestIdentifier"], "replyMessage": {"title": "Selected"}}
    part = {"bid": message["bid"], "data": {**reply, kind: _answer(kind, data[kind], found)}}
    packed = json.dumps(part).encode()
    if not large and len(packed) <= LARGE:
        return {"interactiveData": part}
    reference = store.encrypted(packed, base_url)
    return {"interactiveDataRef": {"bid": message["bid"], "title": "Selected", **reference}}


def _answer(kind: str, part: Json, found: list[Json]) -> Json:
    """A picker comes back with what was chosen alone, a quick reply with all of it and the choice."""
    if kind == "quick-reply":
        return {**part, "selectedIdentifier": found[0]["identifier"]}
    if kind == "event":
        return {**part, "timeslots": found[:1]}
    return {"sections": [{"title": "", "multipleSelection": len(found) > 1, "items": found}]}


_CHECKS: dict[Any, Callable[[Json, Device, Store], Json]] = {
    "text": _text,
    "richLink": _rich_link,
    "interactive": _interactive,
    "typing_start": _typing,
    "typing_end": _typing,
}
