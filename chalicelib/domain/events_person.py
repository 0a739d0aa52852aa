"""What happens where contacts are taken for one person, or no longer. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLinked:
    """Two contacts are one person: why (`evidence`, names of its kinds) and how sure (`strength`, 0 to 100). The
    person, with all members, is the `snapshot`."""

    TYPE: ClassVar[str] = "contact.linked"
    contact_id: str
    other_id: str
    evidence: tuple[str, ...]
    strength: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUnlinked:
    """A link was taken back. Told by the person that the link belonged to; `members` and `other_members` are whom each
    side is one person with now, the same where another path still joins them."""

    TYPE: ClassVar[str] = "contact.unlinked"
    contact_id: str
    other_id: str
    members: tuple[str, ...]
    other_members: tuple[str, ...]
    reason: str = ""
