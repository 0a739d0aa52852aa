"""A reply made into a text for everybody: what is known of its customer gives way to placeholders.

What is looked for is what is known of them: names, addresses, numbers, orders. It is found as whole words, in upper or
lower case; a number in any notation. Rather too much is replaced than too little: somebody reads the text before it is
kept.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# What stands in a snippet, with the words for whoever has no such thing.
NAME = "{{contact.name|there}}"
FIRST_NAME = "{{contact.first_name|there}}"
EMAIL = "{{contact.email|your e-mail address}}"
PHONE = "{{contact.phone|your number}}"
ORDER = "{{order.number|your order}}"
ADDRESS = "{{contact.address|your address}}"

REFERENCE = "{{contact.reference|your reference}}"
PLACEHOLDERS = (NAME, FIRST_NAME, EMAIL, PHONE, ORDER, ADDRESS, REFERENCE)

# Shorter ones are found in every other word.
SHORTEST_NAME = 2
SHORTEST_WORD = 3
SHORTEST_DIGITS = 6
SHORTEST_REFERENCE = 5
# Words of names that are words of their own: they tell nobody who it is.
PARTICLES = frozenset(
    ("al", "bin", "da", "de", "del", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la", "le", "van", "von", "zu")
)
_NUMBER = re.compile(r"\+?\d(?:[\s().\-/\u2010-\u2015\u00a0]{0,3}\d){5,24}")
# One character for each placeholder, in which nothing more is found; no text that is sent has them.
_MARKS = {chr(0xE000 + place): placeholder for place, placeholder in enumerate(PLACEHOLDERS)}
_MARKED = re.compile(f"[{''.join(_MARKS)}]")
# Scripts that are written without blanks between words begin here.
_UNSPACED = "\u2e80"


@dataclass(frozen=True, slots=True)
class Known:
    """Something known of a customer, and what stands for it. `is_number`: digits count, whatever stands between."""

    value: str
    placeholder: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """`replaced`: how often each placeholder was put in, in the order of the text."""

    text: str
    replaced: tuple[tuple[str, int], ...] = ()


def known_names(name: str | None, first: str | None = None) -> list[Known]:
    """A whole name, and each of its words; `first` is the one to greet with."""
    whole = " ".join((name or "").replace(",", " ").split())
    if len(whole) < SHORTEST_NAME:
        return []
    spelt = [Known((name or "").strip(), NAME), Known(whole, NAME)]
    words = [each for each in re.split(r"[\s\-]+", whole) if is_telling(each)]
    return [*spelt, *(Known(each, FIRST_NAME if each == first else NAME) for each in words if each != whole)]


def is_telling(word: str) -> bool:
    """Whether a word of a name tells who it is."""
    return len(word) >= SHORTEST_NAME and word.casefold() not in PARTICLES


def known_email(address: str) -> list[Known]:
    return [Known(address, EMAIL)] if "@" in address else []


def known_phone(number: str) -> list[Known]:
    return [Known(number, PHONE, is_number=True)] if len(digits_of(number)) >= SHORTEST_DIGITS else []


def known_order(number: str) -> list[Known]:
    """With and without what stands before the number (`#1001`)."""
    bare = number.strip().lstrip("#")
    return [Known(f"#{bare}", ORDER), Known(bare, ORDER)] if len(bare) >= SHORTEST_WORD else []


def known_address(address: str) -> list[Known]:
    """A name on a channel, as it is and as it is called (`@bob`)."""
    bare = address.strip().lstrip("@")
    if len(bare) < SHORTEST_WORD:
        return []
    number = known_phone(bare) if not set(bare) - set("+0123456789 -") else []
    return [*number, *known_email(bare), Known(f"@{bare}", ADDRESS), Known(bare, ADDRESS)]


def known_reference(value: str) -> list[Known]:
    """What is kept of a customer under a name of the company's own, where it tells them apart: it has a digit."""
    telling = len(value) >= SHORTEST_REFERENCE and any(each.isdigit() for each in value)
    return [Known(value, REFERENCE)] if telling else []


def digits_of(text: str) -> str:
    """Decimal digits of any script, as ASCII."""
    return "".join(str(int(each)) for each in text if each.isdecimal())


def snippet(text: str, known: Iterable[Known]) -> Snippet:
    """The text with placeholders in place of what is known. Placeholders that it held already are none any more: they
    were sent as they stood."""
    marks = {placeholder: mark for mark, placeholder in _MARKS.items()}
    text = _MARKED.sub("", text).replace("{{", "{ {")
    facts = sorted({each for each in known if each.value.strip()}, key=lambda each: (-len(each.value), each.value))
    for each in facts:
        if not each.is_number:
            text = _word(each.value).sub(marks[each.placeholder], text)
    numbers = [digits_of(each.value) for each in facts if each.is_number]
    text = _NUMBER.sub(lambda hit: marks[PHONE] if _is_one_of(digits_of(hit.group()), numbers) else hit.group(), text)
    counted: dict[str, int] = {}
    for hit in _MARKED.finditer(text):
        placeholder = _MARKS[hit.group()]
        counted[placeholder] = counted.get(placeholder, 0) + 1
    return Snippet(_MARKED.sub(lambda hit: _MARKS[hit.group()], text), tuple(counted.items()))


def _word(value: str) -> re.Pattern[str]:
    """The value with no letter or digit right beside it, where its script keeps words apart; whatever blanks stand
    between its words."""
    parts = r"\s+".join(re.escape(each) for each in value.split())
    bounded = parts if any(each >= _UNSPACED for each in value) else rf"(?<![^\W_]){parts}(?![^\W_])"
    return re.compile(bounded, re.IGNORECASE)


def _is_one_of(digits: str, numbers: Sequence[str]) -> bool:
    return any(_same_number(digits, each) for each in numbers)


def _same_number(one: str, other: str) -> bool:
    """Of two notations one may leave out the country or begin with zeros."""
    short, long = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return one == other or (len(short) >= SHORTEST_DIGITS and long.endswith(short))
