"""Messages in WeChat's form: what followers send, and whether what an account sends is taken.

Source: Official Accounts documents, "Receiving common messages", "Customer service messages", "Global return codes".
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from simulators.wechat_accounts import Account
from simulators.wire import Json

MAX_TEXT, MAX_ARTICLES = 2048, 1
FILES = {"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4", "shortvideo": "video/mp4"}
SAMPLE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFAAH/q842iQAAAABJRU5ErkJggg=="
)
_NEEDED = {
    "text": ("Content",),
    "location": ("Location_X", "Location_Y"),
    "link": ("Title", "Description", "Url"),
}
_EXTRA = ("bizmsgmenuid", "Scale", "Label", "Recognition", "Format")
ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    42001: "access_token expired",
    43004: "require subscribe",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
}


class WeChatError(Exception):
    """A refusal: HTTP 200 with an errcode."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.payload: Json = {"errcode": code, "errmsg": ERRORS.get(code, "set with the knobs")}


def written(account: Account, spec: Json) -> tuple[str, Json]:
    """The type and fields of a follower's message; ValueError if it cannot be sent."""
    kind = spec.get("type", "text")
    if kind == "raw" and isinstance(spec.get("raw"), dict):
        return str(spec["raw"].get("MsgType", "raw")), {k: v for k, v in spec["raw"].items() if k != "MsgType"}
    fields: Json = {name: spec[name] for name in (*_NEEDED.get(kind, ()), *_EXTRA) if name in spec}
    if kind == "text" and "text" in spec:
        fields["Content"] = spec["text"]
    if kind in FILES:
        return kind, {**_file(account, kind, spec), **fields}
    if kind not in _NEEDED:
        raise ValueError(f"type must be raw or one of {', '.join((*FILES, *_NEEDED))}")
    missing = [name for name in _NEEDED[kind] if name not in fields]
    if missing:
        raise ValueError(f"{missing[0]} is needed")
    return kind, fields


def _file(account: Account, kind: str, spec: Json) -> Json:
    try:
        content = base64.b64decode(spec["content_base64"], validate=True) if "content_base64" in spec else SAMPLE
    except (binascii.Error, ValueError, TypeError):
        raise ValueError("content_base64 is not base64") from None
    media_id = account.keep_file(content, FILES[kind])
    more = {"image": {"PicUrl": "http://pictures.example/1"}, "voice": {"Format": "amr"}}
    return {"MediaId": media_id, **more.get(kind, {"ThumbMediaId": media_id})}


def check(account: Account, body: Json) -> None:
    """Whether an account's message is one. Raises WeChatError."""
    kind = body.get("msgtype")
    part = body.get(str(kind))
    if not isinstance(part, dict):
        raise WeChatError(40008)
    if kind in ("image", "voice", "video") and part.get("media_id") not in account.files:
        raise WeChatError(40007)
    if kind == "text":
        _text(part.get("content"))
    elif kind == "msgmenu":
        _text(part.get("head_content"))
        if not part.get("list") or not all(line.get("id") and line.get("content") for line in part["list"]):
            raise WeChatError(44004)
    elif kind == "news" and not 1 <= len(part.get("articles") or []) <= MAX_ARTICLES:
        raise WeChatError(45002)


def _text(said: Any) -> None:
    if not isinstance(said, str) or not said:
        raise WeChatError(44004)
    if len(said.encode()) > MAX_TEXT:
        raise WeChatError(45002)


def xml(fields: Mapping[str, Any]) -> str:
    """Elements in WeChat's way."""
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{xml(value)}</{name}>"
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    said = str(value)
    return f"<{name}>{escape(said) if ']]>' in said else f'<![CDATA[{said}]]>'}</{name}>"


def signature(*parts: str) -> str:
    """SHA-1 over the sorted texts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat's own choice


def encrypted(account: Account, content: bytes) -> str:
    """`Encrypt` of the encrypted mode."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = base64.b64decode(account.encoding_aes_key + "=")
    plain = os.urandom(16) + len(content).to_bytes(4, "big") + content + account.app_id.encode()
    pad = 32 - len(plain) % 32
    sealing = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(sealing.update(plain + bytes([pad]) * pad) + sealing.finalize()).decode()
