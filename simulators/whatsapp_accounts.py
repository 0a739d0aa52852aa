"""What the simulated WhatsApp knows: business numbers, their customers, each one's phone."""

import base64
import secrets
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from simulators.clock import iso_text
from simulators.whatsapp_templates import checked_templates, default_templates
from simulators.wire import Json

# "WhatsApp Cloud API, customer service windows": free-form messages for 24 hours after the
# customer's last.
WINDOW = timedelta(hours=24)
PHONE_LENGTH = 500


def new_wamid(phone: str, *, inbound: bool) -> str:
    """A message id of the real form: `wamid.` and base64 of the phone, a direction byte and 16 hex
    bytes.
    """
    unique = secrets.token_hex(16).upper().encode()
    direction = b"\x12" if inbound else b"\x11"
    packed = b"\x1c\x18" + bytes([len(phone)]) + phone.encode() + b"\x15\x02\x00" + direction
    packed += b"\x18" + bytes([len(unique)]) + unique + b"\x00"
    return "wamid." + base64.b64encode(packed).decode()


@dataclass(slots=True)
class PhoneMessage:
    """One message as the customer's phone shows it."""

    id: str
    author: str  # customer | business
    type: str
    text: str
    body: Json
    at: datetime
    state: str = "received"
    reply_to: str | None = None
    reactions: dict[str, str] = field(default_factory=dict)
    edited: bool = False
    deleted: bool = False
    read_by_business_at: datetime | None = None
    tracker: str | None = None
    category: str = "service"
    marks: dict[str, str] = field(default_factory=dict)
    error: Json | None = None

    def view(self) -> Json:
        """The message as JSON."""
        shown = {f.name: getattr(self, f.name) for f in fields(self)}
        shown["at"] = iso_text(self.at)
        shown["reactions"], shown["marks"] = dict(self.reactions), dict(self.marks)
        shown["read_by_business_at"] = iso_text(self.read_by_business_at)
        return shown


@dataclass(slots=True)
class Customer:
    """A person. `hide_number`: the business sees the business-scoped id only; `reachable`: has
    WhatsApp and has not blocked the business; `online`: messages reach the phone, not only the
    provider.
    """

    wa_id: str
    name: str = "Customer"
    user_id: str | None = None
    parent_user_id: str | None = None
    username: str | None = None
    hide_number: bool = False
    reachable: bool = True
    online: bool = True
    read_receipts: bool = True
    auto_read: bool = True
    last_inbound_at: datetime | None = None
    last_outbound_at: datetime | None = None
    typing_until: datetime | None = None
    messages: list[PhoneMessage] = field(default_factory=list)

    def find(self, message_id: str) -> PhoneMessage | None:
        """A message of this phone."""
        return next((m for m in self.messages if m.id == message_id), None)

    def keep(self, message: PhoneMessage) -> None:
        """Put a message on the phone, forgetting the oldest."""
        self.messages.append(message)
        del self.messages[:-PHONE_LENGTH]

    def in_window(self, now: datetime) -> bool:
        """Whether the business may write freely."""
        return self.last_inbound_at is not None and now - self.last_inbound_at < WINDOW

    def profile(self) -> Json:
        """What survives a restart, and what the control API shows."""
        shown = {name: getattr(self, name) for name in _PROFILE}
        shown["last_inbound_at"] = iso_text(self.last_inbound_at)
        return shown

    def change(self, given: Json) -> None:
        """Set profile fields; ValueError names what cannot be set."""
        for name, value in given.items():
            expected = _PROFILE.get(name)
            if expected is None or name == "wa_id":
                raise ValueError(f"unknown customer field {name}")
            if not isinstance(value, expected):
                raise ValueError(f"{name} has the wrong type")
            setattr(self, name, value)

    def phone(self, now: datetime) -> Json:
        """The customer's screen."""
        return {
            "customer": self.profile(),
            "business_typing": self.typing_until is not None and now < self.typing_until,
            "window_open": self.in_window(now),
            "messages": [m.view() for m in self.messages],
        }


_OPTIONAL_TEXT = (str, type(None))
_PROFILE: dict[str, Any] = {
    "wa_id": str,
    "name": str,
    "user_id": _OPTIONAL_TEXT,
    "parent_user_id": _OPTIONAL_TEXT,
    "username": _OPTIONAL_TEXT,
    "hide_number": bool,
    "reachable": bool,
    "online": bool,
    "read_receipts": bool,
    "auto_read": bool,
}


@dataclass(slots=True)
class Number:
    """A business phone number with its app's credentials."""

    phone_number_id: str
    display_phone_number: str = "15550001111"
    access_token: str = "sim-token"
    app_secret: str = "sim-app-secret"
    verify_token: str = "sim-verify-token"
    webhook_url: str = ""
    waba_id: str = "100000000000001"
    verified_name: str = "Parley Demo"
    quality_rating: str = "GREEN"
    templates: list[Json] = field(default_factory=default_templates)
    customers: dict[str, Customer] = field(default_factory=dict)
    dropped: list[Json] = field(default_factory=list)

    @property
    def digits(self) -> str:
        """The number as webhooks name it."""
        return "".join(c for c in self.display_phone_number if c.isdigit())

    def customer(self, wa_id: str) -> Customer:
        """The customer with this number, known or new."""
        return self.customers.setdefault(wa_id, Customer(wa_id))

    def by_user_id(self, user_id: str) -> Customer | None:
        """The customer with this business-scoped id or parent id."""
        for customer in self.customers.values():
            if user_id in (customer.user_id, customer.parent_user_id):
                return customer
        return None

    def settings(self) -> Json:
        """What is registered, for the control API and the state file."""
        shown = {f.name: getattr(self, f.name) for f in fields(self)}
        del shown["customers"], shown["dropped"]
        return shown

    def saved(self) -> Json:
        """What survives a restart: the settings, and who may be answered until when."""
        return {**self.settings(), "customers": [c.profile() for c in self.customers.values()]}


def registered(phone_number_id: str, given: Json, before: Number | None) -> Number:
    """The number a registration describes, keeping what it leaves out; ValueError if bad."""
    allowed = set(Number.__dataclass_fields__) - {"phone_number_id", "customers", "dropped"}
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise ValueError(f"unknown field {unknown[0]}")
    values = dict(given)
    if "templates" in values:
        values["templates"] = checked_templates(values["templates"])
    for name in allowed - {"templates"}:
        if not isinstance(values.get(name, ""), str):
            raise ValueError(f"{name} must be a string")
    if before is None:
        return Number(phone_number_id, **values)
    for name, value in values.items():
        setattr(before, name, value)
    return before


def restored(saved: Json) -> Number:
    """A number from the state file."""
    values = dict(saved)
    customers = values.pop("customers", [])
    number = Number(**values)
    for profile in customers:
        last = profile.pop("last_inbound_at", None)
        customer = Customer(**profile)
        customer.last_inbound_at = datetime.fromisoformat(last) if last else None
        number.customers[customer.wa_id] = customer
    return number
