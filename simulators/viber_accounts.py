"""What the simulated Viber knows: bots, and the people who talk with them."""

import secrets
from dataclasses import dataclass, field

from simulators.wire import Json

KEPT, KEPT_FILES = 2_000, 400


@dataclass(slots=True)
class Person:
    """One person's chat with a bot. `reads`: messages are looked at as soon as they are there. `carried` is what the
    bot's latest message has to bring back."""

    id: str
    name: str = "Customer"
    language: str = "en"
    country: str = "GB"
    subscribed: bool = False
    reads: bool = True
    carried: str = ""
    keyboard: Json = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    started: list[str] = field(default_factory=list)

    def keep(self, message: Json) -> None:
        """Put a message on the screen, forgetting the oldest."""
        self.messages.append(message)
        del self.messages[:-KEPT]

    def view(self) -> Json:
        """The person as webhooks tell of them."""
        avatar = f"https://avatars.example/{self.name}.jpg"
        about = {"id": self.id, "name": self.name, "avatar": avatar, "language": self.language}
        return about | {"country": self.country, "api_version": 10}


@dataclass(slots=True)
class Bot:
    """One bot. `balance`: how many more messages it may send, None for any number."""

    id: str
    name: str = "Simulated bot"
    token: str = "sim-viber-token"
    webhook_url: str = ""
    balance: int | None = None
    people: dict[str, Person] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def person(self, user_id: str) -> Person:
        """A person, known or new."""
        return self.people.setdefault(user_id, Person(user_id))

    def keep_file(self, content: bytes, mime_type: str) -> str:
        """Store a file that somebody sent; the oldest make room."""
        file_id = secrets.token_hex(16)
        self.files[file_id] = (content, mime_type)
        while len(self.files) > KEPT_FILES:
            del self.files[next(iter(self.files))]
        return file_id

    def saved(self) -> Json:
        """What survives a restart."""
        return {name: getattr(self, name) for name in ("id", "name", "token", "webhook_url", "balance")}


def new_token() -> int:
    """Message tokens have 63 bits: more than a double can hold."""
    return 2**62 + secrets.randbelow(2**62)
