"""What a store is asked to write where contacts become one person, or no longer are: all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.person import Person
from chalicelib.domain.suggestion import LinkLine, Pair
from chalicelib.domain.writes import Recorded


@dataclass(frozen=True, slots=True)
class Regrouping:
    """The persons `before` become those `after`: their items, and `Contact.person` of whoever has another root now.

    `tells` is the id of the person whose item carries the events; `read` are the versions of all persons concerned as
    they are stored. `line` goes to the history of both contacts. `pair`: what becomes of what is known of the two
    (None: nothing), where it is still at the version `pair_read` (0: there was nothing)."""

    before: Sequence[Person]
    after: Sequence[Person]
    tells: str
    recorded: Recorded
    read: Mapping[str, int]
    line: LinkLine
    pair: Pair | None = None
    pair_read: int = 0
