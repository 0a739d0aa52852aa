"""Whose numbers somebody may see."""

import pytest

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import NotPermitted
from chalicelib.domain.measure import Dimension
from chalicelib.services.report_scope import limits, narrowed

D = Dimension


def somebody(role: Role, kind: str = "agent") -> Principal:
    return Principal(kind, "agt_1", "Ada", role)


def test_questions_are_narrowed_to_what_each_role_may_see() -> None:
    assert limits(somebody(Role.ADMIN), ["team_1"]) == {}
    assert limits(somebody(Role.SUPERVISOR), ["team_2", "team_1"]) == {D.TEAM: ("team_1", "team_2")}
    assert limits(somebody(Role.SUPERVISOR), []) == {}
    assert limits(somebody(Role.AGENT), ["team_1"]) == {D.AGENT: ("agt_1",)}
    with pytest.raises(NotPermitted):
        limits(somebody(Role.AGENT, "key"), [])


def test_a_question_stays_within_its_limits_when_it_names_values() -> None:
    limit = {D.TEAM: ("team_1", "team_2")}
    assert narrowed({D.TEAM: ("team_2",), D.CHANNEL: ("email",)}, limit) == {D.TEAM: ("team_2",), D.CHANNEL: ("email",)}
    assert narrowed({}, limit) == limit
    with pytest.raises(NotPermitted) as refused:
        narrowed({D.TEAM: ("team_1", "team_3")}, limit)
    assert refused.value.field == "team"
