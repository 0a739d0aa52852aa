"""What an agent wants to say, before it is anything that is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Attachment, MessageKind


@dataclass(frozen=True, slots=True)
class Portion:
    """Which of several messages a draft is: its place, counted from 0, the digest of all of it, and the id of the first
    of them, once that is stored."""

    place: int
    whole: str
    first_id: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent wants to say. `client_id` is the client's own id of it; `attachments` are stored uploads;
    `reply_to` is the id of the message it answers (as `content["target"]` may be of the one it is about)."""

    client_id: str
    text: str = ""
    kind: MessageKind = MessageKind.TEXT
    content: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    leg_id: str | None = None
    portion: Portion | None = None
    # What looks like a placeholder of ours is meant as it stands, or was looked at when it was written.
    literal: bool = False
    # What tells a repeat where the words themselves change from one to the next.
    identity: str = ""
    # Of the conversation as its writer saw it: where it still is so, `guard` has nothing to ask.
    seen_version: int | None = None
    # Asked of the conversation as it is when the first message is written: it raises where nothing may be said now.
    guard: Callable[[Conversation], None] | None = field(default=None, compare=False)

    @property
    def digest(self) -> str:
        """Tells a repeat from another message under the same client id."""
        if self.identity:
            return ids.digest(self.identity, str(self.portion.place if self.portion else ""))
        keys = [part.object_key or "" for part in self.attachments]
        if self.portion is not None:
            keys += [self.portion.whole, str(self.portion.place)]
        return ids.digest(self.kind.value, self.text, _canonical(self.content), self.reply_to or "", *keys)


def _canonical(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{name}:{_canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(_canonical(part) for part in value) + "]"
    return repr(value)
