"""The simulated Viber: bots, the people who talk with them, and what Viber tells of both.

Source: Viber REST API, "Callbacks". `delivered` comes for people's own messages too.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from functools import partial
from threading import RLock
from typing import Any

from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.viber_accounts import Bot, Person, new_token
from simulators.viber_messages import ViberError, button, check, written
from simulators.webhooks import WebhookPoster
from simulators.wire import Json, dump

PROVIDER = "viber"
SETTINGS = frozenset({"name", "token", "webhook_url", "balance"})
MARKS = ("delivered", "seen")


class UnknownBot(LookupError):
    """No such bot is registered."""


class Viber:
    """The provider, in memory. Every public method is safe to call from any thread."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster) -> None:
        self.clock = clock
        self.knobs = knobs
        self.bots: dict[str, Bot] = {}
        self.lock = RLock()
        self._poster = poster

    def register(self, bot_id: str, **settings: Any) -> Bot:
        """Create or change a bot; ValueError says what is wrong with the settings."""
        if not settings.keys() <= SETTINGS:
            raise ValueError(f"a bot's settings are {', '.join(sorted(SETTINGS))}")
        balance = settings.get("balance")
        if balance is not None and (isinstance(balance, bool) or not isinstance(balance, int)):
            raise ValueError("balance must be a whole number")
        if not all(isinstance(value, str) for name, value in settings.items() if name != "balance"):
            raise ValueError("settings must be strings")
        with self.lock:
            bot = self.bots.setdefault(bot_id, Bot(bot_id))
            for name, value in settings.items():
                setattr(bot, name, value)
        return bot

    def bot(self, bot_id: str) -> Bot:
        """A registered bot."""
        try:
            return self.bots[bot_id]
        except KeyError:
            raise UnknownBot(bot_id) from None

    def by_token(self, token: str) -> Bot:
        """The bot a call is for. Raises ViberError."""
        found = next((bot for bot in self.bots.values() if bot.token == token), None)
        if found is None:
            raise ViberError(2)
        return found

    def set_webhook(self, bot: Bot, url: str) -> None:
        """The bot names its own address, which is tried at once."""
        with self.lock:
            bot.webhook_url = url
            self.tell(bot, "webhook")

    def say(self, bot_id: str, user_id: str, /, delay_seconds: float = 0, **spec: Any) -> str:
        """A person writes, who subscribes by it; returns the message's token. Late ones come out of their order."""
        bot = self.bot(bot_id)
        with self.lock:
            message, person = written(spec), bot.person(user_id)
            person.name = str(spec.get("name", person.name))
            person.subscribed = True
            token = new_token()
            carried = {"tracking_data": person.carried} if person.carried else {}
            person.keep({"token": str(token), "author": "person", **message})
            parts = {"sender": person.view(), "message": message | carried, "silent": False}
            self.tell(bot, "message", token, delay_seconds, **parts)
            self.tell(bot, "delivered", token, delay_seconds, user_id=user_id)
        return str(token)

    def act(self, bot_id: str, user_id: str, /, type: str, **spec: Any) -> None:
        """A person does something; LookupError where what it is done to is not there."""
        act = _ACTIONS.get(type)
        if act is None:
            raise ValueError(f"type must be one of {', '.join(_ACTIONS)}")
        bot = self.bot(bot_id)
        with self.lock:
            act(self, bot, bot.person(user_id), spec)

    def send(self, bot: Bot, body: Json) -> tuple[Json, Person, int]:
        """A bot's message: the answer, to whom, and its token. Raises ViberError."""
        with self.lock:
            person = bot.people.get(str(body.get("receiver")))
            if person is None:
                raise ViberError(5)
            check(body)
            if not person.subscribed:
                raise ViberError(6)
            if bot.balance is not None:
                if bot.balance < 1:
                    raise ViberError(24)
                bot.balance -= 1
            token = new_token()
            shown = {name: part for name, part in body.items() if name != "receiver"}
            person.keep({**shown, "token": str(token), "author": "bot", "state": "sent"})
            person.carried, person.keyboard = body.get("tracking_data", ""), body.get("keyboard", {})
            return {"status": 0, "status_message": "ok", "message_token": token, "billing_status": 1}, person, token

    def settle(self, bot: Bot, person: Person, token: int) -> None:
        """After the answer: tell how far the message came."""
        knobs = self.knobs.now
        if knobs.errors_by_status:
            self.tell(bot, "failed", token, user_id=person.id, desc="Received message cannot be shown")
            return
        for mark in self.knobs.in_order(list(MARKS if person.reads else MARKS[:1])):
            job = partial(self.tell, bot, mark, token, user_id=person.id)
            self._poster.schedule(knobs.status_delay_seconds, job)

    def phone(self, bot_id: str, user_id: str) -> Json:
        """What a person sees, with the greetings that webhooks were answered with."""
        with self.lock:
            person = self.bot(bot_id).people.get(user_id) or Person(user_id)
            self._greet(bot_id, person)
            return {
                "messages": [dict(message) for message in person.messages],
                "keyboard": person.keyboard,
                "subscribed": person.subscribed,
            }

    def post_event(self, bot_id: str, event: Json) -> None:
        """Post an event of the caller's making."""
        self._post(self.bot(bot_id), event)

    def tell(self, bot: Bot, kind: str, token: int = 0, delay_seconds: float = 0, **parts: Any) -> None:
        """Post one event of a bot, now or late."""
        event = {"event": kind, "timestamp": int(self.clock.now().timestamp() * 1000), "message_token": token, **parts}
        if delay_seconds > 0:
            self._poster.schedule(delay_seconds, partial(self._post_late, bot, event))
        else:
            self._post(bot, event)

    def reset(self, *, accounts: bool = False) -> None:
        """Forget people and messages; the bots too if wanted."""
        with self.lock:
            if accounts:
                self.bots.clear()
            for bot in self.bots.values():
                bot.people.clear()
                bot.files.clear()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [bot.saved() for bot in self.bots.values()]

    def start(self, bot: Bot, person: Person, context: str) -> None:
        """Somebody opens the chat: the answer may be a greeting."""
        named = {"context": context} if context else {}
        event: Json = {"event": "conversation_started", "timestamp": int(self.clock.now().timestamp() * 1000)}
        event |= {"message_token": new_token(), "type": "open", "user": person.view(), **named}
        person.started += self._post(bot, event | {"subscribed": person.subscribed})

    def _greet(self, bot_id: str, person: Person) -> None:
        """A greeting is shown once, however often its webhook was answered."""
        for delivery in self._poster.log(PROVIDER, bot_id):
            if delivery["id"] in person.started and delivery["state"] == "delivered":
                person.started = []
                greeting = _greeting(delivery["answer"])
                if greeting:
                    person.keep({**greeting, "token": "", "author": "bot", "state": "greeting"})
                return

    def _post_late(self, bot: Bot, event: Json) -> None:
        self._post(bot, event)

    def _post(self, bot: Bot, event: Json) -> list[str]:
        token = bot.token
        if self.knobs.spend("bad_signature_next"):
            token = token[::-1] + "x"

        def sign(raw: bytes) -> dict[str, str]:
            return {"X-Viber-Content-Signature": hmac.new(token.encode(), raw, hashlib.sha256).hexdigest()}

        copies = self.knobs.now.duplicates
        return self._poster.post(PROVIDER, bot.id, bot.webhook_url, dump(event), sign, copies)


def _greeting(answer: str) -> Json:
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and found.get("type") else {}


def _press(viber: Viber, bot: Bot, person: Person, spec: Json) -> None:
    """A button is said in the words of its `ActionBody`; a link is only opened."""
    chosen = button(person.keyboard, str(spec.get("text", "")))
    if chosen["ActionType"] == "reply":
        viber.say(bot.id, person.id, text=chosen["ActionBody"])


def _subscribe(viber: Viber, bot: Bot, person: Person, spec: Json) -> None:
    person.subscribed = True
    viber.tell(bot, "subscribed", new_token(), user=person.view())


def _unsubscribe(viber: Viber, bot: Bot, person: Person, spec: Json) -> None:
    person.subscribed = False
    viber.tell(bot, "unsubscribed", new_token(), user_id=person.id)


def _start(viber: Viber, bot: Bot, person: Person, spec: Json) -> None:
    viber.start(bot, person, str(spec.get("context", "")))


def _set(viber: Viber, bot: Bot, person: Person, spec: Json) -> None:
    """How the person is: whether they look at messages at once."""
    person.reads = bool(spec.get("reads", person.reads))


_ACTIONS: dict[str, Callable[[Viber, Bot, Person, Json], None]] = {
    "press": _press,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "conversation_started": _start,
    "set": _set,
}
