"""The simulated Twilio: accounts, the phones that write to their numbers, and the signed forms that tell of it.

Source: Twilio's reference, "Messaging webhooks", "Track outbound message status", "Webhooks Security".
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import partial
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, urlencode

from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.sms_accounts import Account
from simulators.webhooks import WebhookPoster
from simulators.wire import Json

PROVIDER = "sms"
SETTINGS = frozenset({"auth_token", "number", "webhook_url"})
STOP, START = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}), frozenset({"START", "UNSTOP"})
FORM = "application/x-www-form-urlencoded"


class UnknownAccount(LookupError):
    """No such account is registered."""


class Sms:
    """The provider, in memory. Every public method is safe to call from any thread."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster, *, base_url: Callable[[], str]) -> None:
        self.clock = clock
        self.knobs = knobs
        self.accounts: dict[str, Account] = {}
        self.lock = RLock()
        self._poster = poster
        self._base_url = base_url

    def register(self, sid: str, **settings: Any) -> Account:
        """Create or change an account; ValueError says what is wrong with the settings."""
        if not sid.startswith("AC") or not settings.keys() <= SETTINGS:
            raise ValueError(f"an account's sid begins with AC, its settings are {', '.join(sorted(SETTINGS))}")
        if not all(isinstance(value, str) for value in settings.values()):
            raise ValueError("settings must be strings")
        with self.lock:
            account = self.accounts.setdefault(sid, Account(sid))
            for name, value in settings.items():
                setattr(account, name, value)
        return account

    def account(self, sid: str) -> Account:
        """A registered account."""
        try:
            return self.accounts[sid]
        except KeyError:
            raise UnknownAccount(sid) from None

    def say(self, sid: str, phone: str, /, text: str = "", **spec: Any) -> str:
        """A phone writes to the account's number (with `media`, and `opt_out_type`); returns the message's sid."""
        account = self.account(sid)
        with self.lock:
            files = list(spec.get("media", ()))
            message_sid = account.next_sid("MM" if files else "SM")
            form = {"MessageSid": message_sid, "SmsMessageSid": message_sid, "SmsSid": message_sid}
            form |= {"AccountSid": sid, "From": phone, "To": account.number, "Body": text, "SmsStatus": "received"}
            form |= {"NumMedia": str(len(files)), "NumSegments": "1", "ApiVersion": "2010-04-01", "FromCity": ""}
            for place, given in enumerate(files):
                form[f"MediaUrl{place}"] = self._file(account, message_sid, given)
                form[f"MediaContentType{place}"] = str(given.get("mime", "image/jpeg"))
            if spec.get("opt_out_type"):
                form["OptOutType"] = str(spec["opt_out_type"])
            self._opt(account, phone, text)
            account.keep(phone, {"sid": message_sid, "author": "phone", "text": text, "form": form})
            self.post(account, account.webhook_url, form)
            return message_sid

    def repeat(self, sid: str, message_sid: str) -> None:
        """Post a phone's message once more, as connection overrides make Twilio do."""
        account = self.account(sid)
        self.post(account, account.webhook_url, account.find(message_sid)["form"])

    def take(self, account: Account, form: Json) -> Json:
        """A message of the desk's that was accepted, on the phone's screen."""
        sid = account.next_sid("SM")
        shown = {"sid": sid, "author": "desk", "text": form.get("Body", ""), "media": form.get("MediaUrl", [])}
        shown |= {"state": "queued", "callback": form.get("StatusCallback", "")}
        account.keep(form["To"], shown)
        return shown

    def settle(self, account: Account, to: str, message: Json) -> None:
        """After the answer: tell how far the message came."""
        if not message["callback"]:
            return
        knobs = self.knobs.now
        states = ["sent", "undelivered" if knobs.errors_by_status else "delivered"]
        for state in self.knobs.in_order(states):
            form = {"MessageSid": message["sid"], "SmsSid": message["sid"], "AccountSid": account.sid}
            form |= {"From": account.number, "To": to, "MessageStatus": state, "SmsStatus": state}
            form |= {"ErrorCode": str(knobs.provider_error_code)} if state == "undelivered" else {}
            message["state"] = state
            self._poster.schedule(knobs.status_delay_seconds, partial(self.post, account, message["callback"], form))

    def phone(self, sid: str, phone: str) -> Json:
        """What stands on a phone."""
        account = self.account(sid)
        with self.lock:
            shown = [{k: v for k, v in m.items() if k != "form"} for m in account.phones.get(phone, [])]
            return {"messages": shown, "opted_out": phone in account.opted_out}

    def post(self, account: Account, url: str, form: Json) -> None:
        """Post a form, signed over the address it goes to."""
        token = account.auth_token
        if self.knobs.spend("bad_signature_next"):
            token = token[::-1] + "x"
        body = urlencode(form).encode()
        signed = {"Content-Type": FORM, "X-Twilio-Signature": signature(token, url, body)}
        self._poster.post(PROVIDER, account.sid, url, body, lambda raw: signed, self.knobs.now.duplicates)

    def reset(self, *, accounts: bool = False) -> None:
        """Forget messages and files; the accounts too if wanted."""
        with self.lock:
            if accounts:
                self.accounts.clear()
            for account in self.accounts.values():
                account.phones.clear()
                account.files.clear()
                account.opted_out.clear()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [account.saved() for account in self.accounts.values()]

    def _file(self, account: Account, message_sid: str, given: Json) -> str:
        file_sid = f"ME{len(account.files) + 1:032d}"
        account.files[file_sid] = (b64decode(given.get("content", "")), str(given.get("mime", "image/jpeg")))
        return f"{self._base_url()}/twilio/2010-04-01/Accounts/{account.sid}/Messages/{message_sid}/Media/{file_sid}"

    def _opt(self, account: Account, phone: str, text: str) -> None:
        word = text.strip().upper()
        if word in STOP:
            account.opted_out.add(phone)
        elif word in START:
            account.opted_out.discard(phone)


def signature(token: str, url: str, body: bytes) -> str:
    """Value of X-Twilio-Signature."""
    fields = sorted(set(parse_qsl(body.decode(), keep_blank_values=True)))
    signed = url + "".join(f"{name}{value}" for name, value in fields)
    return b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
