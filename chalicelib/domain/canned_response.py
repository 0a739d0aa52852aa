"""Canned responses: texts that are used again and again, with placeholders, in several languages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.errors_common import InvalidInput
from chalicelib.domain.message import Attachment
from chalicelib.domain.placeholders import MAX_PLACEHOLDERS, names_in
from chalicelib.domain.text_scope import ORDER, Whose

MAX_BODY = 10_000
MAX_TITLE = 120
MAX_VARIANTS = 20
MAX_FILES = 10
# Of body and variants together: they are one item of the store, which takes no more than 400 KB.
MAX_BYTES = 60_000
# Of one owner: a list is read whole.
MAX_RESPONSES = 300


@dataclass(frozen=True, slots=True)
class CannedResponse:
    """`body` may hold placeholders (`domain/placeholders.py`); `variants` are the same by language or locale (`de`,
    `pt-BR`). `channels`: where it is for; none is everywhere. `used` counts, and may lag behind."""

    id: str
    whose: Whose
    shortcut: str
    title: str
    body: str
    changed_at: datetime
    changed_by: str
    variants: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()
    used: int = 0
    version: int = 1

    @property
    def name(self) -> str:
        return self.shortcut

    def body_for(self, locale: str | None, language: str | None) -> tuple[str | None, str]:
        """The variant for somebody who speaks so, with its name (None: the body itself): the whole locale before its
        language alone."""
        known = {name.casefold().replace("_", "-"): name for name in self.variants}
        for asked in _tags(locale, language):
            if asked in known:
                return known[asked], self.variants[known[asked]]
        return None, self.body

    def is_for(self, channel: str) -> bool:
        return not self.channels or channel in self.channels


def _tags(*named: str | None) -> Iterable[str]:
    """From the whole to the language alone, of each."""
    for each in named:
        tag = (each or "").casefold().replace("_", "-")
        yield from dict.fromkeys(filter(None, (tag, tag.partition("-")[0])))


def checked(response: CannedResponse) -> CannedResponse:
    """Raises InvalidInput, naming the text."""
    texts = {"body": response.body, **{f"variants.{name}": text for name, text in response.variants.items()}}
    for field_name, text in texts.items():
        if not text.strip() or len(text) > MAX_BODY:
            raise InvalidInput(f"Give a text of at most {MAX_BODY} characters.", field=field_name)
        if sum(1 for _ in names_in(text)) > MAX_PLACEHOLDERS:
            raise InvalidInput(f"A text has at most {MAX_PLACEHOLDERS} placeholders.", field=field_name)
    if sum(len(text.encode("utf-8", "replace")) for text in texts.values()) > MAX_BYTES:
        raise InvalidInput(f"All its texts have at most {MAX_BYTES} bytes.", field="variants")
    return response


def found(responses: Iterable[CannedResponse], words: str, channel: str | None = None) -> Sequence[CannedResponse]:
    """Those that somebody means who types this after a `/`: every word of it begins a word of theirs, or is the
    beginning of the shortcut. A shortcut typed whole comes first; then one's own, the teams', everybody's, each by
    use."""
    asked = words.casefold().split()
    meant = [each for each in responses if (channel is None or each.is_for(channel)) and _answers(each, asked)]
    whole = " ".join(asked)

    def place(each: CannedResponse) -> tuple[bool, int, int, str, str]:
        return each.shortcut.casefold() != whole, ORDER[each.whose.scope], -each.used, each.shortcut, each.id

    return sorted(meant, key=place)


def _answers(response: CannedResponse, asked: Sequence[str]) -> bool:
    said = " ".join((response.title, response.body, *response.variants.values())).casefold().split()
    shortcut = response.shortcut.casefold()
    return all(shortcut.startswith(word) or any(_bare(each).startswith(word) for each in said) for word in asked)


def _bare(word: str) -> str:
    return word.lstrip("(\"'“„¿¡[{<*_#")
