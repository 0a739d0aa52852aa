"""A question that the desk asks a customer, and the answer they give: which case it is about, or whether we may write
elsewhere. One at a time on each leg of a conversation; silence is no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.envelope import Actor

# So long an answer counts.
OPEN_FOR = timedelta(hours=72)
NONE = "none"


class QuestionKind(StrEnum):
    """`join`: whether this goes on with a case; `consent`: whether we may write to them on another channel."""

    JOIN = "join"
    CONSENT = "consent"


class QuestionState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Question:
    """`options` are what may be chosen, in the order in which they are shown: cases by id, or `yes`; the last answer is
    always `none`. `about`: what else has to be known when it is answered. `answered_by` is the id of the message that
    is the evidence."""

    id: str
    conversation_id: str
    leg_id: str
    kind: QuestionKind
    options: tuple[str, ...]
    asked_at: datetime
    asked_by: Actor
    language: str
    client_id: str
    about: Mapping[str, str]
    text: str = ""
    state: QuestionState = QuestionState.ASKED
    choice: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    version: int = 1

    def is_open(self, now: datetime) -> bool:
        return self.state is QuestionState.ASKED and now - self.asked_at < OPEN_FOR


def question_id(conversation_id: str, client_id: str) -> str:
    """The same for the same request, so that a repeat finds the first."""
    return f"qst_{ids.digest('question', conversation_id, client_id)}"


def payload(question: Question, place: int) -> str:
    """What the button of an option brings back; places count from 0, and the one after the last is `none`."""
    return f"{question.id}.{place}"


def chosen_by_button(question: Question, content: Mapping[str, Any]) -> str | None:
    """The option whose button was pressed; None where it was another question's."""
    value = content.get("payload")
    name, dot, place = value.rpartition(".") if isinstance(value, str) else ("", "", "")
    if not dot or name != question.id or not (place.isascii() and place.isdecimal()) or len(place) > 2:
        return None
    options = (*question.options, NONE)
    return options[int(place)] if int(place) < len(options) else None


def answered(question: Question, choice: str, message_id: str, at: datetime) -> Question:
    return replace(
        question,
        state=QuestionState.ANSWERED,
        choice=choice,
        answered_at=at,
        answered_by=message_id,
        version=question.version + 1,
    )


def void(question: Question, at: datetime) -> Question:
    """It was never said: the channel did not take it."""
    return replace(question, state=QuestionState.VOID, answered_at=at, version=question.version + 1)


def question_snapshot(question: Question) -> Mapping[str, Any]:
    """As events tell it."""
    return {
        "id": question.id,
        "conversation_id": question.conversation_id,
        "leg_id": question.leg_id,
        "kind": question.kind.value,
        "state": question.state.value,
        "choice": question.choice,
        "asked_at": question.asked_at.isoformat(),
        "answered_at": question.answered_at.isoformat() if question.answered_at else None,
        "answered_by": question.answered_by,
    }
