"""What canned responses, macros and views have in common: an owner, a name that is taken once of each owner, a version.

A text is one item; beside it stands its name, put in the same transaction, so that no two of one owner are called the
same. The index lists an owner's texts whole, with how often each was used.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, to_json
from chalicelib.aws.transaction import Delete, Desk, Put, Update, Write
from chalicelib.domain.text_scope import ScopedText, TextScope, Whose
from chalicelib.domain.writes import Written

T = TypeVar("T", bound=ScopedText)

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How texts of a kind are kept: `body` gives JSON, `text` makes a text of the common fields (id, whose, version,
    used) and that body."""

    kind: str
    body: Callable[[T], Mapping[str, Any]]
    text: Callable[[str, Whose, int, int, Mapping[str, Any]], T]


class TextStore(Generic[T]):
    def __init__(self, desk: Desk, form: Form[T]) -> None:
        self._desk = desk
        self._form = form

    def get(self, text_id: str) -> T | None:
        item = self._desk.get(keys_work.text(text_id))
        return self._from(item) if item and item["row"]["k"] == self._form.kind else None

    def of(self, whose: Whose) -> Sequence[T]:
        """All of an owner, by name, as they were a moment ago. One query for each hundred."""
        kind_key = keys_work.texts(self._form.kind, whose.scope.value, whose.owner_id)
        rows, start = self._desk.of_kind(kind_key, _PAGE, newest_first=False)
        while start:
            more, start = self._desk.of_kind(kind_key, _PAGE, start, newest_first=False)
            rows += more
        return [self._from(row) for row in rows]

    def add(self, text: T) -> Written:
        """DUPLICATE: its owner has another of this name."""
        return self._attempt([Put(self._name_item(text)), Put(self._item(text, 0))])

    def replace(self, before: T, after: T, used: int) -> Written:
        """CONFLICT: somebody has changed it since. DUPLICATE: the new name is taken."""
        head = Put(self._item(after, used), "version = :read", {":read": before.version})
        if self._name(before) == self._name(after):
            try:
                self._desk.write(head)
            except ConditionFailed:
                return Written.CONFLICT
            return Written.DONE
        return self._attempt([Put(self._name_item(after)), head, self._left(before)])

    def delete(self, text: T) -> Written:
        """CONFLICT: somebody has changed it since."""
        gone = Delete(keys_work.text(text.id), "version = :read", {":read": text.version})
        try:
            self._desk.transact([gone, self._left(text)])
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    def count(self, text_id: str) -> None:
        """It was used once more. It may have gone meanwhile."""
        update = Update(
            keys_work.text(text_id),
            "SET #row.#used = #row.#used + :one",
            {":one": 1},
            {"#row": "row", "#used": "u"},
            "attribute_exists(pk)",
        )
        with suppress(ConditionFailed):
            self._desk.write(update)

    def _attempt(self, writes: list[Write | Delete]) -> Written:
        """The name comes first."""
        try:
            self._desk.transact(writes)
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) else Written.CONFLICT
        return Written.DONE

    def _name(self, text: T) -> keys_work.Key:
        return keys_work.text_name(self._form.kind, text.whose.scope.value, text.whose.owner_id, text.name)

    def _name_item(self, text: T) -> Item:
        pk, sk = self._name(text)
        return {"pk": pk, "sk": sk, "text": text.id}

    def _left(self, text: T) -> Delete:
        return Delete(self._name(text), "#text = :id", {":id": text.id}, {"#text": "text"})

    def _item(self, text: T, used: int) -> Item:
        pk, sk = keys_work.text(text.id)
        scope, owner = text.whose.scope.value, text.whose.owner_id
        return {
            "pk": pk,
            "sk": sk,
            "version": text.version,
            "row": {
                "k": self._form.kind,
                "s": scope,
                "o": owner,
                "u": used,
                "j": to_json(self._form.body(text)),
            },
            "kind_key": keys_work.texts(self._form.kind, scope, owner),
            "kind_sort": f"{text.name.casefold()}#{text.id}",
        }

    def _from(self, item: Item) -> T:
        row = item["row"]
        whose = Whose(TextScope(row["s"]), row.get("o", ""))
        text_id = item["pk"].partition("#")[2]
        return self._form.text(text_id, whose, item["version"], row["u"], json.loads(row["j"]))
