"""The simulated LINE: official accounts, the chats with them, and who hears of what.

LINE tells of no marks, and answers 200 for somebody who has blocked the account: what became of a message only the
screen shows. Source: Messaging API reference, "Webhooks" and "Retrying failed API requests".
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from threading import RLock
from typing import Any
from uuid import UUID

from simulators.batching import Batcher
from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.line_accounts import Account, Chat, new_message_id
from simulators.line_messages import LineError, buttons, checked, written
from simulators.webhooks import WebhookPoster
from simulators.wire import Json, dump

PROVIDER = "line"
REPLY_SECONDS = 60.0
_USER_ID = re.compile(r"U[0-9a-f]{32}")


class UnknownAccount(LookupError):
    """No such account is registered."""


class Line:
    """The provider, in memory. Every public method is safe to call from any thread."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster) -> None:
        self.clock = clock
        self.knobs = knobs
        self.bots: dict[str, Account] = {}
        self.lock = RLock()
        self._poster = poster
        self.batches: Batcher[tuple[str, Json]] = Batcher(poster, knobs, self._post)

    def register(self, user_id: str, **settings: Any) -> Account:
        """Create or change an account; ValueError says what is wrong with the settings."""
        texts = {"name", "token", "secret", "webhook_url"}
        if not _USER_ID.fullmatch(user_id) or not settings.keys() <= texts | {"quota"}:
            raise ValueError(
                f"an account's id is U and 32 hex digits, its settings are {', '.join(sorted(texts))}, quota"
            )
        quota = settings.get("quota")
        if not all(isinstance(settings[name], str) for name in texts & settings.keys()):
            raise ValueError("settings must be strings")
        if quota is not None and (isinstance(quota, bool) or not isinstance(quota, int)):
            raise ValueError("quota must be a whole number")
        with self.lock:
            account = self.bots.setdefault(user_id, Account(user_id))
            for name, value in settings.items():
                setattr(account, name, value)
        return account

    def account(self, user_id: str) -> Account:
        """A registered account."""
        try:
            return self.bots[user_id]
        except KeyError:
            raise UnknownAccount(user_id) from None

    def by_token(self, token: str) -> Account | None:
        """The account a call is for."""
        return next((account for account in self.bots.values() if account.token == token), None)

    def say(self, user_id: str, chat_id: str, /, **spec: Any) -> str:
        """The customer (in a group, `user_id` of the spec) sends something; returns the message's id."""
        account = self.account(user_id)
        with self.lock:
            message, content = written(spec)
            chat = account.chat(chat_id)
            chat.blocked = False
            read_token, message_id = f"read-{secrets.token_hex(8)}", new_message_id()
            if content is not None:
                account.keep_file(message_id, content)
            quote = {"quotedMessageId": spec["reply_to"]} if "reply_to" in spec else {}
            tokens = {"quoteToken": f"quote-{message_id}", "markAsReadToken": read_token}
            account.read_tokens[read_token] = (chat_id, message_id)
            wire = {"id": message_id, **message, **tokens, **quote}
            chat.keep({**wire, "author": spec.get("user_id", chat_id)})
            self._tell(account, chat, "message", spec.get("user_id"), message=wire)
            return message_id

    def act(self, user_id: str, chat_id: str, /, type: str, **spec: Any) -> None:
        """The customer does something; LookupError where what it is done to is not there."""
        account = self.account(user_id)
        act = _ACTIONS.get(type)
        if act is None:
            raise ValueError(f"type must be one of {', '.join(_ACTIONS)}")
        with self.lock:
            chat = account.chat(chat_id)
            self._tell(account, chat, type, spec.pop("user_id", None), **act(chat, spec))

    def post_event(self, user_id: str, event: Json) -> None:
        """Post an event of the caller's making."""
        self.account(user_id)
        self.batches.add(user_id, (user_id, event))

    def push(self, account: Account, body: Json, retry_key: str | None) -> Json:
        """A push: what was taken once under its key is answered again with 409."""
        if retry_key is not None:
            try:
                UUID(retry_key)
            except ValueError:
                raise LineError(400, "The X-Line-Retry-Key is invalid") from None
        with self.lock:
            known = account.taken.get(retry_key or "")
            if known is not None:
                refusal = LineError(409, "The retry key is already accepted", **{"x-line-accepted-request-id": "sim"})
                refusal.payload |= known
                raise refusal
            chat = account.chats.get(str(body.get("to")))
            if chat is None:
                raise LineError(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
            messages = checked(body.get("messages"))
            if account.quota is not None:
                if account.quota < 1:
                    raise LineError(429, "You have reached your monthly limit.")
                account.quota -= 1
            answer = self._show(chat, messages)
            if retry_key is not None:
                account.taken[retry_key] = answer
            return answer

    def reply(self, account: Account, body: Json, retry_key: str | None) -> Json:
        """A reply: its token works once, for a while, and without a key."""
        if retry_key is not None:
            raise LineError(400, "The X-Line-Retry-Key is not allowed here")
        with self.lock:
            messages = checked(body.get("messages"))
            chat_id, until = account.reply_tokens.pop(str(body.get("replyToken")), ("", 0.0))
            if self.clock.now().timestamp() > until:
                raise LineError(400, "Invalid reply token")
            return self._show(account.chat(chat_id), messages)

    def phone(self, user_id: str, chat_id: str) -> Json:
        """What the customer sees."""
        with self.lock:
            chat = self.account(user_id).chats.get(chat_id) or Chat(chat_id)
            shown = [dict(message) for message in chat.messages]
            return {"chat": chat_id, "messages": shown, "loading": chat.loading, "read": list(chat.read)}

    def reset(self, *, accounts: bool = False) -> None:
        """Forget chats and files; the accounts too if wanted."""
        with self.lock:
            self.batches.clear()
            if accounts:
                self.bots.clear()
            for account in self.bots.values():
                account.forget()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [account.saved() for account in self.bots.values()]

    def _show(self, chat: Chat, messages: list[Json]) -> Json:
        sent = []
        for message in messages:
            message_id = new_message_id()
            sent.append({"id": message_id, "quoteToken": f"quote-{message_id}"})
            if not chat.blocked:
                chat.keep({**message, "id": message_id, "author": "account"})
        chat.loading = 0
        return {"sentMessages": sent}

    def _tell(self, account: Account, chat: Chat, kind: str, by: str | None, **parts: Any) -> None:
        now = self.clock.now().timestamp()
        event: Json = {"type": kind, "mode": "active", "timestamp": int(now * 1000), "source": chat.source(by)}
        event |= {"webhookEventId": f"01SIM{secrets.token_hex(11).upper()[:21]}"}
        event |= {"deliveryContext": {"isRedelivery": False}}
        if kind not in ("unsend", "unfollow", "leave", "memberLeft"):
            token = secrets.token_hex(16)
            account.reply_tokens[token] = (chat.id, now + REPLY_SECONDS)
            event["replyToken"] = token
        self.batches.add(account.user_id, (account.user_id, event | parts))

    def _post(self, events: list[tuple[str, Json]]) -> None:
        account = self.bots.get(events[0][0])
        if account is None:
            return
        secret = account.secret
        if self.knobs.spend("bad_signature_next"):
            secret = secret[::-1] + "x"

        def sign(raw: bytes) -> dict[str, str]:
            digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
            return {"x-line-signature": base64.b64encode(digest).decode()}

        posted = [event for _, event in events]
        again = [{**event, "deliveryContext": {"isRedelivery": True}} for event in posted]
        for copy in range(self.knobs.now.duplicates):
            body = dump({"destination": account.user_id, "events": again if copy else posted})
            self._poster.post(PROVIDER, account.user_id, account.webhook_url, body, sign)


def _unsend(chat: Chat, spec: Json) -> Json:
    message = chat.find(spec.get("message_id"))
    message["unsent"] = True
    return {"unsend": {"messageId": message["id"]}}


def _edit(chat: Chat, spec: Json) -> Json:
    if chat.id.startswith("U"):
        raise ValueError("only groups have edits")
    message = chat.find(spec.get("message_id"))
    message["text"] = str(spec.get("text", ""))
    return {"message": {name: message[name] for name in ("id", "type", "text", "quoteToken")}}


def _press(chat: Chat, spec: Json) -> Json:
    message, data = chat.find(spec.get("message_id")), spec.get("data")
    if data not in [action.get("data") for action in buttons(message)]:
        raise LookupError(f"button {data}")
    return {"postback": {"data": data, **({"params": spec["params"]} if "params" in spec else {})}}


def _follow(chat: Chat, spec: Json) -> Json:
    again, chat.blocked = chat.blocked, False
    return {"follow": {"isUnblocked": again}}


def _unfollow(chat: Chat, spec: Json) -> Json:
    chat.blocked = True
    return {}


_ACTIONS: dict[str, Callable[[Chat, Json], Json]] = {
    "unsend": _unsend,
    "messageEdited": _edit,
    "postback": _press,
    "follow": _follow,
    "unfollow": _unfollow,
    "join": lambda chat, spec: {},
    "leave": lambda chat, spec: {},
}
