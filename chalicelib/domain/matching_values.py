"""What matching is asked about, and what it answers (the rule is in `domain/matching.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.evidence import Evidence, mark

NAME = "name"
# From here on two contacts are linked by themselves, and from here on somebody is asked.
AUTO, ASK = 90, 40
# What evidence makes of it at most.
SUREST = 99
# What the same name alone is worth.
NAMESAKE = 10
# An address that more contacts have than this links nobody by itself: a family's, a shop's. One that very many have
# (a switchboard, a mailbox of a department) says nothing of who somebody is.
SHARED, CROWD = 10, 25

# What the addresses of a channel begin with that are a system's own ids of its customers, signed or told by itself: a
# customer has one of them in each system. Not so numbers and accounts, of which people have several.
CUSTOMER_IDS: Mapping[str, str] = {"web_chat": "user:", "custom": "", "events": "", "shopify": ""}


class Verdict(StrEnum):
    AUTO = "auto"
    SUGGEST = "suggest"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Certain:
    """What is known for certain of a whole person: `customer_ids` by the system they are of (channel, id), and e-mail
    addresses that were proven."""

    customer_ids: frozenset[tuple[str, str]] = frozenset()
    emails: frozenset[str] = frozenset()

    def joined(self, other: "Certain") -> "Certain":
        return Certain(self.customer_ids | other.customer_ids, self.emails | other.emails)


@dataclass(frozen=True, slots=True)
class Side:
    """One contact of a pair; `certain` is of the person it belongs to."""

    contact_id: str
    name: str | None = None
    evidence: tuple[Evidence, ...] = ()
    certain: Certain = field(default_factory=Certain)


@dataclass(frozen=True, slots=True)
class Ground:
    """One address (or name) that both sides have. `strength` is that of the weaker side, `sources` who said it of each,
    `holders` how many contacts have it."""

    kind: str
    value: str
    strength: int
    sources: tuple[str, str] = ("", "")
    holders: int = 2

    @property
    def mark(self) -> str:
        """Names it without telling it."""
        return mark(self.kind, self.value)

    @property
    def is_strong(self) -> bool:
        return self.strength >= AUTO and self.holders <= SHARED


@dataclass(frozen=True, slots=True)
class Judgement:
    """`against`: what speaks against it, as sentences' parts. `reason` is one sentence."""

    verdict: Verdict
    strength: int = 0
    grounds: tuple[Ground, ...] = ()
    against: tuple[str, ...] = ()
    reason: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted({ground.kind for ground in self.grounds}))

    @property
    def marks(self) -> Mapping[str, int]:
        """What it rests on, without names and addresses: by mark the strength."""
        return {ground.mark: ground.strength for ground in self.grounds if ground.kind != NAME}


def customer_id(channel: str, address: str) -> tuple[str, str] | None:
    """The system and the id where an address is a system's own id of its customer."""
    begin = CUSTOMER_IDS.get(channel)
    if begin is None or not address.startswith(begin):
        return None
    return _system(channel, address)


def _system(channel: str, address: str) -> tuple[str, str]:
    """Connected systems put their account before their ids: each account is a system of its own."""
    if channel in ("events", "shopify"):
        account, _, identifier = address.partition(":")
        return f"{channel} {account}", identifier
    return channel, address
