"""What colleagues do together: mentions, followers, tasks, drafts; made on first use, for the API imports this and most
of its requests want none of it (see `api`)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.agent import Principal
    from chalicelib.domain.mention import Mark
    from chalicelib.services.administration_ports import AgentStore
    from chalicelib.services.agent_drafts import AgentDrafts
    from chalicelib.services.due_tasks import DueTasks, TaskPlans
    from chalicelib.services.followers import Followers
    from chalicelib.services.lists import Lists
    from chalicelib.services.mentions import Meant, Mentions
    from chalicelib.services.tasks import Tasks
    from chalicelib.services.together_ports import AgentDraftStore, FollowerStore, TaskStore


@cache
def follower_store() -> FollowerStore:
    from chalicelib.aws.stores.followers import FollowerStore
    from chalicelib.wiring.shared import desk

    return FollowerStore(desk())


@cache
def followers() -> Followers:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.services.followers import Followers
    from chalicelib.wiring.shared import desk

    return Followers(follower_store(), DeskStore(desk()))


@cache
def lists() -> Lists:
    from chalicelib.aws.stores.followers import FollowerStore
    from chalicelib.aws.stores.joining import OpenedStore
    from chalicelib.aws.stores.mentions import MentionStore
    from chalicelib.services.lists import Lists
    from chalicelib.wiring.shared import desk

    return Lists(OpenedStore(desk()), FollowerStore(desk()), MentionStore(desk()))


@cache
def mentions() -> Mentions:
    from chalicelib.aws.stores.mentions import MentionStore
    from chalicelib.services.mentions import Mentions
    from chalicelib.wiring.shared import desk

    return Mentions(MentionStore(desk()))


def meant(marks: Sequence[Mark]) -> Meant:
    """Whom a note means. Raises InvalidInput."""
    from chalicelib.services.mentions import meant
    from chalicelib.wiring import api

    return meant(api.agents(), api.teams(), follower_store(), marks)


@cache
def task_store() -> TaskStore:
    from chalicelib.aws.stores.tasks import TaskStore
    from chalicelib.wiring.shared import desk

    return TaskStore(desk())


def tasks(principal: Principal, now: datetime) -> Tasks:
    from chalicelib.services.tasks import Tasks
    from chalicelib.wiring import api

    return Tasks(task_store(), api.desk(), api.agents(), api.teams(), principal, now)


@cache
def task_plans() -> TaskPlans:
    from chalicelib.services.due_tasks import TaskPlans
    from chalicelib.wiring.timing import timers

    return TaskPlans(timers())


@cache
def due_tasks() -> DueTasks:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.services.due_tasks import DueTasks
    from chalicelib.wiring.shared import desk

    return DueTasks(task_store(), DeskStore(desk()), _members)


def _members(team_id: str) -> tuple[str, ...]:
    from chalicelib.services.mentions import members

    return members(_agents(), team_id)


@cache
def _agents() -> AgentStore:
    from chalicelib.aws.binding import bind_models
    from chalicelib.aws.stores.agents import AgentStore
    from chalicelib.wiring.shared import settings

    bind_models(settings().desk_table)
    return AgentStore()


def task_due(task_id: str, epoch: int, at: datetime) -> None:
    """A timer's call: routing's starts do not pay for it."""
    due_tasks().due(task_id, epoch, at)


@cache
def _draft_store() -> AgentDraftStore:
    from chalicelib.aws.stores.agent_drafts import AgentDraftStore
    from chalicelib.wiring.shared import desk

    return AgentDraftStore(desk())


def drafts(principal: Principal, now: datetime) -> AgentDrafts:
    from chalicelib.services.agent_drafts import AgentDrafts
    from chalicelib.wiring import api

    return AgentDrafts(_draft_store(), api.desk(), principal, now)
