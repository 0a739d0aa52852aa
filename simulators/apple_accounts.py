"""What the simulated Apple knows: businesses with the provider that speaks for them, and the customers' devices."""

from dataclasses import dataclass, field

from simulators.wire import Json

KEPT = 2_000
BUSINESS, CUSTOMER = "urn:biz:", "urn:mbid:"
CAPABILITIES = "QUICK,LIST,TIME,AUTH,AUTH2,FORM"


@dataclass(slots=True)
class Device:
    """One customer's conversation with one business. `refused`: what was sent to it and did not get there."""

    id: str
    capabilities: str = CAPABILITIES
    messages: list[Json] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    closed: bool = False
    typing: bool = False

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
class Business:
    """One business, and the service provider's id and secret (in base64) that prove calls for it."""

    id: str
    msp_id: str = "sim-msp"
    secret: str = "c2ltLWFwcGxlLXNlY3JldA=="
    webhook_url: str = ""
    gzip: bool = True
    devices: dict[str, Device] = field(default_factory=dict)

    def device(self, customer_id: str) -> Device:
        """A customer's device, known or new."""
        if not customer_id.startswith(CUSTOMER):
            raise ValueError(f"a customer's id begins with {CUSTOMER}")
        return self.devices.setdefault(customer_id, Device(customer_id))

    def saved(self) -> Json:
        """What survives a restart."""
        return {name: getattr(self, name) for name in ("id", "msp_id", "secret", "webhook_url", "gzip")}
