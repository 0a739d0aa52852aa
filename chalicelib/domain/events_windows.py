"""What happens to messaging windows, and what customers are asked. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationWindowClosing:
    """A channel will take no free text soon (`closes_at`), and the customer is owed something: `owed` names it. Told
    once for each window; it is in `snapshot`."""

    TYPE: ClassVar[str] = "conversation.window_closing"
    conversation_id: str
    leg_id: str
    closes_at: str
    owed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationWindowClosed:
    """The window closed at `closes_at`, and the customer was still owed what `owed` names."""

    TYPE: ClassVar[str] = "conversation.window_closed"
    conversation_id: str
    leg_id: str
    closes_at: str
    owed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked:
    """A customer was asked something they can answer with a button or a word; the question is in `snapshot`."""

    TYPE: ClassVar[str] = "question.asked"
    conversation_id: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered:
    """They answered: `choice` is what they chose, `none` included; `message_id` the message in which they did."""

    TYPE: ClassVar[str] = "question.answered"
    conversation_id: str
    question: str
    choice: str
    message_id: str
