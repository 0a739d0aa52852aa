"""Labels of contacts and conversations, from a vocabulary that administrators keep.

A label is its key; name and colour are for the eye. One that leaves the vocabulary stays where it is until somebody
takes it off: it can only not be put on any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.errors import InvalidInput

MAX_LABELS = 50  # on one thing


class LabelScope(StrEnum):
    CONTACT = "contact"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class Label:
    """`colour` is `#rrggbb`; `scopes` are what it may be put on."""

    key: str
    name: str
    colour: str = ""
    description: str = ""
    scopes: tuple[LabelScope, ...] = tuple(LabelScope)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All labels there are, by key, in the administrators' order."""

    labels: Mapping[str, Label] = field(default_factory=dict)
    version: int = 0

    def has(self, key: str, scope: LabelScope) -> bool:
        label = self.labels.get(key)
        return label is not None and scope in label.scopes

    def check(self, keys: Iterable[str], scope: LabelScope, at: str) -> None:
        """Raises InvalidInput for the first that there is not, or not for this."""
        for place, key in enumerate(keys):
            if not self.has(key, scope):
                raise InvalidInput(f"There is no such label for a {scope.value}.", field=f"{at}[{place}]")


def relabelled(labels: tuple[str, ...], add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    """In the order in which they were put on; what is both added and removed is removed. Raises InvalidInput where
    there are too many."""
    gone = set(remove)
    found = tuple(each for each in dict.fromkeys((*labels, *add)) if each not in gone)
    if len(found) > MAX_LABELS and len(found) > len(labels):
        raise InvalidInput(f"At most {MAX_LABELS} labels.", field="labels")
    return found
