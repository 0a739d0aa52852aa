"""Inbound messages of Apple Messages for Business, by their type.

Source: MSP REST API, "Type values". A type that is unknown becomes `unsupported`, with the payload as it came.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.apple_envelope import Envelope
from chalicelib.channels.apple_files import reference_of
from chalicelib.channels.apple_replies import reply_in
from chalicelib.channels.base import Inbound, Peer, PeerTyping, ReachabilityChanged
from chalicelib.channels.untrusted import identifier, known, mapping, objects, optional, text, whole
from chalicelib.domain.message import Attachment, MessageKind

CLOSED = "The customer has closed the conversation: nothing can be sent until they write again."
# Stands in the text for each file (object replacement character).
PLACEHOLDER = "\ufffc"
_FAMILIES = {"image": MessageKind.IMAGE, "audio": MessageKind.AUDIO, "video": MessageKind.VIDEO}


def items_of(envelope: Envelope) -> list[Inbound]:
    """Never empty. What names nobody is news of the account."""
    peer, kind = envelope.peer, text(envelope.body.get("type"))
    if peer is None:
        return [envelope.unattributed()]
    read = EVENT_TYPES.get(kind)
    return read(envelope, peer) if read else [envelope.unsupported(peer, kind or "unknown")]


def _text(envelope: Envelope, peer: Peer) -> list[Inbound]:
    """Reactions ("tapbacks") come as texts too, in the customer's language."""
    body = envelope.body
    given = objects(body.get("attachments"))
    files = [(part, _file(part)) for part in given]
    kept = tuple(file for _, file in files if file)
    lost = [dict(part) for part, file in files if file is None]
    said = _without_placeholders(body.get("body"))
    if not said.strip() and not kept:
        return [envelope.unsupported(peer, "text")]
    content = {**known(unusable_attachments=lost or None), **envelope.untaken("body", "attachments")}
    kind = _family(kept[0].mime) if kept else MessageKind.TEXT
    return [envelope.message(peer, kind, said, content, kept)]


def _without_placeholders(value: Any) -> str:
    said = value if isinstance(value, str) else ""
    return said.replace(PLACEHOLDER, "").strip() if PLACEHOLDER in said else said


def _family(mime: str) -> MessageKind:
    return _FAMILIES.get(mime.partition("/")[0], MessageKind.DOCUMENT)


def _file(part: Mapping[str, Any]) -> Attachment | None:
    """Where it is, and what opens it, is its id. Older payloads have the names of the second place."""
    reference = reference_of(part)
    if reference is None:
        return None
    mime = (text(part.get("mimeType")) or text(part.get("mime-type"))).lower()
    size = whole(part.get("size"))
    return Attachment(
        mime=mime or "application/octet-stream",
        name=optional(part.get("name")),
        size_bytes=whole(part.get("file-size")) if size is None else size,
        media_id=reference.media_id,
    )


def _interactive(envelope: Envelope, peer: Peer) -> list[Inbound]:
    """An answer of more than 10 KB is only pointed at, and Apple alone can read what is there: it is kept as it came,
    with the title that the pointer has."""
    large = mapping(envelope.body.get("interactiveDataRef"))
    if large:
        return [envelope.unsupported(peer, "interactiveDataRef", text(large.get("title")))]
    part = mapping(envelope.body.get("interactiveData"))
    reply = reply_in(part)
    if reply is None:
        return [envelope.unsupported(peer, "interactive")]
    data = mapping(part.get("data"))
    content = {**reply.content, **known(session=identifier(part.get("sessionIdentifier"))), "data": dict(part)}
    asked = identifier(data.get("requestIdentifier"))
    more = envelope.untaken("interactiveData", "body")
    return [envelope.message(peer, reply.kind, reply.text, {**content, **more}, reply_to=asked)]


def _typing(envelope: Envelope, peer: Peer) -> list[Inbound]:
    """A sign, even before the first message: it opens nothing."""
    active = envelope.body.get("type") == "typing_start"
    return [PeerTyping(envelope.account_id, peer, envelope.received_at, active)]


def _close(envelope: Envelope, peer: Peer) -> list[Inbound]:
    """First the line that everybody sees: with it there is a leg that can be closed."""
    line = envelope.message(peer, MessageKind.SYSTEM, CLOSED, {"type": "closed", **envelope.untaken()})
    at = envelope.received_at
    return [line, ReachabilityChanged(envelope.account_id, peer.primary, False, "closed", at, CLOSED)]


EVENT_TYPES: Mapping[str, Callable[[Envelope, Peer], list[Inbound]]] = {
    "text": _text,
    "interactive": _interactive,
    "typing_start": _typing,
    "typing_end": _typing,
    "close": _close,
}
