"""What other systems say of contacts. Answers of sources may be lost: they are in the live table. What was pushed to us
comes once: it is in the desk table."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import moment, moment_or_none, to_json
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.external_fact import Answered, Breaker, Fact

AT_ONCE = 100


class FactStore:
    def __init__(self, desk: Desk, live: Desk) -> None:
        self._desk, self._live = desk, live

    def answered(
        self, contact_id: str, source_ids: Sequence[str]
    ) -> tuple[Mapping[str, Answered], Mapping[str, Breaker]]:
        facts = {keys_contact.external(contact_id, source_id): source_id for source_id in source_ids}
        fared = {keys_contact.source_fared(source_id): source_id for source_id in source_ids}
        found = self._live.get_many([*facts, *fared])
        return (
            {source_id: _answered(source_id, found[key]) for key, source_id in facts.items() if key in found},
            {source_id: _breaker(found[key]) for key, source_id in fared.items() if key in found},
        )

    def keep(self, contact_id: str, answered: Answered, until: datetime) -> None:
        pk, sk = keys_contact.external(contact_id, answered.source_id)
        item = {
            "pk": pk,
            "sk": sk,
            "version": answered.version,
            "at": answered.at,
            "values": to_json(answered.values),
            "faults": to_json(answered.faults),
            "error": answered.error or None,
            "tried": answered.tried_at,
            "expires_at": int(until.timestamp()),
        }
        self._live.write(Put(item, condition=None))

    def keep_breaker(self, source_id: str, breaker: Breaker, until: datetime) -> None:
        pk, sk = keys_contact.source_fared(source_id)
        item = {"pk": pk, "sk": sk, "failures": breaker.failures, "until": breaker.until}
        self._live.write(Put(item | {"expires_at": int(until.timestamp())}, condition=None))

    def pushed(self, contact_id: str) -> Sequence[Fact]:
        rows, _next = self._desk.query("pk = :pk", {":pk": keys_contact.pushed(contact_id, "")[0]}, consistent=True)
        return [Fact(row["sk"], json.loads(row["value"]), row["source"], moment(row["told"])) for row in rows]

    def push(self, contact_id: str, fact: Fact) -> bool:
        pk, sk = keys_contact.pushed(contact_id, fact.name)
        item = {"pk": pk, "sk": sk, "value": to_json(fact.value), "source": fact.source, "told": fact.at}
        try:
            self._desk.write(Put(item, "attribute_not_exists(pk) OR told < :at", {":at": fact.at}))
        except ConditionFailed:
            return False
        return True

    def addresses(self, identity_ids: Sequence[str]) -> Sequence[str]:
        wanted = [keys.identity(identity_id) for identity_id in identity_ids]
        found: dict[keys.Key, Mapping[str, Any]] = {}
        for start in range(0, len(wanted), AT_ONCE):
            found |= self._desk.get_many(wanted[start : start + AT_ONCE])
        return [found[key]["address"] for key in wanted if key in found]


def _answered(source_id: str, item: Mapping[str, Any]) -> Answered:
    return Answered(
        source_id=source_id,
        version=item["version"],
        at=moment_or_none(item.get("at")),
        values=json.loads(item["values"]),
        faults=json.loads(item["faults"]),
        error=item.get("error", ""),
        tried_at=moment_or_none(item.get("tried")),
    )


def _breaker(item: Mapping[str, Any]) -> Breaker:
    return Breaker(item["failures"], moment_or_none(item.get("until")))
