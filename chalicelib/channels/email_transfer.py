"""How bytes travel in mails (base64, quoted-printable, uuencode), undone as far as it can be."""

import binascii
import quopri
import re

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_UU_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,254})")
_UU_NAMES = ("x-uuencode", "uuencode", "uue", "x-uue")


def decoded(content: bytes, encoding: str) -> bytes:
    """The bytes; what an unknown encoding hid is given as it came."""
    wanted = encoding.strip().lower()
    if wanted == "base64":
        return _base64(content)
    if wanted == "quoted-printable":
        return quopri.decodestring(content)
    if wanted in _UU_NAMES:
        _, files = without_uuencoded(content.decode("latin-1"))
        return files[0][1] if files else content
    return content


def _base64(content: bytes) -> bytes:
    # What follows the padding was added on the way: footers of lists.
    packed = _NO_BASE64.sub(b"", content)
    body = packed.split(b"=", 1)[0]
    whole = body[: len(body) - 1] if len(body) % 4 == 1 else body
    try:
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    except binascii.Error:
        return content


def without_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without the files that stand in it, and these by name. What only looks like one stays where it is."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begun = _UU_BEGIN.fullmatch(lines[at].rstrip("\r"))
        content, end = _uuencoded(lines, at + 1) if begun else (None, at)
        if begun and content is not None:
            files.append((begun[1].strip(), content))
        else:
            # Lines that turned out to be none are not tried again: each is looked at once.
            kept += lines[at : end + 1]
        at = end + 1
    return "\n".join(kept), files


def _uuencoded(lines: list[str], start: int) -> tuple[bytes | None, int]:
    """The bytes and the place of `end`; None and the place before the line that is no uuencoding."""
    found: list[bytes] = []
    for at in range(start, len(lines)):
        line = lines[at].rstrip("\r")
        if line == "end":
            return b"".join(found), at
        try:
            found.append(binascii.a2b_uu(line.rstrip(" ") if len(line) > 62 else line))
        except (binascii.Error, ValueError):
            return None, at - 1
    return None, len(lines) - 1
