"""An outbound message for Slack: neutral kind -> the fields of chat.postMessage, with every limit checked.

Source: reference of chat.postMessage, "Block Kit" (section, header, context, actions, image; option object). Texts are
escaped, for what an agent types is never markup. Pictures that Slack shows go by link; every other file is uploaded
(slack_files).
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.base import CannotSay, Outgoing, OutgoingAttachment
from chalicelib.channels.slack_text import escaped
from chalicelib.channels.untrusted import objects, text
from chalicelib.domain.message import MessageKind

# The type of the metadata that brings our tracker back.
METADATA = "parley_message"
MAX_TEXT = 40_000
# A section of a message with blocks; a header; a small line below.
MAX_SECTION, MAX_HEADER, MAX_FOOTER = 3000, 150, 2000
MAX_BUTTONS, MAX_BUTTON_TITLE, MAX_BUTTON_VALUE, MAX_URL = 25, 75, 2000, 3000
MAX_OPTIONS, MAX_OPTION_TITLE, MAX_OPTION_VALUE, MAX_PLACEHOLDER = 100, 75, 150, 150
MAX_FILES = 10
MAX_ALT = 2000
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
MEGABYTE = 1024 * 1024
# By link a picture may have 10 MB; what is uploaded has to pass through us.
MAX_LINKED = 10 * MEGABYTE
MAX_BYTES: Mapping[str, int] = dict.fromkeys(("image", "audio", "video", "document"), 25 * MEGABYTE)

Part = dict[str, Any]


def fields_of(message: Outgoing) -> Part:
    """What is said, without where to. Raises CannotSay."""
    build = BUILDERS.get(message.kind)
    if build is None:
        raise CannotSay(
            f"Slack gets no messages of kind {message.kind.value} from here. Send it as text, with a link to any file.",
            field="kind",
        )
    return {
        **build(message),
        "unfurl_links": False,
        "metadata": {"event_type": METADATA, "event_payload": {"tracker": message.tracker}},
    }


def fit(value: Any, limit: int, what: str, field: str, instead: str = "Shorten it.") -> str:
    """`value` as a text of 1 to `limit` characters."""
    found = text(value)
    if not found.strip():
        raise CannotSay(f"{what} is empty.", field=field)
    if len(found) > limit:
        raise CannotSay(f"{what} has {len(found)} characters; Slack takes {limit}. {instead}", field=field)
    return found


def marked(value: Any, limit: int, what: str, field: str, instead: str = "Shorten it.") -> str:
    """The same, escaped: what counts is the length after it."""
    fit(value, limit, what, field, instead)
    return fit(escaped(text(value)), limit, f"{what}, with & < > spelt out,", field, instead)


def _text(message: Outgoing) -> Part:
    return {"text": marked(message.text, MAX_TEXT, "The text", "text", "Send it in two messages.")}


def _images(message: Outgoing) -> Part:
    files = message.attachments
    if not 1 <= len(files) <= MAX_FILES:
        raise CannotSay(f"Attach 1 to {MAX_FILES} pictures. Send the others in another message.", field="attachments")
    blocks = [_picture(file) for file in files]
    if not message.text.strip():
        return {"text": escaped(", ".join(block["alt_text"] for block in blocks)), "blocks": blocks}
    own = "Send the text as a message of its own."
    caption = marked(message.text, MAX_SECTION, "The text with the picture", "text", own)
    return {"text": caption, "blocks": [_section(caption), *blocks]}


def is_shown(file: OutgoingAttachment) -> bool:
    """Whether Slack shows it as a picture where it goes by link."""
    is_small = (file.size_bytes or 0) <= MAX_LINKED and len(file.url) <= MAX_URL
    return is_small and file.mime.partition(";")[0].strip().lower() in PICTURES


def _picture(file: OutgoingAttachment) -> Part:
    return {"type": "image", "image_url": file.url, "alt_text": (file.name or "Picture")[:MAX_ALT]}


def _buttons(message: Outgoing) -> Part:
    given = objects(message.content.get("buttons"))
    if not 1 <= len(given) <= MAX_BUTTONS:
        raise CannotSay(f"Slack takes 1 to {MAX_BUTTONS} buttons.", field="content.buttons")
    elements = [_button(button, place) for place, button in enumerate(given)]
    return _framed(message, {"type": "actions", "elements": elements})


def _button(button: Mapping[str, Any], place: int) -> Part:
    where = f"content.buttons[{place}]"
    title = fit(button.get("title"), MAX_BUTTON_TITLE, "A button's text", f"{where}.title")
    found: Part = {"type": "button", "action_id": f"parley_{place}", "text": _plain(title)}
    url = text(button.get("url"))
    if url:
        if not url.startswith(("https://", "http://")) or len(url) > MAX_URL:
            raise CannotSay("A button's link begins with https:// and is short.", field=f"{where}.url")
        return {**found, "url": url}
    return {**found, "value": fit(button.get("id"), MAX_BUTTON_VALUE, "A button's id", f"{where}.id")}


def _list(message: Outgoing) -> Part:
    """A menu. Sections with titles become groups; Slack wants all of them to have one, or none."""
    sections = objects(message.content.get("sections"))
    groups = [
        (
            text(section.get("title")),
            [_option(row, at, place) for place, row in enumerate(objects(section.get("rows")))],
        )
        for at, section in enumerate(sections)
    ]
    options = [option for _, rows in groups for option in rows]
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise CannotSay(f"A list has 1 to {MAX_OPTIONS} choices on Slack.", field="content.sections")
    shown = fit(message.content.get("button") or "…", MAX_PLACEHOLDER, "The list's button", "content.button")
    menu: Part = {"type": "static_select", "action_id": "parley_list", "placeholder": _plain(shown)}
    if all(title.strip() and rows for title, rows in groups):
        menu["option_groups"] = [{"label": _plain(title[:MAX_OPTION_TITLE]), "options": rows} for title, rows in groups]
    else:
        menu["options"] = options
    return _framed(message, {"type": "actions", "elements": [menu]})


def _option(row: Mapping[str, Any], section: int, place: int) -> Part:
    where = f"content.sections[{section}].rows[{place}]"
    title = fit(row.get("title"), MAX_OPTION_TITLE, "A choice's text", f"{where}.title")
    value = fit(row.get("id"), MAX_OPTION_VALUE, "A choice's id", f"{where}.id")
    described = text(row.get("description"))
    more = fit(described, MAX_OPTION_TITLE, "A choice's description", f"{where}.description") if described else ""
    return {"text": _plain(title), "value": value, **({"description": _plain(more)} if more.strip() else {})}


def _framed(message: Outgoing, asked: Part) -> Part:
    content = message.content
    body = marked(text(content.get("body")) or message.text, MAX_SECTION, "The text", "content.body")
    header, footer = text(content.get("header")), text(content.get("footer"))
    blocks: list[Part] = []
    if header.strip():
        shown = fit(header, MAX_HEADER, "The header", "content.header")
        blocks.append({"type": "header", "text": _plain(shown)})
    blocks += [_section(body), asked]
    if footer.strip():
        shown = fit(footer, MAX_FOOTER, "The footer", "content.footer")
        blocks.append({"type": "context", "elements": [_plain(shown)]})
    # The text is for notifications, and for readers that show no blocks.
    return {"text": body, "blocks": blocks}


def _section(body: str) -> Part:
    return {"type": "section", "text": {"type": "mrkdwn", "text": body}}


def _plain(shown: str) -> Part:
    return {"type": "plain_text", "text": shown}


BUILDERS: Mapping[MessageKind, Callable[[Outgoing], Part]] = {
    MessageKind.TEXT: _text,
    MessageKind.IMAGE: _images,
    MessageKind.BUTTONS: _buttons,
    MessageKind.LIST: _list,
}
