"""What a question asks for, and where the index is looked at for it, one way after the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain import search_words
from chalicelib.domain.search import Kind, Stage, address_text
from chalicelib.domain.search_labels import Reading
from chalicelib.domain.search_words import Spelt

FEWEST_DIGITS = 5
MAX_WORDS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `emails` and `phones` are in their one form; `names` what may be an address, a user name or an
    order's own name as it was typed; `number` an order's number by its letters and digits; `readings` how it may be
    taken for labels."""

    text: str
    words: tuple[Spelt, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    digits: str = ""
    names: tuple[str, ...] = ()
    number: str = ""
    readings: tuple[Reading, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.emails or self.phones or self.digits or self.names)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Where to look, one after the other: the likeliest first."""
        address = [Stage(Kind.EMAIL, self.address)] if self.address else []
        number = [Stage(Kind.PHONE, self.digits[::-1])] if self.digits else []
        names = list(self._names())
        return (*address, *number, *names) if "@" in self.address else (*number, *names, *address)

    def _names(self) -> Iterator[Stage]:
        """A name as it was typed; then, before a look at all with any of the words, labels that were typed whole."""
        beside, apart = _beside(self.words), _apart(self.words)
        whole = [stage for each in self.readings if each.is_whole for stage in _label_stages(each)]
        part = [stage for each in self.readings if not each.is_whole for stage in _label_stages(each)]
        yield from (*beside, *whole, *apart, *part) if len(self.words) > 1 else (*apart, *whole, *part)

    @property
    def address(self) -> str:
        """What an e-mail address may begin with; nothing where it cannot."""
        found = address_text(self.text)
        return found if found.isascii() and len(found) > 1 and found[0] not in "@#+" else ""


def _beside(words: tuple[Spelt, ...]) -> Iterator[Stage]:
    """Words that stand beside each other in this order, whichever comes first."""
    plain = [each[0] for each in words]
    for turn in range(len(words)):
        phrase = " ".join([*plain[turn:], *plain[:turn]])[: search_words.LONGEST_TEXT].rstrip()
        yield Stage(Kind.NAME, phrase, words)


def _apart(words: tuple[Spelt, ...], labels: tuple[str, ...] = ()) -> Iterator[Stage]:
    """All that have the words, wherever they stand."""
    for spelling in _longest(words) if words else ():
        yield Stage(Kind.NAME, spelling, words, labels)


def _longest(words: tuple[Spelt, ...]) -> Spelt:
    return max(words, key=lambda each: len(each[0]))


def _label_stages(reading: Reading) -> Iterator[Stage]:
    """Those of a name among those with the labels; where there is no name, all with the labels."""
    if not reading.words:
        yield Stage(Kind.LABEL, reading.labels[0], (), reading.labels)
    yield from _apart(reading.words, reading.labels)
