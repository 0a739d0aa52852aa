"""Macros: several actions on a conversation, kept under one name and carried out in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.text_scope import Whose

MAX_MACROS = 200  # of one owner
MAX_ACTIONS = 20
ME = "me"


class ActionKind(StrEnum):
    """What an action may be. Its `values`:

    reply {text} or {canned_response_id} · template {name, language, components} · note {text} ·
    assign {assignee_id: an agent's id, "me" or null; team_id: a team's id or null} (what is left out stays) ·
    status {status, snooze_seconds?, wake_on?} · priority {priority} · labels {add, remove} ·
    task {title, due_in_seconds?, assignee_id?}
    """

    REPLY = "reply"
    TEMPLATE = "template"
    NOTE = "note"
    ASSIGN = "assign"
    STATUS = "status"
    PRIORITY = "priority"
    LABELS = "labels"
    TASK = "task"


# Those that change the conversation's own state: neighbours are one write, and they can be undone.
STATE = frozenset({ActionKind.ASSIGN, ActionKind.STATUS, ActionKind.PRIORITY, ActionKind.LABELS})
# Those that a customer gets: nobody takes them back.
SENT = frozenset({ActionKind.REPLY, ActionKind.TEMPLATE})


@dataclass(frozen=True, slots=True)
class Action:
    kind: ActionKind
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Macro:
    """`name` is taken once of each owner."""

    id: str
    whose: Whose
    name: str
    actions: tuple[Action, ...]
    changed_at: datetime
    changed_by: str
    description: str = ""
    used: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """Actions that are carried out as one: neighbours that change the conversation's state, or one that does not.
    `first` is the place of the first among all, counted from 0."""

    first: int
    actions: tuple[Action, ...]

    @property
    def is_state(self) -> bool:
        return self.actions[0].kind in STATE

    @property
    def places(self) -> range:
        return range(self.first, self.first + len(self.actions))


def blocks(actions: Sequence[Action]) -> Sequence[Block]:
    """All of them, in their order."""
    found: list[Block] = []
    for place, action in enumerate(actions):
        if found and found[-1].is_state and action.kind in STATE:
            found[-1] = Block(found[-1].first, (*found[-1].actions, action))
        else:
            found.append(Block(place, (action,)))
    return found
