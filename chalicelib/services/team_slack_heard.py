"""What colleagues write in the Slack threads of conversations: answers for the customer, or notes.

An answer takes the way of any reply of that agent's, under a client id made of the message's own time: whatever Slack
repeats is sent once. Who is not known as an agent reaches no customer. Nothing that the app itself posted comes here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.channels.untrusted import mapping, objects, seconds, text
from chalicelib.domain.agent import Agent, Principal
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import ConversationNotFound, InvalidInput, Refusal
from chalicelib.domain.inbox_health import TokenState
from chalicelib.domain.message import Attachment, MessageKind
from chalicelib.domain.slack_app import PlaceKind, SlackPlace, note_in, slack_client_id
from chalicelib.services import desk
from chalicelib.services import team_slack_words as words
from chalicelib.services.composing import Composing, portion_name
from chalicelib.services.followed import followed
from chalicelib.services.ports import DeskStore, InboxReader, ReplyStore
from chalicelib.services.reply_draft import Draft
from chalicelib.services.team_slack import TeamSlack
from chalicelib.services.team_slack_api import SlackFailed
from chalicelib.services.team_slack_files import SlackFiles
from chalicelib.services.team_slack_intake import HEARD
from chalicelib.services.team_slack_ports import Connected, Links, Places

SENT, NOTED = "white_check_mark", "lock"
NAMES_LOOKED_UP = 10
PROMPT = timedelta(minutes=2)
_FAMILIES = {"image": MessageKind.IMAGE, "audio": MessageKind.AUDIO, "video": MessageKind.VIDEO}


class AgentReader(Protocol):
    def get(self, agent_id: str) -> Agent | None: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of a thread of ours: who wrote it (`agent` None: nobody that the desk knows), and what it says."""

    place: SlackPlace
    user_id: str
    ts: str
    agent: Agent | None
    text: str
    attachments: tuple[Attachment, ...]

    @property
    def client_id(self) -> str:
        return slack_client_id(self.place.channel, self.ts)


class SideReplies(Protocol):
    def heard(self, spoken: Spoken, name: str, now: datetime) -> None:
        """An answer in the Slack thread of a side thread. Raises Refusal, StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class SlackHeard:
    slack: TeamSlack
    links: Links
    places: Places
    agents: AgentReader
    desk: DeskStore
    replies: ReplyStore
    inboxes: InboxReader
    files: SlackFiles
    side: SideReplies

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises SlackFailed, StoreUnavailable: the record comes back, and nothing happens twice."""
        if event["type"] != HEARD:
            return
        data, connected = event["data"], self.slack.apps.connected()
        if connected is None:
            return
        if data["kind"] == "ended":
            self.slack.note(TokenState.DEAD, data["reason"])
            return
        place = self.places.at(data["channel"], data["thread_ts"])
        if place is None:
            return
        if data["kind"] == "message":
            self._message(connected, place, data, now)
        elif place.kind is PlaceKind.CONVERSATION:
            self._changed(place, data)

    def _message(self, connected: Connected, place: SlackPlace, data: Mapping[str, Any], now: datetime) -> None:
        agent_id = self._agent_id(connected, data)
        agent = self.agents.get(agent_id) if agent_id else None
        once = f"answer:{place.channel}:{data['ts']}"
        side = place.kind is PlaceKind.SIDE_THREAD
        if not side and (agent is None or not agent.enabled):
            told = words.HOW_TO_LINK if agent is None else words.NOT_ALLOWED
            self._whisper(place, data, told, once)
            return
        try:
            if side:
                known = agent if agent is not None and agent.enabled else None
                self.side.heard(self._spoken(connected, place, data, known), self._name(connected, data["user"]), now)
                return
            done = self._said(self._spoken(connected, place, data, agent), _written_at(data["ts"], now))
        except Refusal as refusal:
            told = words.not_kept(refusal.detail) if side else words.refused(refusal.detail)
            self._told_why(place, told, once)
            return
        self.slack.mark(place.channel, data["ts"], done)

    def _spoken(self, connected: Connected, place: SlackPlace, data: Mapping[str, Any], agent: Agent | None) -> Spoken:
        names = _Names(lambda user_id: self._name(connected, user_id))
        said = words.heard(data["text"], names.of)
        inside = place.kind is PlaceKind.CONVERSATION and note_in(said) is not None
        attached = tuple(self.files.fetched(connected, file, inside=inside) for file in objects(data["files"]))
        return Spoken(place, data["user"], data["ts"], agent, said, attached)

    def _said(self, spoken: Spoken, now: datetime) -> str:
        """As an answer or a note; gives the mark that tells so."""
        agent = spoken.agent
        if agent is None:  # the caller has seen to it
            raise InvalidInput(words.HOW_TO_LINK)
        principal = Principal("agent", agent.id, agent.name, agent.role)
        noted = note_in(spoken.text)
        conversation = self._conversation(spoken.place.conversation_id)
        # It may have been said just before a merge.
        if conversation.id != spoken.place.conversation_id and self._is_said(spoken.place, spoken.ts):
            return SENT if noted is None else NOTED
        if noted is not None:
            files = spoken.attachments
            desk.add_note(self.desk, principal, conversation.id, spoken.client_id, noted, now, attachments=files)
            return NOTED
        if not spoken.text and not spoken.attachments:
            raise InvalidInput("There is nothing in it that could be sent.")
        draft = Draft(
            client_id=spoken.client_id,
            text=spoken.text,
            kind=_kind(spoken.attachments),
            attachments=spoken.attachments,
            identity=spoken.client_id,
        )
        Composing(self.replies, self.inboxes, principal, conversation.id, now).sent(draft)
        return SENT

    def _conversation(self, conversation_id: str) -> Conversation:
        """The conversation, or the one that it is part of by now."""
        found = followed(self.desk, conversation_id)
        if found is None:
            raise ConversationNotFound("This conversation is no longer there.")
        return found

    def _changed(self, place: SlackPlace, data: Mapping[str, Any]) -> None:
        """An edit or a deletion of what was sent: it stays as it is, and whoever changed it is told."""
        if self._is_said(place, data["ts"]):
            self._whisper(place, data, words.ALREADY_SENT, f"changed:{place.channel}:{data['ts']}")

    def _is_said(self, place: SlackPlace, ts: str) -> bool:
        """Whether it was stored in the thread's own conversation: in one piece, or in several."""
        name = slack_client_id(place.channel, ts)
        return any(self.replies.once(place.conversation_id, each) for each in (name, portion_name(name, 0)))

    def _told_why(self, place: SlackPlace, told: str, once: str) -> None:
        """In the thread. Where Slack takes it from us no more, nobody is told: the record would hold up what colleagues
        write behind it, and what was refused stays refused."""
        try:
            self.slack.post(place.channel, told, None, place.ts, once=once)
        except SlackFailed as failed:
            if failed.may_pass:
                raise

    def _whisper(self, place: SlackPlace, data: Mapping[str, Any], told: str, once: str) -> None:
        try:
            self.slack.whisper(place.channel, data["user"], told, place.ts, once=once)
        except SlackFailed as failed:
            if failed.may_pass and failed.is_certain:
                raise

    def _agent_id(self, connected: Connected, data: Mapping[str, Any]) -> str | None:
        """People of other workspaces, in shared channels, are nobody of ours."""
        workspace = connected.app.workspace_id
        if data["team"] not in ("", workspace):
            return None
        return self.links.of_user(workspace, data["user"])

    def _name(self, connected: Connected, user_id: str) -> str:
        """By which an agent is known, or else Slack knows the person."""
        agent_id = self.links.of_user(connected.app.workspace_id, user_id)
        agent = self.agents.get(agent_id) if agent_id else None
        if agent is not None:
            return agent.name
        try:
            user = mapping(self.slack.api.get(connected, "users.info", {"user": user_id}).get("user"))
        except SlackFailed:
            return "colleague"
        profile = mapping(user.get("profile"))
        return text(profile.get("display_name")) or text(profile.get("real_name")) or "colleague"


def _written_at(ts: str, now: datetime) -> datetime:
    """When it was written: what was said in a row stays in a row, however fast the queue is worked off. What comes very
    late counts from now: windows may have closed since."""
    at = seconds(ts)
    return at if at is not None and now - PROMPT <= at <= now else now


class _Names:
    """Names of those who are mentioned: the first few are looked up."""

    def __init__(self, look: Callable[[str], str]) -> None:
        self._look = look
        self._known: dict[str, str] = {}

    def of(self, user_id: str) -> str:
        if user_id not in self._known:
            self._known[user_id] = self._look(user_id) if len(self._known) < NAMES_LOOKED_UP else "colleague"
        return self._known[user_id]


def _kind(attachments: tuple[Attachment, ...]) -> MessageKind:
    """Of files of one family that family, of a mixture documents: every channel that takes files takes those."""
    if not attachments:
        return MessageKind.TEXT
    found = {_FAMILIES.get(each.mime.partition("/")[0], MessageKind.DOCUMENT) for each in attachments}
    return next(iter(found)) if len(found) == 1 else MessageKind.DOCUMENT
