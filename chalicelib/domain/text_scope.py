"""Whose a shared text is: an agent's own, a team's, or everybody's; and who may read and write it.

Canned responses, macros and views are all kept so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors_common import InvalidInput, NotPermitted


class TextScope(StrEnum):
    """In the order in which they are shown: the nearest first."""

    PERSONAL = "personal"
    TEAM = "team"
    ALL = "all"


ORDER = {scope: place for place, scope in enumerate(TextScope)}


@dataclass(frozen=True, slots=True)
class Whose:
    """`owner_id`: an agent's or a team's id; "" where it is everybody's."""

    scope: TextScope
    owner_id: str = ""


EVERYBODYS = Whose(TextScope.ALL)


class ScopedText(Protocol):
    """What all of them have. `name` is what nothing else of the same owner is called."""

    @property
    def id(self) -> str: ...

    @property
    def whose(self) -> Whose: ...

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody, with the teams they belong to."""

    principal: Principal
    team_ids: tuple[str, ...] = ()

    @property
    def shelves(self) -> Sequence[Whose]:
        """Whose texts are theirs to use, the nearest first."""
        own = [Whose(TextScope.PERSONAL, self.principal.id)] if self.principal.kind == "agent" else []
        return [*own, *(Whose(TextScope.TEAM, team_id) for team_id in self.team_ids), EVERYBODYS]

    def may_read(self, whose: Whose) -> bool:
        if whose in self.shelves:
            return True
        return whose.scope is TextScope.TEAM and self.principal.may(Role.SUPERVISOR)

    def may_write(self, whose: Whose) -> bool:
        """One's own; as a supervisor every team's and everybody's."""
        if whose.scope is TextScope.PERSONAL:
            return whose in self.shelves
        return self.principal.may(Role.SUPERVISOR)

    def check_write(self, whose: Whose) -> None:
        """Raises NotPermitted."""
        if not self.may_write(whose):
            said = "Agents keep their own; what is a team's or everybody's is for supervisors."
            raise NotPermitted(said, field="scope")


def whose_of(principal: Principal, scope: TextScope, team_id: str | None) -> Whose:
    """The owner that somebody names. Raises InvalidInput."""
    if (scope is TextScope.TEAM) is not (team_id is not None):
        raise InvalidInput("team_id goes with the scope team, and only with it.", field="team_id")
    if scope is TextScope.TEAM:
        return Whose(scope, team_id or "")
    if scope is TextScope.ALL:
        return EVERYBODYS
    if principal.kind != "agent":
        raise InvalidInput("An API key has nothing of its own: choose team or all.", field="scope")
    return Whose(scope, principal.id)
