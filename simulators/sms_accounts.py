"""What the simulated Twilio knows: accounts with a number each, the phones they write with, and files."""

from dataclasses import dataclass, field

from simulators.wire import Json

KEPT = 2_000


@dataclass(slots=True)
class Account:
    """One Twilio account with one number."""

    sid: str
    auth_token: str = "sim-twilio-token"
    number: str = "+15550100002"
    webhook_url: str = ""
    phones: dict[str, list[Json]] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    opted_out: set[str] = field(default_factory=set)
    sent: int = 0

    def next_sid(self, prefix: str) -> str:
        """A fresh id."""
        self.sent += 1
        return f"{prefix}{self.sent:032d}"

    def keep(self, phone: str, message: Json) -> None:
        """Put a message on a phone's screen, forgetting the oldest."""
        screen = self.phones.setdefault(phone, [])
        screen.append(message)
        del screen[:-KEPT]

    def find(self, sid: str) -> Json:
        """A message by its sid; LookupError if there is none."""
        for screen in self.phones.values():
            for message in screen:
                if message["sid"] == sid:
                    return message
        raise LookupError(f"message {sid}")

    def saved(self) -> Json:
        """What survives a restart."""
        names = ("sid", "auth_token", "number", "webhook_url")
        return {name: getattr(self, name) for name in names}
