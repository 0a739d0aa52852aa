"""The Slack app for teams: saying something to an agent or in a channel, once, whatever the network does.

Slack knows no idempotency key. What is to be said once is claimed under a name first; who finds a claim without a post
looks for that name in Slack itself (it travels in the message's metadata) before saying it again.
Source: "chat.postMessage", "Message metadata", "conversations.replies", "Rate limits".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.untrusted import identifier, mapping, objects, text
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.events_slack import SlackAppHealthChanged
from chalicelib.domain.ids import digest
from chalicelib.domain.inbox_health import TokenState
from chalicelib.domain.slack_app import Posted, is_ts
from chalicelib.domain.writes import Recorded
from chalicelib.services.team_slack_api import DEAD, SlackApi, SlackFailed
from chalicelib.services.team_slack_ports import Apps, Connected, Health, Links, Posts

EVENT_TYPE = "parley_post"
# Longer than whoever claimed it can still be at work.
CLAIM_HOLDS = timedelta(seconds=45)
# Clocks differ; Slack's own time is what is searched by.
MARGIN = timedelta(minutes=5)
MAX_WAIT_SECONDS = 5.0
SEARCHED = 200
ATTEMPTS = 3

Blocks = Sequence[Mapping[str, Any]]


class SlackNotHere(SlackFailed):
    """No workspace is connected."""

    def __init__(self) -> None:
        super().__init__("not_connected", FailureClass.CONFIG, "No Slack workspace is connected.", is_certain=True)


@dataclass(frozen=True, slots=True)
class TeamSlack:
    apps: Apps
    links: Links
    health: Health
    posts: Posts
    api: SlackApi
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]

    def direct(self, agent_id: str, words: str, blocks: Blocks | None = None, *, once: str = "") -> bool:
        """Tell an agent; False where nobody in the workspace is known to be this agent, or Slack does not deliver to
        them. `once`: what it tells of; the same is told once. Raises SlackFailed, StoreUnavailable."""
        connected, link = self.apps.connected(), self.links.of_agent(agent_id)
        if connected is None or link is None or link.workspace_id != connected.app.workspace_id:
            return False
        try:
            channel = self._direct_channel(connected, link.user_id)
            self.post(channel, words, blocks, once=once and f"direct:{agent_id}:{once}")
        except SlackFailed as failed:
            if failed.failure is FailureClass.RECIPIENT:
                return False
            raise
        return True

    def post(
        self,
        channel_id: str,
        words: str,
        blocks: Blocks | None = None,
        thread_ts: str | None = None,
        *,
        once: str = "",
        broadcast: bool = False,
    ) -> str:
        """Say something in a channel or a thread of it; gives the message's `ts`. `words` are Slack's markup already
        (`team_slack_words.escaped`); with `blocks` they are what notifications show. `broadcast`: a thread's message
        stands in the channel too. Raises SlackFailed, StoreUnavailable."""
        connected = self._connected()
        payload: dict[str, Any] = {"channel": channel_id, "text": words, "unfurl_links": False, "unfurl_media": False}
        payload |= {"blocks": list(blocks)} if blocks else {}
        payload |= {"thread_ts": thread_ts, "reply_broadcast": broadcast} if thread_ts else {}
        if not once:
            return self._said(connected, payload)
        return self._once(connected, once, payload)

    def whisper(self, channel_id: str, user_id: str, words: str, thread_ts: str, *, once: str) -> None:
        """Tell one person something in a thread that nobody else sees; seldom twice, and perhaps not at all.
        Raises SlackFailed, StoreUnavailable."""
        connected, now = self._connected(), self.clock()
        if self.posts.claim(once, Posted(channel_id, "", now)) is not None:
            return
        payload = {"channel": channel_id, "user": user_id, "text": words, "thread_ts": thread_ts}
        try:
            self.call(connected, "chat.postEphemeral", payload)
        except SlackFailed as failed:
            if failed.is_certain and failed.may_pass:
                self.posts.release(once)
            raise

    def mark(self, channel_id: str, ts: str, emoji: str) -> None:
        """A reaction of ours to a message: best effort."""
        connected = self.apps.connected()
        if connected is None:
            return
        try:
            self.api.post(connected, "reactions.add", {"channel": channel_id, "timestamp": ts, "name": emoji})
        except SlackFailed:
            return  # it is an ornament, and may lack its scope

    def call(self, connected: Connected, method: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """A call whose outcome tells of the token's health too; Slack's short pauses are waited for, once.
        Raises SlackFailed."""
        try:
            answer = self._patient(connected, method, payload)
        except SlackFailed as failed:
            if failed.code in DEAD:
                self.note(TokenState.DEAD, failed.code)
            raise
        self.note(TokenState.OK, None)
        return answer

    def note(self, state: TokenState, reason: str | None) -> None:
        """Keep whether Slack takes the token, where that is news."""
        for _ in range(ATTEMPTS):
            before = self.health.health()
            if before.token is state:
                return
            now = self.clock()
            event = SlackAppHealthChanged(previous=before.token.value, state=state.value, reason=reason)
            # Its first good answer is no news.
            events = () if before.token is TokenState.UNKNOWN and state is TokenState.OK else (event,)
            after = replace(before, token=state, at=now, reason=reason, version=before.version + 1)
            if self.health.set_health(after, Recorded(events, SYSTEM, now)):
                return

    def _connected(self) -> Connected:
        connected = self.apps.connected()
        if connected is None:
            raise SlackNotHere
        return connected

    def _patient(self, connected: Connected, method: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self.api.post(connected, method, payload)
        except SlackFailed as failed:
            wait = failed.retry_after
            if wait is None or wait > MAX_WAIT_SECONDS or not failed.is_certain:
                raise
        self.sleep(wait)
        return self.api.post(connected, method, payload)

    def _direct_channel(self, connected: Connected, user_id: str) -> str:
        told = self.call(connected, "conversations.open", {"users": user_id})
        return identifier(mapping(told.get("channel")).get("id")) or user_id

    def _said(self, connected: Connected, payload: Mapping[str, Any]) -> str:
        ts = text(self.call(connected, "chat.postMessage", payload).get("ts"))
        if not is_ts(ts):
            raise SlackFailed("no_ts", FailureClass.RETRY, "Slack does not say where it is.", is_certain=False)
        return ts

    def _once(self, connected: Connected, name: str, payload: Mapping[str, Any]) -> str:
        now, channel = self.clock(), str(payload["channel"])
        known = self.posts.claim(name, Posted(channel, "", now))
        if known is not None:
            ts = known.ts or self._found(connected, name, payload, known, now)
            if ts:
                self.posts.settle(name, Posted(channel, ts, known.at))
                return ts
        marked = {"event_type": EVENT_TYPE, "event_payload": {"name": digest(name)}}
        try:
            ts = self._said(connected, {**payload, "metadata": marked})
        except SlackFailed as failed:
            if failed.is_certain:
                self.posts.release(name)
            raise
        self.posts.settle(name, Posted(channel, ts, now))
        return ts

    def _found(
        self, connected: Connected, name: str, payload: Mapping[str, Any], known: Posted, now: datetime
    ) -> str | None:
        """Where it was said by whoever had claimed it; None where it was not. Raises SlackFailed."""
        if now - known.at < CLAIM_HOLDS:
            raise SlackFailed("busy", FailureClass.RETRY, "It is being said just now.", is_certain=True)
        query = {"channel": known.channel, "oldest": f"{(known.at - MARGIN).timestamp():.6f}", "limit": str(SEARCHED)}
        query |= {"include_all_metadata": "true"}
        thread_ts = text(payload.get("thread_ts"))
        method = "conversations.replies" if thread_ts else "conversations.history"
        told = self.api.get(connected, method, {**query, **({"ts": thread_ts} if thread_ts else {})})
        for message in objects(told.get("messages")):
            metadata = mapping(message.get("metadata"))
            said = mapping(metadata.get("event_payload")).get("name") == digest(name)
            if said and metadata.get("event_type") == EVENT_TYPE and is_ts(text(message.get("ts"))):
                return text(message.get("ts"))
        return None
