"""HTTP fronts of the simulated LINE: the Messaging API for the desk, the control API for people."""

from collections.abc import Callable
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import answered, http_code, spoil
from simulators.fronts import ChatsFront, account_routes, chat_routes, queued
from simulators.line import Line
from simulators.line_accounts import Account
from simulators.line_messages import LineError
from simulators.wire import Json, Route, bearer_token, control_body, json_answer, parse_object, raw_body

ACCOUNT = "/sim/line/<account_id>"
CHAT = f"{ACCOUNT}/chats/<customer_id>"
API = "/line/v2/bot"


class LineHttp(ChatsFront[Line, Account]):
    """Routes of the simulated LINE."""

    def push(self, request: Request) -> Response:
        """Send to somebody."""
        return self._send(request, self._provider.push)

    def reply(self, request: Request) -> Response:
        """Answer an event."""
        return self._send(request, self._provider.reply)

    def info(self, request: Request) -> Response:
        """Which account this is."""
        account = self._caller(request)
        about = {"userId": account.user_id, "basicId": "@sim", "displayName": account.name}
        return json_answer(about | {"chatMode": "bot", "markAsReadMode": "manual"})

    def profile(self, request: Request, chat_id: str) -> Response:
        """Who a customer is."""
        account = self._caller(request)
        chat = account.chats.get(chat_id)
        if chat is None or chat.blocked:
            raise LineError(404, "Not found")
        return json_answer({"userId": chat_id, "displayName": f"Customer {chat_id[-4:]}", "language": "en"})

    def group(self, request: Request, chat_id: str) -> Response:
        """What a group is called."""
        chat = self._caller(request).chats.get(chat_id)
        if chat is None or not chat_id.startswith("C"):
            raise LineError(404, "Not found")
        return json_answer({"groupId": chat_id, "groupName": f"Group {chat_id[-4:]}"})

    def quota(self, request: Request) -> Response:
        """How many pushes are left."""
        left = self._caller(request).quota
        return json_answer({"type": "none"} if left is None else {"type": "limited", "value": left})

    def loading(self, request: Request) -> Response:
        """Show the loading animation."""
        account, body = self._caller(request), _body(request)
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
        account, body = self._caller(request), _body(request)
        found = account.read_tokens.get(str(body.get("markAsReadToken")))
        if found is None:
            raise LineError(400, "Invalid markAsReadToken")
        account.chat(found[0]).read.append(found[1])
        return json_answer({})

    def content(self, request: Request, message_id: str) -> Response:
        """A file that a customer sent."""
        found = self._caller(request).files.get(message_id)
        if found is None:
            raise LineError(404, "Not found")
        return Response(found, mimetype="application/octet-stream")

    def post_event(self, request: Request, account_id: str) -> Response:
        """Post an event of the caller's making, signed."""
        return queued(self._provider.post_event, account_id, control_body(request))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", f"{API}/message/push", push),
        ("POST", f"{API}/message/reply", reply),
        ("GET", f"{API}/info", info),
        ("GET", f"{API}/profile/<chat_id>", profile),
        ("GET", f"{API}/group/<chat_id>/summary", group),
        ("GET", f"{API}/message/quota", quota),
        ("POST", f"{API}/chat/loading/start", loading),
        ("POST", f"{API}/chat/markAsRead", mark_as_read),
        ("GET", "/line-data/v2/bot/message/<message_id>/content", content),
        *account_routes("/sim/line"),
        ("POST", f"{ACCOUNT}/events", post_event),
        *chat_routes(CHAT),
    )

    def _caller(self, request: Request) -> Account:
        account = self._provider.by_token(bearer_token(request))
        if account is None:
            raise LineError(401, "Authentication failed. Confirm that the access token in the header is valid.")
        return account

    def _accounts(self) -> dict[str, Account]:
        return self._provider.bots

    def _shown(self, account: Account) -> Json:
        return {
            "id": account.user_id,
            "name": account.name,
            "webhook_url": account.webhook_url,
            "quota": account.quota,
            "api_base_path": "/line",
            "data_base_path": "/line-data",
        }

    def _details(self, account: Account) -> Json:
        return {"chats": list(account.chats)}

    def _send(self, request: Request, take: Callable[[Account, Json, str | None], Json]) -> Response:
        account, body = self._caller(request), _body(request)
        spoil(
            self._provider.knobs,
            limited=lambda now: LineError(429, "The API rate limit has been exceeded. Try again later."),
            broken=lambda now: LineError(now.server_error_status, "Internal server error"),
            refused=lambda now: LineError(http_code(now), "set with the knobs"),
        )
        answer = take(account, body, request.headers.get("X-Line-Retry-Key"))
        response = json_answer(answer, headers={"x-line-request-id": "sim"})
        return answered(request, response, self._provider.knobs)


def _body(request: Request) -> Json:
    found = parse_object(raw_body(request))
    if found is None:
        raise LineError(400, "The request body could not be parsed as JSON")
    return found
