"""What the simulated Telegram knows: bots, their chats with what is on each screen, and files."""

from dataclasses import dataclass, field

from simulators.wire import Json

KEPT = 2_000
KEPT_FILES = 400


@dataclass(slots=True)
class Chat:
    """One chat with a bot, as the people in it see it."""

    id: int
    about: Json
    person: Json
    messages: list[Json] = field(default_factory=list)
    blocked: bool = False
    migrated_to: int | None = None
    typing: int = 0
    read_to: int = 0
    last_id: int = 0

    def next_id(self) -> int:
        """The next message's number in this chat."""
        self.last_id += 1
        return self.last_id

    def keep(self, message: Json, author: str) -> Json:
        """Put a message on the screen, forgetting the oldest."""
        self.messages.append({**message, "author": author})
        del self.messages[:-KEPT]
        return message

    def find(self, message_id: object) -> Json:
        """A message on this screen; LookupError if there is none."""
        for message in self.messages:
            if message["message_id"] == message_id:
                return message
        raise LookupError(f"message {message_id}")


@dataclass(slots=True)
class Bot:
    """One bot, and the webhook it has set."""

    id: str
    token: str = ""
    username: str = "sim_bot"
    secret_token: str = "sim-telegram-secret"
    webhook_url: str = ""
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    presses: dict[str, Json] = field(default_factory=dict)
    last_update: int = 700_000_000

    def next_update(self) -> int:
        """The next update's number."""
        self.last_update += 1
        return self.last_update

    def about(self) -> Json:
        """The bot as a User."""
        return {"id": int(self.id), "is_bot": True, "first_name": self.username, "username": self.username}

    def chat(self, chat_id: int, *, name: str | None = None) -> Chat:
        """A chat, known or new: a group where the id is negative, else a person."""
        if chat_id not in self.chats:
            called = name or f"Customer {chat_id}"
            person = {"id": abs(chat_id), "is_bot": False, "first_name": called, "language_code": "en"}
            about: Json = {"id": chat_id, "type": "private", "first_name": called}
            if chat_id < 0:
                about = {"id": chat_id, "type": "supergroup", "title": called}
            self.chats[chat_id] = Chat(chat_id, about, person)
        found = self.chats[chat_id]
        if name and chat_id > 0:
            found.person["first_name"] = found.about["first_name"] = name
        return found

    def keep_file(self, file_id: str, content: bytes, path: str) -> None:
        """Store a file that a customer sent; the oldest make room."""
        self.files[file_id] = (content, path)
        while len(self.files) > KEPT_FILES:
            del self.files[next(iter(self.files))]

    def saved(self) -> Json:
        """What survives a restart."""
        names = ("token", "username", "secret_token", "webhook_url")
        return {"bot_id": self.id, **{name: getattr(self, name) for name in names}}
