"""What bodies and answers of canned responses, macros and views have in common."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.schemas import Body, TeamId
from chalicelib.domain.agent import Principal
from chalicelib.domain.text_scope import TextScope, Whose, whose_of
from chalicelib.services import administration
from chalicelib.wiring import api as wiring

_DIGITS = "[0-9a-hjkmnp-tv-z]{1,64}"
CannedResponseId = Annotated[str, Meta(pattern=f"^can_{_DIGITS}\\Z", examples=["can_7q2v5h8w0c4n1x6r3k9m"])]
MacroId = Annotated[str, Meta(pattern=f"^mac_{_DIGITS}\\Z", examples=["mac_7q2v5h8w0c4n1x6r3k9m"])]


class ScopedBody(Body, frozen=True, kw_only=True):
    """`scope`: whose it is to be: the caller's own, a team's (with its `team_id`) or everybody's."""

    scope: TextScope = TextScope.PERSONAL
    team_id: TeamId | None = None

    def whose(self, principal: Principal) -> Whose:
        return checked_whose(principal, self.scope, self.team_id)


class ScopedChanges(Body, frozen=True, kw_only=True):
    """A `scope` gives it to another owner."""

    scope: TextScope | UnsetType = UNSET
    team_id: TeamId | UnsetType = UNSET


def checked_whose(principal: Principal, scope: TextScope, team_id: str | None) -> Whose:
    """Raises InvalidInput."""
    whose = whose_of(principal, scope, team_id)
    administration.check_assignable(wiring.agents(), wiring.teams(), None, team_id)
    return whose


def moved(changes: dict[str, Any], principal: Principal) -> dict[str, Any]:
    """The changes with the owner as one value. Raises InvalidInput."""
    scope, team_id = changes.pop("scope", None), changes.pop("team_id", None)
    if scope is None and team_id is None:
        return changes
    return {**changes, "whose": checked_whose(principal, scope or TextScope.TEAM, team_id)}


def owner_fields(whose: Whose) -> dict[str, Any]:
    """As answers tell it."""
    team_id = whose.owner_id if whose.scope is TextScope.TEAM else None
    return {"scope": whose.scope, "team_id": team_id}
