"""Why a channel does not carry a message, as data, so that a page says it in its reader's language.

`why`: text_empty · text_too_long (`length`, `limit`, `unit`) · text_beside_file · file_too_large (`limit_bytes`, where
one limit is all it is) · file_type (`mime`) · files (too many, or too large together) · file_kind · kind · quotation ·
address · copies · subject. Without one only the sentence tells it.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import CannotSay, Capabilities, Outgoing
from chalicelib.channels.untrusted import text
from chalicelib.domain.message import MEDIA
from chalicelib.services.alternatives import measured

Facts = Mapping[str, Any]
_FILE = re.compile(r"attachments\[(\d+)\](\.mime)?\Z")
_WORDS: Mapping[str, str] = {
    "attachments": "files",
    "reply_to": "quotation",
    "to": "address",
    "content.cc": "copies",
    "content.subject": "subject",
}


def misfit_facts(message: Outgoing, capabilities: Capabilities, cannot: CannotSay) -> Facts:
    """What of `message` was refused so."""
    field = cannot.field
    if field in ("text", "content.body"):
        return _text(message, capabilities)
    if field == "kind":
        return {"why": "file_kind" if message.kind in MEDIA else "kind"}
    found = _FILE.match(field)
    if found is not None and int(found[1]) < len(message.attachments):
        return _file(message, capabilities, int(found[1]), is_type=found[2] is not None)
    why = _WORDS.get(field.partition("[")[0])
    return {"why": why} if why else {}


def _text(message: Outgoing, capabilities: Capabilities) -> Facts:
    said = text(message.content.get("body")) or message.text
    limit = capabilities.max_caption if message.kind in MEDIA else capabilities.max_text
    length = measured(said, capabilities)
    if not said.strip():
        return {"why": "text_empty"}
    if limit and length > limit:
        return {"why": "text_too_long", "length": length, "limit": limit, "unit": capabilities.text_unit}
    return {"why": "text_beside_file"} if message.attachments else {}


def _file(message: Outgoing, capabilities: Capabilities, place: int, *, is_type: bool) -> Facts:
    file = message.attachments[place]
    if is_type:
        return {"why": "file_type", "mime": file.mime}
    limit = capabilities.max_bytes.get(message.kind.value)
    above = limit is not None and file.size_bytes is not None and file.size_bytes > limit
    return {"why": "file_too_large", **({"limit_bytes": limit} if above else {})}
