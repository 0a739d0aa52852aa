"""Views, in the form of `texts`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.aws.stores.texts import Form, TextStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.conversation import Status
from chalicelib.domain.text_scope import Whose
from chalicelib.domain.view import ListKind, Sort, Source, View


def _body(view: View) -> Mapping[str, Any]:
    return {
        "name": view.name,
        "kind": view.source.kind.value,
        "status": view.source.status.value,
        "key": view.source.key,
        "condition": view.condition,
        "sort": view.sort.value,
        "columns": list(view.columns),
        "changed_at": view.changed_at.isoformat(),
        "changed_by": view.changed_by,
    }


def _text(text_id: str, whose: Whose, version: int, used: int, body: Mapping[str, Any]) -> View:
    return View(
        id=text_id,
        whose=whose,
        name=body["name"],
        source=Source(ListKind(body["kind"]), Status(body["status"]), body["key"]),
        changed_at=datetime.fromisoformat(body["changed_at"]),
        changed_by=body["changed_by"],
        condition=body["condition"],
        sort=Sort(body["sort"]),
        columns=tuple(body["columns"]),
        version=version,
    )


class ViewStore(TextStore[View]):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, Form("view", _body, _text))
