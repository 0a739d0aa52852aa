"""Whose numbers somebody may see: agents their own, supervisors those of the teams they are in, administrators all.

A supervisor who is in no team oversees the whole floor, and so does a machine's key with the role of one.
"""

from collections.abc import Sequence

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors_common import NotPermitted
from chalicelib.domain.measure import Dimension
from chalicelib.domain.report import Where


def limits(principal: Principal, team_ids: Sequence[str]) -> Where:
    """What a caller's questions are narrowed to; nothing: they may ask about all. Raises NotPermitted."""
    if principal.may(Role.ADMIN):
        return {}
    if principal.may(Role.SUPERVISOR):
        return {Dimension.TEAM: tuple(sorted(team_ids))} if team_ids else {}
    if principal.kind != "agent":
        raise NotPermitted("Agents see their own numbers, and a key has none: this needs the role supervisor.")
    return {Dimension.AGENT: (principal.id,)}


def narrowed(where: Where, limit: Where) -> Where:
    """What is asked for, within what may be seen. Raises NotPermitted where a value is asked for that may not."""
    for dimension, allowed in limit.items():
        for value in where.get(dimension, ()):
            if value not in allowed:
                raise NotPermitted(f"You may not see the numbers of this {dimension.value}.", field=dimension.value)
    return {**limit, **where}
