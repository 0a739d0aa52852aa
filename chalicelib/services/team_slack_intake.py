"""What the company's Slack calls us with: proven, read as far as is needed to queue it, and answered within three
seconds. What it means is somebody else's to find out.

Slack repeats a call that was not answered in time (X-Slack-Retry-Num): the event's id makes the queue drop repeats, and
whatever comes later still is told from what was done before by the message's own time.
Source: "Events API", "Verifying requests from Slack", "message event", "Interaction payloads".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.channels import slack_signing, untrusted
from chalicelib.channels.http import PayloadNotUnderstood, Reply, SignatureMismatch, WebhookRequest
from chalicelib.domain.ids import digest
from chalicelib.domain.slack_app import is_channel, is_ts, is_user
from chalicelib.services.team_slack_ports import Apps, Connected, Heard

# Types of records of our own: what Slack told; and whether somebody has taken a conversation by now.
HEARD, WAITED = "slack.heard", "slack.waited"
MAX_BODY = 1024 * 1024
MAX_TEXT = 40_000
MAX_FILES = 10
# What becomes of the app itself.
_ENDS = frozenset({"app_uninstalled", "tokens_revoked"})
# Messages that people wrote; the rest (joins, topics, bots) is none of ours.
_WRITTEN = frozenset({"", "file_share", "thread_broadcast"})
_CHANGED = {"message_changed": "edited", "message_deleted": "deleted"}
_FILE_FIELDS = ("id", "name", "mimetype", "url_private_download", "url_private")


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer, and a word for the metrics."""

    reply: Reply
    outcome: str


@dataclass(frozen=True, slots=True)
class SlackIntake:
    apps: Apps
    queue: Heard

    def take(self, path: str, request: WebhookRequest) -> Taken:
        """`path`: what is called, behind the app's address. Raises StoreUnavailable: Slack calls again."""
        connected = self.apps.connected()
        if path not in ("events", "interactivity") or request.method != "POST" or connected is None:
            return Taken(Reply(404), "unknown")
        if len(request.body) > MAX_BODY:
            return Taken(Reply(413), "too_large")
        try:
            slack_signing.verify(request, connected.credentials)
        except SignatureMismatch:
            return Taken(Reply(401), "refused_signature")
        if path == "interactivity":
            # Buttons that are links tell of themselves too; there are no others.
            return Taken(Reply(200), "interaction")
        return self._event(connected, request)

    def _event(self, connected: Connected, request: WebhookRequest) -> Taken:
        tried = slack_signing.challenge(request, connected.credentials)
        if tried is not None:
            return Taken(tried, "challenge")
        try:
            outer = untrusted.json_object(request.body)
        except PayloadNotUnderstood:
            return Taken(Reply(200), "not_understood")
        data = heard_in(outer, connected)
        if data is None:
            return Taken(Reply(200), "ignored")
        # Without an id of its own, the same bytes are the same event.
        event_id = untrusted.identifier(outer.get("event_id")) or digest(request.body.decode("utf-8", "replace"))
        group = digest(connected.app.workspace_id, data["channel"], data["thread_ts"])
        self.queue.keep_heard(group, event_id, {"id": event_id, "type": HEARD, "data": data, "snapshot": {}})
        return Taken(Reply(200), "repeated" if "x-slack-retry-num" in request.headers else "taken")


def heard_in(outer: Mapping[str, Any], connected: Connected) -> dict[str, Any] | None:
    """What a person did in a thread, or what became of the app; None where it is nothing to us. What stands outside of
    threads is not even looked at: it is none of the desk's business."""
    event, app = untrusted.mapping(outer.get("event")), connected.app
    if outer.get("type") != "event_callback" or not _is_of(outer, app.workspace_id):
        return None
    kind, subtype = untrusted.text(event.get("type")), untrusted.text(event.get("subtype"))
    if kind in _ENDS:
        return _ended(kind, event, app.bot_user_id)
    if kind != "message":
        return None
    if subtype in _CHANGED:
        before, after = untrusted.mapping(event.get("previous_message")), untrusted.mapping(event.get("message"))
        # Slack tells of an unfolded link as of an edit.
        if subtype == "message_changed" and before.get("text") == after.get("text"):
            return None
        return _message(_CHANGED[subtype], event.get("channel"), before or after, app.bot_user_id)
    return _message("message", event.get("channel"), event, app.bot_user_id) if subtype in _WRITTEN else None


def _is_of(outer: Mapping[str, Any], workspace_id: str) -> bool:
    """In shared channels `team_id` may be the other side's: then our installation is named."""
    installed = [untrusted.text(each.get("team_id")) for each in untrusted.objects(outer.get("authorizations"))]
    return workspace_id in (*installed, untrusted.text(outer.get("team_id")))


def _ended(kind: str, event: Mapping[str, Any], bot_user_id: str) -> dict[str, Any] | None:
    """People's own tokens are none of ours."""
    bots = untrusted.items(untrusted.mapping(event.get("tokens")).get("bot"))
    if kind == "tokens_revoked" and bot_user_id not in bots:
        return None
    return {"kind": "ended", "reason": kind, "channel": "", "thread_ts": ""}


def _message(kind: str, channel: Any, message: Mapping[str, Any], bot_user_id: str) -> dict[str, Any] | None:
    """Of a person, in a thread; None for anything else, the app's own words above all."""
    user, ts = untrusted.text(message.get("user")), untrusted.text(message.get("ts"))
    root, place = untrusted.text(message.get("thread_ts")), untrusted.text(channel)
    if message.get("bot_id") or user == bot_user_id or not is_user(user):
        return None
    if not is_channel(place) or not is_ts(ts) or not is_ts(root) or root == ts:
        return None
    team = untrusted.text(message.get("user_team")) or untrusted.text(message.get("team"))
    return {
        "kind": kind,
        "channel": place,
        "user": user,
        "team": team,
        "ts": ts,
        "thread_ts": root,
        "text": untrusted.text(message.get("text"))[:MAX_TEXT],
        "files": [_file(each) for each in untrusted.objects(message.get("files"))[:MAX_FILES]],
    }


def _file(given: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: untrusted.text(given.get(name))[:2000] for name in _FILE_FIELDS}
    return {**untrusted.known(**named), "size": untrusted.whole(given.get("size"))}
