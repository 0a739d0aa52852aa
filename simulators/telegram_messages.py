"""Messages in Telegram's form: what customers send, and what the methods of the Bot API make of what the bot sends.

Source: Bot API, "Message" and "Available methods".
"""

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import Any

import urllib3

from simulators.telegram_accounts import Bot
from simulators.wire import Json, Refused

MEGABYTE = 1024 * 1024
FETCH_TIMEOUT_SECONDS = 5.0
MAX_TEXT, MAX_CAPTION, MAX_DATA, MAX_ALBUM = 4096, 1024, 64, 10

# type: (field, name of a file, its type)
FILES: dict[str, tuple[str, str, str]] = {
    "photo": ("photo", "photos/file.jpg", "image/jpeg"),
    "video": ("video", "videos/file.mp4", "video/mp4"),
    "voice": ("voice", "voice/file.oga", "audio/ogg"),
    "audio": ("audio", "music/file.mp3", "audio/mpeg"),
    "document": ("document", "documents/file.pdf", "application/pdf"),
    "sticker": ("sticker", "stickers/file.webp", "image/webp"),
}
_SAMPLE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFAAH/q842iQAAAABJRU5ErkJggg=="
)
_PLAIN = ("location", "contact", "venue", "dice", "poll", "web_app_data")


class TelegramError(Refused):
    """A refusal in Telegram's shape."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        payload: Json = {"ok": False, "error_code": code, "description": description}
        super().__init__(code, payload | ({"parameters": parameters} if parameters else {}))


def written(bot: Bot, spec: Json) -> Json:
    """The content of what a customer sends; ValueError if it cannot be sent."""
    kind = spec.get("type", "text")
    if kind == "text":
        return {"text": str(spec.get("text", ""))}
    if kind in FILES:
        return _file(bot, kind, spec)
    if kind in _PLAIN:
        if not isinstance(spec.get(kind), dict):
            raise ValueError(f"{kind} is needed")
        return {kind: spec[kind]}
    if kind == "raw" and isinstance(spec.get("raw"), dict):
        return dict(spec["raw"])
    raise ValueError(f"type must be text, raw or one of {', '.join((*FILES, *_PLAIN))}")


def _file(bot: Bot, kind: str, spec: Json) -> Json:
    field, path, mime_type = FILES[kind]
    content = _SAMPLE
    if "content_base64" in spec:
        try:
            content = base64.b64decode(spec["content_base64"], validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise ValueError("content_base64 is not base64") from None
    file_id, folder = f"SimFile{secrets.token_hex(12)}", path.partition("/")[0]
    bot.keep_file(file_id, content, f"{folder}/{file_id}.{path.rpartition('.')[2]}")
    about: Json = {"file_id": file_id, "file_unique_id": file_id[-12:], "file_size": len(content)}
    if kind == "photo":
        small = {**about, "file_id": f"{file_id}s", "width": 90, "height": 90}
        part: Any = [small, {**about, "width": 800, "height": 800}]
    else:
        part = about | {"mime_type": spec.get("mime_type", mime_type)}
        if kind in ("document", "audio", "video"):
            part["file_name"] = spec.get("file_name", path.rpartition("/")[2])
    extra: Json = {key: spec[key] for key in ("caption", "media_group_id") if key in spec}
    return {field: part, **extra}


def _text(body: Json) -> Json:
    said = body.get("text")
    if not isinstance(said, str) or not said.strip():
        raise TelegramError(400, "Bad Request: message text is empty")
    if len(said) > MAX_TEXT:
        raise TelegramError(400, "Bad Request: message is too long")
    return {"text": said}


def _fetched(field: str) -> Callable[[Json], Json]:
    def read(body: Json) -> Json:
        part: Json = {field: _fetch(body.get(field), field)}
        caption = body.get("caption", "")
        if len(str(caption)) > MAX_CAPTION:
            raise TelegramError(400, "Bad Request: message caption is too long")
        return part | ({"caption": caption} if caption else {})

    return read


def _fetch(link: Any, field: str) -> Json:
    """What Telegram gets when it fetches a link ("Sending files")."""
    limit = (5 if field == "photo" else 20) * MEGABYTE
    if not str(link).startswith(("https://", "http://")):
        raise TelegramError(400, "Bad Request: wrong file identifier/HTTP URL specified")
    try:
        answer = urllib3.request("GET", str(link), preload_content=False, retries=False, timeout=FETCH_TIMEOUT_SECONDS)
        content = answer.read(limit + 1, decode_content=True)
        answer.release_conn()
    except (urllib3.exceptions.HTTPError, ValueError):
        raise TelegramError(400, "Bad Request: wrong file identifier/HTTP URL specified") from None
    if answer.status != 200 or not content or len(content) > limit:
        raise TelegramError(400, "Bad Request: failed to get HTTP URL content")
    mime_type = answer.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
    if field == "document" and mime_type not in ("application/pdf", "application/zip", "image/gif"):
        raise TelegramError(400, "Bad Request: wrong type of the web page content")
    return {"url": str(link), "mime_type": mime_type, "file_size": len(content)}


def _given(*names: str) -> Callable[[Json], Json]:
    def read(body: Json) -> Json:
        missing = [name for name in names if body.get(name) in (None, "")]
        if missing:
            raise TelegramError(400, f"Bad Request: {missing[0]} is empty")
        return {"content": {name: body[name] for name in names}}

    return read


# method: what the body makes of the message
SENDS: dict[str, Callable[[Json], Json]] = {
    "sendMessage": _text,
    "sendPhoto": _fetched("photo"),
    "sendVideo": _fetched("video"),
    "sendAudio": _fetched("audio"),
    "sendVoice": _fetched("voice"),
    "sendDocument": _fetched("document"),
    "sendSticker": _fetched("sticker"),
    "sendLocation": _given("latitude", "longitude"),
    "sendVenue": _given("latitude", "longitude", "title", "address"),
    "sendContact": _given("phone_number", "first_name"),
}


def album(body: Json) -> list[Json]:
    """The messages of `sendMediaGroup`."""
    media = body.get("media")
    if not isinstance(media, list) or not 2 <= len(media) <= MAX_ALBUM:
        raise TelegramError(400, "Bad Request: group send failed")
    return [SENDS[f"send{part['type'].capitalize()}"](part | {part["type"]: part.get("media")}) for part in media]


def keyboard(body: Json) -> Json:
    """The buttons under a message, checked."""
    markup = body.get("reply_markup")
    if markup is None:
        return {}
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list):
        raise TelegramError(400, "Bad Request: object expected as reply markup")
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise TelegramError(400, "Bad Request: inline keyboard button text is empty")
        data = str(button.get("callback_data", ""))
        if not button.get("url") and not 1 <= len(data.encode()) <= MAX_DATA:
            raise TelegramError(400, "Bad Request: BUTTON_DATA_INVALID")
    return {"reply_markup": markup}
