"""What a store is asked to write where conversations are merged or split: one transaction or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.merging import Merger
from chalicelib.domain.note import Note
from chalicelib.domain.writes import Recorded


@dataclass(frozen=True, slots=True)
class Side:
    """One of the conversations concerned, with the line that tells of it in its thread. `before` None: it is new."""

    before: Conversation | None
    after: Conversation
    recorded: Recorded
    note: Note


@dataclass(frozen=True, slots=True)
class HeadMove:
    """A leg whose next message goes to another conversation from now on."""

    leg_id: str
    from_id: str
    to: Conversation


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """`heads`: which conversation each leg's head leads to, as read. `limits`: as for a change of owner."""

    sides: Sequence[Side]
    moves: Sequence[HeadMove]
    heads: Mapping[str, str]
    merger: Merger | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
