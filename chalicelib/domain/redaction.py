"""Redaction: parts of a message made unreadable for good. What is taken out is put down nowhere."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from chalicelib.domain.message import Attachment, AttachmentState, Message

BLOCK = "█"
REDACTED = "redacted"
# What says which message another one is about, or where answers go: no words of anybody, and never changed.
_KEPT = frozenset({"target", "message_id", "in_reply_to", "references", "answer_to", "from", "to", "cc"})
# Where all of a message is kept as it came: gone with any redaction.
RAW = ("object_key", "cut")
# A part this short stands by chance elsewhere in what is stored with a text.
_SHORTEST = 4

Range = tuple[int, int]


class Pattern(StrEnum):
    """What is found by its form: card numbers (Luhn's check digit), IBANs (mod 97), e-mail addresses."""

    CARD = "card"
    IBAN = "iban"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take out: `ranges` are [start, end) in characters of the text, `attachments` places of files. `whole`:
    text, content and every file."""

    ranges: tuple[Range, ...] = ()
    patterns: frozenset[Pattern] = field(default_factory=frozenset)
    attachments: frozenset[int] = field(default_factory=frozenset)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Redacted:
    """The message as it is then; `objects` are the keys of files that have to go first."""

    message: Message
    characters: int
    objects: tuple[str, ...]
    raw: Mapping[str, str]
    attachments: int
    parts: tuple[str, ...]


def redacted(message: Message, wanted: Wanted) -> Redacted:
    """The message without what is wanted out; the same again where it is out already."""
    text, parts = text_out(message.text, wanted)
    content = _content(message.content, wanted, parts)
    attachments, gone = files_out(message.attachments, wanted)
    return Redacted(
        replace(message, text=text, content=content, attachments=attachments),
        characters=blocks(text) - blocks(message.text),
        objects=tuple(each.object_key for each in gone if each.object_key),
        raw={name: message.content[name] for name in RAW if isinstance(message.content.get(name), str)},
        attachments=sum(each.reason != REDACTED for each in gone),
        parts=parts,
    )


def masked(text: str, parts: Iterable[str]) -> str:
    """A text with these parts out, wherever they stand."""
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _SHORTEST:
            text = text.replace(part, _blocked(part))
    return text


def masked_deep(value: Any, change: Callable[[str], str]) -> Any:
    """The same with every text changed, at any depth, but for addresses and ids of messages."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: part if name in _KEPT else masked_deep(part, change) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [masked_deep(part, change) for part in value]
    return value


def found(text: str, patterns: Iterable[Pattern]) -> list[Range]:
    """Where something of these forms stands."""
    return sorted({span for pattern in patterns for span in _FINDERS[pattern](text)})


def text_out(text: str, wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """The text as it is then, and what was taken out of it."""
    if wanted.whole:
        return _blocked(text), (text,) if text else ()
    spans = [*wanted.ranges, *found(text, wanted.patterns)]
    parts = tuple(dict.fromkeys(text[start:end] for start, end in spans))
    letters = list(text)
    for start, end in spans:
        letters[start:end] = _blocked(text[start:end])
    return "".join(letters), tuple(part for part in parts if part.strip(f"{BLOCK} \n"))


def files_out(files: Sequence[Attachment], wanted: Wanted) -> tuple[tuple[Attachment, ...], Sequence[Attachment]]:
    """The files as they are then, and those that go."""
    places = frozenset(range(len(files))) if wanted.whole else wanted.attachments
    after = tuple(_without(each) if place in places else each for place, each in enumerate(files))
    return after, [each for place, each in enumerate(files) if place in places]


def _content(content: Mapping[str, Any], wanted: Wanted, parts: Sequence[str]) -> Mapping[str, Any]:
    if wanted.whole:
        return {name: value for name, value in content.items() if name in _KEPT} | {REDACTED: True}

    def change(text: str) -> str:
        text = masked(text, parts)
        for start, end in found(text, wanted.patterns):
            text = text[:start] + _blocked(text[start:end]) + text[end:]
        return text

    made: Mapping[str, Any] = masked_deep({n: value for n, value in content.items() if n not in RAW}, change)
    return made


def _without(attachment: Attachment) -> Attachment:
    """A file that is gone: neither its name nor where it came from."""
    return Attachment(
        mime=attachment.mime, size_bytes=attachment.size_bytes, state=AttachmentState.FAILED, reason=REDACTED
    )


def _blocked(text: str) -> str:
    """As long as it was, so that places in it stay what they are; spaces and line breaks stay."""
    return "".join(letter if letter.isspace() else BLOCK for letter in text)


def blocks(text: str) -> int:
    return text.count(BLOCK)


# Finding.

_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_EMAIL = re.compile(r"[^\s@<>\"'(),;:]{1,64}@[^\s@<>\"'(),;:]{1,190}\.[^\s@<>\"'(),;:.]{2,24}")


def _cards(text: str) -> Iterator[Range]:
    for match in _CARD.finditer(text):
        if _luhn([int(letter) for letter in match[0] if letter.isdecimal()]):
            yield match.span()


def _luhn(digits: Sequence[int]) -> bool:
    doubled = [digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4) for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0 and any(digits)


def _ibans(text: str) -> Iterator[Range]:
    for match in _IBAN.finditer(text):
        end = _iban_end(match[0])
        if end:
            yield match.start(), match.start() + end


def _iban_end(given: str) -> int:
    """Where the longest IBAN that it begins with ends: words may follow without a mark between; 0: it begins with
    none."""
    for end in range(len(given), 14, -1):
        plain = given[:end].replace(" ", "").replace("-", "").upper()
        if given[end - 1].isalnum() and 15 <= len(plain) <= 34 and _mod97(plain):
            return end
    return 0


def _mod97(plain: str) -> bool:
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


def _emails(text: str) -> Iterator[Range]:
    return (match.span() for match in _EMAIL.finditer(text))


_FINDERS: Mapping[Pattern, Callable[[str], Iterator[Range]]] = {
    Pattern.CARD: _cards,
    Pattern.IBAN: _ibans,
    Pattern.EMAIL: _emails,
}
