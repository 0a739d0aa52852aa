"""Canned responses, in the form of `texts`."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib.aws.stores.texts import Form, TextStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.canned_response import CannedResponse
from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.domain.text_scope import Whose


def _body(response: CannedResponse) -> Mapping[str, Any]:
    return {
        "shortcut": response.shortcut,
        "title": response.title,
        "body": response.body,
        "variants": dict(response.variants),
        "channels": list(response.channels),
        "files": [_file(each) for each in response.files],
        "changed_at": response.changed_at.isoformat(),
        "changed_by": response.changed_by,
    }


def _file(file: Attachment) -> Mapping[str, Any]:
    kept = asdict(file)
    return {name: kept[name] for name in ("mime", "name", "size_bytes", "object_key")}


def _text(text_id: str, whose: Whose, version: int, used: int, body: Mapping[str, Any]) -> CannedResponse:
    return CannedResponse(
        id=text_id,
        whose=whose,
        shortcut=body["shortcut"],
        title=body["title"],
        body=body["body"],
        changed_at=datetime.fromisoformat(body["changed_at"]),
        changed_by=body["changed_by"],
        variants=body["variants"],
        channels=tuple(body["channels"]),
        files=tuple(Attachment(**each, state=AttachmentState.STORED) for each in body["files"]),
        used=used,
        version=version,
    )


class CannedResponseStore(TextStore[CannedResponse]):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, Form("canned", _body, _text))
