"""Side threads by the company's Slack: a question to a channel, and the answers in its thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.channels.base import OutcomeUnknown
from chalicelib.channels.untrusted import seconds
from chalicelib.domain.side_thread import SideMessage, SideThread
from chalicelib.domain.slack_app import PlaceKind, Posted, SlackPlace
from chalicelib.services import team_slack_words as words
from chalicelib.services.side_thread_ports import NotPosted, PostedThere, Said, ThreadFile
from chalicelib.services.team_slack import TeamSlack
from chalicelib.services.team_slack_api import SlackFailed
from chalicelib.services.team_slack_files import SlackFiles, uploaded
from chalicelib.services.team_slack_heard import Spoken
from chalicelib.services.team_slack_ports import Connected, Places

NOT_CONNECTED = "No Slack workspace is connected: an administrator does that."


@dataclass(frozen=True, slots=True)
class SlackThreads:
    """Carries what agents write to Slack. A message that may have gone is looked for there before it goes again."""

    slack: TeamSlack
    places: Places
    files: SlackFiles

    def post(
        self, thread: SideThread, message: SideMessage, earlier: Sequence[SideMessage], files: Sequence[ThreadFile]
    ) -> PostedThere:
        """Raises NotPosted, OutcomeUnknown."""
        connected = self.slack.apps.connected()
        if connected is None:
            raise NotPosted(NOT_CONNECTED, passing=False)
        channel, _, root = (thread.reference or f"{thread.whom.channel_id}:").partition(":")
        if root:
            told = words.said(message.author.name, message.text)
        else:
            told = words.asked(thread.subject, message.author.name, message.text)
        try:
            ts = self.slack.post(channel, told, None, root or None, once=f"side:{message.id}")
            place = SlackPlace(PlaceKind.SIDE_THREAD, thread.conversation_id, channel, root or ts, thread.id)
            if not root:
                self.places.keep(place)
            if files:
                self._attach(connected, place, message, files)
        except SlackFailed as failed:
            if not failed.is_certain:
                raise OutcomeUnknown(failed.detail) from failed
            raise NotPosted(failed.detail, passing=failed.may_pass) from failed
        return PostedThere(ts, f"{channel}:{place.ts}")

    def _attach(
        self, connected: Connected, place: SlackPlace, message: SideMessage, files: Sequence[ThreadFile]
    ) -> None:
        """All of a message's files, behind it. Slack does not tell where they then are: what may have been done is not
        done again."""
        once, now = f"side-files:{message.id}", self.slack.clock()
        if self.slack.posts.claim(once, Posted(place.channel, "", now)) is not None:
            return
        try:
            given = [self._uploaded(connected, file) for file in files]
            payload: dict[str, Any] = {"files": given, "channel_id": place.channel, "thread_ts": place.ts}
            self.slack.call(connected, "files.completeUploadExternal", payload)
        except SlackFailed as failed:
            if failed.is_certain:
                self.slack.posts.release(once)
            raise
        except NotPosted:
            self.slack.posts.release(once)
            raise

    def _uploaded(self, connected: Connected, file: ThreadFile) -> Mapping[str, str]:
        return uploaded(self.files.api, self.files.http, connected, file.attachment, file.read())


class SideThreads(Protocol):
    def replied(self, identifier: str, said: Said, now: datetime | None = None) -> bool:
        """Once for its `external_id`. False: there is no such thread (any more)."""


@dataclass(frozen=True, slots=True)
class SlackAnswers:
    """Brings what is answered in Slack into the side thread."""

    threads: SideThreads

    def heard(self, spoken: Spoken, name: str, now: datetime) -> None:
        """Raises Refusal, StoreUnavailable."""
        agent = spoken.agent
        said = Said(
            author_kind="agent" if agent else "slack",
            author_id=agent.id if agent else spoken.user_id,
            author_name=agent.name if agent else name,
            text=spoken.text,
            attachments=spoken.attachments,
            external_id=spoken.client_id,
            at=seconds(spoken.ts) or now,
        )
        self.threads.replied(spoken.place.thread_id, said, now)
