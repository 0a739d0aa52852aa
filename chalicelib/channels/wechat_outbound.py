"""An outbound WeChat message: neutral kind -> the call that sends it, with every limit checked.

Source: Official Accounts documents, "Customer service messages" and "Template messages". Files are uploaded before
they are sent. There is no message for a document or a place, and no text beside a file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.channels.base import CannotSay, Outgoing, OutgoingAttachment
from chalicelib.channels.untrusted import items, objects, text
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

SEND, TEMPLATE = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
# Bytes of UTF-8.
MAX_TEXT, MAX_TITLE = 2048, 128
MAX_BUTTONS, MAX_ID = 10, 128

MEGABYTE = 1024 * 1024
MAX_BYTES: Mapping[str, int] = {"image": 10 * MEGABYTE, "audio": 2 * MEGABYTE, "video": 10 * MEGABYTE}
MIMES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"image/jpeg", "image/png", "image/gif", "image/bmp"}),
    "audio": frozenset({"audio/amr", "audio/mpeg", "audio/mp3"}),
    "video": frozenset({"video/mp4"}),
}
_SHOWN = {"image": "JPEG, PNG, GIF and BMP", "audio": "AMR and MP3", "video": "MP4"}
# What a message and an upload call each of ours.
_TYPES = {"image": "image", "audio": "voice", "video": "video"}
_NAMES = {"image": "picture", "audio": "voice.mp3", "video": "video.mp4"}

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A call, but for what only its steps bring. `upload`: the file goes up under this type, and its id into the
    part of that name."""

    path: str
    body: Mapping[str, Any]
    upload: str | None = None
    name: str = ""
    mime: str = ""

    def with_file(self, media_id: str) -> Part:
        """The body, once the file is there."""
        part = {**self.body[self.upload or ""], "media_id": media_id}
        return {**self.body, self.upload or "": part}


@dataclass(frozen=True, slots=True)
class _Named:
    """A choice, and where it stands in the content."""

    choice: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


def plan_of(message: Outgoing, inbox: Inbox | None = None) -> Plan:
    """Raises CannotSay. The address and the inbox may still be open while it is written."""
    build = BUILDERS.get(message.kind)
    if build is None:
        raise CannotSay(f"WeChat has no messages of kind {message.kind.value}. Send it as text.", field="kind")
    return build(message, text(inbox.settings.get("kf_account")) if inbox else "")


def fit(value: Any, limit: int, what: str, field: str, instead: str = "Shorten it.") -> str:
    """`value` as a text of 1 to `limit` bytes."""
    found = text(value)
    if not found.strip():
        raise CannotSay(f"{what} is empty.", field=field)
    size = len(found.encode("utf-8", "replace"))
    if size > limit:
        raise CannotSay(f"{what} has {size} bytes; WeChat takes {limit}. {instead}", field=field)
    return found


def _service(message: Outgoing, by: str, kind: str, part: Part) -> Part:
    """`by`: the customer service account that the customer sees, where the inbox names one."""
    shown = {"customservice": {"kf_account": by}} if by else {}
    return {"touser": message.to, "msgtype": kind, kind: part, **shown}


def _text(message: Outgoing, by: str) -> Plan:
    said = fit(message.text, MAX_TEXT, "The text", "text", "Send it in two messages.")
    return Plan(SEND, _service(message, by, "text", {"content": said}))


def _media(message: Outgoing, by: str) -> Plan:
    kind = message.kind.value
    file = _one_file(message)
    if message.text:
        raise CannotSay("WeChat shows no text with a file. Send the text as a message of its own.", field="text")
    called = _TYPES[kind]
    name = file.name or _NAMES[kind]
    return Plan(SEND, _service(message, by, called, {}), upload=called, name=name, mime=_mime(file))


def _mime(file: OutgoingAttachment) -> str:
    return file.mime.partition(";")[0].strip().lower()


def _one_file(message: Outgoing) -> OutgoingAttachment:
    if len(message.attachments) != 1:
        raise CannotSay("WeChat takes one file in a message. Send the others in another.", field="attachments")
    file, kind = message.attachments[0], message.kind.value
    if _mime(file) not in MIMES[kind]:
        raise CannotSay(f"WeChat takes {_SHOWN[kind]} as {kind}. Send a link instead.", field="attachments[0].mime")
    if file.size_bytes is not None and file.size_bytes > MAX_BYTES[kind]:
        shown = f"{MAX_BYTES[kind] // MEGABYTE} MB"
        raise CannotSay(
            f"The file is too large: WeChat takes {shown} of {kind}. Make it smaller.", field="attachments[0]"
        )
    return file


def _buttons(message: Outgoing, by: str) -> Plan:
    """Choices are a menu in the chat. A link is an article, and stands alone."""
    given = objects(message.content.get("buttons"))
    named = [_Named(button, f"content.buttons[{place}]") for place, button in enumerate(given)]
    if not any(text(button.get("url")) for button in given):
        return _menu(message, by, named, "content.buttons")
    if len(given) != 1:
        raise CannotSay("WeChat takes a link as the only button. Send the others apart.", field="content.buttons")
    return _article(message, by, named[0])


def _list(message: Outgoing, by: str) -> Plan:
    """WeChat has no lists: every choice is a line of the menu."""
    named = [
        _Named(row, f"content.sections[{section}].rows[{place}]")
        for section, part in enumerate(objects(message.content.get("sections")))
        for place, row in enumerate(objects(part.get("rows")))
    ]
    return _menu(message, by, named, "content.sections")


def _menu(message: Outgoing, by: str, named: list[_Named], field: str) -> Plan:
    if not 1 <= len(named) <= MAX_BUTTONS:
        raise CannotSay(f"WeChat takes 1 to {MAX_BUTTONS} choices.", field=field)
    head, foot = _head(message), text(message.content.get("footer"))
    lines = [_line(each) for each in named]
    shown = "".join((head, foot, *(line["content"] for line in lines)))
    fit(shown, MAX_TEXT, "The text with its choices", "content.body")
    tail = {"tail_content": foot} if foot else {}
    return Plan(SEND, _service(message, by, "msgmenu", {"head_content": head, "list": lines, **tail}))


def _head(message: Outgoing) -> str:
    content = message.content
    body = fit(content.get("body") or message.text, MAX_TEXT, "The text", "content.body")
    return "\n\n".join(part for part in (text(content.get("header")), body) if part.strip())


def _line(named: _Named) -> Part:
    return {
        "id": fit(named.choice.get("id"), MAX_ID, "A button's id", f"{named.where}.id"),
        "content": fit(named.choice.get("title"), MAX_TITLE, "A button's text", f"{named.where}.title"),
    }


def _article(message: Outgoing, by: str, named: _Named) -> Plan:
    url = text(named.choice.get("url"))
    if not url.startswith(("https://", "http://")):
        raise CannotSay("A button's link has to begin with https://.", field=f"{named.where}.url")
    title = fit(named.choice.get("title"), MAX_TITLE, "A button's text", f"{named.where}.title")
    said = fit(_head(message), MAX_TEXT, "The text", "content.body")
    picture = text(message.content.get("picture_url"))
    article = {"title": title, "description": said, "url": url, **({"picurl": picture} if picture else {})}
    return Plan(SEND, _service(message, by, "news", {"articles": [article]}))


def _template(message: Outgoing, by: str) -> Plan:
    """The template's own placeholders by name, like `thing1`."""
    content = message.content
    template_id = text(content.get("name"))
    if not template_id.strip():
        raise CannotSay("Choose a template.", field="content.name")
    where, data = "content.components", {}
    for index, component in enumerate(_objects(content.get("components"), where)):
        path = f"{where}[{index}].parameters"
        for place, parameter in enumerate(_objects(component.get("parameters"), path)):
            name, value = _placeholder(parameter, f"{path}[{place}]")
            data[name] = {"value": value}
    url = text(content.get("url"))
    link = {"url": url} if url else {}
    return Plan(TEMPLATE, {"touser": message.to, "template_id": template_id, "data": data, **link})


def _placeholder(parameter: Mapping[str, Any], where: str) -> tuple[str, str]:
    name = fit(parameter.get("parameter_name"), MAX_ID, "A placeholder's name", f"{where}.parameter_name")
    value = text(parameter.get("text"))
    if not value.strip():
        raise CannotSay("Fill in every placeholder of the template: one is empty.", field=f"{where}.text")
    return name, value


def _objects(value: Any, where: str) -> list[Mapping[str, Any]]:
    """A list of objects; None is an empty one."""
    found = objects(value)
    if (value is not None and not isinstance(value, list | tuple)) or len(found) != len(items(value)):
        raise CannotSay("This has to be a list of objects.", field=where)
    return found


BUILDERS: Mapping[MessageKind, Callable[[Outgoing, str], Plan]] = {
    MessageKind.TEXT: _text,
    MessageKind.IMAGE: _media,
    MessageKind.AUDIO: _media,
    MessageKind.VIDEO: _media,
    MessageKind.BUTTONS: _buttons,
    MessageKind.LIST: _list,
    MessageKind.TEMPLATE: _template,
}
