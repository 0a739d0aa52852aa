"""What people can send on Messenger and Instagram: from a short description to the item of `messaging[]`.

Sources: Messenger Platform "Webhook events", Instagram Platform "Webhooks".
"""

from collections.abc import Callable
from typing import Any

from simulators.meta_accounts import new_mid
from simulators.wire import Json

# Type of an attachment: the sample that stands for it (of `whatsapp_media.SAMPLES`).
FILES = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "document",
    "sticker": "sticker",
    "share": "image",
    "ig_post": "image",
    "story_mention": "image",
    "reel": "video",
    "ig_reel": "video",
}
# These do not open the window: nothing was written.
SILENT = ("reaction", "unreaction", "edit", "unsend", "referral", "optin", "raw")


def _needed(spec: Json, key: str) -> Any:
    if spec.get(key) in (None, ""):
        raise ValueError(f"a {spec['type']} needs {key}")
    return spec[key]


def _message(spec: Json, **parts: Any) -> Json:
    around: Json = {"mid": spec.get("mid") or new_mid(), **parts}
    if spec.get("reply_to"):
        around["reply_to"] = {"mid": spec["reply_to"]}
    for name in ("referral", "reply_to_story"):
        if name in spec:
            around["reply_to" if name == "reply_to_story" else name] = (
                {"story": spec[name]} if name == "reply_to_story" else spec[name]
            )
    return {"message": around}


def _text(spec: Json) -> Json:
    return _message(spec, text=_needed(spec, "text"))


def _quick_reply(spec: Json) -> Json:
    return _message(spec, text=_needed(spec, "text"), quick_reply={"payload": _needed(spec, "payload")})


def _file(spec: Json) -> Json:
    payload = {"url": spec["url"]} | {k: spec[k] for k in ("title", "sticker_id", "reel_video_id") if k in spec}
    said = {"text": spec["text"]} if spec.get("text") else {}
    return _message(spec, **said, attachments=[{"type": spec["type"], "payload": payload}])


def _location(spec: Json) -> Json:
    where = {"lat": spec.get("latitude", 38.7223), "long": spec.get("longitude", -9.1393)}
    part = {"type": "location", "title": spec.get("title", "Pinned"), "payload": {"coordinates": where}}
    return _message(spec, attachments=[part])


def _heart(spec: Json) -> Json:
    return _message(spec, attachments=[{"type": "like_heart"}])


def _postback(spec: Json) -> Json:
    title = _needed(spec, "title")
    return {"postback": {"mid": new_mid(), "title": title, "payload": spec.get("payload", title)}}


def _reaction(action: str) -> Callable[[Json], Json]:
    def make(spec: Json) -> Json:
        emoji = spec.get("emoji", "❤️")
        return {"reaction": {"mid": _needed(spec, "mid"), "action": action, "emoji": emoji, "reaction": "other"}}

    return make


def _edit(spec: Json) -> Json:
    return {"message_edit": {"mid": _needed(spec, "mid"), "text": _needed(spec, "text"), "num_edit": 1}}


def _unsend(spec: Json) -> Json:
    return {"message": {"mid": _needed(spec, "mid"), "is_deleted": True}}


def _unsupported(spec: Json) -> Json:
    return _message(spec, is_unsupported=True)


def _given(name: str) -> Callable[[Json], Json]:
    def make(spec: Json) -> Json:
        return {name: {key: value for key, value in spec.items() if key != "type"}}

    return make


MAKERS: dict[str, Callable[[Json], Json]] = {
    "text": _text,
    "quick_reply": _quick_reply,
    **dict.fromkeys(FILES, _file),
    "location": _location,
    "like_heart": _heart,
    "postback": _postback,
    "reaction": _reaction("react"),
    "unreaction": _reaction("unreact"),
    "edit": _edit,
    "unsend": _unsend,
    "unsupported": _unsupported,
    "referral": _given("referral"),
    "optin": _given("optin"),
}


def wire_item(spec: Json) -> Json:
    """The event of an item, or ValueError."""
    kind = spec["type"]
    if kind == "raw":
        return dict(_needed(spec, "raw"))
    if kind not in MAKERS:
        raise ValueError(f"unknown type {kind}; known: {', '.join(MAKERS)}, raw")
    return MAKERS[kind](spec)


def shown_text(event: Json) -> str:
    """What the screen shows for an event with a message."""
    message = event.get("message") or {}
    postback = event.get("postback") or {}
    parts = message.get("attachments") or []
    return str(message.get("text") or postback.get("title") or "".join(f"[{part.get('type')}]" for part in parts))
