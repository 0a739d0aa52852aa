"""Teams: few, in one collection."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.tables import TeamItem, model_errors, plain_place, raw_place
from chalicelib.domain.agent import Team
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written


def _item(team: Team) -> TeamItem:
    pk, sk = keys.team(team.id)
    return TeamItem(pk, sk, version=team.version, name=team.name, created=team.created_at)


def _team(item: TeamItem) -> Team:
    return Team(id=item.sk, name=item.name, created_at=item.created, version=int(item.version))


class TeamStore:
    """`bind` comes first (wiring sees to it)."""

    def put(self, team: Team) -> Written:
        try:
            with model_errors():
                _item(team).save(TeamItem.pk.does_not_exist())
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE

    def replace(self, team: Team, read_version: int) -> Written:
        try:
            with model_errors():
                _item(team).save(TeamItem.version == read_version)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def get(self, team_id: str) -> Team | None:
        with model_errors():
            try:
                return _team(TeamItem.get(*keys.team(team_id), consistent_read=True))
            except TeamItem.DoesNotExist:
                return None

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Team]:
        pk, _ = keys.team("")
        with model_errors():
            rows = TeamItem.query(
                pk,
                limit=limit,
                page_size=limit,
                consistent_read=True,
                last_evaluated_key=raw_place(start),
            )
            teams = [_team(row) for row in rows]
        return Page(teams, plain_place(rows.last_evaluated_key))

    def delete(self, team_id: str) -> None:
        with model_errors():
            TeamItem(*keys.team(team_id)).delete()
