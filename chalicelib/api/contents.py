"""The `content` of a reply by its kind: its shape is checked here, once, and each channel checks its own limits.

What is not named here may be there too: some channels have words of their own (docs/channels).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.api.requests import invalid
from chalicelib.api.schemas import Json
from chalicelib.channels.untrusted import objects, whole
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.message import MEDIA, MessageKind
from chalicelib.services.contact_words import check_filled
from chalicelib.services.rendering import RENDERED_AS

Words = Annotated[str, Meta(max_length=65_536)]
Said = Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"\S")]
Short = Annotated[str, Meta(max_length=1000)]
Target = Annotated[str, Meta(min_length=1, max_length=1000)]
Link = Annotated[str, Meta(max_length=3000, pattern=r"^[a-z][a-z0-9+.-]*:\S+\Z")]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a content; what a channel adds to it is let through."""


class Location(Part, frozen=True, kw_only=True):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    name: Short | None = None
    address: Short | None = None


class CardName(Part, frozen=True, kw_only=True):
    formatted_name: Said


class Phone(Part, frozen=True, kw_only=True):
    phone: Said


class Email(Part, frozen=True, kw_only=True):
    email: Said


class Card(Part, frozen=True, kw_only=True):
    name: CardName
    phones: Annotated[list[Phone], Meta(max_length=20)] = []
    emails: Annotated[list[Email], Meta(max_length=20)] = []


class Contacts(Part, frozen=True, kw_only=True):
    contacts: Annotated[list[Card], Meta(min_length=1, max_length=20)]


class Reaction(Part, frozen=True, kw_only=True):
    """An empty `emoji` takes the reaction back."""

    target: Target
    emoji: Annotated[str, Meta(max_length=40)]


class Button(Part, frozen=True, kw_only=True):
    """A choice by its `id`, or a link."""

    title: Said
    id: Said | None = None
    url: Link | None = None


class Buttons(Part, frozen=True, kw_only=True):
    buttons: Annotated[list[Button], Meta(min_length=1, max_length=100)]
    body: Words = ""
    header: Short | None = None
    footer: Short | None = None


class Row(Part, frozen=True, kw_only=True):
    id: Said
    title: Said
    description: Short | None = None


class Section(Part, frozen=True, kw_only=True):
    rows: Annotated[list[Row], Meta(min_length=1, max_length=100)]
    title: Short | None = None


class Choices(Part, frozen=True, kw_only=True):
    sections: Annotated[list[Section], Meta(min_length=1, max_length=100)]
    button: Short | None = None
    body: Words = ""
    header: Short | None = None
    footer: Short | None = None


class Language(Part, frozen=True, kw_only=True):
    code: Said


class Template(Part, frozen=True, kw_only=True):
    name: Said
    language: Said | Language
    components: list[Json] = []
    category: Short | None = None


class About(Part, frozen=True, kw_only=True):
    """Which message is meant."""

    target: Target


SHAPES: Mapping[MessageKind, type[Part]] = {
    MessageKind.LOCATION: Location,
    MessageKind.CONTACTS: Contacts,
    MessageKind.REACTION: Reaction,
    MessageKind.BUTTONS: Buttons,
    MessageKind.LIST: Choices,
    MessageKind.TEMPLATE: Template,
    MessageKind.EDIT: About,
    MessageKind.REVOKE: About,
}
# Said of another message, which they name by `target`.
ABOUT_ANOTHER = frozenset({MessageKind.REACTION, MessageKind.EDIT, MessageKind.REVOKE})


def check(kind: MessageKind, text: str, content: Json, *, files: int, answers: bool, literal: bool = False) -> None:
    """Raises InvalidInput, naming the value: `content.buttons[2].title`. What channels differ in is theirs to check.
    `literal`: what looks like a placeholder of ours is none."""
    if RENDERED_AS in content:
        raise InvalidInput("This is the desk's own.", field=f"content.{RENDERED_AS}")
    if not literal:
        check_filled({"text": text, "content": content})
    shape = SHAPES.get(kind)
    if shape is not None:
        _converted(shape, content)
    if files and kind is MessageKind.TEMPLATE:
        _each_placed(content, files)
    elif files and kind not in MEDIA:
        raise InvalidInput("Files go with the kinds image, audio, video, document and sticker.", field="attachments")
    if kind in ABOUT_ANOTHER and answers:
        raise InvalidInput("A message of this kind names its message in content.target.", field="reply_to")
    RULES.get(kind, _no_rule)(text, content)


def _converted(shape: type[Part], content: Json) -> None:
    try:
        msgspec.convert(content, shape)
    except msgspec.ValidationError as error:
        refusal = invalid(error)
        raise InvalidInput(refusal.detail, field=f"content.{refusal.field or ''}".rstrip(".")) from error


def _each_placed(content: Json, files: int) -> None:
    """What a template does not name would not be sent."""
    named = {whole(value.get("attachment")) for value in _values(content.get("components")) if "attachment" in value}
    if named != set(range(files)):
        raise InvalidInput(
            "Each file of a template is named by one of its values, by its place: attachment.", field="attachments"
        )


def _values(components: Any) -> Iterator[Mapping[str, Any]]:
    """Those of its cards, too."""
    for component in objects(components):
        yield from objects(component.get("parameters"))
        for card in objects(component.get("cards")):
            for inner in objects(card.get("components")):
                yield from objects(inner.get("parameters"))


def _no_rule(text: str, content: Mapping[str, Any]) -> None:
    """Nothing more to check."""


def _buttons(text: str, content: Mapping[str, Any]) -> None:
    _one_body(text, content)
    for place, button in enumerate(content["buttons"]):
        if not button.get("id") and not button.get("url"):
            raise InvalidInput("A button needs an id, or a link.", field=f"content.buttons[{place}].id")
    _distinct([button.get("id") for button in content["buttons"]], "content.buttons")


def _choices(text: str, content: Mapping[str, Any]) -> None:
    _one_body(text, content)
    _distinct([row["id"] for section in content["sections"] for row in section["rows"]], "content.sections")


def _one_body(text: str, content: Mapping[str, Any]) -> None:
    body = content.get("body") or ""
    if not (body.strip() or text.strip()):
        raise InvalidInput("Say what is to be chosen.", field="content.body")
    if body.strip() and text.strip() and body != text:
        raise InvalidInput("Only one of text and content.body is shown: put all of it into one.", field="text")


def _distinct(identifiers: list[str | None], field: str) -> None:
    given = [each for each in identifiers if each]
    if len(set(given)) < len(given):
        raise InvalidInput("Two choices have the same id; each needs its own.", field=field)


def _wordless(text: str, content: Mapping[str, Any]) -> None:
    if text.strip():
        raise InvalidInput("A message of this kind has no text.", field="text")


def _edit(text: str, content: Mapping[str, Any]) -> None:
    if not text.strip():
        raise InvalidInput("Say what the message is to be now.", field="text")


RULES: Mapping[MessageKind, Callable[[str, Mapping[str, Any]], None]] = {
    MessageKind.BUTTONS: _buttons,
    MessageKind.LIST: _choices,
    MessageKind.REACTION: _wordless,
    MessageKind.REVOKE: _wordless,
    MessageKind.EDIT: _edit,
}
