"""What the simulated LINE knows: official accounts, their chats with what is on each screen, and files."""

import secrets
from dataclasses import dataclass, field

from simulators.wire import Json

KEPT = 2_000
KEPT_FILES = 400


@dataclass(slots=True)
class Chat:
    """One chat with an account: a person (`U…`), a group (`C…`) or a room (`R…`)."""

    id: str
    messages: list[Json] = field(default_factory=list)
    blocked: bool = False
    loading: int = 0
    read: list[str] = field(default_factory=list)

    def source(self, user_id: str | None = None) -> Json:
        """Where an event comes from."""
        if self.id.startswith("U"):
            return {"type": "user", "userId": self.id}
        kind = "group" if self.id.startswith("C") else "room"
        return {"type": kind, f"{kind}Id": self.id, **({"userId": user_id} if user_id else {})}

    def keep(self, message: Json) -> None:
        """Put a message on the screen, forgetting the oldest."""
        self.messages.append(message)
        del self.messages[:-KEPT]

    def find(self, message_id: object) -> Json:
        """A message on this screen; LookupError if there is none."""
        for message in self.messages:
            if message["id"] == message_id:
                return message
        raise LookupError(f"message {message_id}")


@dataclass(slots=True)
class Account:
    """One official account. `quota`: how many pushes are left this month, None for any number."""

    user_id: str
    name: str = "Simulated account"
    token: str = "sim-line-token"
    secret: str = "sim-line-secret"
    webhook_url: str = ""
    quota: int | None = None
    chats: dict[str, Chat] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    taken: dict[str, Json] = field(default_factory=dict)
    reply_tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    read_tokens: dict[str, tuple[str, str]] = field(default_factory=dict)

    def chat(self, chat_id: str) -> Chat:
        """A chat, known or new."""
        if chat_id[:1] not in ("U", "C", "R"):
            raise ValueError("a chat's id begins with U, C or R")
        return self.chats.setdefault(chat_id, Chat(chat_id))

    def keep_file(self, message_id: str, content: bytes) -> None:
        """Store a file that a customer sent; the oldest make room."""
        self.files[message_id] = content
        while len(self.files) > KEPT_FILES:
            del self.files[next(iter(self.files))]

    def forget(self) -> None:
        """Forget what happened."""
        for kept in (self.chats, self.files, self.taken, self.reply_tokens, self.read_tokens):
            kept.clear()

    def saved(self) -> Json:
        """What survives a restart."""
        return {name: getattr(self, name) for name in ("user_id", "name", "token", "secret", "webhook_url", "quota")}


def new_message_id() -> str:
    """Message ids are long numbers."""
    return str(secrets.randbelow(9 * 10**17) + 10**17)
