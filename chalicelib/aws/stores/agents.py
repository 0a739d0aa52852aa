"""Agents' records: read one by one, listed by name."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.tables import AgentItem, AgentRow, model_errors, plain_place, raw_place
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written


def _item(agent: Agent) -> AgentItem:
    pk, sk = keys.agent(agent.id)
    row = AgentRow(
        name=agent.name,
        email=agent.email,
        role=agent.role.value,
        created=agent.created_at,
        enabled=agent.enabled,
        teams=list(agent.team_ids),
    )
    sort = f"{agent.name.casefold()}#{agent.id}"
    return AgentItem(pk, sk, version=agent.version, row=row, kind_sort=sort)


def _agent(item: AgentItem) -> Agent:
    row = item.row
    return Agent(
        id=keys.identifier(item.pk),
        name=row.name,
        email=row.email,
        role=Role(row.role),
        created_at=row.created,
        team_ids=tuple(row.teams or ()),
        enabled=row.enabled,
        version=int(item.version),
    )


class AgentStore:
    """`bind` comes first (wiring sees to it)."""

    def put(self, agent: Agent) -> Written:
        try:
            with model_errors():
                _item(agent).save(AgentItem.pk.does_not_exist())
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE

    def replace(self, agent: Agent, read_version: int) -> Written:
        try:
            with model_errors():
                _item(agent).save(AgentItem.version == read_version)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def get(self, agent_id: str) -> Agent | None:
        with model_errors():
            try:
                return _agent(AgentItem.get(*keys.agent(agent_id), consistent_read=True))
            except AgentItem.DoesNotExist:
                return None

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Agent]:
        with model_errors():
            rows = AgentItem.by_kind.query(
                AgentItem.KIND, limit=limit, page_size=limit, last_evaluated_key=raw_place(start)
            )
            agents = [_agent(row) for row in rows]
        return Page(agents, plain_place(rows.last_evaluated_key))
