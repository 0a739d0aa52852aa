"""The live table: what may be lost."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import milliseconds
from chalicelib.aws.transaction import Desk, Put, Update

KEPT_FOR = timedelta(minutes=5)
# What is said again within it changes nothing that is worth telling.
STILL = timedelta(seconds=2)
_NEWS = "attribute_not_exists(pk) OR ends_at <= :before OR ends_at > :until"


class Live:
    def __init__(self, table: Desk) -> None:
        self._table = table

    def typing(self, leg_id: str, who: str, until: datetime) -> bool:
        """Whether it is news: what says hardly more than what is there already is not written."""
        pk, sk = keys.typing(leg_id, who)
        expires = int((until + KEPT_FOR).timestamp())
        item = {"pk": pk, "sk": sk, "ends_at": until, "expires_at": expires}
        try:
            self._table.write(Put(item, _NEWS, {":until": until, ":before": until - STILL}))
        except ConditionFailed:
            return False
        return True

    def typing_now(self, leg_id: str, now: datetime) -> Sequence[str]:
        pk, _ = keys.typing(leg_id, "")
        rows, _next = self._table.query("pk = :pk", {":pk": pk})
        return [row["sk"] for row in rows if row["ends_at"] > milliseconds(now)]

    def hit(self, key: str, now: datetime) -> int:
        """How often `key` was hit in this minute, this time included."""
        minute = now.strftime("%Y%m%d%H%M")
        pk, sk = keys.rate(key, minute)
        values = {":one": 1, ":expires": int((now + KEPT_FOR).timestamp())}
        hit = Update((pk, sk), "ADD hits :one SET expires_at = :expires", values)
        return int(self._table.write(hit, give="ALL_NEW")["hits"])

    def first_use(self, key: str, until: datetime) -> bool:
        pk, sk = keys.proof(key)
        try:
            self._table.write(Put({"pk": pk, "sk": sk, "expires_at": int((until + KEPT_FOR).timestamp())}))
        except ConditionFailed:
            return False
        return True
