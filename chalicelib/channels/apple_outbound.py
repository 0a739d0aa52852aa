"""An outbound message for Apple Messages for Business: neutral kind -> the body of `POST /message`, limits checked.

Source: MSP REST API, "Messages sent". What a device cannot show (`capability-list`) is sent as text that can be read
and answered. The reference knows no greatest length, only that a payload may be too large: the limits are our own.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chalicelib.channels.apple_choices import Choice, asked, choices_of, list_picker, quick_reply, readable, time_picker
from chalicelib.channels.apple_inbound import PLACEHOLDER
from chalicelib.channels.base import CannotSay, Outgoing
from chalicelib.channels.untrusted import items, mapping, text
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MEDIA, MessageKind

MAX_TEXT = 10_000
MAX_FILES = 10
MEGABYTE = 1024 * 1024
# Apple takes 100 MB, but files go through the sender, which has to hold them, and half a minute for all of it.
MAX_SENT = 25 * MEGABYTE
KINDS_OF_FILES = MEDIA - {MessageKind.STICKER}
MAX_BYTES: Mapping[str, int] = {kind.value: MAX_SENT for kind in KINDS_OF_FILES}

_URL = re.compile(r"https?://[^\s<>\"]{1,2000}")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Device:
    """What is known of the customer's device and of the inbox; before sending nothing is, and all is allowed."""

    capabilities: Collection[str] = ()
    bmp_only: bool = False
    rich_links: bool = True


def device_of(message: Outgoing, inbox: Inbox) -> Device:
    """By the customer's newest message. Where it tells of no capabilities, those of the inbox's settings."""
    told = mapping(message.answering.content.get("apple")) if message.answering else {}
    given = told.get("capabilities", inbox.settings.get("assumed_capabilities"))
    return Device(
        capabilities=frozenset(text(word).upper() for word in items(given)),
        bmp_only=inbox.settings.get("bmp_only") is True,
        rich_links=inbox.settings.get("rich_links") is not False,
    )


def payload_of(message: Outgoing, device: Device, identity: str) -> Payload:
    """The body without its ends, and without the files, which have to be put somewhere first. Raises CannotSay."""
    build = BUILDERS.get(message.kind)
    if build is None:
        kind = message.kind.value
        raise CannotSay(f"Apple Messages has no messages of kind {kind}. Send it as text.", field="kind")
    return build(message, device, identity)


def _said(value: str, device: Device, field: str) -> str:
    """A text of one character at least. The placeholder of files would be taken for a file."""
    said = value.replace(PLACEHOLDER, "")
    if device.bmp_only:
        said = _BEYOND_BMP.sub("", said)
    if not said.strip():
        raise CannotSay("The text is empty.", field=field)
    if len(said) > MAX_TEXT:
        raise CannotSay(f"The text has {len(said)} characters; at most {MAX_TEXT} go.", field=field)
    return said


def _text(message: Outgoing, device: Device, identity: str) -> Payload:
    """A link alone is shown as what it leads to; within a text it stays as it is."""
    said = _said(message.text, device, "text")
    link = said.strip()
    if device.rich_links and _URL.fullmatch(link):
        return {"type": "richLink", "richLinkData": {"url": link, "title": _host(link), "assets": {}}}
    return {"type": "text", "body": said}


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or link
    except ValueError:
        return link


def _media(message: Outgoing, device: Device, identity: str) -> Payload:
    """One placeholder for each file, before the text."""
    files = message.attachments
    if not 1 <= len(files) <= MAX_FILES:
        raise CannotSay(f"Attach 1 to {MAX_FILES} files.", field="attachments")
    if sum(file.size_bytes or 0 for file in files) > MAX_SENT:
        limit = MAX_SENT // MEGABYTE
        raise CannotSay(f"The files are too large: {limit} MB go in a message. Send a link.", field="attachments")
    said = _said(message.text, device, "text") if message.text.strip() else ""
    return {"type": "text", "body": PLACEHOLDER * len(files) + said}


def _choices(message: Outgoing, device: Device, identity: str) -> Payload:
    choices = choices_of(message)
    question = _said(asked(message), device, "content.body")
    show = next((show for name, fits, show in SHOWN if name in device.capabilities and fits(message, choices)), None)
    if show is None:
        return {"type": "text", "body": _said(readable(message, choices), device, "content.body")}
    return {"type": "interactive", "interactiveData": show(message, question, choices, identity)}


def _is_of_times(message: Outgoing, choices: list[Choice]) -> bool:
    return all(choice.starts_at for choice in choices)


def _is_short(message: Outgoing, choices: list[Choice]) -> bool:
    return message.kind is MessageKind.BUTTONS and 2 <= len(choices) <= 5 and not _has_links(message, choices)


def _has_links(message: Outgoing, choices: list[Choice]) -> bool:
    return any(choice.url for choice in choices)


# What the device has to be able to show, what may be shown so, and how; the first that fits.
SHOWN: tuple[tuple[str, Callable[[Outgoing, list[Choice]], bool], Callable[..., Payload]], ...] = (
    ("TIME", _is_of_times, time_picker),
    ("QUICK", _is_short, quick_reply),
    ("LIST", lambda message, choices: not _has_links(message, choices), list_picker),
)

BUILDERS: Mapping[MessageKind, Callable[[Outgoing, Device, str], Payload]] = {
    MessageKind.TEXT: _text,
    **dict.fromkeys(KINDS_OF_FILES, _media),
    MessageKind.BUTTONS: _choices,
    MessageKind.LIST: _choices,
}
