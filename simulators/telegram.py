"""The simulated Telegram: bots, the chats with them, and who hears of what.

One update goes in a webhook, in order, with the secret token the bot has set. Telegram tells of no marks: what became
of a message only the screen shows. Source: Bot API, "Getting updates" and "Making requests".
"""

import json
import re
import secrets
from threading import RLock
from typing import Any

from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.telegram_accounts import Bot, Chat
from simulators.telegram_messages import written
from simulators.webhooks import WebhookPoster
from simulators.wire import Json, dump

PROVIDER = "telegram"
ACTIONS = ("edit", "press", "react", "block", "unblock", "delete", "migrate")
_TOKEN = re.compile(r"[0-9]{1,18}:[A-Za-z0-9_-]{1,64}")


class UnknownBot(LookupError):
    """No such bot is registered."""


class Telegram:
    """The provider, in memory. Every public method is safe to call from any thread."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster) -> None:
        self.clock = clock
        self.knobs = knobs
        self.bots: dict[str, Bot] = {}
        self.lock = RLock()
        self._poster = poster

    def register(self, bot_id: str, **settings: Any) -> Bot:
        """Create or change a bot; ValueError says what is wrong with the settings."""
        fields = {"token", "username", "secret_token", "webhook_url"}
        if not bot_id.isdigit() or not settings.keys() <= fields:
            raise ValueError(f"a bot's id is a number, its settings are {', '.join(sorted(fields))}")
        if not all(isinstance(value, str) for value in settings.values()):
            raise ValueError("settings must be strings")
        if "token" in settings and not _TOKEN.fullmatch(settings["token"]):
            raise ValueError("a token looks like 123456:abc-DEF")
        with self.lock:
            bot = self.bots.setdefault(bot_id, Bot(bot_id, token=f"{bot_id}:sim-telegram-token"))
            for name, value in settings.items():
                setattr(bot, name, value)
        return bot

    def bot(self, bot_id: str) -> Bot:
        """A registered bot."""
        try:
            return self.bots[bot_id]
        except KeyError:
            raise UnknownBot(bot_id) from None

    def by_token(self, token: str) -> Bot | None:
        """The bot a call is for."""
        return next((bot for bot in self.bots.values() if bot.token == token), None)

    def say(self, bot_id: str, chat_id: int, /, **spec: Any) -> int:
        """The customer sends something (to a business account, with `business_connection_id`); returns its id."""
        bot = self.bot(bot_id)
        with self.lock:
            content = written(bot, spec)
            chat = bot.chat(chat_id, name=spec.get("name"))
            chat.blocked = False
            message = self._message(chat, {"from": dict(chat.person), **content})
            if "reply_to" in spec:
                quoted = chat.find(spec["reply_to"])
                message["reply_to_message"] = {key: part for key, part in quoted.items() if key != "author"}
            kind = "message"
            if "business_connection_id" in spec:
                kind, message["business_connection_id"] = "business_message", spec["business_connection_id"]
            chat.keep(message, "customer")
            self._post(bot, kind, message)
            return int(message["message_id"])

    def act(self, bot_id: str, chat_id: int, /, type: str, **spec: Any) -> None:
        """The customer does something to what is on the screen, or to the bot; LookupError where it is not there."""
        if type not in ACTIONS:
            raise ValueError(f"type must be one of {', '.join(ACTIONS)}")
        bot = self.bot(bot_id)
        with self.lock:
            chat = bot.chats.get(chat_id)
            if chat is None:
                raise LookupError(f"chat {chat_id}")
            kind, value = getattr(self, f"_{type}")(bot, chat, spec)
            self._post(bot, kind, value)

    def post_update(self, bot_id: str, update: Json) -> None:
        """Post an update of the caller's making."""
        self._send(self.bot(bot_id), update)

    def phone(self, bot_id: str, chat_id: int) -> Json:
        """What the customer sees; of a pressed button also whether the press was answered."""
        with self.lock:
            chat = self.bot(bot_id).chats.get(chat_id) or Chat(chat_id, {"id": chat_id}, {})
            shown = [dict(message) for message in chat.messages]
            presses = [dict(press) for press in self.bot(bot_id).presses.values() if press["chat_id"] == chat_id]
        answered = self._answered()
        for press in presses:
            press["answered"] = press["answered"] or press["id"] in answered
        more = {"typing": chat.typing, "read_to": chat.read_to, "blocked": chat.blocked, "presses": presses}
        return {"chat": dict(chat.about), "messages": shown, **more}

    def reset(self, *, accounts: bool = False) -> None:
        """Forget chats and files; the bots too if wanted."""
        with self.lock:
            if accounts:
                self.bots.clear()
            for bot in self.bots.values():
                bot.chats.clear()
                bot.files.clear()
                bot.presses.clear()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [bot.saved() for bot in self.bots.values()]

    def show(self, bot: Bot, chat: Chat, content: Json) -> Json:
        """A message of the bot on the screen; the message as the method answers it."""
        message = self._message(chat, {"from": bot.about(), **content})
        return chat.keep(message, "bot")

    def _message(self, chat: Chat, content: Json) -> Json:
        at = int(self.clock.now().timestamp())
        return {"message_id": chat.next_id(), "chat": dict(chat.about), "date": at, **content}

    def _now(self) -> int:
        return int(self.clock.now().timestamp())

    def _edit(self, bot: Bot, chat: Chat, spec: Json) -> tuple[str, Json]:
        message = chat.find(spec.get("message_id"))
        message |= {"text": str(spec.get("text", "")), "edit_date": self._now()}
        sent = {key: part for key, part in message.items() if key != "author"}
        return "edited_business_message" if "business_connection_id" in sent else "edited_message", sent

    def _press(self, bot: Bot, chat: Chat, spec: Json) -> tuple[str, Json]:
        message = chat.find(spec.get("message_id"))
        query_id = str(secrets.randbits(63))
        data = str(spec.get("data", ""))
        bot.presses[query_id] = {"id": query_id, "chat_id": chat.id, "data": data, "answered": False}
        sent = {key: part for key, part in message.items() if key != "author"}
        query = {"id": query_id, "from": dict(chat.person), "message": sent, "chat_instance": str(-chat.id)}
        return "callback_query", query | {"data": data}

    def _react(self, bot: Bot, chat: Chat, spec: Json) -> tuple[str, Json]:
        message = chat.find(spec.get("message_id"))
        before, emoji = message.get("reaction", ""), str(spec.get("emoji", ""))
        message["reaction"] = emoji
        change = {
            name: [{"type": "emoji", "emoji": value}] if value else []
            for name, value in (("old_reaction", before), ("new_reaction", emoji))
        }
        about: Json = {"chat": dict(chat.about), "message_id": message["message_id"], "user": dict(chat.person)}
        return "message_reaction", about | {"date": self._now(), **change}

    def _block(self, bot: Bot, chat: Chat, spec: Json) -> tuple[str, Json]:
        chat.blocked = True
        return self._member(bot, chat, "member", "kicked")

    def _unblock(self, bot: Bot, chat: Chat, spec: Json) -> tuple[str, Json]:
        chat.blocked = False
        return self._member(bot, chat, "kicked", "member")

    def _member(self, bot: Bot, chat: Chat, before: str, after: str) -> tuple[str, Json]:
        about: Json = {"chat": dict(chat.about), "from": dict(chat.person), "date": self._now()}
        states = {
            name: {"user": bot.about(), "status": status}
            for name, status in (("old_chat_member", before), ("new_chat_member", after))
        }
        return "my_chat_member", about | states

    def _delete(self, bot: Bot, chat: Chat, spec: Json) -> tuple[str, Json]:
        message = chat.find(spec.get("message_id"))
        if "business_connection_id" not in message:
            raise ValueError("only deletions in a business account are told")
        message["deleted"] = True
        about: Json = {"business_connection_id": message["business_connection_id"], "chat": dict(chat.about)}
        return "deleted_business_messages", about | {"message_ids": [message["message_id"]]}

    def _migrate(self, bot: Bot, chat: Chat, spec: Json) -> tuple[str, Json]:
        chat.migrated_to = int(spec["to"]) if "to" in spec else -1_000_000_000_000 + chat.id
        return "message", self._message(chat, {"from": dict(chat.person), "migrate_to_chat_id": chat.migrated_to})

    def _post(self, bot: Bot, kind: str, value: Json) -> None:
        self._send(bot, {"update_id": bot.next_update(), kind: value})

    def _send(self, bot: Bot, update: Json) -> None:
        secret = bot.secret_token
        if self.knobs.spend("bad_signature_next"):
            secret = secret[::-1] + "x"
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        self._poster.post(
            PROVIDER, bot.id, bot.webhook_url, dump(update), lambda raw: headers, self.knobs.now.duplicates
        )

    def _answered(self) -> set[str]:
        """Presses that were answered in the answer to their webhook."""
        found = set()
        for delivery in self._poster.log(PROVIDER):
            try:
                answer = json.loads(delivery["answer"])
            except ValueError:
                continue
            if isinstance(answer, dict) and answer.get("method") == "answerCallbackQuery":
                found.add(str(answer.get("callback_query_id")))
        return found
