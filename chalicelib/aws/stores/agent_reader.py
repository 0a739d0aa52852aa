"""Agents' records as functions read them that change none: without the models, which a cold start would pay for."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, moment
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.reads import Page


class AgentReader:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, agent_id: str) -> Agent | None:
        item = self._desk.get(keys.agent(agent_id))
        return _agent(item) if item else None

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Agent]:
        """By name, as they were a moment ago."""
        rows, after = self._desk.of_kind(keys.AGENTS, limit, start, newest_first=False)
        return Page([_agent(row) for row in rows], after)


def _agent(item: Item) -> Agent:
    row = item["row"]
    return Agent(
        id=keys.identifier(item["pk"]),
        name=row["name"],
        email=row["email"],
        role=Role(row["role"]),
        created_at=moment(row["created"]),
        team_ids=tuple(row.get("teams", ())),
        enabled=row["enabled"],
        version=item["version"],
    )
