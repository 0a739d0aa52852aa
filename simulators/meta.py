"""The simulated Messenger and Instagram Direct: accounts and people, what they send each other, and who hears of it.

This is the provider's inside; `meta_http` is its front. Every public method is safe to call from any thread.
"""

import base64
import binascii
from collections.abc import Callable
from threading import RLock
from typing import Any

from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.meta_accounts import (
    HUMAN_WINDOW,
    TYPING_LIFETIME,
    WINDOW,
    Account,
    Flavour,
    Person,
    Shown,
    new_mid,
    new_number,
    registered,
    restored,
)
from simulators.meta_bodies import ACTIONS, check_answer, check_message
from simulators.meta_errors import MetaRefused, invalid
from simulators.meta_events import MetaNotifier, milliseconds
from simulators.meta_inbound import FILES, SILENT, shown_text, wire_item
from simulators.webhooks import WebhookPoster
from simulators.whatsapp_media import SAMPLES, WEBHOOK_LIFETIME, MediaShelf
from simulators.wire import Json


class UnknownAccount(LookupError):
    """No such page or account is registered."""


class MetaMessaging:
    """The provider, in memory."""

    def __init__(
        self,
        flavour: Flavour,
        clock: Clock,
        knobs: KnobBoard,
        poster: WebhookPoster,
        *,
        base_url: Callable[[], str],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.flavour = flavour
        self.clock = clock
        self.knobs = knobs
        self.files = MediaShelf()
        self.accounts: dict[str, Account] = {}
        self.lock = RLock()
        self.notifier = MetaNotifier(flavour, clock, poster, knobs)
        self.poster = poster
        self._base_url = base_url
        self._changed = changed

    def register(self, account_id: str, **settings: Any) -> Account:
        """Create or change an account; ValueError says what is wrong with the settings."""
        with self.lock:
            account = registered(account_id, settings, self.accounts.get(account_id))
            self.accounts[account_id] = account
        self._changed()
        return account

    def account(self, account_id: str) -> Account:
        """A registered account."""
        try:
            return self.accounts[account_id]
        except KeyError:
            raise UnknownAccount(account_id) from None

    def forget(self, account_id: str) -> None:
        """Unregister an account."""
        del self.accounts[self.account(account_id).id]
        self._changed()

    def customer(self, account_id: str, person_id: str, **profile: Any) -> Person:
        """Somebody who may write, made or changed as `profile` says."""
        if not person_id.isdigit():
            raise ValueError("the id must be digits")
        with self.lock:
            person = self.account(account_id).person(person_id)
            person.change(profile)
        return person

    def say(self, account_id: str, person_id: str, /, type: str = "text", **spec: Any) -> str:
        """The person sends something; returns its mid, or that of the message concerned. ValueError if it cannot be."""
        account, standby = self.account(account_id), spec.pop("standby", False)
        person = self.customer(account_id, person_id)
        described = {"type": type, **spec}
        if type in FILES and "url" not in spec:
            described["url"] = self._stored(account, described)
        event = wire_item(described)
        with self.lock:
            now = self.clock.now()
            self._show(person, event)
            if type not in SILENT:
                person.last_inbound_at = now
            ends: Json = {"sender": {"id": person_id}, "recipient": {"id": account_id}}
        self._changed()
        item = {**ends, "timestamp": milliseconds(now), **event}
        self.notifier.notify(account, "standby" if standby else "messaging", item)
        return str(next((part["mid"] for part in event.values() if isinstance(part, dict) and "mid" in part), ""))

    def comment(self, account_id: str, person_id: str, text: str, post_id: str = "", parent_id: str = "") -> str:
        """The person comments below a post; returns the comment's id."""
        person = self.customer(account_id, person_id)
        now, post = self.clock.now(), post_id or new_number()
        comment_id = new_number()
        if self.flavour.comment_field == "feed":
            comment_id, post = f"{post.partition('_')[2] or post}_{comment_id}", f"{account_id}_{post}"
            value: Json = {"item": "comment", "verb": "add", "comment_id": comment_id, "post_id": post}
            value |= {"parent_id": parent_id or post, "from": {"id": person_id, "name": person.name}}
            value |= {"message": text, "created_time": int(now.timestamp())}
        else:
            value = {"id": comment_id, "from": {"id": person_id, "username": person.username}, "text": text}
            value |= {"media": {"id": post, "media_product_type": "FEED"}}
            value |= {"parent_id": parent_id} if parent_id else {}
        with self.lock:
            person.keep(Shown(comment_id, "person", text, value, now, comment_id=comment_id, public=True))
        self.post_event(account_id, "changes", {"field": self.flavour.comment_field, "value": value})
        return comment_id

    def read(self, account_id: str, person_id: str) -> int:
        """The person looks at the chat: everything is read; returns how many messages."""
        account = self.account(account_id)
        with self.lock:
            person = account.person(person_id)
            unread = [m for m in person.messages if m.author == "business" and m.state != "read" and not m.public]
        for message in unread:
            message.state = "read"
        if unread:
            self._mark(account, person, unread[-1], "read")
        return len(unread)

    def post_event(self, account_id: str, part: str, value: Json) -> None:
        """Post an item of the caller's making: part is messaging, standby or changes."""
        if part not in ("messaging", "standby", "changes"):
            raise ValueError("part must be messaging, standby or changes")
        self.notifier.notify(self.account(account_id), part, value)

    def phone(self, account_id: str, person_id: str) -> Json:
        """What the person's app shows."""
        with self.lock:
            known = self.account(account_id).people.get(person_id) or Person(person_id)
            return known.phone(self.clock.now())

    def accept(self, account: Account, body: Json) -> tuple[Json, Callable[[], None]]:
        """A send of the business: the answer, and what follows it. MetaRefused when it is refused."""
        recipient = body.get("recipient")
        if not isinstance(recipient, dict):
            raise invalid("recipient must be an object")
        if "sender_action" in body:
            return self._act(account, recipient, body), lambda: None
        with self.lock:
            person, comment = self._recipient(account, recipient)
            text = check_message(body, self.flavour)
            self._check_window(account, person, body, comment)
            message = Shown(new_mid(), "business", text, body, self.clock.now(), "sent")
            message.comment_id = comment.id if comment else None
            person.keep(message)
            person.typing_until = None
        self._changed()
        answer = {"recipient_id": person.id, "message_id": message.id}
        return answer, lambda: self._follow(account, person, message)

    def answer_comment(self, account: Account, comment_id: str, body: Json) -> Json:
        """A public answer below a comment."""
        text = check_answer(body)
        with self.lock:
            person, comment = self._commenter(account, comment_id)
            own_id = new_number()
            shown = Shown(own_id, "business", text, body, self.clock.now(), "sent", comment_id=comment.id, public=True)
            person.keep(shown)
        return {"id": own_id}

    def reset(self, *, accounts: bool = False) -> None:
        """Forget people and messages; the accounts too if wanted."""
        with self.lock:
            self.files.clear()
            self.notifier.batches.clear()
            if accounts:
                self.accounts.clear()
            for account in self.accounts.values():
                account.people.clear()
        self._changed()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [account.saved() for account in self.accounts.values()]

    def restore(self, saved: list[Json]) -> None:
        """Take up what a state file kept."""
        self.accounts |= {account.id: account for account in map(restored, saved)}

    def _act(self, account: Account, recipient: Json, body: Json) -> Json:
        action = body["sender_action"]
        if action not in ACTIONS or "message" in body:
            raise invalid(f"sender_action must be one of {', '.join(ACTIONS)}, in a request of its own")
        with self.lock:
            person, now = self._recipient(account, recipient)[0], self.clock.now()
            if action == "mark_seen":
                for message in person.messages:
                    message.read_by_business_at = message.read_by_business_at or now
            else:
                person.typing_until = now + TYPING_LIFETIME if action == "typing_on" else None
        return {"recipient_id": person.id}

    def _recipient(self, account: Account, recipient: Json) -> tuple[Person, Shown | None]:
        if "comment_id" in recipient:
            return self._commenter(account, str(recipient["comment_id"]))
        person = account.people.get(str(recipient.get("id")))
        if person is None:
            raise MetaRefused(100, "No matching user found", subcode=2018001)
        return person, None

    def _commenter(self, account: Account, comment_id: str) -> tuple[Person, Shown]:
        for person in account.people.values():
            found = person.find(comment_id)
            if found is not None and found.author == "person" and found.public:
                return person, found
        raise MetaRefused(100, f"Object with ID '{comment_id}' does not exist", subcode=33)

    def _check_window(self, account: Account, person: Person, body: Json, comment: Shown | None) -> None:
        if not person.reachable:
            raise MetaRefused(551, "blocked", subcode=1545041)
        now = self.clock.now()
        if comment is not None:
            if any(m.comment_id == comment.id and m.author == "business" and not m.public for m in person.messages):
                raise MetaRefused(10900, "one private reply for each comment")
            allowed = now - comment.at < HUMAN_WINDOW
        else:
            tagged = body.get("tag") == "HUMAN_AGENT"
            if tagged and not account.human_agent:
                raise MetaRefused(10, "the app is not approved for HUMAN_AGENT")
            since = person.last_inbound_at
            open_for = HUMAN_WINDOW if tagged else WINDOW
            allowed = body.get("messaging_type") == "UTILITY" or (since is not None and now - since < open_for)
        if not allowed:
            raise MetaRefused(10, "This message is sent outside of allowed window.", subcode=2018278)

    def _follow(self, account: Account, person: Person, message: Shown) -> None:
        """The echo and the marks of a send, in the order the knobs want."""
        coming = ["echo", "delivered"] if self.flavour.watermarks else ["echo"]
        told = coming + (["read"] if person.auto_read else []) if person.online else ["echo"]
        message.state = {"echo": "sent"}.get(told[-1], told[-1])
        for mark in self.knobs.in_order(told):
            self._mark(account, person, message, mark)

    def _mark(self, account: Account, person: Person, message: Shown, mark: str) -> None:
        now = milliseconds(self.clock.now())
        ends: Json = {"sender": {"id": person.id}, "recipient": {"id": account.id}, "timestamp": now}
        if mark == "echo":
            sent = {k: v for k, v in message.body["message"].items() if k in ("text", "metadata")}
            echo = {"mid": message.id, "is_echo": True, "app_id": int(account.app_id), **sent}
            if "attachment" in message.body["message"]:
                echo["attachments"] = [message.body["message"]["attachment"]]
            event: Json = {"sender": ends["recipient"], "recipient": ends["sender"], "message": echo}
        elif not self.flavour.watermarks:
            event = {"read": {"mid": message.id}}
        elif mark == "delivered":
            event = {"delivery": {"mids": [message.id], "watermark": now}}
        else:
            event = {"read": {"watermark": now}}
        self.notifier.notify(account, "messaging", {**ends, **event})

    def _show(self, person: Person, event: Json) -> None:
        if "reaction" in event or "message_edit" in event or (event.get("message") or {}).get("is_deleted"):
            self._alter(person, event)
        elif "message" in event or "postback" in event:
            part = event.get("message") or event["postback"]
            person.keep(Shown(part["mid"], "person", shown_text(event), event, self.clock.now()))

    def _alter(self, person: Person, event: Json) -> None:
        part = next(iter(event.values()))
        target = person.find(part["mid"])
        if target is None:
            return
        if "message_edit" in event:
            target.text, target.edited = part["text"], True
        elif "reaction" in event:
            target.reactions["person"] = part["emoji"] if part["action"] == "react" else ""
        else:
            target.deleted = True

    def _stored(self, account: Account, spec: Json) -> str:
        content, mime_type = SAMPLES[FILES[spec["type"]]]
        if "content_base64" in spec:
            try:
                content = base64.b64decode(spec["content_base64"], validate=True)
            except (binascii.Error, ValueError, TypeError):
                raise ValueError("content_base64 is not base64") from None
        now = self.clock.now()
        file = self.files.put(account.id, content, spec.get("mime_type", mime_type), now + WEBHOOK_LIFETIME)
        name = spec.get("filename") or f"{spec['type']}.{file.mime_type.partition(';')[0].rpartition('/')[2]}"
        return f"{self._base_url()}/{self.flavour.provider}/files/{file.id}/{file.key}/{name}"
