"""The simulated WeChat: official accounts, their followers, and what WeChat tells of both.

Source: Official Accounts documents, "Receiving common messages", "Receiving event pushes", "Message encryption".
"""

import secrets
from collections.abc import Callable
from functools import partial
from threading import RLock
from typing import Any
from urllib.parse import urlencode

from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.webhooks import WebhookPoster
from simulators.wechat_accounts import MODES, Account, Follower
from simulators.wechat_messages import WeChatError, check, encrypted, signature, written, xml
from simulators.wire import Json

PROVIDER = "wechat"
SETTINGS = frozenset({"name", "app_id", "app_secret", "token", "encoding_aes_key", "mode", "webhook_url", "templates"})
WINDOW_SECONDS, MAX_ANSWERS = 48 * 3600, 20


class UnknownAccount(LookupError):
    """No such account is registered."""


class WeChat:
    """The provider, in memory. Every public method is safe to call from any thread."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster) -> None:
        self.clock = clock
        self.knobs = knobs
        self.accounts: dict[str, Account] = {}
        self.lock = RLock()
        self._poster = poster

    def register(self, account_id: str, **settings: Any) -> Account:
        """Create or change an account; ValueError says what is wrong with the settings."""
        if not account_id.startswith("gh_") or not settings.keys() <= SETTINGS:
            raise ValueError(f"an account's id begins with gh_, its settings are {', '.join(sorted(SETTINGS))}")
        if not all(isinstance(value, str) for name, value in settings.items() if name != "templates"):
            raise ValueError("settings must be strings, and templates a list of them")
        if settings.get("mode", "plain") not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        with self.lock:
            account = self.accounts.setdefault(account_id, Account(account_id))
            for name, value in settings.items():
                setattr(account, name, value)
        return account

    def account(self, account_id: str) -> Account:
        """A registered account."""
        try:
            return self.accounts[account_id]
        except KeyError:
            raise UnknownAccount(account_id) from None

    def by_secret(self, app_id: str, app_secret: str) -> Account:
        """The account of an app id and its secret. Raises WeChatError."""
        found = next((account for account in self.accounts.values() if account.app_id == app_id), None)
        if found is None:
            raise WeChatError(40013)
        if found.app_secret != app_secret:
            raise WeChatError(40125)
        return found

    def by_token(self, token: str) -> Account:
        """The account of an access token that has not ended. Raises WeChatError."""
        for account in self.accounts.values():
            if token in account.tokens:
                if account.tokens[token] <= self.clock.now().timestamp():
                    raise WeChatError(42001)
                return account
        raise WeChatError(40001)

    def say(self, account_id: str, openid: str, /, delay_seconds: float = 0, **spec: Any) -> str:
        """A follower writes; returns the message's id. Late ones come out of their order."""
        account = self.account(account_id)
        with self.lock:
            kind, fields = written(account, spec)
            follower, message_id = account.follower(openid), str(10**17 + secrets.randbelow(10**17))
            self._acted(follower)
            follower.keep({"id": message_id, "author": "follower", "type": kind, **fields})
            self._tell(account, follower, {"MsgType": kind, **fields, "MsgId": int(message_id)}, delay_seconds)
        return message_id

    def act(self, account_id: str, openid: str, /, type: str, **spec: Any) -> None:
        """A follower does something; LookupError where what it is done to is not there."""
        account = self.account(account_id)
        with self.lock:
            follower = account.follower(openid)
            act = _ACTIONS.get(type)
            if act is None:
                raise ValueError(f"type must be one of {', '.join(_ACTIONS)}")
            act(self, account, follower, spec)

    def event(self, account: Account, follower: Follower, name: str, **fields: Any) -> None:
        """Tell of an event, which has no id."""
        self._tell(account, follower, {"MsgType": "event", "Event": name, **fields})

    def send(self, account: Account, body: Json) -> None:
        """A customer service message. Raises WeChatError."""
        with self.lock:
            follower = self._reached(account, body)
            check(account, body)
            now = self.clock.now().timestamp()
            if follower.window_from is None or now - follower.window_from > WINDOW_SECONDS:
                raise WeChatError(45015)
            if follower.sent >= MAX_ANSWERS:
                raise WeChatError(45047)
            follower.sent += 1
            follower.typing = False
            follower.keep({**body, "author": "account"})

    def send_template(self, account: Account, body: Json) -> tuple[int, Follower]:
        """A template message: its id, and to whom. Raises WeChatError."""
        with self.lock:
            follower = self._reached(account, body)
            if body.get("template_id") not in account.templates:
                raise WeChatError(40037)
            follower.keep({**body, "author": "account", "msgtype": "template"})
            return 10**18 + secrets.randbelow(10**18), follower

    def settle(self, account: Account, follower: Follower, message_id: int) -> None:
        """After the answer: tell what became of a template."""
        status = "failed:user block" if self.knobs.now.errors_by_status else "success"
        job = partial(self.event, account, follower, "TEMPLATESENDJOBFINISH", MsgID=message_id, Status=status)
        self._poster.schedule(self.knobs.now.status_delay_seconds, job)

    def type(self, account: Account, body: Json) -> None:
        """Show that somebody types. Raises WeChatError."""
        with self.lock:
            self._reached(account, body).typing = body.get("command") == "Typing"

    def press(self, account: Account, follower: Follower, choice: str) -> None:
        """Choose a line of a menu that the account sent."""
        for message in reversed(follower.messages):
            for line in (message.get("msgmenu") or {}).get("list", []):
                if line["id"] == choice:
                    self.say(account.id, follower.openid, text=line["content"], bizmsgmenuid=choice)
                    return
        raise LookupError(f"choice {choice}")

    def phone(self, account_id: str, openid: str) -> Json:
        """What a follower sees."""
        with self.lock:
            found = self.account(account_id).followers.get(openid) or Follower(openid, following=False)
            shown = [dict(message) for message in found.messages]
            return {"messages": shown, "typing": found.typing, "following": found.following}

    def post_fields(self, account_id: str, openid: str, fields: Json) -> None:
        """Post a push of the caller's making, signed."""
        account = self.account(account_id)
        self._tell(account, account.follower(openid), fields)

    def reset(self, *, accounts: bool = False) -> None:
        """Forget followers and files; the accounts too if wanted."""
        with self.lock:
            if accounts:
                self.accounts.clear()
            for account in self.accounts.values():
                account.forget()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [account.saved() for account in self.accounts.values()]

    def _acted(self, follower: Follower) -> None:
        follower.window_from, follower.sent = self.clock.now().timestamp(), 0

    def _reached(self, account: Account, body: Json) -> Follower:
        follower = account.followers.get(str(body.get("touser")))
        if follower is None:
            raise WeChatError(40003)
        if not follower.following:
            raise WeChatError(43004)
        return follower

    def _tell(self, account: Account, follower: Follower, fields: Json, delay_seconds: float = 0) -> None:
        named = {"ToUserName": account.id, "FromUserName": follower.openid}
        push = {**named, "CreateTime": int(self.clock.now().timestamp()), **fields}
        if delay_seconds > 0:
            self._poster.schedule(delay_seconds, partial(self._post, account, push))
        else:
            self._post(account, push)

    def _post(self, account: Account, push: Json) -> None:
        """Signed in the query, over the wall's time, as the desk checks it by that."""
        secret = account.token
        if self.knobs.spend("bad_signature_next"):
            secret = secret[::-1] + "x"
        timestamp, nonce = str(int(self.clock.wall().timestamp())), secrets.token_hex(5)
        query = {"signature": signature(secret, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        plain = xml(push)
        body = plain
        if account.mode != "plain":
            sealed = encrypted(account, f"<xml>{plain}</xml>".encode())
            query |= {"encrypt_type": "aes", "msg_signature": signature(secret, timestamp, nonce, sealed)}
            beside = plain if account.mode == "compatible" else xml({"ToUserName": account.id})
            body = f"{beside}{xml({'Encrypt': sealed})}"
        url = f"{account.webhook_url}?{urlencode(query)}" if account.webhook_url else ""
        raw = f"<xml>{body}</xml>".encode()
        headers = {"Content-Type": "text/xml"}
        self._poster.post(PROVIDER, account.id, url, raw, lambda _raw: headers, self.knobs.now.duplicates)


def _subscribe(wechat: WeChat, account: Account, follower: Follower, spec: Json) -> None:
    follower.following = True
    scene = {"EventKey": f"qrscene_{spec['scene']}", "Ticket": "sim"} if "scene" in spec else {"EventKey": ""}
    wechat.event(account, follower, "subscribe", **scene)


def _unsubscribe(wechat: WeChat, account: Account, follower: Follower, spec: Json) -> None:
    follower.following = False
    wechat.event(account, follower, "unsubscribe", EventKey="")


def _menu(name: str) -> Callable[[WeChat, Account, Follower, Json], None]:
    def act(wechat: WeChat, account: Account, follower: Follower, spec: Json) -> None:
        wechat._acted(follower)
        wechat.event(account, follower, name, EventKey=str(spec.get("key", "")))

    return act


def _report(wechat: WeChat, account: Account, follower: Follower, spec: Json) -> None:
    place = {name: str(spec.get(name, 0)) for name in ("Latitude", "Longitude", "Precision")}
    wechat.event(account, follower, "LOCATION", **place)


_ACTIONS: dict[str, Callable[[WeChat, Account, Follower, Json], None]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "CLICK": _menu("CLICK"),
    "VIEW": _menu("VIEW"),
    "SCAN": _menu("SCAN"),
    "LOCATION": _report,
    "choose": lambda wechat, account, follower, spec: wechat.press(account, follower, str(spec.get("id"))),
}
