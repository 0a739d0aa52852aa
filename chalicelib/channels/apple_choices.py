"""Choices for a customer: as a quick reply, a list picker or a time picker of Messages, or as lines of text.

Source: MSP REST API, "Interactive messages", and the data of Apple's own samples. The answer names the question by
`requestIdentifier`, which is the id of our message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import CannotSay, Outgoing
from chalicelib.channels.untrusted import identifier, iso_time, known, objects, text, whole
from chalicelib.domain.message import MessageKind

BID = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.icloud.apps.messages.business.extension"
MAX_CHOICES, MAX_TITLE = 30, 200
SLOT_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Choice:
    """`starts_at` makes it a time that can be booked; `url` a link, which no picker can hold."""

    id: str
    title: str
    subtitle: str = ""
    section: str = ""
    url: str = ""
    starts_at: datetime | None = None
    duration_seconds: int = SLOT_SECONDS


def asked(message: Outgoing) -> str:
    """The question, with what frames it."""
    content = message.content
    body = text(content.get("body")) or message.text
    if not body.strip():
        raise CannotSay("The text is empty.", field="content.body")
    parts = (text(content.get("header")), body, text(content.get("footer")))
    return "\n\n".join(part for part in parts if part.strip())


def choices_of(message: Outgoing) -> list[Choice]:
    """Raises CannotSay where there is none, or one makes no sense."""
    is_list = message.kind is MessageKind.LIST
    found = _rows(message.content) if is_list else _buttons(message.content)
    field = "content.sections" if is_list else "content.buttons"
    if not 1 <= len(found) <= MAX_CHOICES:
        raise CannotSay(f"Offer 1 to {MAX_CHOICES} choices.", field=field)
    if len({choice.id for choice in found}) < len(found):
        raise CannotSay("Two choices have the same id.", field=field)
    return found


def _buttons(content: Mapping[str, Any]) -> list[Choice]:
    given = objects(content.get("buttons"))
    return [_choice(button, f"content.buttons[{place}]", "") for place, button in enumerate(given)]


def _rows(content: Mapping[str, Any]) -> list[Choice]:
    return [
        _choice(row, f"content.sections[{section}].rows[{place}]", text(part.get("title")))
        for section, part in enumerate(objects(content.get("sections")))
        for place, row in enumerate(objects(part.get("rows")))
    ]


def _choice(part: Mapping[str, Any], where: str, section: str) -> Choice:
    title, url = text(part.get("title")).strip(), text(part.get("url"))
    if not title or len(title) > MAX_TITLE:
        raise CannotSay(f"A choice's text has 1 to {MAX_TITLE} characters.", field=f"{where}.title")
    # A link is opened, and never comes back.
    found = identifier(part.get("id")) or (url and title)
    if not found:
        raise CannotSay("A choice needs an id.", field=f"{where}.id")
    if url and not url.startswith(("https://", "http://")):
        raise CannotSay("A choice's link has to begin with https://.", field=f"{where}.url")
    starts_at = iso_time(part.get("starts_at"))
    if "starts_at" in part and starts_at is None:
        raise CannotSay("A time is written like 2026-08-01T10:00:00+02:00.", field=f"{where}.starts_at")
    seconds = whole(part.get("duration_seconds")) or SLOT_SECONDS
    return Choice(found, title, text(part.get("description")), section, url, starts_at, seconds)


def readable(message: Outgoing, choices: list[Choice]) -> str:
    """Numbered, so that the customer can answer with a number."""
    content, lines, heading = message.content, list[str](), ""
    for number, choice in enumerate(choices, 1):
        if choice.section and choice.section != heading:
            lines.append(choice.section)
        heading = choice.section
        more = choice.url or choice.subtitle
        lines.append(f"{number}. {choice.title}: {more}" if more else f"{number}. {choice.title}")
    body = text(content.get("body")) or message.text
    parts = (text(content.get("header")), body, "\n".join(lines), text(content.get("footer")))
    return "\n\n".join(part for part in parts if part.strip())


def quick_reply(message: Outgoing, question: str, choices: list[Choice], identity: str) -> dict[str, Any]:
    offered = [{"identifier": choice.id, "title": choice.title} for choice in choices]
    data = {"version": "1.0", "requestIdentifier": identity}
    return {"bid": BID, "data": {**data, "quick-reply": {"summaryText": question, "items": offered}}}


def list_picker(message: Outgoing, question: str, choices: list[Choice], identity: str) -> dict[str, Any]:
    titles = list(dict.fromkeys(choice.section for choice in choices))
    sections = [
        {
            "title": title or question[:MAX_TITLE],
            "order": order,
            "multipleSelection": message.content.get("multiple") is True,
            "items": [_item(place, choice) for place, choice in enumerate(choices) if choice.section == title],
        }
        for order, title in enumerate(titles)
    ]
    return _framed(message, question, identity, {"listPicker": {"sections": sections}})


def _item(place: int, choice: Choice) -> dict[str, Any]:
    shown = known(title=choice.title, subtitle=choice.subtitle)
    return {"identifier": choice.id, "order": place, "style": "default", **shown}


def time_picker(message: Outgoing, question: str, choices: list[Choice], identity: str) -> dict[str, Any]:
    """Without an offset of our own a device shows the times in its own zone."""
    slots = [
        {
            "identifier": choice.id,
            "startTime": f"{choice.starts_at:%Y-%m-%dT%H:%M}+0000",
            "duration": choice.duration_seconds,
        }
        for choice in choices
    ]
    event = {"identifier": identity, "title": text(message.content.get("header")), "timeslots": slots}
    return _framed(message, question, identity, {"event": event})


def _framed(message: Outgoing, question: str, identity: str, data: dict[str, Any]) -> dict[str, Any]:
    """`receivedMessage` is the bubble of the question, `replyMessage` that of the answer."""
    title = text(message.content.get("button")) or question
    return {
        "bid": BID,
        "data": {"version": "1.0", "mspVersion": "1.0", "requestIdentifier": identity, **data},
        "receivedMessage": {"title": question, "style": "small"},
        "replyMessage": {"title": title[:MAX_TITLE], "style": "small"},
    }
