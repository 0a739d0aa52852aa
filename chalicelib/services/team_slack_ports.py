"""What the Slack app for teams asks of the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.channels.base import Credentials
from chalicelib.domain.slack_app import Posted, SlackApp, SlackHealth, SlackLink, SlackPlace
from chalicelib.domain.writes import Recorded

# Where its token and its signing secret are.
SECRET = "slack-app"  # noqa: S105 - a name, not the secret


@dataclass(frozen=True, slots=True)
class Connected:
    """The app and what it signs in with."""

    app: SlackApp
    credentials: Credentials


class Apps(Protocol):
    def connected(self) -> Connected | None:
        """The app as it was within the last minute; None where no workspace is connected."""


class Health(Protocol):
    def health(self) -> SlackHealth: ...

    def set_health(self, health: SlackHealth, recorded: Recorded) -> bool:
        """False: somebody was faster."""


class Links(Protocol):
    def of_agent(self, agent_id: str) -> SlackLink | None: ...

    def of_user(self, workspace_id: str, user_id: str) -> str | None:
        """The agent's id."""

    def link(self, link: SlackLink) -> str | None:
        """Make it so, whoever the agent was before; gives who has the person already, where that is another agent."""

    def unlink(self, link: SlackLink) -> bool:
        """False: the agent is somebody else there by now."""


class Places(Protocol):
    def at(self, channel: str, ts: str) -> SlackPlace | None: ...

    def of_conversation(self, conversation_id: str, channel: str) -> SlackPlace | None: ...

    def all_of(self, conversation_id: str) -> Sequence[SlackPlace]:
        """Its threads, in every channel where it was posted."""

    def keep(self, place: SlackPlace) -> None:
        """Both ways; it may be kept again."""


class Posts(Protocol):
    """What was posted, by names of our own: each is posted once. It may be lost after some days."""

    def claim(self, name: str, posted: Posted) -> Posted | None:
        """None: it is ours to post. Otherwise what is known of whoever was first."""

    def settle(self, name: str, posted: Posted) -> None:
        """It is there."""

    def release(self, name: str) -> None:
        """It certainly is not there: the next one posts it."""


class Heard(Protocol):
    """The queue of what Slack told, in order within a thread."""

    def keep_heard(self, group: str, dedupe: str, detail: Mapping[str, Any]) -> None: ...


class Later(Protocol):
    def look_later(self, detail: Mapping[str, Any], delay_seconds: int) -> None: ...
