"""HTTP fronts of the simulated Slack: the Web API for the desk, the control API for people.

Source: reference of chat.postMessage, chat.postEphemeral, conversations.history, files.info, users.lookupByEmail,
auth.test.
"""

from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import answered, spoil
from simulators.fronts import AccountsFront, account_routes, explained, looked_at, made, queued
from simulators.slack import Slack
from simulators.slack_accounts import Workspace
from simulators.wire import Json, Refused, Route, bearer_token, control_body, json_answer, parse_object, raw_body

TEAM = "/sim/slack/<account_id>"
PERSON = f"{TEAM}/people/<user>"
SCOPES = (
    "chat:write,files:read,files:write,im:write,reactions:write,users:read,users:read.email,"
    "im:history,channels:history,app_mentions:read,reactions:read,commands"
)
MAX_TEXT, MAX_BLOCKS = 40_000, 50
# Of what was posted, beside its text.
KEPT = ("blocks", "thread_ts", "metadata", "reply_broadcast")


class SlackHttp(AccountsFront[Slack, Workspace]):
    """Routes of the simulated Slack."""

    LISTED = "workspaces"
    HIDDEN = frozenset({"bot_token", "signing_secret"})

    def post_message(self, request: Request) -> Response:
        """chat.postMessage."""
        workspace = self._caller(request)
        body = parse_object(raw_body(request))
        if body is None:
            raise _refusal("invalid_json")
        self._spoil(workspace)
        with self._provider.lock:
            message = self._posted(workspace, body)
        answer = {"ok": True, "channel": message["channel"], "ts": message["ts"], "message": message}
        return self._answered(request, workspace, message, answer)

    def _answered(self, request: Request, workspace: Workspace, message: Json, answer: Json) -> Response:
        """The message is told after the answer, which may be lost."""
        response = json_answer(answer)
        response.call_on_close(lambda: self._provider.tell(workspace, message))
        return answered(request, response, self._provider.knobs)

    def post_ephemeral(self, request: Request) -> Response:
        """chat.postEphemeral: for one pair of eyes, and soon gone."""
        workspace, body = self._caller(request), parse_object(raw_body(request)) or {}
        self._spoil(workspace)
        user, channel = str(body.get("user", "")), str(body.get("channel", ""))
        if user[:1] not in ("U", "W") or channel[:1] not in ("C", "G", "D") or not body.get("text"):
            raise _refusal("user_not_in_channel" if body.get("text") else "no_text")
        with self._provider.lock:
            ts = self._provider.now_ts(workspace)
            seen = {"channel": channel, "text": body["text"], "thread_ts": body.get("thread_ts"), "ts": ts}
            workspace.whispers.setdefault(user, []).append(seen)
        return json_answer({"ok": True, "message_ts": ts})

    def history(self, request: Request) -> Response:
        """conversations.history (newest first, without threads) and conversations.replies (oldest first)."""
        workspace, asked = self._caller(request), request.values
        root, oldest = asked.get("ts", ""), float(asked.get("oldest") or 0)
        with self._provider.lock:
            found = [dict(message) for message in workspace.channels.get(asked.get("channel", ""), [])]
        threaded = request.path.endswith(".replies")
        shown = [each for each in found if float(each["ts"]) >= oldest and _stands(each, root, threaded=threaded)]
        if asked.get("include_all_metadata") not in ("true", "1"):
            shown = [{name: part for name, part in each.items() if name != "metadata"} for each in shown]
        limit = int(asked.get("limit") or 100)
        return json_answer({"ok": True, "messages": shown[:limit] if threaded else shown[::-1][:limit]})

    def person_by_email(self, request: Request) -> Response:
        """users.lookupByEmail."""
        workspace, email = self._caller(request), request.values.get("email", "").lower()
        user = next((user for user, known in workspace.people.items() if known.lower() == email), None)
        if not email or user is None:
            raise _refusal("users_not_found")
        return json_answer({"ok": True, "user": _person(workspace, user)})

    def open_direct(self, request: Request) -> Response:
        """conversations.open."""
        workspace = self._caller(request)
        user = str((parse_object(raw_body(request)) or {}).get("users", ""))
        if user[:1] not in ("U", "W"):
            raise _refusal("user_not_found")
        return json_answer({"ok": True, "channel": {"id": workspace.direct(user)}})

    def upload_url(self, request: Request) -> Response:
        """files.getUploadURLExternal."""
        workspace = self._caller(request)
        name, length = request.args.get("filename", ""), request.args.get("length", "")
        if not name or not length.isdigit() or int(length) == 0:
            raise _refusal("invalid_arguments")
        with self._provider.lock:
            file_id = workspace.expect_upload(name, int(length))
        url = f"{request.host_url}slack/upload/{workspace.team_id}/{file_id}"
        return json_answer({"ok": True, "upload_url": url, "file_id": file_id})

    def upload(self, request: Request, team_id: str, file_id: str) -> Response:
        """The bytes of a file that nobody sees yet."""
        workspace, content = self._provider.workspaces.get(team_id), raw_body(request)
        if workspace is None or workspace.uploads.get(file_id, {}).get("size") != len(content):
            return Response("bad upload", 400)
        workspace.uploads[file_id]["content"] = content
        return Response(f"OK - {len(content)}")

    def complete_upload(self, request: Request) -> Response:
        """files.completeUploadExternal: the files become a message."""
        workspace, body = self._caller(request), parse_object(raw_body(request)) or {}
        self._spoil(workspace)
        with self._provider.lock:
            files = [workspace.uploaded(given) for given in body.get("files") or []]
            if not files or None in files:
                raise _refusal("file_not_found")
            said = {"text": body.get("initial_comment", ""), "thread_ts": body.get("thread_ts")}
            message = self._posted(workspace, {**said, "channel": body.get("channel_id"), "blocks": files})
            message.pop("blocks")
            message |= {"subtype": "file_share", "files": files}
            workspace.find(message["channel"], message["ts"]).update(message)
        return self._answered(request, workspace, message, {"ok": True, "files": files})

    def react(self, request: Request) -> Response:
        """reactions.add and reactions.remove."""
        workspace, body = self._caller(request), parse_object(raw_body(request)) or {}
        self._spoil(workspace)
        with self._provider.lock:
            try:
                message = workspace.find(str(body.get("channel")), body.get("timestamp"))
            except LookupError:
                raise _refusal("message_not_found") from None
            shown = message.setdefault("reactions", [])
            adds, name = request.path.endswith(".add"), str(body.get("name", ""))
            if adds == (name in shown):
                raise _refusal("already_reacted" if adds else "no_reaction")
            (shown.append if adds else shown.remove)(name)
        return json_answer({"ok": True})

    def person(self, request: Request) -> Response:
        """users.info."""
        workspace, user = self._caller(request), request.args.get("user", "")
        if user[:1] not in ("U", "W"):
            raise _refusal("user_not_found")
        return json_answer({"ok": True, "user": _person(workspace, user)})

    def auth_test(self, request: Request) -> Response:
        """auth.test."""
        workspace = self._caller(request)
        about = {"team": "Simulated", "team_id": workspace.team_id, "user_id": workspace.bot_user_id, "user": "desk"}
        return json_answer(
            {"ok": True, "url": "https://simulated.slack.com/", **about}, 200, {"X-OAuth-Scopes": SCOPES}
        )

    def file_info(self, request: Request) -> Response:
        """files.info."""
        workspace = self._caller(request)
        found = workspace.files.get(request.args.get("file", ""))
        if found is None:
            raise _refusal("file_not_found")
        return json_answer({"ok": True, "file": found[0]})

    def file(self, request: Request, team_id: str, file_id: str) -> Response:
        """A file's bytes; without a good token the page to sign in, as Slack answers."""
        workspace = self._provider.by_token(bearer_token(request))
        found = workspace.files.get(file_id) if workspace and workspace.team_id == team_id else None
        if found is None:
            return Response("<!DOCTYPE html><title>Sign in</title>", mimetype="text/html")
        return Response(found[1], content_type=found[0]["mimetype"])

    def post_handshake(self, request: Request, account_id: str) -> Response:
        """Try the webhook's address."""
        with explained():
            return json_answer({"deliveries": self._provider.handshake(account_id)}, 202)

    def post_event(self, request: Request, account_id: str) -> Response:
        """Post an event of the caller's making."""
        with explained():
            workspace = self._account(account_id)
        return queued(self._provider.tell, workspace, control_body(request))

    def post_refusal(self, request: Request, account_id: str) -> Response:
        """Refuse the next message with this error."""
        with explained():
            refusals = self._account(account_id).refusals
        return queued(refusals.append, str(control_body(request).get("error", "is_archived")))

    def post_said(self, request: Request, account_id: str, user: str) -> Response:
        """A person writes."""
        return made(request, "ts", self._provider.say, account_id, user)

    def post_action(self, request: Request, account_id: str, user: str) -> Response:
        """A person edits, deletes, reacts, presses, uses a command."""
        return queued(self._provider.act, account_id, user, **control_body(request))

    def get_screen(self, request: Request, account_id: str, user: str) -> Response:
        """The direct messages of a person with the app."""
        with explained():
            channel = self._account(account_id).direct(user)
        return self.get_channel(request, account_id, channel)

    def post_person(self, request: Request, account_id: str, user: str) -> Response:
        """Say which e-mail address a person has."""
        with explained():
            people = self._account(account_id).people
        people[user] = str(control_body(request).get("email", ""))
        return json_answer({"user": user, "email": people[user]})

    def get_whispers(self, request: Request, account_id: str, user: str) -> Response:
        """What only this person saw."""
        with explained():
            found = self._account(account_id).whispers.get(user, [])
        return json_answer({"messages": found})

    def get_channel(self, request: Request, account_id: str, channel: str) -> Response:
        """What stands in a channel."""
        return looked_at(lambda: {"messages": self._provider.screen(account_id, channel)})

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/slack/api/chat.postMessage", post_message),
        ("POST", "/slack/api/chat.postEphemeral", post_ephemeral),
        ("GET", "/slack/api/conversations.history", history),
        ("POST", "/slack/api/conversations.history", history),
        ("GET", "/slack/api/conversations.replies", history),
        ("POST", "/slack/api/conversations.replies", history),
        ("GET", "/slack/api/users.lookupByEmail", person_by_email),
        ("POST", "/slack/api/users.lookupByEmail", person_by_email),
        ("POST", "/slack/api/auth.test", auth_test),
        ("POST", "/slack/api/conversations.open", open_direct),
        ("GET", "/slack/api/files.getUploadURLExternal", upload_url),
        ("POST", "/slack/upload/<team_id>/<file_id>", upload),
        ("POST", "/slack/api/files.completeUploadExternal", complete_upload),
        ("POST", "/slack/api/reactions.add", react),
        ("POST", "/slack/api/reactions.remove", react),
        ("GET", "/slack/api/users.info", person),
        ("GET", "/slack/api/files.info", file_info),
        ("GET", "/slack/files/<team_id>/<file_id>", file),
        *account_routes("/sim/slack"),
        ("POST", f"{TEAM}/handshake", post_handshake),
        ("POST", f"{TEAM}/events", post_event),
        ("POST", f"{TEAM}/refusals", post_refusal),
        ("POST", f"{PERSON}/messages", post_said),
        ("POST", f"{PERSON}/actions", post_action),
        ("POST", f"{PERSON}/email", post_person),
        ("GET", f"{PERSON}/phone", get_screen),
        ("GET", f"{PERSON}/whispers", get_whispers),
        ("GET", f"{TEAM}/channels/<channel>", get_channel),
    )

    def _accounts(self) -> dict[str, Workspace]:
        return self._provider.workspaces

    def _details(self, account: Workspace) -> Json:
        return {"channels": list(account.channels)}

    def _caller(self, request: Request) -> Workspace:
        workspace = self._provider.by_token(bearer_token(request))
        if workspace is None:
            raise _refusal("invalid_auth" if bearer_token(request) else "not_authed")
        return workspace

    def _spoil(self, workspace: Workspace) -> None:
        spoil(
            self._provider.knobs,
            limited=lambda now: _limited(now.retry_after_seconds),
            broken=lambda now: Refused(now.server_error_status, {"ok": False, "error": "service_unavailable"}),
            refused=lambda now: _refusal("internal_error"),
        )
        if workspace.refusals:
            raise _refusal(workspace.refusals.pop(0))

    def _posted(self, workspace: Workspace, body: Json) -> Json:
        text, blocks, to = body.get("text", ""), body.get("blocks") or [], str(body.get("channel", ""))
        if not text and not blocks:
            raise _refusal("no_text")
        if len(text) > MAX_TEXT or len(blocks) > MAX_BLOCKS:
            raise _refusal("msg_too_long" if len(text) > MAX_TEXT else "invalid_blocks")
        if to[:1] not in ("U", "W", "C", "G", "D"):
            raise _refusal("channel_not_found")
        channel = workspace.direct(to) if to[0] in "UW" else to
        ts = self._provider.now_ts(workspace)
        message: Json = {"type": "message", "user": workspace.bot_user_id, "bot_id": "B0SIMBOT01", "text": text}
        message |= {"app_id": workspace.app_id, "team": workspace.team_id, "ts": ts, "event_ts": ts, "channel": channel}
        message |= {"channel_type": "im" if channel.startswith("D") else "channel"}
        message |= {name: body[name] for name in KEPT if body.get(name)}
        workspace.keep(channel, {**message, "author": "app"})
        return message


def _person(workspace: Workspace, user: str) -> Json:
    profile = {"display_name": f"Person {user[-4:]}", "real_name": f"Person {user[-4:]} of Slack"}
    profile |= {"email": workspace.people[user]} if user in workspace.people else {}
    about = {"id": user, "team_id": workspace.team_id, "name": user.lower(), "deleted": False}
    return {**about, "is_bot": user == workspace.bot_user_id, "profile": profile}


def _stands(message: Json, root: str, *, threaded: bool) -> bool:
    """Whether a message stands in this thread, or among those of the channel itself."""
    if threaded:
        return root in (message.get("thread_ts"), message["ts"])
    return message.get("thread_ts") in (None, message["ts"]) or bool(message.get("reply_broadcast"))


def _refusal(error: str) -> Refused:
    """Slack answers its refusals with 200."""
    return Refused(200, {"ok": False, "error": error})


def _limited(seconds: int) -> Refused:
    return Refused(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(seconds)})
