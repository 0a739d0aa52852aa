"""What each line of a mail is: new text, a quote, the announcement of one, a signature's beginning.

Every line is looked at a bounded number of times, however they are put together.
"""

import re

from chalicelib.channels import email_words

BLANK, TEXT, QUOTE = " ", "t", "q"
# "On ... wrote:"; "-----Original Message-----"; the fields over a quoted mail.
WROTE, ANNOUNCED, FIELD = "m", "o", "h"
# "Sent from my phone"; "-- " as the standard has it; the same without its space; a line that is drawn.
DEVICE, DELIMITER, DASHES, RULER = "s", "D", "d", "r"

# One that says who wrote what follows is broken into a few lines, at most.
MAX_WROTE_LINES = 7
MAX_WROTE = 400
MAX_FIELDS = 16
MAX_LOOKED_AT = 1000
# Nobody writes so many lines above what they quote: those below are told by their first sign.
MAX_LINES = 10_000

_QUOTED = re.compile(r"\s{0,3}(?:>|\|(?:\s|$)|[^\W\d_]{1,10}>)")
_RULER = re.compile(r"\s*(?:-{5,}|_{5,}|={5,}|—{3,}|–{3,})\s*")
_FENCE = re.compile(r"\s{0,3}```")
# A time of day or a year: no mail program leaves both out.
_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:.h時时点시]\s?\d\d(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d)")
_ADDRESS = re.compile(r"[^<>\s]{1,100}@[^<>\s]{1,100}")
_COLONS = (":", "：")
_FORM = {ord(mark): None for mark in "\u200b\u200e\u200f\u202a\u202c\u2060\ufeff"} | {0xA0: " ", 0x202F: " "}


def kinds(lines: list[str]) -> str:
    """A letter for each line."""
    bare = [line[:MAX_LOOKED_AT].translate(_FORM) for line in lines[:MAX_LINES]]
    found = _alone(bare)
    _mark_fields(bare, found)
    _mark_wrote(bare, found)
    rest = (QUOTE if line.startswith(">") else TEXT if line.strip() else BLANK for line in lines[MAX_LINES:])
    return "".join((*found, *rest))


def _alone(lines: list[str]) -> list[str]:
    """What the lines are for themselves. Between fences they are text, whatever they look like."""
    fences = [at for at, line in enumerate(lines) if _FENCE.match(line)]
    code = {at for start, end in zip(fences[::2], fences[1::2], strict=False) for at in range(start, end + 1)}
    return [TEXT if at in code and line.strip() else _kind(line) for at, line in enumerate(lines)]


def _kind(line: str) -> str:
    bare = line.strip()
    if not bare:
        return BLANK
    if _QUOTED.match(line):
        return QUOTE
    if bare in ("--", "—", "__"):
        return DELIMITER if line == "-- " else DASHES
    if _RULER.fullmatch(line):
        return RULER
    if email_words.announces(line):
        return ANNOUNCED
    return DEVICE if email_words.is_sent_from(line) else TEXT


def _mark_fields(lines: list[str], found: list[str]) -> None:
    at = 0
    while at < len(lines):
        end = _fields_end(lines, found, at) if found[at] == TEXT and email_words.role(lines[at]) else at
        if end > at:
            found[_ruler_above(found, at) : end] = FIELD * (end - _ruler_above(found, at))
        at = max(end, at + 1)


def _fields_end(lines: list[str], found: list[str], start: int) -> int:
    """Where the fields over a quoted mail end that begin at `start`; `start` itself if they are none."""
    roles: set[str] = set()
    end, missed = start, 0
    for at in range(start, min(start + MAX_FIELDS, len(lines))):
        role = email_words.role(lines[at]) if found[at] == TEXT else None
        # A long field goes on in the next line; a blank line between two fields is HTML's.
        missed = 0 if role else missed + 1
        if missed > 2 or (found[at] != TEXT and found[at] != BLANK):
            break
        if role:
            roles.add(role)
            end = at + 1
    end = _last_continued(found, end, start + MAX_FIELDS)
    return end if _is_heading(roles, lines[start:end], _above(found, start)) else start


def _last_continued(found: list[str], end: int, limit: int) -> int:
    """The last field may be broken into two lines: a blank line follows."""
    has_next = end + 1 < min(len(found), limit) and found[end] == TEXT
    return end + 1 if has_next and found[end + 1] == BLANK else end


def _above(found: list[str], at: int) -> str:
    """The kind of the nearest line above that is not blank."""
    return next((kind for kind in reversed(found[max(at - 3, 0) : at]) if kind != BLANK), "")


def _ruler_above(found: list[str], at: int) -> int:
    start = at
    while start > max(at - 3, 0) and found[start - 1] in (BLANK, RULER):
        start -= 1
        if found[start] == RULER:
            return start
    return at


def _is_heading(roles: set[str], lines: list[str], above: str) -> bool:
    """Travellers write `From:`, `To:` and `Date:` too: only mails have a subject, or addresses."""
    if above == ANNOUNCED:
        return len(roles) >= 2
    is_mail = "subject" in roles or above == RULER or any("@" in line for line in lines)
    return "from" in roles and len(roles) >= 3 and is_mail


def _mark_wrote(lines: list[str], found: list[str]) -> None:
    for at in range(len(lines)):
        end = _wrote_end(lines, found, at) if found[at] == TEXT else at
        found[at:end] = WROTE * (end - at)


def _wrote_end(lines: list[str], found: list[str], start: int) -> int:
    """Where the words end that begin at `start` and say who wrote what follows; `start` itself if they are none."""
    said = ""
    for at in range(start, min(start + MAX_WROTE_LINES, len(lines))):
        line = lines[at].strip()
        if not _goes_on(found, lines, at, said) or len(said) + len(line) > MAX_WROTE:
            break
        said = f"{said} {line}".strip()
        if line.endswith(_COLONS):
            return at + 1 if _says_who(said, _is_quoted_below(found, at)) else start
        if line.endswith(">") and not _is_open(said) and _says_who(f"{said}:", _is_quoted_below(found, at)):
            return at + 1
    return start


def _begins(line: str, below: str) -> bool:
    """Whether a line may be the first of those that say who wrote: it says when, or by which address."""
    if line.endswith((".", "!", "?")) and _CLOCK.search(below):
        return False
    word = line.split(maxsplit=1)[0].lower() if line else ""
    evident = word in email_words.LEADS or line[:1].isdigit() or below.startswith("<")
    return evident or _CLOCK.search(line) is not None or _ADDRESS.search(line) is not None


def _is_open(said: str) -> bool:
    return said.count("<") > said.count(">")


def _goes_on(found: list[str], lines: list[str], at: int, said: str) -> bool:
    """Whether this line may belong to it. A blank one stands only before an address; a `>` may be the end of one."""
    below = next((line.strip() for line in lines[at + 1 : at + 3] if line.strip()), "")
    if not said:
        return lines[at].rstrip().endswith(_COLONS) or _begins(lines[at].strip(), below)
    if found[at] == BLANK:
        return below.startswith(("<", "mailto:"))
    return found[at] == TEXT or (found[at] == QUOTE and _is_open(said))


def _is_quoted_below(found: list[str], at: int) -> bool:
    return next((kind for kind in found[at + 1 : at + 5] if kind != BLANK), "") == QUOTE


def _says_who(said: str, quoted_below: bool) -> bool:
    small = said.lower().rstrip(" :：")
    clock, address = _CLOCK.search(said) is not None, _ADDRESS.search(said) is not None
    if email_words.ends_in_wrote(small):
        return clock or address or (quoted_below and len(said) <= 80)
    if email_words.has_wrote(small) and clock:
        return address or quoted_below or len(said) <= 80
    # A few programs name no verb: the time first, the address last.
    return clock and address and quoted_below
