"""HTTP fronts of the simulated Telegram: the Bot API for the desk, the control API for people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import drop_connection
from simulators.telegram import Telegram
from simulators.telegram_accounts import Bot, Chat
from simulators.telegram_messages import SENDS, TelegramError, album, keyboard
from simulators.wire import Json, Route, control_body, json_answer, parse_object, problem, raw_body

BOT = "/sim/telegram/<bot_id>"
CHAT = f"{BOT}/chats/<int(signed=True):chat_id>"


class TelegramHttp:
    """Routes of the simulated Telegram."""

    def __init__(self, telegram: Telegram, changed: Callable[[], None] = lambda: None) -> None:
        self._telegram = telegram
        self._changed = changed

    def call(self, request: Request, token: str, method: str) -> Response:
        """A method of the Bot API."""
        bot = self._bot(token)
        body = parse_object(raw_body(request))
        if body is None:
            raise TelegramError(400, "Bad Request: can't parse JSON")
        self._spoil()
        with self._telegram.lock:
            result = self._result(bot, method, body)
        self._changed()
        response = json_answer({"ok": True, "result": result})
        knobs = self._telegram.knobs
        if knobs.spend("drop_answer_next"):
            knobs.wait(knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def file(self, request: Request, token: str, path: str) -> Response:
        """A file that a customer sent."""
        for content, kept_at in self._bot(token).files.values():
            if kept_at == path:
                return Response(content, mimetype="application/octet-stream")
        raise TelegramError(404, "Not Found")

    def list_bots(self, request: Request) -> Response:
        """The registered bots, without their secrets."""
        return json_answer({"bots": [_shown(bot) for bot in self._telegram.bots.values()]})

    def put_bot(self, request: Request, bot_id: str) -> Response:
        """Register a bot, or change it."""
        with _explained():
            bot = self._telegram.register(bot_id, **control_body(request))
        self._changed()
        return json_answer(_shown(bot))

    def get_bot(self, request: Request, bot_id: str) -> Response:
        """One bot and its chats."""
        with _explained():
            bot = self._telegram.bot(bot_id)
        return json_answer(_shown(bot) | {"chats": [dict(chat.about) for chat in bot.chats.values()]})

    def delete_bot(self, request: Request, bot_id: str) -> Response:
        """Forget a bot."""
        with _explained():
            self._telegram.bot(bot_id)
        self._telegram.bots.pop(bot_id, None)
        self._changed()
        return json_answer({"deleted": bot_id})

    def post_update(self, request: Request, bot_id: str) -> Response:
        """Post an update of the caller's making."""
        with _explained():
            self._telegram.post_update(bot_id, control_body(request))
        return json_answer({"queued": True}, 202)

    def post_message(self, request: Request, bot_id: str, chat_id: int) -> Response:
        """The customer writes."""
        with _explained():
            message_id = self._telegram.say(bot_id, chat_id, **control_body(request))
        return json_answer({"message_id": message_id}, 201)

    def post_action(self, request: Request, bot_id: str, chat_id: int) -> Response:
        """The customer edits, deletes, presses, reacts, blocks or unblocks; a group moves."""
        with _explained():
            self._telegram.act(bot_id, chat_id, **control_body(request))
        return json_answer({"queued": True}, 202)

    def get_phone(self, request: Request, bot_id: str, chat_id: int) -> Response:
        """What the customer sees."""
        with _explained():
            return json_answer(self._telegram.phone(bot_id, chat_id))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/telegram/bot<token>/<method>", call),
        ("GET", "/telegram/bot<token>/<method>", call),
        ("GET", "/telegram/file/bot<token>/<path:path>", file),
        ("GET", "/sim/telegram", list_bots),
        ("PUT", BOT, put_bot),
        ("GET", BOT, get_bot),
        ("DELETE", BOT, delete_bot),
        ("POST", f"{BOT}/updates", post_update),
        ("POST", f"{CHAT}/messages", post_message),
        ("POST", f"{CHAT}/actions", post_action),
        ("GET", f"{CHAT}/phone", get_phone),
    )

    def _bot(self, token: str) -> Bot:
        bot = self._telegram.by_token(token)
        if bot is None:
            raise TelegramError(401, "Unauthorized")
        return bot

    def _result(self, bot: Bot, method: str, body: Json) -> Any:
        about = METHODS.get(method)
        if about is not None:
            return about(bot, body)
        chat = _chat_of(bot, body)
        if method == "sendMediaGroup":
            return [self._telegram.show(bot, chat, content) for content in album(body)]
        if method in SENDS:
            quoted = body.get("reply_parameters")
            content = SENDS[method](body) | keyboard(body) | ({"reply_parameters": quoted} if quoted else {})
            return self._telegram.show(bot, chat, content)
        if method == "sendChatAction":
            chat.typing += 1
        elif method == "readBusinessMessage" and body.get("business_connection_id"):
            chat.read_to = int(body["message_id"])
        elif method == "setMessageReaction":
            _react(chat, body)
        else:
            raise TelegramError(404, "Not Found")
        return True

    def _spoil(self) -> None:
        knobs = self._telegram.knobs
        now = knobs.now
        knobs.wait(now.latency_seconds)
        if knobs.spend("rate_limit_next"):
            wait = now.retry_after_seconds
            raise TelegramError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        if knobs.spend("server_error_next"):
            raise TelegramError(now.server_error_status, "Internal Server Error")
        if knobs.spend("provider_error_next"):
            code = now.provider_error_code
            raise TelegramError(code if 400 <= code < 600 else 400, "Bad Request: set with the knobs")


def _me(bot: Bot, body: Json) -> Any:
    return bot.about() | {"can_join_groups": True, "can_read_all_group_messages": False}


def _set_webhook(bot: Bot, body: Json) -> Any:
    bot.webhook_url = str(body.get("url", ""))
    bot.secret_token = str(body.get("secret_token", ""))
    return True


def _webhook_info(bot: Bot, body: Json) -> Any:
    return {"url": bot.webhook_url, "has_custom_certificate": False, "pending_update_count": 0}


def _answer_query(bot: Bot, body: Json) -> Any:
    press = bot.presses.get(str(body.get("callback_query_id")))
    if press is None:
        raise TelegramError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    press["answered"] = True
    return True


def _get_file(bot: Bot, body: Json) -> Any:
    found = bot.files.get(str(body.get("file_id")))
    if found is None:
        raise TelegramError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    content, path = found
    return {"file_id": body["file_id"], "file_unique_id": "u", "file_size": len(content), "file_path": path}


# Methods that are for no chat.
METHODS: dict[str, Callable[[Bot, Json], Any]] = {
    "getMe": _me,
    "setWebhook": _set_webhook,
    "getWebhookInfo": _webhook_info,
    "answerCallbackQuery": _answer_query,
    "getFile": _get_file,
}


def _chat_of(bot: Bot, body: Json) -> Chat:
    """The chat a method is for: somebody has to have written there before."""
    try:
        chat = bot.chats.get(int(body.get("chat_id", 0)))
    except (TypeError, ValueError):
        chat = None
    if chat is None:
        raise TelegramError(400, "Bad Request: chat not found")
    if chat.blocked:
        raise TelegramError(403, "Forbidden: bot was blocked by the user")
    if chat.migrated_to is not None:
        description = "Bad Request: group chat was upgraded to a supergroup chat"
        raise TelegramError(400, description, migrate_to_chat_id=chat.migrated_to)
    return chat


def _react(chat: Chat, body: Json) -> None:
    given = body.get("reaction") or []
    try:
        message = chat.find(body.get("message_id"))
    except LookupError:
        raise TelegramError(400, "Bad Request: message to react not found") from None
    message["bot_reaction"] = given[0].get("emoji", "") if given else ""


def _shown(bot: Bot) -> Json:
    return {"id": bot.id, "username": bot.username, "webhook_url": bot.webhook_url, "api_base_path": "/telegram"}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown} here") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
