"""Tasks as macros ask for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.macro import ME
from chalicelib.domain.macro_run import MacroRun
from chalicelib.services.tasks import NewTask, Tasks


@dataclass(frozen=True, slots=True)
class MacroTasks:
    """`tasks`: for a caller, at a time. `assignable` raises InvalidInput where nobody is of this id."""

    tasks: Callable[[Principal, datetime], Tasks]
    assignable: Callable[[str | None, str | None], None]

    def check(self, conversation: Conversation, values: Mapping[str, Any], principal: Principal) -> None:
        """Raises InvalidInput where nobody would have it."""
        owner = _owner(values, principal)
        self.assignable(None if owner == principal.id else owner, None)

    def make(
        self, run: MacroRun, values: Mapping[str, Any], principal: Principal, client_id: str, now: datetime
    ) -> str:
        """Due so long after the run began, whenever it is carried out: a repeat asks for the same."""
        seconds = values.get("due_in_seconds")
        wanted = NewTask(
            title=values["title"],
            seed=client_id,
            owner_id=_owner(values, principal),
            conversation_id=run.conversation_id,
            due_at=run.at + timedelta(seconds=seconds) if seconds else None,
        )
        return self.tasks(principal, now).create(wanted).id


def _owner(values: Mapping[str, Any], principal: Principal) -> str:
    """Whoever uses the macro, where it names nobody."""
    named = values.get("assignee_id")
    if named not in (None, ME):
        return str(named)
    if principal.kind != "agent":
        raise InvalidInput("An API key has no tasks: name an agent.", field="assignee_id")
    return principal.id
