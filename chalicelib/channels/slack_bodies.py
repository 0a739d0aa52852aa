"""What a Slack message holds: text, files, what was shared -> neutral kind, text, content and files.

Source: "message event", "File object", "Formatting text".
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.bodies import Body
from chalicelib.channels.slack_text import plain
from chalicelib.channels.untrusted import identifier, known, mapping, objects, optional, text, whole
from chalicelib.domain.message import Attachment, MessageKind

_FAMILIES = {"image": MessageKind.IMAGE, "audio": MessageKind.AUDIO, "video": MessageKind.VIDEO}
# Rich text repeats what `text` says.
_REPEATING = frozenset({"rich_text"})
# Fields that the item has itself, or that say nothing to a desk.
_TAKEN = frozenset(
    {
        "type",
        "subtype",
        "user",
        "ts",
        "event_ts",
        "channel",
        "channel_type",
        "team",
        "user_team",
        "source_team",
        "text",
        "blocks",
        "files",
        "thread_ts",
        "parent_user_id",
        "client_msg_id",
        "hidden",
        "upload",
        "display_as_bot",
        "user_profile",
        "edited",
        "attachments",
        "metadata",
        "assistant_thread",
    }
)


def body_of(message: Mapping[str, Any]) -> Body:
    """The neutral body of `message`; never fails."""
    markup = text(message.get("text"))
    said = plain(markup)
    files = [(part, file) for part in objects(message.get("files")) if (file := _file(part))]
    shared = [dict(part) for part in objects(message.get("attachments"))]
    blocks = [dict(block) for block in objects(message.get("blocks")) if text(block.get("type")) not in _REPEATING]
    content = known(
        markup=markup if markup != said else None,
        blocks=blocks or None,
        shared=shared or None,
        forwarded=True if any(part.get("is_share") is True for part in shared) else None,
        missing_files=_missing(message) or None,
        context=dict(mapping(message.get("assistant_thread"))) or None,
        extra={name: part for name, part in message.items() if name not in _TAKEN} or None,
    )
    said = said or _shown(shared)
    if files:
        kind = _kind(files[0][0])
        return Body(kind, said, content, tuple(file for _, file in files))
    if said:
        return Body(MessageKind.TEXT, said, content)
    return Body(MessageKind.UNSUPPORTED, "", {"type": "unknown", "raw": dict(message)})


def _shown(shared: list[dict[str, Any]]) -> str:
    """What a forwarded message or an app's card says, where nothing was written beside it."""
    parts = (plain(text(part.get("text")) or text(part.get("fallback"))) for part in shared)
    return "\n\n".join(part for part in parts if part.strip())


def _file(part: Mapping[str, Any]) -> Attachment | None:
    """A file with an address; or with an id alone (`check_file_info`, in shared channels), which is looked up."""
    url = text(part.get("url_private_download")) or text(part.get("url_private"))
    file_id = identifier(part.get("id"))
    if _is_gone(part) or not (url or file_id):
        return None
    return Attachment(
        mime=text(part.get("mimetype")) or "application/octet-stream",
        name=optional(part.get("name")) or optional(part.get("title")),
        size_bytes=whole(part.get("size")),
        media_id=None if url else file_id,
        source_url=url or None,
        voice=part.get("subtype") == "slack_audio",
    )


def _is_gone(part: Mapping[str, Any]) -> bool:
    return part.get("mode") in ("tombstone", "hidden_by_limit")


def _missing(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Files that are named, but are no longer there."""
    return [dict(part) for part in objects(message.get("files")) if _file(part) is None]


def _kind(part: Mapping[str, Any]) -> MessageKind:
    return _FAMILIES.get(text(part.get("mimetype")).lower().partition("/")[0], MessageKind.DOCUMENT)
