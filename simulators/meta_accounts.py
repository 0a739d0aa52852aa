"""What the simulated Messenger and Instagram know: pages and accounts, the people who write, each one's screen."""

import secrets
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from simulators.clock import iso_text
from simulators.wire import Json

# "Messaging window", "Human agent" and "Private replies".
WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
TYPING_LIFETIME = timedelta(seconds=20)
KEPT = 500
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Flavour:
    """How the two differ. `watermarks`: delivered and read up to a time, or read by the id of one message."""

    provider: str
    object: str
    comment_field: str
    answers_edge: str
    max_text: int
    text_in_bytes: bool
    watermarks: bool
    max_bytes: dict[str, int]


@dataclass(slots=True)
class Shown:
    """One message as the person's app shows it."""

    id: str
    author: str  # person | business
    text: str
    body: Json
    at: datetime
    state: str = "received"
    reactions: dict[str, str] = field(default_factory=dict)
    edited: bool = False
    deleted: bool = False
    comment_id: str | None = None
    public: bool = False
    read_by_business_at: datetime | None = None

    def view(self) -> Json:
        """The message as JSON."""
        shown = {f.name: getattr(self, f.name) for f in fields(self)}
        shown["at"], shown["reactions"] = iso_text(self.at), dict(self.reactions)
        shown["read_by_business_at"] = iso_text(self.read_by_business_at)
        return shown


@dataclass(slots=True)
class Person:
    """Somebody who writes, and how they are."""

    id: str
    name: str = "Ana Souza"
    username: str = "ana.souza"
    reachable: bool = True
    online: bool = True
    auto_read: bool = False
    last_inbound_at: datetime | None = None
    typing_until: datetime | None = None
    messages: list[Shown] = field(default_factory=list)

    def find(self, message_id: str) -> Shown | None:
        """A message or comment of this person's screen."""
        return next((m for m in self.messages if m.id == message_id), None)

    def keep(self, message: Shown) -> None:
        """Put a message on the screen, forgetting the oldest."""
        self.messages.append(message)
        del self.messages[:-KEPT]

    def change(self, given: Json) -> None:
        """Set profile fields; ValueError names what cannot be set."""
        for name, value in given.items():
            if name not in _PROFILE or name == "id":
                raise ValueError(f"unknown customer field {name}")
            if not isinstance(value, _PROFILE[name]):
                raise ValueError(f"{name} has the wrong type")
            setattr(self, name, value)

    def profile(self) -> Json:
        """What survives a restart, and what the control API shows."""
        return {**{name: getattr(self, name) for name in _PROFILE}, "last_inbound_at": iso_text(self.last_inbound_at)}

    def phone(self, now: datetime) -> Json:
        """The person's screen."""
        return {
            "customer": self.profile(),
            "business_typing": self.typing_until is not None and now < self.typing_until,
            "window_open": self.last_inbound_at is not None and now - self.last_inbound_at < WINDOW,
            "messages": [m.view() for m in self.messages],
        }


_PROFILE: dict[str, type] = {
    "id": str,
    "name": str,
    "username": str,
    "reachable": bool,
    "online": bool,
    "auto_read": bool,
}


@dataclass(slots=True)
class Account:
    """A page or a professional account, with its app's credentials."""

    id: str
    name: str = "Parley Demo"
    access_token: str = "sim-token"
    app_secret: str = "sim-app-secret"
    verify_token: str = "sim-verify-token"
    app_id: str = "370000000000001"
    webhook_url: str = ""
    human_agent: bool = False
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, person_id: str) -> Person:
        """The person with this scoped id, known or new."""
        return self.people.setdefault(person_id, Person(person_id))

    def settings(self) -> Json:
        """What is registered."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "people"}

    def saved(self) -> Json:
        """What survives a restart: the settings, and who may be answered until when."""
        return {**self.settings(), "people": [person.profile() for person in self.people.values()]}


def registered(account_id: str, given: Json, before: Account | None) -> Account:
    """The account a registration describes, keeping what it leaves out; ValueError if bad."""
    account = before or Account(account_id)
    for name, value in given.items():
        if name in ("id", "people") or name not in Account.__dataclass_fields__:
            raise ValueError(f"unknown field {name}")
        if not isinstance(value, bool if name == "human_agent" else str):
            raise ValueError(f"{name} has the wrong type")
    for name, value in given.items():
        setattr(account, name, value)
    return account


def restored(saved: Json) -> Account:
    """An account from the state file."""
    values: dict[str, Any] = dict(saved)
    people = values.pop("people", [])
    account = Account(**values)
    for profile in people:
        last = profile.pop("last_inbound_at", None)
        person = Person(**profile)
        person.last_inbound_at = datetime.fromisoformat(last) if last else None
        account.people[person.id] = person
    return account


def new_mid() -> str:
    """A message id in Meta's form."""
    return f"m_{secrets.token_urlsafe(48)}"


def new_number() -> str:
    """The id of a comment or a post."""
    return str(secrets.randbelow(9 * 10**14) + 10**15)
