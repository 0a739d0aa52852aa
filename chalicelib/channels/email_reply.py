"""What somebody wrote anew in a mail, apart from what they quoted and how they sign.

The mail's shape decides (`email_lines` says what each line is). In doubt a line is shown: what is shown too much is
read past, what is hidden may be missed. Nothing is lost: what is not shown is given too.
"""

import re

from chalicelib.channels import email_lines, email_words
from chalicelib.channels.email_lines import (
    ANNOUNCED,
    BLANK,
    DASHES,
    DELIMITER,
    DEVICE,
    FIELD,
    QUOTE,
    RULER,
    TEXT,
    WROTE,
)

# So few lines below a quoted mail, under an answer, are how its writer signs.
MAX_CLOSING = 6
# What stands below a drawn line or two dashes is a signature if it is as short as one.
MAX_SIGNATURE = 10

_MARKS = WROTE + ANNOUNCED + FIELD
_CUTS = re.compile(f"[{_MARKS}{DELIMITER}{DASHES}]")
_SIGNATURE = re.compile(f"[{DELIMITER}{DASHES}]")
_MARK_RUN = re.compile(f"[{_MARKS}{BLANK}{RULER}]*")
_QUOTES = re.compile(f"[{QUOTE}{BLANK}]*")
_ENDING = re.compile(f"[{BLANK}{QUOTE}{WROTE}{DEVICE}{RULER}]*")
_ROUNDS = re.compile(f"{QUOTE}[{QUOTE}{BLANK}]*")


def visible(text: str) -> tuple[str, str]:
    """The text that is shown, and what was trimmed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kinds = email_lines.kinds(lines)
    start = _start(kinds)
    end = _without_ending(kinds, start, _cut(kinds, start, lines), lines)
    # Who wrote what is quoted between answers is known without being told.
    shown = {at for at in range(start, end) if kinds[at] != WROTE}
    return _joined(lines, shown), _joined(lines, set(range(len(lines))) - shown)


def _joined(lines: list[str], wanted: set[int]) -> str:
    chosen = [lines[at].rstrip() for at in sorted(wanted)]
    start = next((at for at, line in enumerate(chosen) if line), len(chosen))
    return "\n".join(chosen[start:]).rstrip()


def _run(pattern: re.Pattern[str], kinds: str, start: int) -> int:
    """Where the lines of these kinds end that begin at `start`."""
    found = pattern.match(kinds, start)
    return found.end() if found else start


def _start(kinds: str) -> int:
    """Below the quoted mail that stands above its answer; below what announces a mail passed on without a word."""
    start = _run(_MARK_RUN, kinds, 0)
    if WROTE not in kinds[:start]:
        return start if not _is_blank(kinds[:start]) else 0
    if kinds[start : start + 1] != QUOTE:
        return start
    below = _run(_QUOTES, kinds, start)
    # Quoted again further down: the answers stand between, and make no sense without.
    return start if QUOTE in kinds[below:] and TEXT in kinds[below:] else below


def _is_blank(kinds: str) -> bool:
    return all(kind in (BLANK, RULER) for kind in kinds)


def _cut(kinds: str, start: int, lines: list[str]) -> int:
    """Where the new text ends, as seen from above."""
    first = kinds.find(TEXT, start)
    if first < 0:
        return len(kinds)
    at, is_answered = start, False
    for found in _CUTS.finditer(kinds, first):
        at = found.start()
        if kinds[at - 1] == kinds[at] or (is_answered and kinds[at] == WROTE):
            continue
        if kinds[at] in (WROTE, ANNOUNCED) and _is_answered_below(kinds, at, lines[first:at]):
            is_answered = True
        elif kinds[at] != DASHES or _is_short(kinds[at:]):
            return at
    return len(kinds)


def _is_answered_below(kinds: str, at: int, above: list[str]) -> bool:
    """Whether what is quoted from `at` on is answered under it, or between its lines."""
    quoted = _run(_MARK_RUN, kinds, at)
    if kinds[quoted : quoted + 1] != QUOTE:
        return False
    below = _SIGNATURE.split(kinds[quoted:], maxsplit=1)[0]
    answers = below.count(TEXT)
    if answers == 0:
        return False
    between = TEXT in below[: below.rfind(QUOTE)]
    return between or answers > MAX_CLOSING or _is_greeting(above)


def _is_greeting(lines: list[str]) -> bool:
    """`Dear Ann,` alone above a quote: the answer is yet to come."""
    said = [line.strip() for line in lines if line.strip()]
    return len(said) == 1 and len(said[0]) <= 50 and (said[0].endswith(",") or email_words.is_greeting(said[0]))


def _is_short(kinds: str) -> bool:
    """Whether the text up to the next quote, or to the end, is as short as a signature."""
    return re.split(f"[{_MARKS}{QUOTE}]", kinds, maxsplit=1)[0].count(TEXT) <= MAX_SIGNATURE


def _without_ending(kinds: str, start: int, end: int, lines: list[str]) -> int:
    """Quotes and devices' signatures at the end are left out, and what is signed below a drawn line."""
    end = _stripped(kinds, start, end)
    ruler = kinds.rfind(RULER, start, end)
    is_signed = ruler >= 0 and "_" in lines[ruler] and _is_short(kinds[ruler:end])
    above = _stripped(kinds, start, ruler) if is_signed else start
    return above if above > start else end


def _stripped(kinds: str, start: int, end: int) -> int:
    ending = _ENDING.match(kinds[start:end][::-1])
    return end - (ending.end() if ending else 0)
