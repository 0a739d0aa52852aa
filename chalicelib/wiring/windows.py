"""Messaging windows, questions to customers and customers who move by themselves, made on first use: the functions that
import this want little of it at a time (see `api`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.domain.message import MessageKind

if TYPE_CHECKING:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.domain.inbox import Inbox
    from chalicelib.domain.joining import ResumePolicy
    from chalicelib.domain.template import Template
    from chalicelib.domain.window_guard import GuardPolicy
    from chalicelib.services.consent_asking import ConsentAsking
    from chalicelib.services.joining import Joining
    from chalicelib.services.questions import Questions
    from chalicelib.services.window_board import WindowBoard
    from chalicelib.services.window_guard import Guardian

# Rules change rarely; a change holds everywhere within this time. Inboxes and templates as long.
RULES_SECONDS = 15


@cache
def _memory() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(RULES_SECONDS, unknown_seconds=RULES_SECONDS)


@cache
def guard_documents() -> DocumentStore:
    return _documents("windows")


@cache
def resume_documents() -> DocumentStore:
    return _documents("joining")


def _documents(kind: str) -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), kind)


def guard_policy() -> GuardPolicy:
    from chalicelib.services.window_documents import PUBLISHED, guard_policy

    found: GuardPolicy = _memory().recall(("windows",), lambda: guard_policy(guard_documents().get(PUBLISHED)))
    return found


def resume_policy() -> ResumePolicy:
    from chalicelib.services.window_documents import PUBLISHED, resume_policy

    found: ResumePolicy = _memory().recall(("joining",), lambda: resume_policy(resume_documents().get(PUBLISHED)))
    return found


@cache
def guardian() -> Guardian:
    from chalicelib.aws.stores.window_guard import GuardStore
    from chalicelib.services.window_guard import Guardian
    from chalicelib.wiring import scheduled
    from chalicelib.wiring.shared import desk, known_inboxes
    from chalicelib.wiring.timing import timers
    from chalicelib.wiring.waits import promise_store

    return Guardian(GuardStore(desk()), known_inboxes(), promise_store(), scheduled.store(), timers(), guard_policy)


@cache
def questions() -> Questions:
    from chalicelib.aws.stores.questions import QuestionStore
    from chalicelib.aws.stores.replies import ReplyStore
    from chalicelib.services.questions import Questions
    from chalicelib.wiring.shared import desk, known_inboxes

    return Questions(QuestionStore(desk()), ReplyStore(desk()), known_inboxes())


@cache
def joining() -> Joining:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.joining import OpenedStore
    from chalicelib.aws.stores.merging import MergingStore
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.services.joining import Joining
    from chalicelib.wiring.shared import desk

    table = desk()
    return Joining(
        OpenedStore(table), MergingStore(table), PeopleStore(table), questions(), DeskStore(table), resume_policy
    )


@cache
def consent_asking() -> ConsentAsking:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.aws.stores.joining import OpenedStore
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.services.consent_asking import ConsentAsking
    from chalicelib.wiring.shared import desk

    table = desk()
    return ConsentAsking(OpenedStore(table), ContactStore(table), PeopleStore(table), questions())


@cache
def board() -> WindowBoard:
    from chalicelib.aws.stores.window_guard import GuardStore
    from chalicelib.services.ways_out import WaysOut
    from chalicelib.services.window_board import WindowBoard
    from chalicelib.wiring.shared import desk, known_inboxes

    ways = WaysOut(_templates, _inboxes)
    return WindowBoard(GuardStore(desk()), known_inboxes(), guard_policy, ways.of)


def _templates(inbox_id: str) -> Sequence[Template]:
    from chalicelib.aws.stores.templates import TemplateStore
    from chalicelib.wiring.shared import desk

    found: Sequence[Template] = _memory().recall(
        ("templates", inbox_id), lambda: TemplateStore(desk()).of_inbox(inbox_id)[0]
    )
    return found


def _inboxes() -> Sequence[Inbox]:
    from chalicelib.wiring.shared import inboxes

    found: Sequence[Inbox] = _memory().recall(("inboxes",), inboxes().list)
    return found


def window_due(subject: str, epoch: int, at: datetime) -> None:
    """A timer's call: routing's starts do not pay for it."""
    guardian().due(subject, epoch, at)


# What the function `people` does about them.


def watch_windows(event: Mapping[str, Any], now: datetime) -> None:
    guardian().react(event, now)


def join_customers(event: Mapping[str, Any], now: datetime) -> None:
    if event["type"] in ("conversation.created", "contact.linked", "contact.unlinked"):
        joining().react(event, now)


def hear_answers(event: Mapping[str, Any], now: datetime) -> None:
    """One read for each text of a customer's."""
    if event["type"] != "message.created" or not _may_answer(event["snapshot"]):
        return
    answer = questions().heard(event["snapshot"], now)
    if answer is not None:
        joining().answered(answer, now)
        consent_asking().answered(answer, now)


def _may_answer(message: Mapping[str, Any]) -> bool:
    from chalicelib.services.questions import ANSWERS

    return message["direction"] == "inbound" and MessageKind(message["kind"]) in ANSWERS
