"""Outbound interactive WhatsApp messages: reply buttons, a link button, lists.

Source: Cloud API "Interactive object" reference, with its limits.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import CannotSay, Outgoing
from chalicelib.channels.untrusted import known, objects, text

MAX_BODY, MAX_HEADER, MAX_FOOTER = 1024, 60, 60
MAX_BUTTONS, MAX_BUTTON_TITLE, MAX_BUTTON_ID = 3, 20, 256
MAX_ROWS, MAX_ROW_TITLE, MAX_ROW_DESCRIPTION, MAX_ROW_ID = 10, 24, 72, 200

Part = dict[str, Any]


def fit(
    value: Any,
    limit: int,
    what: str,
    field: str,
    *,
    required: bool = True,
    instead: str = "Shorten it.",
) -> str:
    """`value` as a text of 1 to `limit` characters (0 where it is not `required`)."""
    found = text(value)
    if required and not found.strip():
        raise CannotSay(f"{what} is empty.", field=field)
    if len(found) > limit:
        raise CannotSay(f"{what} has {len(found)} characters; WhatsApp takes {limit}. {instead}", field=field)
    return found


def _frame(message: Outgoing, kind: str) -> Part:
    """What all interactive messages share: header, body, footer."""
    content = message.content
    said = fit(content.get("body") or message.text, MAX_BODY, "The text", "content.body")
    part: Part = {"type": kind, "body": {"text": said}}
    if header := fit(content.get("header"), MAX_HEADER, "The heading", "content.header", required=False):
        part["header"] = {"type": "text", "text": header}
    if footer := fit(content.get("footer"), MAX_FOOTER, "The footer", "content.footer", required=False):
        part["footer"] = {"text": footer}
    return part


def buttons(message: Outgoing) -> Part:
    given = objects(message.content.get("buttons"))
    if any(button.get("url") for button in given):
        return _link(message, given)
    if not 1 <= len(given) <= MAX_BUTTONS:
        raise CannotSay(
            f"WhatsApp takes 1 to {MAX_BUTTONS} buttons. Send a list for up to {MAX_ROWS} choices.",
            field="content.buttons",
        )
    replies = [_button(button, f"content.buttons[{index}]") for index, button in enumerate(given)]
    _check_distinct([reply["id"] for reply in replies], "content.buttons")
    _check_distinct([reply["title"] for reply in replies], "content.buttons")
    action = {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}
    return {"type": "interactive", "interactive": {**_frame(message, "button"), "action": action}}


def _button(button: Mapping[str, Any], where: str) -> Part:
    return {
        "id": fit(button.get("id"), MAX_BUTTON_ID, "A button's id", f"{where}.id"),
        "title": fit(button.get("title"), MAX_BUTTON_TITLE, "A button's text", f"{where}.title"),
    }


def _link(message: Outgoing, given: list[Mapping[str, Any]]) -> Part:
    if len(given) != 1:
        raise CannotSay(
            "A button with a link has to be the only button. Put further links into the text.",
            field="content.buttons",
        )
    title = fit(given[0].get("title"), MAX_BUTTON_TITLE, "The button's text", "content.buttons[0].title")
    url = text(given[0].get("url"))
    if not url.startswith(("https://", "http://")):
        raise CannotSay("The button's link has to begin with https://.", field="content.buttons[0].url")
    action = {"name": "cta_url", "parameters": {"display_text": title, "url": url}}
    return {"type": "interactive", "interactive": {**_frame(message, "cta_url"), "action": action}}


def choices(message: Outgoing) -> Part:
    sections = objects(message.content.get("sections"))
    count = sum(len(objects(section.get("rows"))) for section in sections)
    if not 1 <= count <= MAX_ROWS:
        raise CannotSay(
            f"A WhatsApp list has 1 to {MAX_ROWS} choices in all; this has {count}.",
            field="content.sections",
        )
    built = [
        _section(section, f"content.sections[{index}]", named=len(sections) > 1)
        for index, section in enumerate(sections)
    ]
    _check_distinct([row["id"] for section in built for row in section["rows"]], "content.sections")
    opener = fit(message.content.get("button"), MAX_BUTTON_TITLE, "The list's button", "content.button")
    action = {"button": opener, "sections": built}
    return {"type": "interactive", "interactive": {**_frame(message, "list"), "action": action}}


def _section(section: Mapping[str, Any], where: str, *, named: bool) -> Part:
    title = fit(section.get("title"), MAX_ROW_TITLE, "A section's title", f"{where}.title", required=named)
    rows = objects(section.get("rows"))
    if not rows:
        raise CannotSay("A section of the list is empty. Remove it.", field=f"{where}.rows")
    built = [_row(row, f"{where}.rows[{index}]") for index, row in enumerate(rows)]
    return known(title=title, rows=built)


def _row(row: Mapping[str, Any], where: str) -> Part:
    described = fit(
        row.get("description"),
        MAX_ROW_DESCRIPTION,
        "A choice's description",
        f"{where}.description",
        required=False,
    )
    return {
        "id": fit(row.get("id"), MAX_ROW_ID, "A choice's id", f"{where}.id"),
        "title": fit(row.get("title"), MAX_ROW_TITLE, "A choice's title", f"{where}.title"),
        **known(description=described),
    }


def _check_distinct(values: list[str], field: str) -> None:
    if len(set(values)) < len(values):
        raise CannotSay("Two choices have the same id or text; each needs its own.", field=field)
