"""An inbox's health: what lasts in the desk table, its vital signs in the live one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, moment_or_none
from chalicelib.aws.codec_template import health_from, health_item, next_put
from chalicelib.aws.keys import Key
from chalicelib.aws.transaction import Desk, Update
from chalicelib.domain.inbox_health import InboxHealth, LastFailure, Vitals, hour_of
from chalicelib.domain.writes import Recorded, Written

KEPT_FOR = timedelta(days=30)
HOURS_KEPT_FOR = timedelta(hours=26)
HOUR = "%Y%m%d%H"
AT_ONCE = 100


class HealthStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, inbox_id: str) -> InboxHealth:
        """What is known, which may be nothing yet."""
        item = self._desk.get(keys.inbox_health(inbox_id))
        return health_from(item) if item else InboxHealth(inbox_id)

    def told_of(self, inbox_ids: Sequence[str]) -> dict[str, InboxHealth]:
        """Of those of which something is known."""
        found = _many(self._desk, [keys.inbox_health(each) for each in inbox_ids])
        return {health.inbox_id: health for health in map(health_from, found.values())}

    def save(self, health: InboxHealth, recorded: Recorded | None) -> Written:
        """What is known now, where nobody has written it since it was read; silently without `recorded`.
        CONFLICT: somebody was faster."""
        put = next_put(health_item(health), recorded)
        try:
            self._desk.write(put)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE


class VitalStore:
    """Every method is one write; what is lost is only a number on a page."""

    def __init__(self, live: Desk) -> None:
        self._live = live

    def note_webhook(self, inbox_id: str, at: datetime, *, accepted: bool) -> None:
        name = "webhook_at" if accepted else "webhook_refused_at"
        self._note(inbox_id, {name: at}, at)

    def note_check(self, inbox_id: str, at: datetime) -> None:
        self._note(inbox_id, {"checked_at": at}, at)

    def note_sent(self, inbox_id: str, at: datetime, failure: LastFailure | None) -> None:
        if failure is None:
            self._note(inbox_id, {"sent_at": at}, at)
            return
        told = {"at": failure.at, "code": failure.code, "failure": failure.failure, "detail": failure.detail}
        self._note(inbox_id, {"failed": told}, at)

    def count(self, inbox_id: str, at: datetime, sent: int, failed: int) -> None:
        values = {":sent": sent, ":failed": failed, ":expires": int((hour_of(at) + HOURS_KEPT_FOR).timestamp())}
        expression = "ADD sent :sent, failed :failed SET expires_at = :expires"
        self._live.write(Update(keys.vitals(inbox_id, at.astimezone(UTC).strftime(HOUR)), expression, values))

    def read(self, inbox_id: str) -> Vitals:
        pk, head = keys.vitals(inbox_id)
        rows, _next = self._live.query("pk = :pk", {":pk": pk})
        last = next((row for row in rows if row["sk"] == head), {})
        paced = self._live.get(keys.paced(inbox_id)) or {}
        return replace(
            _vitals(last, paced),
            hours={_hour(row): (row.get("sent", 0), row.get("failed", 0)) for row in rows if row["sk"] != head},
        )

    def lasts(self, inbox_ids: Sequence[str]) -> dict[str, Vitals]:
        """What last came and went by each, without the counts."""
        wanted = [key for each in inbox_ids for key in (keys.vitals(each), keys.paced(each))]
        found = _many(self._live, wanted)
        return {each: _vitals(found.get(keys.vitals(each), {}), found.get(keys.paced(each), {})) for each in inbox_ids}

    def _note(self, inbox_id: str, values: dict[str, Any], at: datetime) -> None:
        names = {f"#{name}": name for name in values}
        expression = "SET " + ", ".join([*(f"#{name} = :{name}" for name in values), "expires_at = :expires"])
        given = {f":{name}": value for name, value in values.items()}
        given[":expires"] = int((at + KEPT_FOR).timestamp())
        self._live.write(Update(keys.vitals(inbox_id), expression, given, names))


def _many(table: Desk, wanted: Sequence[Key]) -> dict[Key, Item]:
    found: dict[Key, Item] = {}
    for first in range(0, len(wanted), AT_ONCE):
        found |= table.get_many(wanted[first : first + AT_ONCE])
    return found


def _vitals(last: Item, paced: Item) -> Vitals:
    failed = last.get("failed")
    return Vitals(
        webhook_at=moment_or_none(last.get("webhook_at")),
        webhook_refused_at=moment_or_none(last.get("webhook_refused_at")),
        checked_at=moment_or_none(last.get("checked_at")),
        sent_at=moment_or_none(last.get("sent_at")),
        failure=_failure(failed) if failed else None,
        held_until=moment_or_none(paced.get("held_until")),
    )


def _failure(stored: Item) -> LastFailure:
    at = moment_or_none(stored["at"]) or datetime.fromtimestamp(0, UTC)
    return LastFailure(at, stored["code"], stored["failure"], stored.get("detail", ""))


def _hour(row: Item) -> datetime:
    return datetime.strptime(row["sk"], HOUR).replace(tzinfo=UTC)
