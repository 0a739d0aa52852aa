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

# Shorter ones are found in every other word.
SHORTEST_NAME = 2
SHORTEST_WORD = 3
SHORTEST_DIGITS = 6
_NUMBER = re.compile(r"\+?\d(?:[\s().\-/\u2010-\u2015\u00a0]{0,3}\d){5,24}")
_MARK = re.compile("\ue000(\\d+)\ue001")
_PRIVATE = re.compile("[\ue000\ue001]")


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


def known_names(name: str | None) -> list[Known]:
    """A whole name, and each of its words."""
    whole = " ".join((name or "").replace(",", " ").split())
    if len(whole) < SHORTEST_NAME:
        return []
    words = [each for each in re.split(r"[\s\-]+", whole) if len(each) >= SHORTEST_NAME]
    spelt = [(name or "").strip(), whole]
    return [*(Known(each, NAME) for each in spelt), *(Known(each, FIRST_NAME) for each in words)]


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


def digits_of(text: str) -> str:
    """Decimal digits of any script, as ASCII."""
    return "".join(str(int(each)) for each in text if each.isdecimal())


def snippet(text: str, known: Iterable[Known]) -> Snippet:
    """The text with placeholders in place of what is known. Placeholders that it held already are none any more: they
    were sent as they stood."""
    found: list[str] = []

    def mark(placeholder: str) -> str:
        """Something that no later look can find anything in."""
        found.append(placeholder)
        return f"\ue000{len(found) - 1}\ue001"

    text = _PRIVATE.sub("", text).replace("{{", "{ {")
    facts = sorted({each for each in known if each.value.strip()}, key=lambda each: (-len(each.value), each.value))
    numbers = [each for each in facts if each.is_number]
    for each in (each for each in facts if not each.is_number):
        text = _word(each.value).sub(lambda _, each=each: mark(each.placeholder), text)  # type: ignore[misc]
    text = _NUMBER.sub(lambda hit: _number(hit.group(0), numbers, mark), text)
    counted: dict[str, int] = {}
    for hit in _MARK.finditer(text):
        placeholder = found[int(hit.group(1))]
        counted[placeholder] = counted.get(placeholder, 0) + 1
    return Snippet(_MARK.sub(lambda hit: found[int(hit.group(1))], text), tuple(counted.items()))


def _word(value: str) -> re.Pattern[str]:
    """The value with no letter or digit right beside it; whatever blanks stand between its words."""
    parts = [re.escape(each) for each in value.split()]
    return re.compile(rf"(?<![^\W_]){r'\s+'.join(parts)}(?![^\W_])", re.IGNORECASE)


def _number(hit: str, numbers: Sequence[Known], mark: object) -> str:
    given = digits_of(hit)
    for each in numbers:
        if _same_number(given, digits_of(each.value)):
            return mark(each.placeholder)  # type: ignore[operator,no-any-return]
    return hit


def _same_number(one: str, other: str) -> bool:
    """Of two notations one may leave out the country or begin with zeros."""
    one, other = one.lstrip("0"), other.lstrip("0")
    short, long = sorted((one, other), key=len)
    return len(short) >= SHORTEST_DIGITS and long.endswith(short)
