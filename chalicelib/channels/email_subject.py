"""A subject without what programs put before it: `Re:`, `Fwd:` and what other languages call them."""

import re

MAX_SUBJECT = 1_000

_ANSWERS = (
    "re|aw|antw|antwort|sv|vs|res|rif|r|odp|ref|réf|re aw|ynt|yan|atb|bls|回复|回覆|答复|答覆|返信|답장|회신|"
    "отв|ответ|відп|απ|σχετ|תשובה|رد"
)
_FORWARDS = (
    "fwd|fw|wg|tr|rv|enc|i|doorst|vb|fs|pd|továbbítás|továbbít|ilt|转发|轉寄|轉發|転送|전달|пер|пересл|προ|πρθ|"
    "הועבר|إعادة توجيه"
)
_PREFIX = re.compile(
    rf"\s*(?:(?P<answer>{_ANSWERS})|(?P<forward>{_FORWARDS}))\s?"
    r"(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?\s?[:：]",
    re.IGNORECASE,
)
# Of other languages still: two letters and a colon, and a space, as nobody begins a subject.
_SHORT = re.compile(r"\s*[^\W\d_]{2}(?:\[\d{1,4}\])?:\s+")
_MAX_PREFIXES = 50


def base(subject: str) -> str:
    """The subject that a conversation keeps."""
    at = 0
    for _ in range(_MAX_PREFIXES):
        found = _PREFIX.match(subject, at) or _SHORT.match(subject, at)
        if not found:
            break
        at = found.end()
    return " ".join(subject[at:].split())


def is_forwarded(subject: str) -> bool:
    """Whether the newest thing that was done to the mail was to pass it on."""
    found = _PREFIX.match(subject)
    return bool(found and found["forward"])
