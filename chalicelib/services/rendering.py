"""What a channel is given for a message: itself where the channel has such messages, else what says the same.

Decided once, before the message is stored, and kept beside it (`content["rendered_as"]`): what an agent is shown is
what the customer gets, whatever channels learn in between. Nothing is ever left out: what cannot be said is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from chalicelib.channels.base import CannotSay, Channel, Outgoing
from chalicelib.channels.untrusted import mapping, number, objects, text
from chalicelib.domain.message import MEDIA, SILENT, Direction, Message, MessageKind

RENDERED_AS = "rendered_as"
# What of `content` belongs to a kind; all else is a channel's own, and stays when the kind changes.
NEUTRAL = frozenset(
    {
        "latitude",
        "longitude",
        "name",
        "address",
        "contacts",
        "target",
        "emoji",
        "body",
        "buttons",
        "button",
        "sections",
        "header",
        "footer",
        "language",
        "components",
        "category",
        "kind",
    }
)
# Kinds that consist of what they are: a text beside them would be lost.
WORDLESS = frozenset({MessageKind.LOCATION, MessageKind.CONTACTS})
# Opens the map's own app on both kinds of phone.
MAP = "https://www.google.com/maps/search/?api=1&query="
QUOTE_MARK = "> "
UNKNOWN = "…"
_PLAIN_KINDS = frozenset({MessageKind.TEXT}) | MEDIA


def rendered(message: Outgoing, channel: Channel, quoted: str | None = None) -> Outgoing:
    """`message` itself where the channel takes it as it is, else the nearest that it takes. `quoted`: the beginning of
    the message that this one answers, reacts to or corrects. Raises CannotSay."""
    refusal: CannotSay | None = None
    for candidate in _candidates(message, channel, quoted):
        try:
            channel.check_send(candidate)
        except CannotSay as cannot:
            refusal = refusal or cannot
        else:
            return candidate
    raise refusal or _nothing(message, channel)


def _nothing(message: Outgoing, channel: Channel) -> CannotSay:
    kind = message.kind.value.replace("_", " ")
    return CannotSay(f"{channel.NAME} has no messages of kind {kind}, and no text says the same.", field="kind")


def _candidates(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    """What could be sent, the best first. Raises CannotSay."""
    if message.kind in channel.CAPABILITIES.kinds_out:
        if message.kind in WORDLESS and message.text.strip():
            shown = "place" if message.kind is MessageKind.LOCATION else "contact card"
            raise CannotSay(f"No text goes with a {shown}. Send it as a message of its own.", field="text")
        yield _quoting(message, channel, quoted)
        return
    for other in FALLBACKS.get(message.kind, _none)(message, channel, quoted):
        yield _quoting(other, channel, quoted)


def _none(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    return iter(())


# --- quotations --------------------------------------------------------------------------------------------------


def needs_quotation(message: Outgoing, channel: Channel) -> bool:
    """Whether what is answered has to be told in words. A text for LINE may bring its own token for it."""
    if message.reply_to is None or message.kind in SILENT or channel.CAPABILITIES.reply_to:
        return False
    return message.kind is not MessageKind.TEXT or not text(message.content.get("quote_token"))


def _quoting(message: Outgoing, channel: Channel, quoted: str | None) -> Outgoing:
    """With the beginning of what it answers as its first line, where the channel has no quotations."""
    if not needs_quotation(message, channel):
        return message
    line = f"{QUOTE_MARK}{quoted or UNKNOWN}"
    plain = replace(message, reply_to=None)
    if message.kind in _PLAIN_KINDS and (message.kind is MessageKind.TEXT or _has_caption(channel)):
        return replace(plain, text=_paragraphs(line, message.text))
    if message.kind in (MessageKind.BUTTONS, MessageKind.LIST):
        body = text(message.content.get("body")) or message.text
        return replace(plain, text="", content={**message.content, "body": _paragraphs(line, body)})
    kind = message.kind.value
    raise CannotSay(
        f"{channel.NAME} shows no quotation with a message of kind {kind}. Send it without, or in two messages.",
        field="reply_to",
    )


def _has_caption(channel: Channel) -> bool:
    return bool(channel.CAPABILITIES.max_caption)


# --- other kinds -------------------------------------------------------------------------------------------------


def _as_text(message: Outgoing, said: str) -> Outgoing:
    kept = {name: value for name, value in message.content.items() if name not in NEUTRAL}
    return replace(message, kind=MessageKind.TEXT, text=said, content=kept)


def _numbered(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    """The choices as a numbered list, which can be answered with a number."""
    yield _as_text(message, choices_as_text(message))


def choices_as_text(message: Outgoing) -> str:
    """Buttons or a list, as text."""
    content = message.content
    lines: list[str] = []
    count = 0
    for heading, choices in _choices(content):
        lines += [heading] if heading else []
        for choice in choices:
            count += 1
            lines.append(f"{count}. {_choice(choice)}")
    body = text(content.get("body")) or message.text
    return _paragraphs(text(content.get("header")), body, "\n".join(lines), text(content.get("footer")))


def _choices(content: Mapping[str, Any]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    buttons = objects(content.get("buttons"))
    if buttons:
        yield "", buttons
    for section in objects(content.get("sections")):
        yield text(section.get("title")), objects(section.get("rows"))


def _choice(choice: Mapping[str, Any]) -> str:
    more = text(choice.get("url")) or text(choice.get("description"))
    title = text(choice.get("title"))
    return f"{title}: {more}" if more else title


def _place(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    content = message.content
    latitude, longitude = number(content.get("latitude")), number(content.get("longitude"))
    if latitude is None or longitude is None:
        raise CannotSay("A place needs a latitude and a longitude.", field="content.latitude")
    named = [text(content.get("name")), text(content.get("address"))]
    link = MAP + quote(f"{latitude:.6f},{longitude:.6f}", safe="")
    place = "\n".join(line for line in (*named, link) if line.strip())
    yield _as_text(message, _paragraphs(message.text, f"📍 {place}"))


def _people(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    cards = objects(message.content.get("contacts"))
    if not cards:
        raise CannotSay("Choose a contact to send.", field="content.contacts")
    yield _as_text(message, _paragraphs(message.text, *(_card(card) for card in cards)))


def _card(card: Mapping[str, Any]) -> str:
    names = mapping(card.get("name"))
    parts = (text(names.get("first_name")), text(names.get("last_name")))
    name = text(names.get("formatted_name")) or text(card.get("name")) or " ".join(part for part in parts if part)
    numbers = [text(phone.get("phone")) or text(phone.get("wa_id")) for phone in objects(card.get("phones"))]
    emails = [text(email.get("email")) for email in objects(card.get("emails"))]
    sites = [text(site.get("url")) for site in objects(card.get("urls"))]
    firm = text(mapping(card.get("org")).get("company"))
    lines = (f"👤 {name}".strip(), firm, text(card.get("phone")), *numbers, *emails, *sites)
    return "\n".join(line for line in lines if line.strip())


def _reacted(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    emoji = text(message.content.get("emoji"))
    if not emoji:
        raise CannotSay(
            f"On {channel.NAME} a reaction is a message, which cannot be taken back.", field="content.emoji"
        )
    yield _as_text(message, f"Reacted {emoji} to “{quoted or UNKNOWN}”")


def _corrected(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    if not message.text.strip():
        raise CannotSay("The text is empty.", field="text")
    yield _as_text(message, f"Correction: {message.text}")


def _unsaid(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    raise CannotSay(
        f"On {channel.NAME} a message cannot be taken back once it is sent. Send a correction.", field="kind"
    )


def _templated(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
    """A template's words are the provider's: without them there is nothing to say."""
    if message.attachments or not message.text.strip():
        raise CannotSay(f"{channel.NAME} has no templates. Send the text of it.", field="kind")
    yield _as_text(message, message.text)


def _filed(*kinds: MessageKind) -> Callable[[Outgoing, Channel, str | None], Iterator[Outgoing]]:
    """A file as another kind of file, the first that the channel takes."""

    def fallback(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Outgoing]:
        known = [kind for kind in kinds if kind in channel.CAPABILITIES.kinds_out]
        fitting = [kind for kind in known if kind is MessageKind.DOCUMENT or _is_of(message, kind)]
        if not fitting:
            raise CannotSay(
                f"{channel.NAME} takes no files of kind {message.kind.value}. Send a link instead.", field="kind"
            )
        yield from (replace(message, kind=kind) for kind in fitting)

    return fallback


def _is_of(message: Outgoing, kind: MessageKind) -> bool:
    return all(file.mime.lower().startswith(f"{kind.value}/") for file in message.attachments)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part.strip())


FALLBACKS: Mapping[MessageKind, Callable[[Outgoing, Channel, str | None], Iterator[Outgoing]]] = {
    MessageKind.BUTTONS: _numbered,
    MessageKind.LIST: _numbered,
    MessageKind.LOCATION: _place,
    MessageKind.CONTACTS: _people,
    MessageKind.REACTION: _reacted,
    MessageKind.EDIT: _corrected,
    MessageKind.REVOKE: _unsaid,
    MessageKind.TEMPLATE: _templated,
    MessageKind.STICKER: _filed(MessageKind.IMAGE, MessageKind.DOCUMENT),
    MessageKind.IMAGE: _filed(MessageKind.DOCUMENT),
    MessageKind.AUDIO: _filed(MessageKind.DOCUMENT),
    MessageKind.VIDEO: _filed(MessageKind.DOCUMENT),
    MessageKind.DOCUMENT: _filed(MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO),
}


# --- what is kept of it ------------------------------------------------------------------------------------------


def rendering(message: Outgoing, shown: Outgoing) -> Mapping[str, Any] | None:
    """What is kept beside a message that goes in another form; None where it goes as it is."""
    if shown == message:
        return None
    kept: dict[str, Any] = {"kind": shown.kind.value, "text": shown.text}
    if shown.reply_to != message.reply_to:
        kept["quoted"] = True
    if shown.kind is not MessageKind.TEXT and shown.content != message.content:
        kept["content"] = {name: value for name, value in shown.content.items() if name in NEUTRAL}
    return kept


def as_sent(message: Message) -> Message:
    """A stored message in the form in which its customer gets it."""
    kept = _kept(message)
    if kept is None:
        return message
    content = {name: value for name, value in message.content.items() if name != RENDERED_AS}
    kind = MessageKind(kept["kind"])
    if kind is not message.kind:
        content = {name: value for name, value in content.items() if name not in NEUTRAL}
    return replace(
        message,
        kind=kind,
        text=text(kept.get("text")),
        content={**content, **mapping(kept.get("content"))},
        reply_to=None if kept.get("quoted") is True else message.reply_to,
    )


def _kept(message: Message) -> Mapping[str, Any] | None:
    """What `rendering` gave; a provider may call something of its own the same, in what comes from it."""
    kept = mapping(message.content.get(RENDERED_AS))
    ours = message.direction is Direction.OUTBOUND and message.client_id is not None
    return kept if ours and text(kept.get("kind")) in set(MessageKind) else None


def neutral(message: Message) -> dict[str, Any]:
    """The content as it was written."""
    ours = _kept(message) is not None
    return {name: value for name, value in message.content.items() if not (ours and name == RENDERED_AS)}
