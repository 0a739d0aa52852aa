"""What the custom far end knows: connected systems, their contacts, and each contact's screen."""

from dataclasses import dataclass, field

from simulators.wire import Json

KEPT = 2_000


@dataclass(slots=True)
class Screen:
    """What one contact of the far end sees."""

    contact: Json
    messages: list[Json] = field(default_factory=list)

    def keep(self, shown: Json) -> None:
        """Put a message on the screen, forgetting the oldest."""
        self.messages.append(shown)
        del self.messages[:-KEPT]

    def find(self, external_id: str) -> Json | None:
        """A message on this screen."""
        return next((m for m in self.messages if m["external_id"] == external_id), None)


@dataclass(slots=True)
class FarEnd:
    """One connected system."""

    name: str
    secret: str = "sim-custom-secret"
    webhook_url: str = ""
    screens: dict[str, Screen] = field(default_factory=dict)
    deliveries: dict[str, Json] = field(default_factory=dict)

    def screen(self, external_id: str) -> Screen:
        """The screen of a contact, known or new."""
        fresh = Screen({"external_id": external_id, "name": external_id})
        return self.screens.setdefault(external_id, fresh)

    def saved(self) -> Json:
        """What survives a restart."""
        return {"name": self.name, "secret": self.secret, "webhook_url": self.webhook_url}
