"""Evidence: what may lead from an e-mail address or a phone number to a contact. Several contacts may have the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.ids import digest

EMAIL, PHONE = "email", "phone"
VERIFIED = "verified"

# How far a statement is believed, by who made it: the company's own sign-in, a one-time code that was sent there and
# came back, the channel's provider, an agent who typed it, a file that was imported, a connected store or CRM, the
# customer himself.
STRENGTH = {"site": 95, VERIFIED: 95, "provider": 90, "agent": 60, "import": 55, "store": 50, "visitor": 40}
UNKNOWN = 40
# Below this, what somebody typed of himself leads nobody's orders to him.
ENOUGH = 50


@dataclass(frozen=True, slots=True)
class Evidence:
    """`value` is in its one form. What no longer holds is kept as such: it may be asked why two were taken for one.
    `source` tells who made the statement, where that is known."""

    kind: str
    value: str
    contact_id: str
    strength: int
    at: datetime
    holds: bool = True
    source: str = field(default="", compare=False)

    @property
    def mark(self) -> str:
        """Names the address without telling it."""
        return mark(self.kind, self.value)


def mark(kind: str, value: str) -> str:
    return f"{kind}.{digest(kind, value)}"


def strength_of(source: str | None) -> int:
    return STRENGTH.get(source or "", UNKNOWN)


def best(found: Iterable[Evidence]) -> str | None:
    """The contact that the evidence speaks for: the strongest, then the one with more of it, then the oldest. Always
    the same one, in whatever order it was found."""
    by_contact: dict[str, list[Evidence]] = {}
    for each in found:
        if each.holds and each.strength >= ENOUGH:
            by_contact.setdefault(each.contact_id, []).append(each)
    if not by_contact:
        return None
    return min(by_contact, key=lambda contact: _rank(contact, by_contact[contact]))


def _rank(contact_id: str, found: list[Evidence]) -> tuple[int, int, datetime, str]:
    return -max(each.strength for each in found), -len(found), min(each.at for each in found), contact_id
