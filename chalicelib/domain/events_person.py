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


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSuggested:
    """Two contacts may be one person, and somebody has to say so: on what grounds (`evidence`, names of its kinds) and
    how likely (`strength`, 0 to 100). Told again where that changes."""

    TYPE: ClassVar[str] = "contact.suggested"
    contact_id: str
    other_id: str
    evidence: tuple[str, ...]
    strength: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSuggestionClosed:
    """A suggestion is over without a link: `state` is dismissed (people said that these are two) or withdrawn (its
    grounds are gone). One that was accepted is told by `contact.linked`."""

    TYPE: ClassVar[str] = "contact.suggestion_closed"
    contact_id: str
    other_id: str
    state: str
