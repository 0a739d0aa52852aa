"""Canned responses, macros, views, snippets and announcements; made on first use, for the API imports this and most of
its requests want none of it (see `api`)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.text_scope import Reader

if TYPE_CHECKING:
    from chalicelib.domain.agent import Principal
    from chalicelib.domain.labels import Vocabulary
    from chalicelib.services.announcements import Announcements
    from chalicelib.services.canned_responses import CannedResponses, Files
    from chalicelib.services.composing import Composing
    from chalicelib.services.macro_tasks import MacroTasks
    from chalicelib.services.macros import Macros
    from chalicelib.services.snippets import Snippets
    from chalicelib.services.views import Views


def reader(principal: Principal) -> Reader:
    """With the teams of an agent; a machine has none."""
    from chalicelib.wiring import api

    agent = api.agents().get(principal.id) if principal.kind == "agent" else None
    return Reader(principal, agent.team_ids if agent else ())


@cache
def canned_responses() -> CannedResponses:
    from chalicelib.aws.stores.canned_responses import CannedResponseStore
    from chalicelib.services.canned_responses import CannedResponses
    from chalicelib.wiring import api
    from chalicelib.wiring.profile import contact_words
    from chalicelib.wiring.shared import desk

    store = CannedResponseStore(desk())
    return CannedResponses(store, contact_words(), api.contacts(), _files, api.random_ids())


def _files() -> Files:
    from chalicelib.wiring import api

    return api.uploads()


@cache
def macros() -> Macros:
    from chalicelib.aws.stores.macros import MacroRunStore, MacroStore
    from chalicelib.services.macro_plan import Planning
    from chalicelib.services.macro_state_writes import StateWrites
    from chalicelib.services.macros import Macros
    from chalicelib.wiring import api, work
    from chalicelib.wiring.shared import desk

    tasks = _tasks()
    return Macros(
        store=MacroStore(desk()),
        runs=MacroRunStore(desk()),
        desk=api.desk(),
        replies=api.replies(),
        inboxes=api.directory(),
        planning=Planning(api.desk(), canned_responses(), _vocabulary, _assignable, _composing, tasks),
        states=StateWrites(api.desk(), work.offers()),
        tasks=tasks,
    )


def _tasks() -> MacroTasks:
    from chalicelib.services.macro_tasks import MacroTasks
    from chalicelib.wiring import together

    return MacroTasks(together.tasks, _assignable)


def _vocabulary() -> Vocabulary:
    from chalicelib.services import label_documents
    from chalicelib.wiring import work

    return label_documents.vocabulary(work.documents(label_documents.LABELS))


def _assignable(assignee_id: str | None, team_id: str | None) -> None:
    from chalicelib.services import administration
    from chalicelib.wiring import api

    administration.check_assignable(api.agents(), api.teams(), assignee_id, team_id)


def _composing(principal: Principal, conversation_id: str, now: datetime) -> Composing:
    from chalicelib.services.composing import Composing
    from chalicelib.wiring import api

    return Composing(api.replies(), api.directory(), principal, conversation_id, now)


@cache
def views() -> Views:
    from chalicelib.aws.stores.views import ViewStore
    from chalicelib.services.views import Views
    from chalicelib.wiring import api
    from chalicelib.wiring.shared import desk

    return Views(ViewStore(desk()), api.desk())


@cache
def snippets() -> Snippets:
    from chalicelib.services.snippets import Snippets
    from chalicelib.wiring import api

    return Snippets(api.desk(), api.deliveries(), api.contacts(), api.timelines())


@cache
def announcements() -> Announcements:
    """For the API and for the timer that tells."""
    from chalicelib.aws.stores.announcements import AnnouncementStore
    from chalicelib.services.announcements import Announcements
    from chalicelib.wiring.shared import desk
    from chalicelib.wiring.timing import timers

    return Announcements(AnnouncementStore(desk()), timers)


def announce(announcement_id: str, epoch: int, at: datetime) -> None:
    """A timer's call: routing's starts do not pay for it."""
    announcements().due(announcement_id, epoch, at)
