"""Checks of outbound interactive messages (buttons, lists, call-to-action links, flows, location
requests).

Source: "WhatsApp Cloud API, messages reference, interactive object": reply buttons 1-3 with titles
of 20 and ids of 256 characters; lists of at most 10 rows in 10 sections, titles 24, descriptions
72, ids 200.
"""

from collections.abc import Callable
from typing import Any

from simulators.whatsapp_errors import invalid, missing
from simulators.wire import Json

MAX_BODY, MAX_FOOTER, MAX_HEADER = 1024, 60, 60
MAX_BUTTONS, MAX_ROWS, MAX_SECTIONS = 3, 10, 10


def check_interactive(part: Any) -> None:
    """Check the `interactive` object of a send."""
    interactive = _object(part, "interactive")
    kind = interactive.get("type")
    if not kind:
        raise missing("interactive['type']")
    if not isinstance(kind, str) or kind not in _ACTIONS:
        raise invalid("interactive['type']", f"must be one of {{{', '.join(sorted(_ACTIONS))}}}")
    if kind != "product" or "body" in interactive:
        _text(_object(interactive.get("body"), "interactive['body']"), "text", "body", MAX_BODY)
    if "footer" in interactive:
        _text(_object(interactive["footer"], "interactive['footer']"), "text", "footer", MAX_FOOTER)
    if "header" in interactive:
        _check_header(_object(interactive["header"], "interactive['header']"), kind)
    _ACTIONS[kind](_object(interactive.get("action"), "interactive['action']"))


def _object(value: Any, where: str) -> Json:
    if value is None:
        raise missing(where)
    if not isinstance(value, dict):
        raise invalid(where, "must be a JSON object")
    return value


def _text(part: Json, key: str, where: str, limit: int) -> str:
    value = part.get(key)
    if value is None or value == "":
        raise missing(f"{where}['{key}']")
    if not isinstance(value, str) or len(value) > limit:
        raise invalid(f"{where}['{key}']", f"length invalid. Min length: 1, Max length: {limit}")
    return value


def _list(part: Json, key: str, low: int, high: int) -> list[Json]:
    value = part.get(key)
    if value is None:
        raise missing(f"interactive['action']['{key}']")
    if not isinstance(value, list) or not low <= len(value) <= high:
        raise invalid(key, f"count is invalid. Min allowed: {low}, Max allowed: {high}")
    return [_object(entry, f"{key}[{index}]") for index, entry in enumerate(value)]


def _unique(values: list[str], what: str) -> None:
    if len(set(values)) != len(values):
        raise invalid(what, "must be unique within the message")


def _check_header(header: Json, kind: str) -> None:
    header_type = _text(header, "type", "header", 20)
    if header_type not in ("text", "image", "video", "document"):
        raise invalid("header['type']", "must be one of {text, image, video, document}")
    if header_type == "text":
        _text(header, "text", "header", MAX_HEADER)
        return
    if kind == "list":
        raise invalid("header['type']", "must be text in a list message")
    media = _object(header.get(header_type), f"header['{header_type}']")
    if ("id" in media) == ("link" in media):
        raise missing(f"header['{header_type}']['id'] or ['link'] (exactly one)")


def _check_buttons(action: Json) -> None:
    buttons = _list(action, "buttons", 1, MAX_BUTTONS)
    replies = []
    for index, button in enumerate(buttons):
        if button.get("type") != "reply":
            raise invalid(f"buttons[{index}]['type']", "must be one of {reply}")
        reply = _object(button.get("reply"), f"buttons[{index}]['reply']")
        replies.append((_text(reply, "id", "reply", 256), _text(reply, "title", "reply", 20)))
    _unique([reply_id for reply_id, _ in replies], "button ids")
    _unique([title for _, title in replies], "button titles")


def _check_list(action: Json) -> None:
    _text(action, "button", "action", 20)
    sections = _list(action, "sections", 1, MAX_SECTIONS)
    ids: list[str] = []
    for section in sections:
        if len(sections) > 1 or section.get("title"):
            _text(section, "title", "section", 24)
        for row in _list(section, "rows", 1, MAX_ROWS):
            ids.append(_text(row, "id", "row", 200))
            _text(row, "title", "row", 24)
            if row.get("description"):
                _text(row, "description", "row", 72)
    if len(ids) > MAX_ROWS:
        raise invalid("sections", f"Total row count exceed max allowed count: {MAX_ROWS}")
    _unique(ids, "row ids")


def _named_action(name: str) -> Callable[[Json], Json]:
    def check(action: Json) -> Json:
        if action.get("name") != name:
            raise invalid("interactive['action']['name']", f"must be {name}")
        return action

    return check


def _check_link(action: Json) -> None:
    _named_action("cta_url")(action)
    parameters = _object(action.get("parameters"), "interactive['action']['parameters']")
    _text(parameters, "display_text", "parameters", 20)
    if not _text(parameters, "url", "parameters", 2000).startswith(("https://", "http://")):
        raise invalid("parameters['url']", "is not a valid URL")


def _check_flow(action: Json) -> None:
    _named_action("flow")(action)
    parameters = _object(action.get("parameters"), "interactive['action']['parameters']")
    _text(parameters, "flow_message_version", "parameters", 10)
    _text(parameters, "flow_cta", "parameters", 30)
    if not parameters.get("flow_id") and not parameters.get("flow_name"):
        raise missing("parameters['flow_id'] or ['flow_name']")


def _check_location_request(action: Json) -> None:
    _named_action("send_location")(action)


def _accept(action: Json) -> None:
    """Catalogue and call messages: their objects are not checked further here."""


_ACTIONS: dict[str, Callable[[Json], None]] = {
    "button": _check_buttons,
    "list": _check_list,
    "cta_url": _check_link,
    "flow": _check_flow,
    "location_request_message": _check_location_request,
    "product": _accept,
    "product_list": _accept,
    "catalog_message": _accept,
    "call_permission_request": _accept,
}
