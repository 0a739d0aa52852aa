"""An entry of a thread as a transcript tells it: what the customer got or said, in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels.untrusted import mapping, number, objects, text
from chalicelib.domain.call import card
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.transcript import Said, file_names
from chalicelib.services.rendering import as_sent, choices_as_text
from chalicelib.services.reply import outgoing

# What a transcript sent to the customer is in the next one.
TRANSCRIPT = "transcript"
_AUTHORS = {"agent": "Agent", "bot": "Bot", "api": "Automatic message"}
_UNDELIVERED = frozenset({DeliveryState.FAILED})


def is_said(message: Message) -> bool:
    """Whether there is anything in it that people said: the desk's own news of a call, or of a chat, is nothing."""
    if message.kind is MessageKind.CALL_UPDATE:
        return bool(message.attachments or _call_words(message))
    return message.kind is not MessageKind.SYSTEM or bool(message.text.strip())


def said(conversation: Conversation, message: Message, around: Sequence[Message | Note] = ()) -> Said:
    """`around`: the entries of its page, which tell how a call stands."""
    inbound = message.direction is Direction.INBOUND
    leg = conversation.legs.get(message.leg_id)
    name = message.author.name or (conversation.contact_name if inbound else _AUTHORS.get(message.author.kind))
    return Said(
        id=message.id,
        at=message.occurred_at,
        side="customer" if inbound else "us",
        who=name or "Automatic message",
        channel=leg.channel if leg else "other",
        kind=message.kind.value,
        text=words(message, around),
        files=file_names(part.name for part in message.attachments),
        mark="not delivered" if message.state in _UNDELIVERED else "",
    )


def noted(note: Note) -> Said:
    files = file_names(part.name for part in note.attachments)
    return Said(note.id, note.at, "colleagues", note.author_name, "", note.kind, note.text, files)


def words(message: Message, around: Sequence[Message | Note] = ()) -> str:
    if message.content.get(TRANSCRIPT) and message.direction is Direction.OUTBOUND:
        return "[a transcript of this conversation]"
    if message.kind is MessageKind.CALL:
        told = card(message, [each for each in around if isinstance(each, Message)])
        return f"[call: {(told.outcome or told.state).value.replace('_', ' ')}]"
    shown = as_sent(message)
    tell = _WORDS.get(shown.kind)
    found = tell(shown) if tell else shown.text
    if found.strip() or shown.attachments:
        return found
    return f"[{shown.kind.value.replace('_', ' ')}]"


def _choices(message: Message) -> str:
    return choices_as_text(outgoing(message, to="", urls=[""] * len(message.attachments)))


def _place(message: Message) -> str:
    content = message.content
    named = [text(content.get("name")), text(content.get("address"))]
    latitude, longitude = number(content.get("latitude")), number(content.get("longitude"))
    point = f"{latitude:.6f}, {longitude:.6f}" if latitude is not None and longitude is not None else ""
    return _lines(message.text, "[place]", *named, point)


def _people(message: Message) -> str:
    names = []
    for each in objects(message.content.get("contacts")):
        named = mapping(each.get("name"))
        names.append(text(named.get("formatted_name")) or text(each.get("name")) or text(named.get("first_name")))
    return _lines(message.text, "[contact]", *names)


def _form(message: Message) -> str:
    values = [f"{name}: {value}" for name, value in mapping(message.content.get("values")).items()]
    return _lines(message.text, text(message.content.get("name")), *values)


def _order(message: Message) -> str:
    items = [_item(each) for each in objects(message.content.get("items"))]
    return _lines(message.text or text(message.content.get("text")), "[order]", *items)


def _item(item: Mapping[str, Any]) -> str:
    name = text(item.get("name")) or text(item.get("product_retailer_id")) or "item"
    quantity = number(item.get("quantity"))
    return f"{quantity:g} x {name}" if quantity is not None else name


def _reaction(message: Message) -> str:
    emoji = text(message.content.get("emoji"))
    return f"[reacted {emoji}]" if emoji else "[took a reaction back]"


def _call_words(message: Message) -> str:
    line, transcript = mapping(message.content.get("line")), mapping(message.content.get("transcript"))
    speaker, spoken = text(line.get("speaker")), text(line.get("text"))
    return _lines(f"{speaker}: {spoken}" if speaker and spoken else spoken, text(transcript.get("text")))


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part.strip())


_WORDS: Mapping[MessageKind, Callable[[Message], str]] = {
    MessageKind.BUTTONS: _choices,
    MessageKind.LIST: _choices,
    MessageKind.LOCATION: _place,
    MessageKind.CONTACTS: _people,
    MessageKind.FORM: _form,
    MessageKind.ORDER: _order,
    MessageKind.REACTION: _reaction,
    MessageKind.POSTBACK: lambda message: message.text or text(message.content.get("title")),
    MessageKind.EDIT: lambda message: _lines("[corrected an earlier message]", message.text),
    MessageKind.REVOKE: lambda message: "[took an earlier message back]",
    MessageKind.CALL_UPDATE: _call_words,
    MessageKind.UNSUPPORTED: lambda message: message.text or "[a message that cannot be shown]",
}
