"""How many parts a text goes in, and with how many each is charged.

Source: GSM 03.38 (alphabet and extension table), "SMS character limits" (Twilio). One part holds 160 characters of the
GSM alphabet, or 70 of UCS-2; several hold 153 or 67 each, for every one names its place. What takes two units (the
extension table's, and in UCS-2 what lies beyond the first plane) is never split.
"""

from dataclasses import dataclass

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
ONE, MORE = {"gsm7": 160, "ucs2": 70}, {"gsm7": 153, "ucs2": 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` in all; `left`: how many still fit the last part."""

    encoding: str
    units: int
    count: int
    left: int


def segments(text: str) -> Segments:
    """What `text` would go as."""
    encoding = "gsm7" if set(text) <= GSM | EXTENSION else "ucs2"
    widths = [_width(character, encoding) for character in text]
    units = sum(widths)
    if units <= ONE[encoding]:
        return Segments(encoding, units, min(len(text), 1), ONE[encoding] - units)
    count, filled = 1, 0
    for width in widths:
        if filled + width > MORE[encoding]:
            count, filled = count + 1, 0
        filled += width
    return Segments(encoding, units, count, MORE[encoding] - filled)


def _width(character: str, encoding: str) -> int:
    if encoding == "gsm7":
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1
