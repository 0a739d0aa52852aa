"""Labels in a question: which of its words may be the name of a label, or its beginning, and what is left of it then.

Rows of the index hold ids of labels, never their names: so a label that is renamed is found by its new name at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import search_words
from chalicelib.domain.labels import LabelScope, Vocabulary
from chalicelib.domain.search_words import Spelt

# A question is taken for so many labels, or pairs of labels, the likeliest first.
MAX_READINGS = 3
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class LabelName:
    """A label as it is called now; `spellings`: its name folded, as it may be typed."""

    key: str
    name: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read a question: these labels, and words of a name besides. `is_whole`: all labels were typed to the
    end."""

    labels: tuple[str, ...]
    words: tuple[Spelt, ...]
    is_whole: bool

    def given(self) -> list[object]:
        """As a cursor keeps it."""
        return [list(self.labels), [list(each) for each in self.words], self.is_whole]


def reading_from(given: Sequence[Any]) -> Reading:
    labels, words, is_whole = given
    return Reading(tuple(labels), tuple(tuple(each) for each in words), is_whole)


def label_names(vocabulary: Vocabulary) -> Mapping[str, LabelName]:
    """What contacts' labels are found by, by key."""
    found = {}
    for label in vocabulary.labels.values():
        spellings = _spellings(search_words.spelt_words(label.name))
        if LabelScope.CONTACT in label.scopes and spellings:
            found[label.key] = LabelName(label.key, label.name, spellings)
    return found


def readings(words: tuple[Spelt, ...], names: Iterable[LabelName]) -> tuple[Reading, ...]:
    """The ways to read a question as labels: names that were typed to the end first, then those of which most was
    typed, then the shortest names."""
    known = tuple(names)
    found: dict[tuple[frozenset[str], int], tuple[tuple[int, ...], Reading]] = {}
    for label, is_whole, rest in _taken(words, known):
        _keep(found, (label,), is_whole, rest)
        for other, is_other_whole, left in _taken(rest, known):
            if other.key != label.key:
                _keep(found, (label, other), is_whole and is_other_whole, left)
    best = sorted(found.values(), key=lambda each: (each[0], each[1].labels))
    return tuple(reading for _, reading in best[:MAX_READINGS])


def _keep(
    found: dict[tuple[frozenset[str], int], tuple[tuple[int, ...], Reading]],
    labels: tuple[LabelName, ...],
    is_whole: bool,
    rest: tuple[Spelt, ...],
) -> None:
    reading = Reading(tuple(sorted(each.key for each in labels)), rest, is_whole)
    rank = (not is_whole, len(rest), len(labels), sum(len(each.name) for each in labels))
    key = (frozenset(reading.labels), len(rest))
    if key not in found or rank < found[key][0]:
        found[key] = (rank, reading)


def _taken(words: tuple[Spelt, ...], known: Sequence[LabelName]) -> Iterator[tuple[LabelName, bool, tuple[Spelt, ...]]]:
    """Labels that words beside each other begin, and the words that are left."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            typed = _spellings(words[start:end])
            for label in known:
                if how := _begins(typed, label):
                    yield label, how == "whole", (*words[:start], *words[end:])


def _begins(typed: Sequence[str], label: LabelName) -> str:
    if any(one == name for one in typed for name in label.spellings):
        return "whole"
    return "part" if any(_is_long(one) and name.startswith(one) for one in typed for name in label.spellings) else ""


def _is_long(typed: str) -> bool:
    """One letter begins too many names; one Chinese character says enough."""
    return len(typed) >= SHORTEST or not typed.isascii()


def _spellings(words: Sequence[Spelt]) -> tuple[str, ...]:
    """All words as they are folded, and all as they are spelt out."""
    return tuple(dict.fromkeys(found for at in (0, -1) if (found := " ".join(each[at] for each in words))))
