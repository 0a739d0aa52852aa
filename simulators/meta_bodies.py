"""Sends of Messenger and Instagram, checked as the Send API does.

Source: Messenger Platform, "Send API", "Quick replies", "Button template", "Send a utility message".
"""

from typing import Any

from simulators.meta_accounts import Flavour
from simulators.meta_errors import MetaRefused, invalid
from simulators.whatsapp_media import MediaRejected, fetch
from simulators.wire import Json

FILES = ("image", "video", "audio", "file")
TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
ACTIONS = ("typing_on", "typing_off", "mark_seen")


def check_message(body: Json, flavour: Flavour) -> str:
    """What the person sees of a send; MetaRefused when it is not acceptable."""
    kind, tag = body.get("messaging_type"), body.get("tag")
    if kind is not None and kind not in TYPES:
        raise invalid(f"messaging_type must be one of {', '.join(TYPES)}")
    if (kind == "MESSAGE_TAG") != (tag is not None) or tag not in (None, "HUMAN_AGENT"):
        raise invalid("tag must be HUMAN_AGENT, with messaging_type MESSAGE_TAG")
    message = _object(body.get("message"), "message")
    if not isinstance(message.get("metadata", ""), str) or len(message.get("metadata", "")) > 1000:
        raise invalid("metadata must be a string of at most 1000 characters")
    if (kind == "UTILITY") != ("template" in message):
        raise invalid("a template goes as UTILITY, and nothing else does")
    if "template" in message:
        return _template(message["template"], flavour)
    if ("text" in message) == ("attachment" in message):
        raise invalid("message needs text or attachment, not both")
    if "attachment" in message:
        return _attachment(_object(message["attachment"], "attachment"), flavour)
    _check_quick_replies(message.get("quick_replies", []))
    return _text(message["text"], flavour)


def check_answer(body: Json) -> str:
    """The text of a public answer to a comment."""
    text = body.get("message")
    if not isinstance(text, str) or not text.strip():
        raise invalid("message must be a text")
    return text


def _object(value: Any, name: str) -> Json:
    if not isinstance(value, dict):
        raise invalid(f"{name} must be an object")
    return value


def _text(value: Any, flavour: Flavour) -> str:
    if not isinstance(value, str) or not value.strip():
        raise invalid("text must not be empty")
    size = len(value.encode()) if flavour.text_in_bytes else len(value)
    if size > flavour.max_text:
        raise invalid(f"Length of param message[text] must be less than or equal to {flavour.max_text}")
    return value


def _check_quick_replies(given: Any) -> None:
    if not isinstance(given, list) or len(given) > 13:
        raise invalid("quick_replies must be a list of at most 13")
    for reply in given:
        title, payload = _object(reply, "quick_reply").get("title"), reply.get("payload")
        if reply.get("content_type") != "text" or not isinstance(title, str) or not isinstance(payload, str):
            raise invalid("a quick reply needs content_type text, title and payload")
        if not title or len(title) > 20 or len(payload) > 1000:
            raise invalid("a quick reply's title has at most 20 characters, its payload 1000")


def _attachment(attachment: Json, flavour: Flavour) -> str:
    kind, payload = attachment.get("type"), _object(attachment.get("payload"), "payload")
    if kind == "template":
        return _buttons(payload)
    if kind not in FILES or not isinstance(payload.get("url"), str):
        raise invalid("attachment needs a type and a payload with url")
    try:
        content, _ = fetch(payload["url"], "document")
    except MediaRejected as rejected:
        raise MetaRefused(100, rejected.details, subcode=2018047) from rejected
    if len(content) > flavour.max_bytes[kind]:
        raise MetaRefused(100, "The attachment is too large.", subcode=2018047)
    return f"[{kind}]"


def _buttons(payload: Json) -> str:
    buttons = payload.get("buttons")
    if payload.get("template_type") != "button" or not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise invalid("a button template has 1 to 3 buttons")
    for button in buttons:
        known = _object(button, "button").get("type") in ("postback", "web_url")
        if not known or not isinstance(button.get("title"), str) or len(button["title"]) > 20:
            raise invalid("a button needs a type and a title of at most 20 characters")
    text = payload.get("text")
    if not isinstance(text, str) or not 1 <= len(text) <= 640:
        raise invalid("the text of a button template has 1 to 640 characters")
    return text


def _template(value: Any, flavour: Flavour) -> str:
    template = _object(value, "template")
    name, language = template.get("name"), template.get("language")
    if flavour.provider != "messenger":
        raise invalid("message has no field template")
    if not isinstance(name, str) or not isinstance(language, dict) or not isinstance(language.get("code"), str):
        raise invalid("template needs name and language.code")
    return f"[template {name}]"
