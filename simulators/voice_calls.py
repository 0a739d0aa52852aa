"""What the simulated Twilio knows of phones: accounts with a number each, their calls, and recordings."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from simulators.wire import Json

# What a call may be waiting for, in this world without time.
ANSWER, KEYS, PHONES, TALK, QUEUE, MESSAGE = "answer", "keys", "phones", "talk", "queue", "message"


@dataclass(slots=True)
class Call:
    """One call, as far as the TwiML of its desk has brought it. `other`: the phone that is not the account's."""

    sid: str
    other: str
    direction: str
    url: str
    callback: str = ""
    status: str = "ringing"
    waiting: str = ""
    heard: list[str] = field(default_factory=list)
    verbs: list[Element] = field(default_factory=list)
    verb: Element | None = None
    child: str = ""
    picked_up: Element | None = None
    queue: str = ""
    waited: int = 0
    partner: str = ""
    live_url: str = ""
    events: int = 0
    lines: int = 0

    def attribute(self, name: str) -> str:
        """An attribute of the verb that is waited for."""
        return self.verb.get(name, "") if self.verb is not None else ""

    @property
    def is_over(self) -> bool:
        """Whether nobody is on the line any more."""
        return self.status in ("completed", "busy", "failed", "no-answer", "canceled")

    def shown(self) -> Json:
        """The call as JSON."""
        names = ("sid", "other", "direction", "status", "waiting", "heard", "queue", "waited")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class Account:
    """One Twilio account with one number. `unready` recordings are asked for in vain before one is there."""

    sid: str
    auth_token: str = "sim-twilio-token"
    number: str = "+15550100002"
    voice_url: str = ""
    status_url: str = ""
    calls: dict[str, Call] = field(default_factory=dict)
    recordings: dict[str, bytes] = field(default_factory=dict)
    unready: int = 0
    made: int = 0

    def next_sid(self, prefix: str) -> str:
        """A fresh id."""
        self.made += 1
        return f"{prefix}{self.made:032d}"

    def waiting_in(self, queue: str) -> list[Call]:
        """Who waits there, the longest first."""
        return [call for call in self.calls.values() if call.waiting == QUEUE and call.queue == queue]

    def saved(self) -> Json:
        """What survives a restart."""
        names = ("sid", "auth_token", "number", "voice_url", "status_url")
        return {name: getattr(self, name) for name in names}
