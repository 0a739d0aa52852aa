"""The body of an inbound WeChat message: provider type -> neutral kind, text, content and files.

Source: Official Accounts documents, "Receiving common messages". A type that is unknown, or whose body makes no sense,
becomes `unsupported` with the message as it came, so nothing of it is lost.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.bodies import Body, Readers, body_by_type
from chalicelib.channels.untrusted import identifier, known, number, optional, text
from chalicelib.domain.message import Attachment, MessageKind

_VOICES = {"amr": "audio/amr", "speex": "audio/speex", "mp3": "audio/mpeg"}


def body_of(kind: str, message: Mapping[str, Any]) -> Body:
    """The neutral body of a message, by its type; never fails."""
    return body_by_type(MESSAGE_TYPES, kind, message)


def _text(message: Mapping[str, Any]) -> Body | None:
    """A choice of a menu that we sent comes as its text, with its id."""
    said, choice = text(message.get("Content")), text(message.get("bizmsgmenuid"))
    if not said:
        return None
    used = frozenset({"Content", "bizmsgmenuid"})
    if choice:
        return Body(MessageKind.POSTBACK, said, {"payload": choice, "title": said, "source": "button"}, used=used)
    return Body(MessageKind.TEXT, said, used=used)


def _image(message: Mapping[str, Any]) -> Body | None:
    """The file is WeChat's, under its media id; the picture's own address is only a second way to it."""
    media_id, url = identifier(message.get("MediaId")), optional(message.get("PicUrl"))
    if not media_id and not url:
        return None
    file = Attachment(mime="image/jpeg", media_id=media_id, source_url=None if media_id else url)
    content = known(picture_url=url)
    return Body(MessageKind.IMAGE, "", content, (file,), frozenset({"MediaId", "PicUrl"}))


def _voice(message: Mapping[str, Any]) -> Body | None:
    """`Recognition` is what WeChat understood, where the account has that switched on."""
    media_id, form = identifier(message.get("MediaId")), text(message.get("Format")).lower()
    if not media_id:
        return None
    file = Attachment(mime=_VOICES.get(form, "application/octet-stream"), media_id=media_id, voice=True)
    content = known(transcript=optional(message.get("Recognition")), format=form)
    return Body(MessageKind.AUDIO, "", content, (file,), frozenset({"MediaId", "Format", "Recognition"}))


def _video(message: Mapping[str, Any]) -> Body | None:
    media_id = identifier(message.get("MediaId"))
    if not media_id:
        return None
    file = Attachment(mime="video/mp4", media_id=media_id)
    content = known(thumbnail_id=identifier(message.get("ThumbMediaId")))
    return Body(MessageKind.VIDEO, "", content, (file,), frozenset({"MediaId", "ThumbMediaId"}))


def _location(message: Mapping[str, Any]) -> Body | None:
    """X is the latitude."""
    latitude, longitude = number(message.get("Location_X")), number(message.get("Location_Y"))
    if latitude is None or longitude is None:
        return None
    named = known(address=optional(message.get("Label")), scale=number(message.get("Scale")))
    content = {"latitude": latitude, "longitude": longitude, **named}
    return Body(MessageKind.LOCATION, "", content, used=frozenset({"Location_X", "Location_Y", "Label", "Scale"}))


def _link(message: Mapping[str, Any]) -> Body | None:
    """An article that was passed on: what it is called, and where it is."""
    title, description, url = (text(message.get(name)) for name in ("Title", "Description", "Url"))
    if not url:
        return None
    said = "\n".join(part for part in (title, description, url) if part)
    content = {"link": url, **known(title=title, description=description)}
    return Body(MessageKind.TEXT, said, content, used=frozenset({"Title", "Description", "Url"}))


MESSAGE_TYPES: Readers = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
}
