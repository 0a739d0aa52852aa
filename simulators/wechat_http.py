"""HTTP fronts of the simulated WeChat: the API for the desk, the control API for people."""

from collections.abc import Callable
from typing import ClassVar

import urllib3
from werkzeug.wrappers import Request, Response

from simulators.clock import unix_seconds
from simulators.faults import answered, spoil, tell_after
from simulators.fronts import ChatsFront, account_routes, chat_routes, explained, queued
from simulators.wechat import WeChat
from simulators.wechat_accounts import Account
from simulators.wechat_messages import WeChatError, signature
from simulators.wire import Json, Refused, Route, control_body, json_answer, parse_object, raw_body

API = "/wechat/cgi-bin"
ACCOUNT = "/sim/wechat/<account_id>"
FOLLOWER = f"{ACCOUNT}/followers/<customer_id>"
OK: Json = {"errcode": 0, "errmsg": "ok"}
UPLOADS = {"image": 10, "voice": 2, "video": 10, "thumb": 1}
HANDSHAKE_SECONDS = 5.0


class WeChatHttp(ChatsFront[WeChat, Account]):
    """Routes of the simulated WeChat."""

    HIDDEN = frozenset({"app_secret", "token", "encoding_aes_key"})
    ADDED: ClassVar[Json] = {"api_base_path": "/wechat"}

    def api(self, request: Request, path: str) -> Response:
        """Any call of the API: refusals have status 200."""
        try:
            call = self._calls.get((request.method, path))
            if call is None:
                raise Refused(404, {"errcode": 404, "errmsg": "no such call"})
            return call(self, request)
        except WeChatError as refusal:
            return json_answer(refusal.payload)

    def stable_token(self, request: Request) -> Response:
        """The one access token, for all who ask."""
        body = _body(request)
        account = self._provider.by_secret(str(body.get("appid")), str(body.get("secret")))
        with self._provider.lock:
            token, seconds = account.stable_token(self._provider.clock.now().timestamp())
        return json_answer({"access_token": token, "expires_in": seconds})

    def token(self, request: Request) -> Response:
        """A new access token, which ends the one before."""
        account = self._provider.by_secret(request.args.get("appid", ""), request.args.get("secret", ""))
        with self._provider.lock:
            token = account.new_token(self._provider.clock.now().timestamp())
        return json_answer({"access_token": token, "expires_in": 7200})

    def send(self, request: Request) -> Response:
        """A customer service message."""
        account, body = self._caller(request), _body(request)
        self._spoil()
        self._provider.send(account, body)
        return answered(request, json_answer(OK), self._provider.knobs)

    def send_template(self, request: Request) -> Response:
        """A template message, which is told of again when it has arrived."""
        account, body = self._caller(request), _body(request)
        self._spoil()
        message_id, follower = self._provider.send_template(account, body)
        response = json_answer({**OK, "msgid": message_id})
        tell_after(response, self._provider.knobs, lambda: self._provider.settle(account, follower, message_id))
        return answered(request, response, self._provider.knobs)

    def typing(self, request: Request) -> Response:
        """Show that somebody types."""
        self._provider.type(self._caller(request), _body(request))
        return json_answer(OK)

    def upload(self, request: Request) -> Response:
        """A temporary file of the account's."""
        account, kind = self._caller(request), request.args.get("type", "")
        file = request.files.get("media")
        if kind not in UPLOADS:
            raise WeChatError(40004)
        if file is None:
            raise WeChatError(41005)
        content = file.read()
        if not 0 < len(content) <= UPLOADS[kind] * 1024 * 1024:
            raise WeChatError(40006)
        with self._provider.lock:
            media_id = account.keep_file(content, file.mimetype)
        return json_answer({"type": kind, "media_id": media_id, "created_at": 0})

    def download(self, request: Request) -> Response:
        """A file, by its id."""
        found = self._caller(request).files.get(request.args.get("media_id", ""))
        if found is None:
            raise WeChatError(40007)
        return Response(found[0], content_type=found[1])

    def handshake(self, request: Request, account_id: str) -> Response:
        """The signed GET with `echostr`: does our webhook prove itself?"""
        with explained():
            account = self._provider.account(account_id)
        timestamp, nonce = unix_seconds(self._provider.clock.wall()), "sim"
        fields = {"signature": signature(account.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        pool = urllib3.PoolManager(retries=False, timeout=HANDSHAKE_SECONDS)
        answer = pool.request("GET", account.webhook_url, fields={**fields, "echostr": "4711"})
        return json_answer({"status": answer.status, "proved": answer.data == b"4711"})

    def expire(self, request: Request, account_id: str) -> Response:
        """Every access token given so far is over."""
        with explained():
            self._provider.account(account_id).expire()
        return json_answer({"expired": True})

    def post_push(self, request: Request, account_id: str, customer_id: str) -> Response:
        """Post a push of the caller's making, signed."""
        return queued(self._provider.post_fields, account_id, customer_id, control_body(request))

    _calls: ClassVar[dict[tuple[str, str], Callable[..., Response]]] = {
        ("POST", "stable_token"): stable_token,
        ("GET", "token"): token,
        ("POST", "message/custom/send"): send,
        ("POST", "message/template/send"): send_template,
        ("POST", "message/custom/typing"): typing,
        ("POST", "media/upload"): upload,
        ("GET", "media/get"): download,
    }
    routes: ClassVar[tuple[Route, ...]] = (
        ("GET", f"{API}/<path:path>", api),
        ("POST", f"{API}/<path:path>", api),
        *account_routes("/sim/wechat"),
        ("POST", f"{ACCOUNT}/handshake", handshake),
        ("POST", f"{ACCOUNT}/expire", expire),
        ("POST", f"{FOLLOWER}/pushes", post_push),
        *chat_routes(FOLLOWER),
    )

    def _accounts(self) -> dict[str, Account]:
        return self._provider.accounts

    def _details(self, account: Account) -> Json:
        return {"followers": list(account.followers)}

    def _caller(self, request: Request) -> Account:
        return self._provider.by_token(request.args.get("access_token", ""))

    def _spoil(self) -> None:
        spoil(
            self._provider.knobs,
            limited=lambda now: WeChatError(45009),
            broken=lambda now: Refused(now.server_error_status, {"error": "Internal server error"}),
            refused=lambda now: WeChatError(now.provider_error_code),
        )


def _body(request: Request) -> Json:
    found = parse_object(raw_body(request))
    if found is None:
        raise WeChatError(47001)
    return found
