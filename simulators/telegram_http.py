"""HTTP fronts of the simulated Telegram: the Bot API for the desk, the control API for people."""

from collections.abc import Callable
from typing import Any, ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import answered, http_code, spoil
from simulators.fronts import ChatsFront, account_routes, chat_routes, queued
from simulators.knobs import Knobs
from simulators.telegram import Telegram
from simulators.telegram_accounts import Bot, Chat
from simulators.telegram_messages import SENDS, TelegramError, album, keyboard
from simulators.wire import Json, Route, control_body, json_answer, parse_object, raw_body

BOT = "/sim/telegram/<account_id>"
CHAT = f"{BOT}/chats/<int(signed=True):customer_id>"


class TelegramHttp(ChatsFront[Telegram, Bot]):
    """Routes of the simulated Telegram."""

    LISTED = "bots"
    SAID = "message_id"

    def call(self, request: Request, token: str, method: str) -> Response:
        """A method of the Bot API."""
        bot = self._bot(token)
        body = parse_object(raw_body(request))
        if body is None:
            raise TelegramError(400, "Bad Request: can't parse JSON")
        spoil(
            self._provider.knobs,
            limited=_limited,
            broken=lambda now: TelegramError(now.server_error_status, "Internal Server Error"),
            refused=lambda now: TelegramError(http_code(now), "Bad Request: set with the knobs"),
        )
        with self._provider.lock:
            result = self._result(bot, method, body)
        self._changed()
        return answered(request, json_answer({"ok": True, "result": result}), self._provider.knobs)

    def file(self, request: Request, token: str, path: str) -> Response:
        """A file that a customer sent."""
        for content, kept_at in self._bot(token).files.values():
            if kept_at == path:
                return Response(content, mimetype="application/octet-stream")
        raise TelegramError(404, "Not Found")

    def post_update(self, request: Request, account_id: str) -> Response:
        """Post an update of the caller's making."""
        return queued(self._provider.post_update, account_id, control_body(request))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/telegram/bot<token>/<method>", call),
        ("GET", "/telegram/bot<token>/<method>", call),
        ("GET", "/telegram/file/bot<token>/<path:path>", file),
        *account_routes("/sim/telegram"),
        ("POST", f"{BOT}/updates", post_update),
        *chat_routes(CHAT),
    )

    def _accounts(self) -> dict[str, Bot]:
        return self._provider.bots

    def _shown(self, account: Bot) -> Json:
        about = {"id": account.id, "username": account.username, "webhook_url": account.webhook_url}
        return about | {"api_base_path": "/telegram"}

    def _details(self, account: Bot) -> Json:
        return {"chats": [dict(chat.about) for chat in account.chats.values()]}

    def _bot(self, token: str) -> Bot:
        bot = self._provider.by_token(token)
        if bot is None:
            raise TelegramError(401, "Unauthorized")
        return bot

    def _result(self, bot: Bot, method: str, body: Json) -> Any:
        about = METHODS.get(method)
        if about is not None:
            return about(bot, body)
        chat = _chat_of(bot, body)
        if method == "sendMediaGroup":
            return [self._provider.show(bot, chat, content) for content in album(body)]
        if method in SENDS:
            quoted = body.get("reply_parameters")
            content = SENDS[method](body) | keyboard(body) | ({"reply_parameters": quoted} if quoted else {})
            return self._provider.show(bot, chat, content)
        if method == "sendChatAction":
            chat.typing += 1
        elif method == "readBusinessMessage" and body.get("business_connection_id"):
            chat.read_to = int(body["message_id"])
        elif method == "setMessageReaction":
            _react(chat, body)
        else:
            raise TelegramError(404, "Not Found")
        return True


def _limited(knobs: Knobs) -> TelegramError:
    wait = knobs.retry_after_seconds
    return TelegramError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


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
