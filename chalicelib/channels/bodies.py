"""The body of an inbound message, in the one form that the modules of channels read theirs into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.message import Attachment, MessageKind


@dataclass(frozen=True, slots=True)
class Body:
    """`used`: the fields of the message that it has taken in."""

    kind: MessageKind
    text: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    used: frozenset[str] = frozenset()


Readers = Mapping[str, Callable[[Mapping[str, Any]], Body | None]]


def body_by_type(readers: Readers, kind: str, message: Mapping[str, Any]) -> Body:
    """What the reader of that type makes of `message`; never fails."""
    read = readers.get(kind)
    return (read(message) if read else None) or unsupported(message, kind or "unknown")


def unsupported(message: Mapping[str, Any], kind: str) -> Body:
    """The message as it came, so that nothing of it is lost."""
    return Body(MessageKind.UNSUPPORTED, content={"type": kind, "raw": dict(message)}, used=frozenset(message))
