"""HTTP fronts of the simulated LINE: the Messaging API for the desk, the control API for people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import drop_connection
from simulators.line import Line
from simulators.line_accounts import Account
from simulators.line_messages import LineError
from simulators.wire import Json, Route, bearer_token, control_body, json_answer, parse_object, problem, raw_body

ACCOUNT = "/sim/line/<user_id>"
CHAT = f"{ACCOUNT}/chats/<chat_id>"
API = "/line/v2/bot"


class LineHttp:
    """Routes of the simulated LINE."""

    def __init__(self, line: Line, changed: Callable[[], None] = lambda: None) -> None:
        self._line = line
        self._changed = changed

    def push(self, request: Request) -> Response:
        """Send to somebody."""
        return self._send(request, self._line.push)

    def reply(self, request: Request) -> Response:
        """Answer an event."""
        return self._send(request, self._line.reply)

    def info(self, request: Request) -> Response:
        """Which account this is."""
        account = self._account(request)
        about = {"userId": account.user_id, "basicId": "@sim", "displayName": account.name}
        return json_answer(about | {"chatMode": "bot", "markAsReadMode": "manual"})

    def profile(self, request: Request, chat_id: str) -> Response:
        """Who a customer is."""
        account = self._account(request)
        chat = account.chats.get(chat_id)
        if chat is None or chat.blocked:
            raise LineError(404, "Not found")
        return json_answer({"userId": chat_id, "displayName": f"Customer {chat_id[-4:]}", "language": "en"})

    def quota(self, request: Request) -> Response:
        """How many pushes are left."""
        left = self._account(request).quota
        return json_answer({"type": "none"} if left is None else {"type": "limited", "value": left})

    def loading(self, request: Request) -> Response:
        """Show the loading animation."""
        account, body = self._account(request), _body(request)
        chat = account.chats.get(str(body.get("chatId")))
        seconds = body.get("loadingSeconds", 20)
        if chat is None or not chat.id.startswith("U"):
            raise LineError(400, "The property, 'chatId', in the request body is invalid")
        if seconds not in range(5, 61, 5):
            raise LineError(400, "loadingSeconds must be a multiple of 5 from 5 to 60")
        chat.loading = seconds
        return json_answer({}, 202)

    def mark_as_read(self, request: Request) -> Response:
        """The account has read a message and those before it."""
        account, body = self._account(request), _body(request)
        found = account.read_tokens.get(str(body.get("markAsReadToken")))
        if found is None:
            raise LineError(400, "Invalid markAsReadToken")
        account.chat(found[0]).read.append(found[1])
        return json_answer({})

    def content(self, request: Request, message_id: str) -> Response:
        """A file that a customer sent."""
        found = self._account(request).files.get(message_id)
        if found is None:
            raise LineError(404, "Not found")
        return Response(found, mimetype="application/octet-stream")

    def list_accounts(self, request: Request) -> Response:
        """The registered accounts, without their secrets."""
        return json_answer({"accounts": [_shown(account) for account in self._line.bots.values()]})

    def put_account(self, request: Request, user_id: str) -> Response:
        """Register an account, or change it."""
        with _explained():
            account = self._line.register(user_id, **control_body(request))
        self._changed()
        return json_answer(_shown(account))

    def get_account(self, request: Request, user_id: str) -> Response:
        """One account and its chats."""
        with _explained():
            account = self._line.account(user_id)
        return json_answer(_shown(account) | {"chats": list(account.chats)})

    def delete_account(self, request: Request, user_id: str) -> Response:
        """Forget an account."""
        with _explained():
            self._line.account(user_id)
        self._line.bots.pop(user_id, None)
        self._changed()
        return json_answer({"deleted": user_id})

    def post_event(self, request: Request, user_id: str) -> Response:
        """Post an event of the caller's making, signed."""
        with _explained():
            self._line.post_event(user_id, control_body(request))
        return json_answer({"queued": True}, 202)

    def post_message(self, request: Request, user_id: str, chat_id: str) -> Response:
        """The customer writes."""
        with _explained():
            message_id = self._line.say(user_id, chat_id, **control_body(request))
        return json_answer({"id": message_id}, 201)

    def post_action(self, request: Request, user_id: str, chat_id: str) -> Response:
        """The customer takes back, edits, presses, follows or blocks."""
        with _explained():
            self._line.act(user_id, chat_id, **control_body(request))
        return json_answer({"queued": True}, 202)

    def get_phone(self, request: Request, user_id: str, chat_id: str) -> Response:
        """What the customer sees."""
        with _explained():
            return json_answer(self._line.phone(user_id, chat_id))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", f"{API}/message/push", push),
        ("POST", f"{API}/message/reply", reply),
        ("GET", f"{API}/info", info),
        ("GET", f"{API}/profile/<chat_id>", profile),
        ("GET", f"{API}/message/quota", quota),
        ("POST", f"{API}/chat/loading/start", loading),
        ("POST", f"{API}/chat/markAsRead", mark_as_read),
        ("GET", "/line-data/v2/bot/message/<message_id>/content", content),
        ("GET", "/sim/line", list_accounts),
        ("PUT", ACCOUNT, put_account),
        ("GET", ACCOUNT, get_account),
        ("DELETE", ACCOUNT, delete_account),
        ("POST", f"{ACCOUNT}/events", post_event),
        ("POST", f"{CHAT}/messages", post_message),
        ("POST", f"{CHAT}/actions", post_action),
        ("GET", f"{CHAT}/phone", get_phone),
    )

    def _account(self, request: Request) -> Account:
        account = self._line.by_token(bearer_token(request))
        if account is None:
            raise LineError(401, "Authentication failed. Confirm that the access token in the header is valid.")
        return account

    def _send(self, request: Request, take: Callable[[Account, Json, str | None], Json]) -> Response:
        account, body = self._account(request), _body(request)
        self._spoil()
        answer = take(account, body, request.headers.get("X-Line-Retry-Key"))
        response = json_answer(answer, headers={"x-line-request-id": "sim"})
        knobs = self._line.knobs
        if knobs.spend("drop_answer_next"):
            knobs.wait(knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def _spoil(self) -> None:
        knobs = self._line.knobs
        now = knobs.now
        knobs.wait(now.latency_seconds)
        if knobs.spend("rate_limit_next"):
            raise LineError(429, "The API rate limit has been exceeded. Try again later.")
        if knobs.spend("server_error_next"):
            raise LineError(now.server_error_status, "Internal server error")
        if knobs.spend("provider_error_next"):
            code = now.provider_error_code
            raise LineError(code if 400 <= code < 600 else 400, "set with the knobs")


def _body(request: Request) -> Json:
    found = parse_object(raw_body(request))
    if found is None:
        raise LineError(400, "The request body could not be parsed as JSON")
    return found


def _shown(account: Account) -> Json:
    return {
        "id": account.user_id,
        "name": account.name,
        "webhook_url": account.webhook_url,
        "quota": account.quota,
        "api_base_path": "/line",
        "data_base_path": "/line-data",
    }


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown} here") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
