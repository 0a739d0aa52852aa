"""The simulated WhatsApp: its numbers and customers, what they send each other, and who hears of
it.

This is the provider's inside; `whatsapp_graph` is its front to the business, `whatsapp_control` the
front to the people who play the customers. Every public method is safe to call from any thread.
"""

import base64
import binascii
from collections.abc import Callable
from threading import RLock
from typing import Any

from simulators.clock import Clock, unix_seconds
from simulators.knobs import KnobBoard
from simulators.webhooks import WebhookPoster
from simulators.whatsapp_accounts import Customer, Number, new_wamid, registered, restored
from simulators.whatsapp_delivery import Outbound
from simulators.whatsapp_events import Change, Notifier, contact_of
from simulators.whatsapp_inbound import (
    BadDescription,
    context_of,
    counts_as_writing,
    show,
    wire_message,
)
from simulators.whatsapp_media import SAMPLES, WEBHOOK_LIFETIME, MediaShelf
from simulators.whatsapp_statuses import is_told, mark
from simulators.whatsapp_templates import changed
from simulators.wire import Json

_PROFILE_KEYS = {"name", "user_id", "parent_user_id", "username", "hide_number"}
# Where such a key is the message's own: a place has a name, a system message tells a new id.
_OWN_KEYS = {"location": {"name"}, "system": {"user_id"}}


class UnknownNumber(LookupError):
    """No such phone number id is registered."""


class WhatsApp:
    """The provider, in memory."""

    def __init__(
        self,
        clock: Clock,
        knobs: KnobBoard,
        poster: WebhookPoster,
        *,
        base_url: Callable[[], str],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.clock = clock
        self.knobs = knobs
        self.media = MediaShelf()
        self.numbers: dict[str, Number] = {}
        self.lock = RLock()
        self.notifier = Notifier(poster, knobs)
        self.outbound = Outbound(clock, knobs, poster, self.notifier, self.media)
        self._base_url = base_url
        self._changed = changed

    def register(self, phone_number_id: str, **settings: Any) -> Number:
        """Create or change a business number; ValueError says what is wrong with the settings."""
        with self.lock:
            number = registered(phone_number_id, settings, self.numbers.get(phone_number_id))
            self.numbers[phone_number_id] = number
        self._changed()
        return number

    def number(self, phone_number_id: str) -> Number:
        """A registered number."""
        try:
            return self.numbers[phone_number_id]
        except KeyError:
            raise UnknownNumber(phone_number_id) from None

    def forget(self, phone_number_id: str) -> None:
        """Unregister a number."""
        with self.lock:
            del self.numbers[self.number(phone_number_id).phone_number_id]
        self._changed()

    def customer(self, phone_number_id: str, wa_id: str, **profile: Any) -> Customer:
        """A customer of a number, made or changed as `profile` says."""
        if not wa_id.isdigit() or not 5 <= len(wa_id) <= 20:
            raise ValueError("wa_id must be 5 to 20 digits")
        with self.lock:
            customer = self.number(phone_number_id).customer(wa_id)
            customer.change(profile)
        if profile:
            self._changed()
        return customer

    def say(
        self,
        phone_number_id: str,
        wa_id: str,
        /,
        type: str = "text",
        **spec: Any,
    ) -> str:
        """The customer sends something; returns the wamid. BadDescription if it cannot be sent."""
        number = self.number(phone_number_id)
        keys = _PROFILE_KEYS - _OWN_KEYS.get(type, set())
        profile = {key: spec.pop(key) for key in keys & spec.keys()}
        customer = self.customer(phone_number_id, wa_id, **profile)
        described: Json = {"type": type, **spec}
        if type in SAMPLES:
            described["media"] = self._stored(number, described)
        message = wire_message(described)
        with self.lock:
            value = self._arrive(number, customer, described, message)
        self._changed()
        self.notifier.notify(Change(number, "messages", value))
        return str(value["messages"][0]["id"])

    def change(self, phone_number_id: str, field: str, value: Json) -> None:
        """Post any other webhook field (template updates, echoes, account updates ...) for a
        number.
        """
        self.notifier.notify(Change(self.number(phone_number_id), field, value))

    def change_template(self, phone_number_id: str, name: str, language: str, **given: Any) -> None:
        """Meta's side of a template: approved, paused, rejected, another category or text. Its account is told."""
        number = self.number(phone_number_id)
        with self.lock:
            told = changed(number.templates, name, language, given)
        self._changed()
        at = int(self.clock.now().timestamp())
        for field, value in told:
            self.notifier.notify(Change(number, field, value, at))

    def change_user_id(self, phone_number_id: str, wa_id: str, new_id: str) -> None:
        """The customer's business-scoped id changes: a `user_id_update`, as after a new phone
        number.
        """
        number = self.number(phone_number_id)
        with self.lock:
            customer = self.customer(phone_number_id, wa_id)
            previous, customer.user_id = customer.user_id, new_id
            update = {
                "wa_id": wa_id,
                "detail": "User changed their business-scoped user id",
                "user_id": {"previous": previous, "current": new_id},
                "timestamp": unix_seconds(self.clock.now()),
            }
        self._changed()
        value = {"contacts": [contact_of(customer)], "user_id_update": [update]}
        self.notifier.notify(Change(number, "user_id_update", value))

    def post_status(self, phone_number_id: str, wamid: str, status: str, code: int | None = None) -> None:
        """Post one status by hand, for a message of the business; LookupError if unknown."""
        with self.lock:
            number = self.number(phone_number_id)
            for customer in number.customers.values():
                message = customer.find(wamid)
                if message is not None and message.author == "business":
                    self.outbound.tell(number, customer, message, status, code)
                    return
        raise LookupError(wamid)

    def read(self, phone_number_id: str, wa_id: str) -> int:
        """The customer looks at the chat: `read` for all that was delivered; returns how many."""
        with self.lock:
            number = self.number(phone_number_id)
            customer = self.customer(phone_number_id, wa_id)
            unread = [m for m in customer.messages if m.state == "delivered"]
            for message in unread:
                mark(message, "read", self.clock.now())
                if is_told("read", customer):
                    self.outbound.tell(number, customer, message, "read")
        return len(unread)

    def phone(self, phone_number_id: str, wa_id: str) -> Json:
        """What the customer's phone shows."""
        with self.lock:
            known = self.number(phone_number_id).customers.get(wa_id) or Customer(wa_id)
            return known.phone(self.clock.now())

    def reset(self, *, accounts: bool = False) -> None:
        """Forget customers, messages and media; the numbers too if wanted."""
        with self.lock:
            self.media.clear()
            self.notifier.batches.clear()
            if accounts:
                self.numbers.clear()
            for number in self.numbers.values():
                number.customers.clear()
                number.dropped.clear()
        self._changed()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [number.saved() for number in self.numbers.values()]

    def restore(self, saved: list[Json]) -> None:
        """Take up what a state file kept."""
        for entry in saved:
            number = restored(entry)
            self.numbers[number.phone_number_id] = number

    def written_to(self) -> None:
        """The business wrote: windows and profiles may have changed."""
        self._changed()

    def _stored(self, number: Number, spec: Json) -> Json:
        content, mime_type = SAMPLES[spec["type"]]
        if "content_base64" in spec:
            try:
                content = base64.b64decode(spec["content_base64"], validate=True)
            except (binascii.Error, ValueError, TypeError):
                raise BadDescription("content_base64 is not base64") from None
        elif "content" in spec:
            content = spec["content"]
        mime_type = spec.get("mime_type", mime_type)
        now = self.clock.now()
        media = self.media.put(number.phone_number_id, content, mime_type, now + WEBHOOK_LIFETIME)
        return {
            "id": media.id,
            "mime_type": mime_type,
            "sha256": media.base64_hash,
            "url": media.url(self._base_url(), now),
        }

    def _arrive(self, number: Number, customer: Customer, spec: Json, message: Json) -> Json:
        now = self.clock.now()
        wire: Json = {"id": new_wamid(customer.wa_id, inbound=True), "timestamp": unix_seconds(now)}
        if not customer.hide_number:
            wire["from"] = customer.wa_id
        if customer.user_id:
            wire["from_user_id"] = customer.user_id
        if customer.parent_user_id:
            wire["from_parent_user_id"] = customer.parent_user_id
        quoted = customer.find(str(spec.get("reply_to")))
        own = quoted is not None and quoted.author == "customer"
        context = context_of(spec, customer.wa_id if own else number.digits)
        if context:
            wire["context"] = context
        wire |= message
        if counts_as_writing(message):
            customer.last_inbound_at = now
        show(customer, wire, spec.get("reply_to"), now)
        value: Json = {"messages": [wire]}
        if message["type"] != "system":  # system messages come without contacts
            value["contacts"] = [contact_of(customer)]
        return value
