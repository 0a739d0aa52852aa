"""The simulated Slack: workspaces with an app, what people write there, and the signed calls that tell of it.

Source: Slack's reference, "Events API", "Interaction payloads", "Slash commands", "Verifying requests".
"""

import hashlib
import hmac
import itertools
from base64 import b64decode
from collections.abc import Callable
from threading import RLock
from typing import Any
from urllib.parse import urlencode

from simulators.clock import Clock, unix_seconds
from simulators.knobs import KnobBoard
from simulators.slack_accounts import Workspace
from simulators.webhooks import WebhookPoster
from simulators.wire import Json, dump

PROVIDER = "slack"
SETTINGS = frozenset({"bot_token", "signing_secret", "webhook_url", "app_id", "bot_user_id"})
# Why a call is repeated (X-Slack-Retry-Reason); one word is enough here.
RETRY_REASON = "http_error"
FORM = "application/x-www-form-urlencoded"


class UnknownWorkspace(LookupError):
    """No such workspace is registered."""


class Slack:
    """The provider, in memory. Every public method is safe to call from any thread."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster, *, base_url: Callable[[], str]) -> None:
        self.clock = clock
        self.knobs = knobs
        self.workspaces: dict[str, Workspace] = {}
        self.lock = RLock()
        self._poster = poster
        self._base_url = base_url

    def register(self, team_id: str, **settings: Any) -> Workspace:
        """Create or change a workspace with the app in it; ValueError says what is wrong."""
        if not team_id.startswith("T") or not settings.keys() <= SETTINGS:
            raise ValueError(f"a team id begins with T, its settings are {', '.join(sorted(SETTINGS))}")
        if not all(isinstance(value, str) for value in settings.values()):
            raise ValueError("settings must be strings")
        with self.lock:
            workspace = self.workspaces.setdefault(team_id, Workspace(team_id))
            for name, value in settings.items():
                setattr(workspace, name, value)
        return workspace

    def workspace(self, team_id: str) -> Workspace:
        """A registered workspace."""
        try:
            return self.workspaces[team_id]
        except KeyError:
            raise UnknownWorkspace(team_id) from None

    def by_token(self, token: str) -> Workspace | None:
        """The workspace that a call is for."""
        return next((each for each in self.workspaces.values() if token and each.bot_token == token), None)

    def handshake(self, team_id: str) -> list[str]:
        """Try the webhook's address, as Slack does when it is entered; the delivery log shows the answer."""
        body = {"token": "legacy", "type": "url_verification", "challenge": f"word-{team_id}"}
        return self._post(self.workspace(team_id), dump(body))

    def say(self, team_id: str, user: str, /, text: str = "", **spec: Any) -> str:
        """A person writes: to the app, or in `channel` (in the thread `thread_ts`); returns the message's `ts`."""
        workspace = self.workspace(team_id)
        with self.lock:
            channel = str(spec.get("channel") or workspace.direct(user))
            message = self._message(workspace, channel, user, text)
            if spec.get("thread_ts"):
                message |= {"thread_ts": str(spec["thread_ts"]), "parent_user_id": user}
            if spec.get("files"):
                files = [self._file(workspace, given) for given in spec["files"]]
                message |= {"subtype": "file_share", "files": files}
            workspace.keep(channel, {**message, "author": "person"})
            self.tell(workspace, message)
            if f"<@{workspace.bot_user_id}>" in text and not channel.startswith("D"):
                self.tell(workspace, {**message, "type": "app_mention"})
            return str(message["ts"])

    def act(self, team_id: str, user: str, /, type: str, **spec: Any) -> None:
        """A person edits, deletes, reacts, presses a button, uses a command; LookupError where it is not there."""
        acts = {"edit": self._edit, "delete": self._delete, "react": self._react, "press": self._press}
        workspace = self.workspace(team_id)
        with self.lock:
            if type == "command":
                self._command(workspace, user, spec)
            elif type in acts:
                channel = str(spec.get("channel") or workspace.direct(user))
                acts[type](workspace, user, channel, workspace.find(channel, spec.get("ts")), spec)
            else:
                raise ValueError(f"type must be one of command, {', '.join(acts)}")

    def tell(self, workspace: Workspace, event: Json) -> None:
        """Post an event, signed."""
        mine = {"team_id": workspace.team_id, "user_id": workspace.bot_user_id, "is_bot": True}
        outer: Json = {"token": "legacy", "team_id": workspace.team_id, "api_app_id": workspace.app_id}
        outer |= {"type": "event_callback", "event_id": workspace.next_event(), "event": event}
        outer |= {"event_time": int(self.clock.now().timestamp()), "authorizations": [mine]}
        self._post(workspace, dump({**outer, "is_ext_shared_channel": False}))

    def screen(self, team_id: str, channel: str) -> list[Json]:
        """What stands in a channel."""
        with self.lock:
            return [dict(message) for message in self.workspace(team_id).channels.get(channel, [])]

    def now_ts(self, workspace: Workspace) -> str:
        """The next message's time."""
        return workspace.next_ts(self.clock.now().timestamp())

    def reset(self, *, accounts: bool = False) -> None:
        """Forget messages and files; the workspaces too if wanted."""
        with self.lock:
            if accounts:
                self.workspaces.clear()
            for workspace in self.workspaces.values():
                workspace.channels.clear()
                workspace.files.clear()
                workspace.uploads.clear()
                workspace.refusals.clear()
                workspace.whispers.clear()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [workspace.saved() for workspace in self.workspaces.values()]

    def _message(self, workspace: Workspace, channel: str, user: str, text: str) -> Json:
        ts = self.now_ts(workspace)
        kind = "im" if channel.startswith("D") else "channel"
        named = {"type": "message", "user": user, "text": text, "ts": ts, "event_ts": ts, "team": workspace.team_id}
        return {**named, "channel": channel, "channel_type": kind, "client_msg_id": f"sim-{ts}"}

    def _file(self, workspace: Workspace, given: Json) -> Json:
        content = b64decode(given.get("content", ""))
        file_id = f"F{len(workspace.files) + 1:010d}"
        url = f"{self._base_url()}/slack/files/{workspace.team_id}/{file_id}"
        about = {"id": file_id, "name": given.get("name", "file"), "size": len(content), "mode": "hosted"}
        about |= {"mimetype": given.get("mime", "application/octet-stream"), "url_private_download": url}
        workspace.files[file_id] = (about, content)
        # In shared channels only the id is told.
        return {"id": file_id, "file_access": "check_file_info"} if given.get("look_up") else about

    def _change(self, workspace: Workspace, channel: str, subtype: str, **parts: Any) -> None:
        ts = self.now_ts(workspace)
        about = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel, "ts": ts, "event_ts": ts}
        kind = "im" if channel.startswith("D") else "channel"
        self.tell(workspace, {**about, "channel_type": kind, **parts})

    def _edit(self, workspace: Workspace, user: str, channel: str, message: Json, spec: Json) -> None:
        before = dict(message)
        message |= {"text": str(spec.get("text", "")), "edited": {"user": user, "ts": self.now_ts(workspace)}}
        self._change(workspace, channel, "message_changed", message=dict(message), previous_message=before)

    def _delete(self, workspace: Workspace, user: str, channel: str, message: Json, spec: Json) -> None:
        before = {name: part for name, part in message.items() if name != "deleted"}
        message["deleted"] = True
        self._change(workspace, channel, "message_deleted", deleted_ts=message["ts"], previous_message=before)

    def _react(self, workspace: Workspace, user: str, channel: str, message: Json, spec: Json) -> None:
        item = {"type": "message", "channel": channel, "ts": message["ts"]}
        kind = "reaction_removed" if spec.get("removed") else "reaction_added"
        event: Json = {"type": kind, "user": user, "reaction": str(spec.get("reaction", "+1")), "item": item}
        self.tell(workspace, event | {"item_user": message.get("user"), "event_ts": self.now_ts(workspace)})

    def _press(self, workspace: Workspace, user: str, channel: str, message: Json, spec: Json) -> None:
        elements = [part for block in message.get("blocks", []) for part in block.get("elements", [])]
        pressed = next((part for part in elements if part.get("value") == spec.get("value")), None)
        if pressed is None:
            raise LookupError(f"button {spec.get('value')}")
        action = {**pressed, "block_id": "b1", "action_ts": self.now_ts(workspace)}
        place = {"type": "message", "message_ts": message["ts"], "channel_id": channel}
        outer: Json = {"type": "block_actions", "api_app_id": workspace.app_id, "container": place}
        outer |= {"user": {"id": user, "username": user.lower(), "team_id": workspace.team_id}}
        outer |= {"team": {"id": workspace.team_id}, "channel": {"id": channel}, "message": dict(message)}
        outer |= {"actions": [action], "trigger_id": f"trigger.{action['action_ts']}"}
        self._post(workspace, urlencode({"payload": dump(outer)}).encode(), FORM)

    def _command(self, workspace: Workspace, user: str, spec: Json) -> None:
        form = {"team_id": workspace.team_id, "channel_id": spec.get("channel", ""), "user_id": user}
        form |= {"user_name": user.lower(), "command": spec.get("command", "/desk"), "text": spec.get("text", "")}
        form |= {"api_app_id": workspace.app_id, "trigger_id": f"trigger.{self.now_ts(workspace)}"}
        self._post(workspace, urlencode(form).encode(), FORM)

    def _post(self, workspace: Workspace, body: bytes, content_type: str = "application/json") -> list[str]:
        secret, attempts = workspace.signing_secret, itertools.count()
        if self.knobs.spend("bad_signature_next"):
            secret = secret[::-1] + "x"

        def sign(raw: bytes) -> dict[str, str]:
            # Anew for each attempt: a late retry with the first timestamp would be stale.
            timestamp, retry = unix_seconds(self.clock.wall()), next(attempts)
            repeated = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": RETRY_REASON} if retry else {}
            signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature(secret, timestamp, raw)}
            return {"Content-Type": content_type, **signed, **repeated}

        copies = self.knobs.now.duplicates
        return self._poster.post(PROVIDER, workspace.team_id, workspace.webhook_url, body, sign, copies)


def signature(secret: str, timestamp: str, raw: bytes) -> str:
    """Value of X-Slack-Signature."""
    signed = b"v0:" + timestamp.encode() + b":" + raw
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
