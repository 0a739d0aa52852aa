"""The body of an inbound message of Messenger or Instagram: `message` -> neutral kind, text, content and files.

Shapes: Messenger Platform "message event" and Instagram "messages webhook" references. What is unknown, or makes no
sense, becomes `unsupported` with the message as it came, so nothing of it is lost.
"""

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from chalicelib.channels.bodies import Body, unsupported
from chalicelib.channels.untrusted import identifier, known, mapping, number, objects, optional, text
from chalicelib.domain.message import Attachment, MessageKind

# The thumb of the composer, in its three sizes.
THUMBS = frozenset({"369239263222822", "369239343222814", "369239383222810"})
THUMB, HEART = "👍", "❤️"

# What a file most likely is where its name does not tell; the bytes are looked at when they are fetched.
MIMES = {
    MessageKind.IMAGE: "image/jpeg",
    MessageKind.VIDEO: "video/mp4",
    MessageKind.AUDIO: "audio/mp4",
    MessageKind.DOCUMENT: "application/octet-stream",
    MessageKind.STICKER: "image/png",
}
FILES = {
    "image": MessageKind.IMAGE,
    "animated_image": MessageKind.IMAGE,
    "video": MessageKind.VIDEO,
    "audio": MessageKind.AUDIO,
    "file": MessageKind.DOCUMENT,
    "sticker": MessageKind.STICKER,
}
# Posts, reels and stories that were passed on; the url leads to the picture or film itself.
SHARED = {
    "share": MessageKind.IMAGE,
    "post": MessageKind.IMAGE,
    "ig_post": MessageKind.IMAGE,
    "story_mention": MessageKind.IMAGE,
    "ig_story": MessageKind.IMAGE,
    "reel": MessageKind.VIDEO,
    "ig_reel": MessageKind.VIDEO,
}
# Read here or beside the body; everything else of a message is kept in `content["extra"]`.
READ = frozenset(
    {"mid", "text", "attachments", "quick_reply", "reply_to", "referral", "is_echo", "app_id", "metadata", "is_deleted"}
)
_NAMES = mimetypes.MimeTypes()


def body_of(message: Mapping[str, Any]) -> Body:
    """The neutral body of `message`; never fails."""
    body = _body(message)
    if body is None:
        return unsupported(message, _type(message))
    extra = {name: value for name, value in message.items() if name not in READ}
    return replace(body, content={**body.content, "extra": extra}) if extra else body


def file_of(kind: MessageKind, url: str) -> Attachment:
    """A file of the provider's, by the address it gives: a link without credentials, for a while."""
    guessed = _NAMES.guess_type(_name(url) or "")[0] or ""
    # Voice messages are called .mp4: a name that says another family is not believed.
    fits = kind is MessageKind.DOCUMENT or guessed.partition("/")[0] == MIMES[kind].partition("/")[0]
    return Attachment(
        mime=guessed if guessed and fits else MIMES[kind],
        name=_name(url) if kind is MessageKind.DOCUMENT else None,
        source_url=url,
    )


def web_url(value: Any) -> str | None:
    """`fallback.payload.url` and others may be something else than an address."""
    found = text(value).strip()
    return found if found.startswith(("https://", "http://")) else None


def _body(message: Mapping[str, Any]) -> Body | None:
    if message.get("is_deleted") is True:
        target = identifier(message.get("mid"))
        return Body(MessageKind.REVOKE, content={"target": target}) if target else None
    if message.get("is_unsupported") is True:
        return None
    said = text(message.get("text"))
    quick = mapping(message.get("quick_reply"))
    if quick:
        payload = known(payload=optional(quick.get("payload")), title=said, source="quick_reply")
        return Body(MessageKind.POSTBACK, said, payload)
    given = message.get("attachments")
    # Some adapters have seen one attachment as an object of its own.
    parts = [_part(part) for part in ([given] if isinstance(given, Mapping) else objects(given))]
    if parts:
        return _joined(said, parts)
    return Body(MessageKind.TEXT, said) if said else None


def _joined(said: str, parts: list[Body]) -> Body:
    """Several attachments are one message: the kind of the first that has one of its own."""
    kind = next((part.kind for part in parts if part.kind is not MessageKind.TEXT), MessageKind.TEXT)
    content: dict[str, Any] = {}
    for part in parts:
        told = [*content.get("shared", []), *part.content.get("shared", [])]
        content = {**part.content, **content, **({"shared": told} if told else {})}
    words = said or "\n".join(part.text for part in parts if part.text)
    return Body(kind, words, content, tuple(file for part in parts for file in part.attachments))


def _part(part: Mapping[str, Any]) -> Body:
    read = ATTACHMENT_TYPES.get(text(part.get("type")).lower(), _unknown)
    return read(part) or _unknown(part)


def _unknown(part: Mapping[str, Any]) -> Body:
    return Body(MessageKind.UNSUPPORTED, content={"type": text(part.get("type")) or "unknown", "raw": dict(part)})


def _file(part: Mapping[str, Any]) -> Body | None:
    payload = mapping(part.get("payload"))
    sticker, url = identifier(payload.get("sticker_id")), web_url(payload.get("url"))
    kind = MessageKind.STICKER if sticker else FILES[text(part.get("type")).lower()]
    if not url:
        return Body(MessageKind.TEXT, THUMB, {"sticker_id": sticker}) if sticker in THUMBS else None
    content = {"sticker_id": sticker} if sticker else {}
    said = THUMB if sticker in THUMBS else ""
    return Body(kind, said, {**content, **_details(part, "sticker_id")}, (file_of(kind, url),))


def _shared(part: Mapping[str, Any]) -> Body | None:
    kind, url = SHARED[text(part.get("type")).lower()], web_url(mapping(part.get("payload")).get("url"))
    if not url:
        return None
    return Body(kind, "", {"shared": [_told(part)]}, (file_of(kind, url),))


def _link(part: Mapping[str, Any]) -> Body | None:
    """`fallback`: a link, or something that Messenger shows and tells nobody of."""
    payload = mapping(part.get("payload"))
    title = text(part.get("title")) or text(payload.get("title"))
    url = text(payload.get("url")) or text(part.get("url"))
    said = "\n".join(word for word in (title, url) if word)
    return Body(MessageKind.TEXT, said, {"shared": [_told(part)]}) if said else None


def _location(part: Mapping[str, Any]) -> Body | None:
    place = mapping(mapping(part.get("payload")).get("coordinates"))
    latitude, longitude = number(place.get("lat")), number(place.get("long"))
    if latitude is None or longitude is None:
        return None
    named = known(name=optional(part.get("title")), url=optional(part.get("url")))
    return Body(MessageKind.LOCATION, "", {"latitude": latitude, "longitude": longitude, **named})


def _template(part: Mapping[str, Any]) -> Body | None:
    """Cards and buttons, mostly in echoes of what another tool of the business sent."""
    payload = mapping(part.get("payload"))
    cards = objects(payload.get("elements")) or objects(mapping(payload.get("product")).get("elements"))
    titles = [text(part.get("title")), text(payload.get("text")), *(text(card.get("title")) for card in cards)]
    said = "\n".join(title for title in titles if title)
    return Body(MessageKind.TEXT, said, {"template": dict(payload)}) if said else None


def _heart(part: Mapping[str, Any]) -> Body:
    return Body(MessageKind.TEXT, HEART, {"shared": [_told(part)]})


def _told(part: Mapping[str, Any]) -> dict[str, Any]:
    """An attachment's words and ids, flat."""
    around = {name: value for name, value in part.items() if name != "payload"}
    return {**mapping(part.get("payload")), **around}


def _details(part: Mapping[str, Any], *read: str) -> dict[str, Any]:
    """What a file has beside its address."""
    told = {name: value for name, value in _told(part).items() if name not in ("type", "url", *read)}
    return {"shared": [{"type": text(part.get("type")), **told}]} if told else {}


def _name(url: str) -> str | None:
    """The last part of the path, which is the file's name where the customer sent one."""
    try:
        last = unquote(urlsplit(url).path).rpartition("/")[2]
    except ValueError:
        return None
    return last[:200] if "." in last and last.isprintable() else None


def _type(message: Mapping[str, Any]) -> str:
    return "unsupported" if message.get("is_unsupported") is True else "message"


ATTACHMENT_TYPES: Mapping[str, Callable[[Mapping[str, Any]], Body | None]] = {
    **dict.fromkeys(FILES, _file),
    **dict.fromkeys(SHARED, _shared),
    "fallback": _link,
    "location": _location,
    "template": _template,
    "like_heart": _heart,
}
