"""Asking customers, and hearing what they answer: one question at a time on each leg of a conversation.

A question is kept first and said then, as a reply whose client id it names; a call that stops between the two is
finished by its repeat. What the customer chooses is looked at where their message is told of, which may happen late and
twice: an answer counts once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import Refusal, StoreUnavailable
from chalicelib.domain.events import QuestionAnswered, QuestionAsked
from chalicelib.domain.message import MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.question import (
    NONE,
    Question,
    QuestionKind,
    QuestionState,
    answered,
    chosen_by_button,
    payload,
    question_id,
    void,
)
from chalicelib.domain.question_words import button_said, chosen_by_words, looks_like_answer
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.desk import note_line
from chalicelib.services.ports import InboxReader, ReplyStore
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft

ATTEMPTS = 5
# Of what was merged into a conversation, so many are asked whether something is open there.
LATELY_MERGED = 3
DESK = Principal("system", "system", "Parley", Role.AGENT)
ANSWERS = frozenset({MessageKind.TEXT, MessageKind.POSTBACK})


class QuestionOpen(Refusal):
    """Something else was asked on this leg, and the customer may still answer it."""

    code = "question_open"
    kind = "conflict"


class QuestionStore(Protocol):
    def get(self, conversation_id: str, leg_id: str) -> Question | None:
        """What was last asked on a leg."""

    def put(self, question: Question, recorded: Recorded, line: Note | None = None) -> Written:
        """Its next version. CONFLICT: another one is there."""

    def spoke_since(self, leg_id: str, question_message_id: str, answer_id: str) -> bool:
        """Whether we said anything on a leg between these two messages."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be asked: `titles` are of the options and of `none`, as the customer sees them."""

    conversation_id: str
    leg_id: str
    kind: QuestionKind
    options: tuple[str, ...]
    titles: tuple[str, ...]
    text: str
    language: str
    client_id: str
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer chose, of which question, in which message."""

    question: Question
    choice: str
    message_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Questions:
    store: QuestionStore
    replies: ReplyStore
    inboxes: InboxReader

    def ask(self, wanted: Wanted, principal: Principal, now: datetime, guard: Any = None) -> Question:
        """Say it in the open window of its leg; a repeat says nothing more. `guard`: as of a draft.

        Raises QuestionOpen, and what a reply raises (then nothing was asked)."""
        asked = self._kept(wanted, principal, now)
        if asked.state is not QuestionState.ASKED:
            return asked
        draft = Draft(
            client_id=asked.client_id,
            text="",
            kind=MessageKind.BUTTONS,
            content={"body": wanted.text, "buttons": _buttons(asked, wanted.titles)},
            leg_id=asked.leg_id,
            identity=asked.id,
            guard=guard,
        )
        try:
            reply(self.replies, self.inboxes, principal, asked.conversation_id, draft, now)
        except Refusal:
            self.store.put(void(asked, now), Recorded((), asked.asked_by, now))
            raise
        return asked

    def _kept(self, wanted: Wanted, principal: Principal, now: datetime) -> Question:
        actor = Actor(principal.kind, principal.id)
        for _attempt in range(ATTEMPTS):
            before = self.store.get(wanted.conversation_id, wanted.leg_id)
            made = _question(wanted, actor, now, before.version + 1 if before else 1)
            if before is not None and before.id == made.id and before.state is not QuestionState.VOID:
                return before
            if before is not None and before.id != made.id and before.is_open(now):
                raise QuestionOpen("The customer has not answered the last question yet.", field="leg_id")
            told = QuestionAsked(conversation_id=made.conversation_id, question=made.kind.value)
            if self.store.put(made, Recorded((told,), actor, now)) is Written.DONE:
                return made
        raise StoreUnavailable("too many writers at once")

    def heard(self, message: Mapping[str, Any], now: datetime) -> Answer | None:
        """What an inbound message (its snapshot) answers. One read, and one of what was said since where a short text
        may be the answer. The same again where it was answered by this very message. Raises StoreUnavailable."""
        if message["direction"] != "inbound" or MessageKind(message["kind"]) not in ANSWERS:
            return None
        for question in self._asked(message):
            answer = self._answer(question, message)
            if answer is not None:
                return answer
        return None

    def _asked(self, message: Mapping[str, Any]) -> Iterator[Question]:
        """On its leg, in its conversation; else, where it looks like an answer, in what was merged into that since."""
        conversation_id, leg_id = message["conversation_id"], message["leg_id"]
        here = self.store.get(conversation_id, leg_id)
        if here is not None:
            yield here
        elif looks_like_answer(message["text"], message["content"]):
            found = self.replies.conversation(conversation_id)
            for absorbed in (found.absorbed if found is not None else ())[-LATELY_MERGED:]:
                there = self.store.get(absorbed, leg_id)
                if there is not None:
                    yield there

    def _answer(self, question: Question, message: Mapping[str, Any]) -> Answer | None:
        at = datetime.fromisoformat(message["occurred_at"])
        if question.answered_by == message["id"] and question.choice is not None:
            return Answer(question, question.choice, message["id"], at)
        if not question.is_open(at):
            return None
        choice = chosen_by_button(question, message["content"])
        if choice is None and MessageKind(message["kind"]) is MessageKind.TEXT:
            choice = self._chosen_in_words(question, message)
        return Answer(question, choice, message["id"], at) if choice is not None else None

    def _chosen_in_words(self, question: Question, message: Mapping[str, Any]) -> str | None:
        titles = tuple(question.about.get(f"title_{place}", "") for place in range(len(question.options) + 1))
        choice = chosen_by_words(message["text"], question.options, titles)
        once = self.replies.once(question.conversation_id, question.client_id) if choice is not None else None
        if choice is None or once is None:
            return None  # nobody was ever asked
        later = self.store.spoke_since(question.leg_id, once.message_id, message["id"])
        return None if later else choice

    def settle(self, answer: Answer, text: str, now: datetime) -> bool:
        """Keep what was chosen, with a line in the thread that says `text`; False where another answer was first."""
        question = answer.question
        if question.answered_by == answer.message_id:
            return True
        after = answered(question, answer.choice, answer.message_id, answer.at)
        told = QuestionAnswered(
            conversation_id=question.conversation_id,
            question=question.kind.value,
            choice=answer.choice,
            message_id=answer.message_id,
        )
        line = _line(after, text, told.TYPE, now)
        return self.store.put(after, Recorded((told,), Actor("contact"), now), line) is Written.DONE


def _question(wanted: Wanted, actor: Actor, now: datetime, version: int) -> Question:
    titles = {f"title_{place}": button_said(title) for place, title in enumerate(wanted.titles)}
    return Question(
        id=question_id(wanted.conversation_id, wanted.client_id),
        conversation_id=wanted.conversation_id,
        leg_id=wanted.leg_id,
        kind=wanted.kind,
        options=wanted.options,
        asked_at=now,
        asked_by=actor,
        language=wanted.language,
        client_id=wanted.client_id,
        about={**wanted.about, **titles},
        text=wanted.text,
        version=version,
    )


def _buttons(question: Question, titles: Sequence[str]) -> list[Mapping[str, str]]:
    return [{"id": payload(question, place), "title": button_said(title)} for place, title in enumerate(titles)]


def _line(question: Question, text: str, kind: str, now: datetime) -> Note:
    facts = {
        "type": kind,
        "question": question.kind.value,
        "choice": question.choice,
        "is_yes": question.choice != NONE,
        "message_id": question.answered_by,
    }
    return note_line(question.conversation_id, "activity", DESK, now, text, f"{question.id} answered", facts)
