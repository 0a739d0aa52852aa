"""What would go instead of what does not: the nearest first, as data for the composer.

`split` in so many `parts` · `shorten` to `limit` of `unit` (it has `length`) · another `kind` of message (`text`,
`list`, `document`, `image`, `edit`, `template`), with its `text` or `content` where that follows from the draft ·
`link` (`as_link`) · `without` a `field` · `leg`: as it is, but on another leg of the conversation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from chalicelib.channels import registry
from chalicelib.channels.base import CannotSay, Capabilities, Channel, Outgoing, PublicChannel
from chalicelib.channels.untrusted import objects, text
from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MEDIA, SILENT, MessageKind
from chalicelib.domain.window import window_is_open
from chalicelib.services.ports import InboxReader
from chalicelib.services.rendering import choices_as_text, rendered
from chalicelib.services.splitting import parts

Alternative = Mapping[str, Any]
_CHOICES = (MessageKind.BUTTONS, MessageKind.LIST)


def alternatives(message: Outgoing, channel: Channel, cannot: CannotSay, quoted: str | None) -> list[Alternative]:
    """What goes on the same leg instead of `message`, which was refused so; empty where there is nothing to say."""
    found = [*_split(message, channel, quoted), *_shortened(message, channel.CAPABILITIES, cannot)]
    if cannot.field == "reply_to":
        found.append({"kind": "without", "field": "reply_to"})
    if message.kind in _CHOICES:
        found += _choices(message, channel, quoted)
    elif message.kind in MEDIA:
        found += _files(message, channel, quoted)
    elif message.kind is MessageKind.REVOKE:
        found.append({"kind": MessageKind.EDIT.value})
    elif message.kind is not MessageKind.TEXT and not found:
        found.append({"kind": MessageKind.TEXT.value})
    return found


def goes(message: Outgoing, channel: Channel, quoted: str | None = None) -> bool:
    try:
        rendered(message, channel, quoted)
    except CannotSay:
        return False
    return True


def _split(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Alternative]:
    try:
        count = len(parts(message, channel, quoted))
    except CannotSay:
        return
    if count > 1:
        yield {"kind": "split", "parts": count}


def _shortened(message: Outgoing, capabilities: Capabilities, cannot: CannotSay) -> Iterator[Alternative]:
    limit = capabilities.max_caption if message.kind in MEDIA else capabilities.max_text
    said = text(message.content.get("body")) or message.text
    length = measured(said, capabilities)
    if cannot.field in ("text", "content.body") and limit and length > limit:
        yield {"kind": "shorten", "limit": limit, "unit": capabilities.text_unit, "length": length}


def measured(said: str, capabilities: Capabilities) -> int:
    """How long a text is, as the channel counts."""
    return len(said.encode("utf-8", "replace")) if capabilities.text_unit == "bytes" else len(said)


def _choices(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Alternative]:
    """Choices as a list, which holds more; as text, which always goes."""
    buttons = objects(message.content.get("buttons"))
    if message.kind is MessageKind.BUTTONS and not any(text(button.get("url")) for button in buttons):
        rows = [{"id": button.get("id"), "title": button.get("title")} for button in buttons]
        content = {name: value for name, value in message.content.items() if name != "buttons"}
        content |= {"button": "…", "sections": [{"rows": rows}]}
        as_list = replace(message, kind=MessageKind.LIST, content=content)
        if MessageKind.LIST in channel.CAPABILITIES.kinds_out and goes(as_list, channel, quoted):
            yield {"kind": MessageKind.LIST.value, "content": content}
    yield {"kind": MessageKind.TEXT.value, "text": choices_as_text(message)}


def _files(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Alternative]:
    """As another kind of file that the channel takes, or as a link."""
    for kind in (MessageKind.IMAGE, MessageKind.DOCUMENT):
        other = replace(message, kind=kind)
        if kind is not message.kind and kind in channel.CAPABILITIES.kinds_out and goes(other, channel, quoted):
            yield {"kind": kind.value}
    if message.attachments and MessageKind.TEXT in channel.CAPABILITIES.kinds_out:
        yield {"kind": "link"}


# --- other legs --------------------------------------------------------------------------------------------------


def other_legs(
    message: Outgoing, conversation: Conversation, inboxes: InboxReader, now: datetime, *, by_a_person: bool
) -> list[Alternative]:
    """The conversation's other legs on which the same would go now."""
    if message.kind in SILENT:  # about a message that is on this leg alone
        return []
    alone = replace(message, reply_to=None)
    found: list[Alternative] = []
    for leg in conversation.legs.values():
        inbox = inboxes.inbox(leg.inbox_id) if leg.id != message.leg_id else None
        if inbox is not None and inbox.enabled and _goes_on(alone, leg, inbox, now, by_a_person=by_a_person):
            found.append({"kind": "leg", "leg_id": leg.id, "channel": leg.channel, "inbox_id": leg.inbox_id})
    return found


def _goes_on(message: Outgoing, leg: Leg, inbox: Inbox, now: datetime, *, by_a_person: bool) -> bool:
    window = leg_window_seconds(leg, inbox, message.kind, by_a_person=by_a_person)
    return window_is_open(leg, window, now) and goes(message, registry.load(inbox.channel))


def leg_window_seconds(leg: Leg, inbox: Inbox, kind: MessageKind, *, by_a_person: bool) -> int | None:
    """The window of one leg: a public thread has none."""
    channel = registry.load(inbox.channel)
    if channel.CAPABILITIES.public and cast(PublicChannel, channel).is_public(leg.last_inbound_external_id or ""):
        return None
    return window_seconds(inbox, kind, by_a_person=by_a_person)


def window_seconds(inbox: Inbox, kind: MessageKind, *, by_a_person: bool) -> int | None:
    """The window of an inbox's channel where this kind of message needs it open; None where it always goes."""
    capabilities = registry.load(inbox.channel).CAPABILITIES
    if kind in capabilities.outside_window:
        return None
    longer = capabilities.human_window_seconds if by_a_person and inbox.settings.get("human_agent") is True else None
    return longer or capabilities.window_seconds
