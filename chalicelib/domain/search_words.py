"""Words to find somebody by: folded so that case, accents, width and kana do not matter, cut so that every part of a
name is a beginning.

The same folding makes the words of a name and those of a question; so a beginning of the one is a beginning of the
other. Languages that write without spaces are cut at every character: 王小明 is found by 王, 小明 and 明.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

LONGEST_WORD = 40
LONGEST_TEXT = 120
WORDS_OF_A_NAME = 8
TEXTS = 30

_APOSTROPHES = "'’‘‛ʼʻʹ′`´＇՚׳"
_HYPHENS = "-‐‑‒–—−﹣－"
_MARKS = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-"))
# Letters that Unicode does not take apart, and what is typed for them.
_LETTERS = str.maketrans("øłđðħŧıȷŋƒى", "olddhtijnfي") | str.maketrans({"þ": "th", "æ": "ae", "œ": "oe", "ـ": None})
# How a letter with two dots is written where there is none: an index has both.
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Marks that make another letter of the one before, and are kept: nukta, voiced kana, virama, and all without a class.
_KEPT = frozenset({0, 7, 8, 9})
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_HANGUL = (0xAC00, 0xD7A3)

# A word of a question in every way it may be written: as it is folded first.
Spelt = tuple[str, ...]

PLAIN, HAN, KANA, JAMO = "plain", "han", "kana", "jamo"
_SCRIPTS: Sequence[tuple[int, int, str]] = (
    (0x1100, 0x11FF, JAMO),
    (0x3005, 0x3007, HAN),
    (0x3041, 0x309F, KANA),
    (0x30A0, 0x30FF, KANA),
    (0x3400, 0x4DBF, HAN),
    (0x4E00, 0x9FFF, HAN),
    (0xF900, 0xFAFF, HAN),
    (0x20000, 0x323AF, HAN),
)


@dataclass(frozen=True, slots=True)
class _Word:
    """`glued`: by what it hangs on the word before: nothing (another script begins), "-" or a space."""

    text: str
    script: str
    glued: str
    parts: tuple[str, ...] = ()


def fold(text: str) -> str:
    """One form for what is meant alike; folded again it stays as it is."""
    apart = unicodedata.normalize("NFKD", text.translate(_MARKS).casefold()).translate(_MARKS).casefold()
    bare = "".join(each for each in apart if _is_kept(each)).translate(_LETTERS)
    whole = unicodedata.normalize("NFC", bare).translate(_KATAKANA)
    return "".join(_syllable(each) for each in whole)


def _is_kept(character: str) -> bool:
    return unicodedata.combining(character) in _KEPT and unicodedata.category(character) != "Cf"


def _syllable(character: str) -> str:
    """A Hangul syllable in its letters, so that one that is being typed finds those it may become; a digit of any
    script as 0 to 9."""
    if _HANGUL[0] <= ord(character) <= _HANGUL[1]:
        return unicodedata.normalize("NFD", character)
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def words(text: str) -> tuple[str, ...]:
    """The words of a question, or of a name, in their order."""
    return tuple(each.text for each in _words(fold(text)))


def spelt_words(text: str) -> tuple[Spelt, ...]:
    """The words of a question with what they are where there are no dots: müller is muller, and mueller."""
    pairs = zip(words(text), words(_spelt(text)), strict=False)
    return tuple(tuple(dict.fromkeys(pair)) for pair in pairs)


def _spelt(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold()).translate(_SPELT)


def code(text: str) -> str:
    """A number as systems write it, by its letters and digits alone: #EU-1001 is eu1001."""
    return "".join(each for each in fold(text) if each.isalnum())[:LONGEST_WORD]


def texts(names: Iterable[str]) -> tuple[str, ...]:
    """What names are found by: from each word on, the rest of the name and then what stood before. No two begin with
    the same word; at most `TEXTS`."""
    found: dict[str, str] = {}
    for name in names:
        for head, text in _turned(name):
            if len(found) < TEXTS:
                found.setdefault(head, text)
    return tuple(found.values())


def head(text: str) -> str:
    """The word that a text begins with."""
    return text.partition(" ")[0]


def _turned(name: str) -> Iterator[tuple[str, str]]:
    cut = _words(fold(name))
    plain = [each.text for each in cut]
    later: list[tuple[str, str]] = []
    for place, word in enumerate(cut):
        yield _text(word.text, plain[place + 1 :], plain[:place])
        later += [_text(other, plain[place + 1 :], plain[:place]) for other in _others(word)]
        hanging = _hanging(cut, place)
        if hanging:
            rest = plain[place + 1 + len(hanging) :]
            joined = "".join(hanging)
            later += [_text(first + joined, rest, plain[:place]) for first in (word.text, *_inner(word))]
    for said, other in zip(plain, _words(fold(_spelt(name))), strict=False):
        if said != other.text:
            later.append(_text(other.text, [], []))
    yield from later


def _text(first: str, after: Sequence[str], before: Sequence[str]) -> tuple[str, str]:
    first = first[:LONGEST_WORD]
    return first, " ".join([first, *after, *before])[:LONGEST_TEXT].rstrip()


def _others(word: _Word) -> Iterator[str]:
    """Where else somebody may begin to read a word: behind an apostrophe, or in its middle."""
    if len(word.parts) > 1:
        yield from (part for part in word.parts if len(part) > 1)
    yield from _inner(word)


def _inner(word: _Word) -> Iterator[str]:
    """The ends of a word whose script has no spaces."""
    if word.script != PLAIN:
        for start in range(1, len(word.text)):
            if word.script != JAMO or _begins_syllable(word.text[start]):
                yield word.text[start:]


def _begins_syllable(letter: str) -> bool:
    return 0x1100 <= ord(letter) <= 0x115F


def _hanging(cut: Sequence[_Word], place: int) -> list[str]:
    """What hangs on a word: Jean-Luc is jeanluc, too, and 山田 太郎 is 山田太郎."""
    after = place + 1
    while after < len(cut) and _hangs(cut[after - 1], cut[after]):
        after += 1
    return [word.text for word in cut[place + 1 : after]]


def _hangs(before: _Word, word: _Word) -> bool:
    if word.script == PLAIN:
        return before.script == PLAIN and word.glued == "-"
    return word.script == before.script


def _words(folded: str) -> list[_Word]:
    found: list[_Word] = []
    run, script, glued, gap = "", PLAIN, " ", " "
    for character in f"{folded} ":
        kind = _script(character, script if run else "")
        if run and kind != script:
            found.append(_word(run, script, glued))
            run, gap = "", ""
        if kind == "":
            gap = "-" if character == "-" and not gap else " "
        elif not run:
            run, script, glued, gap = character, kind, gap, ""
        else:
            run += character
    return [each for each in found if each.text][:WORDS_OF_A_NAME]


def _word(run: str, script: str, glued: str) -> _Word:
    parts = tuple(part[:LONGEST_WORD] for part in run.split("'") if part)
    return _Word("".join(parts)[:LONGEST_WORD], script, glued, parts)


def _script(character: str, before: str) -> str:
    """What a character belongs to; "" where it is part of no word. Apostrophes and marks belong to what is before."""
    category = unicodedata.category(character)[0]
    if character == "'" or category == "M":
        return before
    if category not in "LN":
        return ""
    code = ord(character)
    return next((script for low, high, script in _SCRIPTS if low <= code <= high), PLAIN)
