"""What happens to conversations, told in the company's Slack: each conversation has one thread in its team's channel.

Everything is said once, by the event that it tells of. Where the settings say so, what customers write is repeated in
the thread; the app's own messages are never heard, so nothing goes round.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Agent
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.events import (
    ConversationAssigned,
    ConversationCreated,
    ConversationStatusChanged,
    MessageCreated,
    NoteCreated,
    SlaBreached,
    SlaWarned,
)
from chalicelib.domain.slack_app import URGENT, Happening, PlaceKind, SlackApp, SlackPlace
from chalicelib.services import team_slack_words as words
from chalicelib.services.followed import ConversationReader, followed
from chalicelib.services.team_slack import TeamSlack
from chalicelib.services.team_slack_api import SlackFailed
from chalicelib.services.team_slack_intake import WAITED
from chalicelib.services.team_slack_ports import Later, Places

MAX_NAMED = 5
_PLAIN = {SlaWarned.TYPE: Happening.SLA_WARNED, SlaBreached.TYPE: Happening.SLA_BREACHED}


class AgentReader(Protocol):
    def get(self, agent_id: str) -> Agent | None: ...


@dataclass(frozen=True, slots=True)
class SlackNews:
    """`failed` is told of what Slack refuses for good: a notice that nobody can post must not come back for days."""

    slack: TeamSlack
    places: Places
    conversations: ConversationReader
    agents: AgentReader
    later: Later
    failed: Callable[[SlackFailed], None]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises SlackFailed where it may pass, StoreUnavailable: the record comes back."""
        kind = event["type"]
        if kind not in _TELLERS:
            return
        connected = self.slack.apps.connected()
        if connected is None:
            return
        try:
            _TELLERS[kind](self, connected.app, event)
        except SlackFailed as failed:
            if failed.may_pass:
                raise
            self.failed(failed)

    def _may_wait(self, app: SlackApp, event: Mapping[str, Any]) -> None:
        """Nobody has it: that is looked at again, when somebody should have taken it."""
        told = event["snapshot"]
        waits = told.get("assignee_id") is None and told.get("status") == Status.OPEN.value
        if waits and Happening.WAITING in app.posts:
            data = {"conversation_id": event["aggregate"]["id"], "episode": told.get("episode")}
            detail = {"id": event["id"], "type": WAITED, "data": data, "snapshot": {}}
            self.later.look_later(detail, app.wait_seconds)

    def _assigned(self, app: SlackApp, event: Mapping[str, Any]) -> None:
        agent_id = event["data"]["assignee_id"]
        if agent_id is None:
            self._may_wait(app, event)
            return
        agent = self.agents.get(agent_id)
        if agent is not None:
            self._tell(app, Happening.ASSIGNED, event["aggregate"]["id"], words.assigned(agent.name), event["id"])

    def _waited(self, app: SlackApp, event: Mapping[str, Any]) -> None:
        """Told once in an episode, if it is still so."""
        conversation_id, episode = event["data"]["conversation_id"], event["data"]["episode"]
        found = self.conversations.conversation(conversation_id)
        if found is None or found.assignee_id is not None or found.status is not Status.OPEN or found.merged_into:
            return
        if found.episode == episode:
            told = words.told(Happening.WAITING)
            self._tell(app, Happening.WAITING, conversation_id, told, f"waiting:{conversation_id}:{episode}")

    def _noted(self, app: SlackApp, event: Mapping[str, Any]) -> None:
        """A whisper is for its audience: no channel is that."""
        data = event["data"]
        meant = data.get("mentions") or ()
        if not meant or data.get("audience"):
            return
        names = ", ".join(self._name(agent_id) for agent_id in meant[:MAX_NAMED])
        more = f" and {len(meant) - MAX_NAMED} more" if len(meant) > MAX_NAMED else ""
        told = words.mentioned(self._name(data["author_id"]), names + more, data["text"])
        self._tell(app, Happening.MENTION, event["aggregate"]["id"], told, event["id"])

    def _clocked(self, app: SlackApp, event: Mapping[str, Any]) -> None:
        happening = _PLAIN[event["type"]]
        self._tell(app, happening, event["data"]["conversation_id"], words.told(happening), event["id"])

    def _written(self, app: SlackApp, event: Mapping[str, Any]) -> None:
        data, message = event["data"], event["snapshot"]
        if not app.mirror or data["direction"] != "inbound":
            return
        conversation = followed(self.conversations, data["conversation_id"])
        if conversation is None:
            return
        # Of what was merged into it too: colleagues answer in the thread they know.
        names = (conversation.id, *conversation.absorbed[-MAX_NAMED:])
        places = [place for name in names for place in self.places.all_of(name)]
        files = len(message.get("attachments") or ())
        told = words.mirrored(conversation.contact_name, str(message.get("text") or ""), files)
        for place in places:
            self.slack.post(
                place.channel, told, None, place.ts, once=f"mirror:{event['id']}:{place.channel}:{place.ts}"
            )

    def _tell(self, app: SlackApp, happening: Happening, conversation_id: str, told: str, once: str) -> None:
        if happening not in app.posts:
            return
        conversation = followed(self.conversations, conversation_id)
        channel = app.channel_of(conversation.team_id) if conversation else ""
        if conversation is None or not channel:
            return
        place = self._thread(app, conversation, channel)
        name = f"news:{once}:{channel}"
        self.slack.post(channel, told, None, place.ts, once=name, broadcast=happening in URGENT)

    def _thread(self, app: SlackApp, conversation: Conversation, channel: str) -> SlackPlace:
        """The conversation's thread in this channel, opened where there is none."""
        known = self.places.of_conversation(conversation.id, channel)
        if known is not None:
            return known
        opening = words.opening(app, conversation)
        ts = self.slack.post(channel, opening, once=f"thread:{conversation.id}:{channel}")
        place = SlackPlace(PlaceKind.CONVERSATION, conversation.id, channel, ts)
        self.places.keep(place)
        return place

    def _name(self, agent_id: str) -> str:
        agent = self.agents.get(agent_id)
        return agent.name if agent else "a colleague"


_Teller = Callable[[SlackNews, SlackApp, Mapping[str, Any]], None]

_TELLERS: Mapping[str, _Teller] = {
    ConversationCreated.TYPE: SlackNews._may_wait,
    ConversationStatusChanged.TYPE: SlackNews._may_wait,
    ConversationAssigned.TYPE: SlackNews._assigned,
    WAITED: SlackNews._waited,
    NoteCreated.TYPE: SlackNews._noted,
    SlaWarned.TYPE: SlackNews._clocked,
    SlaBreached.TYPE: SlackNews._clocked,
    MessageCreated.TYPE: SlackNews._written,
}
