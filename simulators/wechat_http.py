"""HTTP fronts of the simulated WeChat: the API for the desk, the control API for people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

import urllib3
from werkzeug.wrappers import Request, Response

from simulators.clock import unix_seconds
from simulators.faults import drop_connection
from simulators.wechat import WeChat
from simulators.wechat_accounts import Account
from simulators.wechat_messages import WeChatError, signature
from simulators.wire import Json, Refused, Route, control_body, json_answer, parse_object, problem, raw_body

API = "/wechat/cgi-bin"
ACCOUNT = "/sim/wechat/<account_id>"
FOLLOWER = f"{ACCOUNT}/followers/<openid>"
OK: Json = {"errcode": 0, "errmsg": "ok"}
UPLOADS = {"image": 10, "voice": 2, "video": 10, "thumb": 1}
HANDSHAKE_SECONDS = 5.0


class WeChatHttp:
    """Routes of the simulated WeChat."""

    def __init__(self, wechat: WeChat, changed: Callable[[], None] = lambda: None) -> None:
        self._wechat = wechat
        self._changed = changed

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
        account = self._wechat.by_secret(str(body.get("appid")), str(body.get("secret")))
        with self._wechat.lock:
            token, seconds = account.stable_token(self._wechat.clock.now().timestamp())
        return json_answer({"access_token": token, "expires_in": seconds})

    def token(self, request: Request) -> Response:
        """A new access token, which ends the one before."""
        account = self._wechat.by_secret(request.args.get("appid", ""), request.args.get("secret", ""))
        with self._wechat.lock:
            token = account.new_token(self._wechat.clock.now().timestamp())
        return json_answer({"access_token": token, "expires_in": 7200})

    def send(self, request: Request) -> Response:
        """A customer service message."""
        account, body = self._account(request), _body(request)
        self._spoil()
        self._wechat.send(account, body)
        return self._answered(request, json_answer(OK))

    def send_template(self, request: Request) -> Response:
        """A template message, which is told of again when it has arrived."""
        account, body = self._account(request), _body(request)
        self._spoil()
        message_id, follower = self._wechat.send_template(account, body)
        response = json_answer({**OK, "msgid": message_id})
        if self._wechat.knobs.now.statuses_before_answer:
            self._wechat.settle(account, follower, message_id)
        else:
            response.call_on_close(lambda: self._wechat.settle(account, follower, message_id))
        return self._answered(request, response)

    def typing(self, request: Request) -> Response:
        """Show that somebody types."""
        self._wechat.type(self._account(request), _body(request))
        return json_answer(OK)

    def upload(self, request: Request) -> Response:
        """A temporary file of the account's."""
        account, kind = self._account(request), request.args.get("type", "")
        file = request.files.get("media")
        if kind not in UPLOADS:
            raise WeChatError(40004)
        if file is None:
            raise WeChatError(41005)
        content = file.read()
        if not 0 < len(content) <= UPLOADS[kind] * 1024 * 1024:
            raise WeChatError(40006)
        with self._wechat.lock:
            media_id = account.keep_file(content, file.mimetype)
        return json_answer({"type": kind, "media_id": media_id, "created_at": 0})

    def download(self, request: Request) -> Response:
        """A file, by its id."""
        found = self._account(request).files.get(request.args.get("media_id", ""))
        if found is None:
            raise WeChatError(40007)
        return Response(found[0], content_type=found[1])

    def list_accounts(self, request: Request) -> Response:
        """The registered accounts, without their secrets."""
        return json_answer({"accounts": [_shown(account) for account in self._wechat.accounts.values()]})

    def put_account(self, request: Request, account_id: str) -> Response:
        """Register an account, or change it."""
        with _explained():
            account = self._wechat.register(account_id, **control_body(request))
        self._changed()
        return json_answer(_shown(account))

    def get_account(self, request: Request, account_id: str) -> Response:
        """One account and its followers."""
        with _explained():
            account = self._wechat.account(account_id)
        return json_answer(_shown(account) | {"followers": list(account.followers)})

    def delete_account(self, request: Request, account_id: str) -> Response:
        """Forget an account."""
        with _explained():
            self._wechat.account(account_id)
        self._wechat.accounts.pop(account_id, None)
        self._changed()
        return json_answer({"deleted": account_id})

    def handshake(self, request: Request, account_id: str) -> Response:
        """The signed GET with `echostr`: does our webhook prove itself?"""
        with _explained():
            account = self._wechat.account(account_id)
        timestamp, nonce = unix_seconds(self._wechat.clock.wall()), "sim"
        fields = {"signature": signature(account.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        pool = urllib3.PoolManager(retries=False, timeout=HANDSHAKE_SECONDS)
        answer = pool.request("GET", account.webhook_url, fields={**fields, "echostr": "4711"})
        return json_answer({"status": answer.status, "proved": answer.data == b"4711"})

    def expire(self, request: Request, account_id: str) -> Response:
        """Every access token given so far is over."""
        with _explained():
            self._wechat.account(account_id).expire()
        return json_answer({"expired": True})

    def post_push(self, request: Request, account_id: str, openid: str) -> Response:
        """Post a push of the caller's making, signed."""
        with _explained():
            self._wechat.post_fields(account_id, openid, control_body(request))
        return json_answer({"queued": True}, 202)

    def post_message(self, request: Request, account_id: str, openid: str) -> Response:
        """A follower writes."""
        with _explained():
            message_id = self._wechat.say(account_id, openid, **control_body(request))
        return json_answer({"id": message_id}, 201)

    def post_action(self, request: Request, account_id: str, openid: str) -> Response:
        """A follower follows, leaves, presses or chooses."""
        with _explained():
            self._wechat.act(account_id, openid, **control_body(request))
        return json_answer({"queued": True}, 202)

    def get_phone(self, request: Request, account_id: str, openid: str) -> Response:
        """What a follower sees."""
        with _explained():
            return json_answer(self._wechat.phone(account_id, openid))

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
        ("GET", "/sim/wechat", list_accounts),
        ("PUT", ACCOUNT, put_account),
        ("GET", ACCOUNT, get_account),
        ("DELETE", ACCOUNT, delete_account),
        ("POST", f"{ACCOUNT}/handshake", handshake),
        ("POST", f"{ACCOUNT}/expire", expire),
        ("POST", f"{FOLLOWER}/pushes", post_push),
        ("POST", f"{FOLLOWER}/messages", post_message),
        ("POST", f"{FOLLOWER}/actions", post_action),
        ("GET", f"{FOLLOWER}/phone", get_phone),
    )

    def _account(self, request: Request) -> Account:
        return self._wechat.by_token(request.args.get("access_token", ""))

    def _answered(self, request: Request, response: Response) -> Response:
        knobs = self._wechat.knobs
        if knobs.spend("drop_answer_next"):
            knobs.wait(knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def _spoil(self) -> None:
        knobs, now = self._wechat.knobs, self._wechat.knobs.now
        knobs.wait(now.latency_seconds)
        if knobs.spend("rate_limit_next"):
            raise WeChatError(45009)
        if knobs.spend("server_error_next"):
            raise Refused(now.server_error_status, {"error": "Internal server error"})
        if knobs.spend("provider_error_next"):
            raise WeChatError(now.provider_error_code)


def _body(request: Request) -> Json:
    found = parse_object(raw_body(request))
    if found is None:
        raise WeChatError(47001)
    return found


def _shown(account: Account) -> Json:
    secret = ("app_secret", "token", "encoding_aes_key")
    about = {name: value for name, value in account.saved().items() if name not in secret}
    return about | {"api_base_path": "/wechat"}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown} here") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
