"""What does not fit one message as several: long texts cut where a reader would pause, files one by one, words apart
from what takes none.

A text is cut at the end of a paragraph, else of a line or sentence, else of a word, and only inside a word where that
alone is too long; never inside what a reader takes for one character (an emoji of several parts, a letter with its
accents). Only white space at a cut is lost. Whether a piece fits is asked of the channel, so every channel's own way of
counting holds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.channels.base import CannotSay, Channel, Outgoing, OutgoingAttachment
from chalicelib.channels.untrusted import objects
from chalicelib.domain.message import MEDIA, MessageKind
from chalicelib.services.rendering import WORDLESS, needs_quotation, rendered

MAX_PARTS = 30
# An end of a paragraph or sentence counts where at least this share of a piece lies before it.
FILLED = 1 / 3
_ENDS = frozenset(".!?…。！？")
_CLOSING = frozenset("\"'”’»)]）」』")

Fits = Callable[[str, int], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """One message of several: what is sent, and which of the files. What it looks like to the channel is `shown`."""

    message: Outgoing
    shown: Outgoing
    files: tuple[int, ...] = ()


def parts(message: Outgoing, channel: Channel, quoted: str | None = None) -> list[Part]:
    """`message` as one message where it goes, else as several, in their order. Raises CannotSay."""
    try:
        return [whole(message, channel, quoted)]
    except CannotSay as cannot:
        found = _several(message, channel, quoted, cannot)
        if len(found) > MAX_PARTS:
            raise CannotSay(
                f"This would take {len(found)} messages; {MAX_PARTS} go at once. Shorten it.", field=cannot.field
            ) from cannot
        return found


def whole(message: Outgoing, channel: Channel, quoted: str | None = None) -> Part:
    """`message` as one message. Raises CannotSay."""
    return _part(message, channel, quoted, tuple(range(len(message.attachments))))


def _several(message: Outgoing, channel: Channel, quoted: str | None, cannot: CannotSay) -> list[Part]:
    if message.kind in MEDIA and message.attachments:
        return list(_files_and_words(message, channel, quoted))
    if message.kind in WORDLESS:
        return list(_cards_and_words(message, channel, quoted))
    if message.kind is MessageKind.TEXT and message.text.strip():
        return list(_texts(message, channel, quoted))
    raise cannot


def _files_and_words(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Part]:
    """Each file, the text with the first where it can be, else after the last. A quotation goes where words are."""
    last = len(message.attachments) - 1
    text_left = message.text
    words_first = _lacks_words_for_quotation(message, channel)
    if words_first:
        yield _part(replace(message, kind=MessageKind.TEXT, text="", attachments=()), channel, quoted)
    for place, file in enumerate(message.attachments):
        alone = replace(message, attachments=(file,), text="", reply_to=None if words_first else message.reply_to)
        if place == 0 and last > 0 and text_left and (with_text := _if_it_goes(message, file, channel, quoted)):
            yield with_text
            text_left = ""
            continue
        answers = place == 0 and not needs_quotation(alone, channel)
        yield _part(replace(alone, reply_to=alone.reply_to if answers else None), channel, None, (place,))
    if text_left:
        answers = needs_quotation(message, channel)
        yield from _words(message, channel, quoted, answers=answers)


def _lacks_words_for_quotation(message: Outgoing, channel: Channel) -> bool:
    return needs_quotation(message, channel) and not message.text.strip()


def _if_it_goes(message: Outgoing, file: OutgoingAttachment, channel: Channel, quoted: str | None) -> Part | None:
    try:
        return _part(replace(message, attachments=(file,)), channel, quoted, (0,))
    except CannotSay:
        return None


def _cards_and_words(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Part]:
    """A place, or each contact card, then the text."""
    told = needs_quotation(message, channel)
    if told and not message.text.strip():
        yield _part(_plain(replace(message, text="")), channel, quoted)
    for place, card in enumerate(_singly(message, channel)):
        alone = replace(card, text="", reply_to=None if told or place else message.reply_to)
        yield _part(alone, channel, None)
    if message.text.strip():
        yield from _words(message, channel, quoted, answers=told)


def _singly(message: Outgoing, channel: Channel) -> list[Outgoing]:
    """Contact cards one by one, where they do not go together."""
    cards = objects(message.content.get("contacts"))
    together = replace(message, text="", reply_to=None)
    try:
        rendered(together, channel)
    except CannotSay:
        if len(cards) > 1:
            return [replace(together, content={**message.content, "contacts": [card]}) for card in cards]
    return [together]


def _words(message: Outgoing, channel: Channel, quoted: str | None, *, answers: bool) -> Iterator[Part]:
    said = _plain(message)
    yield from _texts(said if answers else replace(said, reply_to=None), channel, quoted)


def _plain(message: Outgoing) -> Outgoing:
    return replace(message, kind=MessageKind.TEXT, content={}, attachments=())


def _texts(message: Outgoing, channel: Channel, quoted: str | None) -> Iterator[Part]:
    def part(piece: str, place: int) -> Part:
        said = replace(message, text=piece, reply_to=None if place else message.reply_to)
        return _part(said, channel, quoted)

    def fits(piece: str, place: int) -> bool:
        try:
            part(piece, place)
        except CannotSay:
            return False
        return True

    for place, piece in enumerate(pieces(message.text, fits)):
        yield part(piece, place)


def _part(message: Outgoing, channel: Channel, quoted: str | None, files: tuple[int, ...] = ()) -> Part:
    return Part(message, rendered(message, channel, quoted), files)


# --- cutting a text ----------------------------------------------------------------------------------------------


def pieces(text: str, fits: Fits) -> Iterator[str]:
    """`text` in pieces that each fit (a piece and its place are asked for). Raises CannotSay where one character does
    not."""
    characters = graphemes(text)
    begin = _past_space(characters, 0)
    place = 0
    while begin < len(characters):
        end = begin + _longest(characters, begin, lambda piece, place=place: fits(piece, place))  # type: ignore[misc]
        if end < len(characters):
            end = begin + _cut(characters[begin:end], characters[end])
        piece = _without_end(characters[begin:end])
        yield "".join(piece)
        begin, place = _past_space(characters, end), place + 1


def graphemes(text: str) -> list[str]:
    """What a reader takes for characters (Unicode's extended grapheme clusters)."""
    if text.isascii() and "\r" not in text:
        return list(text)
    import regex  # noqa: PLC0415 - only for texts that are cut, and not all plain

    return regex.findall(r"\X", text)


def _longest(characters: Sequence[str], begin: int, fits: Callable[[str], bool]) -> int:
    """How many of them fit together, at least one: what is short fits where something longer does."""
    low, high = 0, 64
    while begin + high < len(characters) and _fit(characters, begin, high, fits):
        low, high = high, high * 2
    high = min(high, len(characters) - begin) + 1
    while low + 1 < high:
        middle = (low + high) // 2
        if _fit(characters, begin, middle, fits):
            low = middle
        else:
            high = middle
    if low == 0:
        raise CannotSay("The text has a character that is too long for one message.", field="text")
    return low


def _fit(characters: Sequence[str], begin: int, count: int, fits: Callable[[str], bool]) -> bool:
    return fits("".join(_without_end(characters[begin : begin + count])))


def _cut(piece: Sequence[str], following: str) -> int:
    """Where to end a piece that could be as long as this, which something follows."""
    least = int(len(piece) * FILLED)
    places = range(len(piece), 0, -1)
    for is_end, from_ in ((_ends_paragraph, least), (_ends_sentence, least), (_ends_word, 0)):
        found = next((place for place in places if place > from_ and is_end(piece, place, following)), None)
        if found is not None:
            return found
    return len(piece)


def _at(piece: Sequence[str], place: int, following: str) -> str:
    return piece[place] if place < len(piece) else following


def _ends_paragraph(piece: Sequence[str], place: int, following: str) -> bool:
    if place + 1 > len(piece) or not _is_break(_at(piece, place, following)):
        return False
    return _is_break(_at(piece, place + 1, following)) and not piece[place - 1].isspace()


def _ends_sentence(piece: Sequence[str], place: int, following: str) -> bool:
    if _is_break(_at(piece, place, following)):
        return True
    last = place - 1
    while last > 0 and piece[last] in _CLOSING:
        last -= 1
    if piece[last] not in _ENDS:
        return False
    # Scripts without spaces have end marks of their own.
    return _at(piece, place, following).isspace() or ord(piece[last]) > 0x3000


def _ends_word(piece: Sequence[str], place: int, following: str) -> bool:
    return _at(piece, place, following).isspace()


def _is_break(character: str) -> bool:
    return character in ("\n", "\r\n", "\r", "\u2028", "\u2029")


def _past_space(characters: Sequence[str], begin: int) -> int:
    while begin < len(characters) and characters[begin].isspace():
        begin += 1
    return begin


def _without_end(piece: Sequence[str]) -> Sequence[str]:
    end = len(piece)
    while end > 0 and piece[end - 1].isspace():
        end -= 1
    return piece[:end]
