"""Templates of an inbox: one collection, with the time of the last list at its end."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, moment
from chalicelib.aws.codec_template import next_put, template_from, template_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.template import Template
from chalicelib.domain.writes import Recorded, Written


class TemplateStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, inbox_id: str, name: str, language: str) -> Template | None:
        item = self._desk.get(keys.template(inbox_id, name, language))
        return template_from(item) if item else None

    def known(self, inbox_id: str, name: str, language: str) -> tuple[Template | None, datetime | None]:
        """A template, and when the inbox's were last listed: one call."""
        wanted, listed = keys.template(inbox_id, name, language), keys.template_list(inbox_id)
        found = self._desk.get_many([wanted, listed])
        item, mark = found.get(wanted), found.get(listed)
        return template_from(item) if item else None, moment(mark["listed"]) if mark else None

    def named(self, inbox_id: str, name: str) -> Sequence[Template]:
        """In every language."""
        pk, _ = keys.template_list(inbox_id)
        values = {":pk": pk, ":name": keys.template_name(name)}
        return [template_from(item) for item in self._all("pk = :pk AND begins_with(sk, :name)", values)]

    def of_inbox(self, inbox_id: str) -> tuple[Sequence[Template], datetime | None]:
        """All of them, by name and language, and when they were last listed at the provider."""
        pk, mark = keys.template_list(inbox_id)
        items = self._all("pk = :pk", {":pk": pk})
        listed = next((moment(item["listed"]) for item in items if item["sk"] == mark), None)
        found = [template_from(item) for item in items if item["sk"] != mark]
        return sorted(found, key=lambda one: (one.name, one.language)), listed

    def save(self, template: Template, recorded: Recorded | None) -> Written:
        """The template as it is now, where nobody has written it since it was read; silently without `recorded`.
        CONFLICT: somebody was faster."""
        put = next_put(template_item(template), recorded)
        try:
            self._desk.write(put)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def note_listed(self, inbox_id: str, at: datetime) -> None:
        pk, sk = keys.template_list(inbox_id)
        self._desk.write(Put({"pk": pk, "sk": sk, "listed": at}, condition=None))

    def _all(self, condition: str, values: dict[str, str]) -> list[Item]:
        found: list[Item] = []
        start: Item | None = None
        while True:
            rows, start = self._desk.query(condition, values, start=start, consistent=True)
            found += rows
            if start is None:
                return found
