"""Slack as a way to tell an agent: what it refuses for good is told in another way."""

from dataclasses import dataclass

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.services.team_slack import TeamSlack
from chalicelib.services.team_slack_api import SlackFailed


@dataclass(frozen=True, slots=True)
class SlackDirect:
    team: TeamSlack

    def direct(self, agent_id: str, words: str, *, once: str) -> bool:
        """Raises StoreUnavailable where it may pass later."""
        try:
            return self.team.direct(agent_id, words, once=once)
        except SlackFailed as failed:
            if failed.may_pass:
                raise StoreUnavailable(failed.code) from failed
            return False
