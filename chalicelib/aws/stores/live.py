"""The live table: what may be lost."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.aws import keys
from chalicelib.aws.codec import milliseconds
from chalicelib.aws.transaction import Desk, Put

KEPT_FOR = timedelta(minutes=5)


class Live:
    def __init__(self, table: Desk) -> None:
        self._table = table

    def typing(self, leg_id: str, who: str, until: datetime) -> None:
        pk, sk = keys.typing(leg_id, who)
        expires = int((until + KEPT_FOR).timestamp())
        self._table.write(Put({"pk": pk, "sk": sk, "until": until, "expires_at": expires}, condition=None))

    def typing_now(self, leg_id: str, now: datetime) -> Sequence[str]:
        pk, _ = keys.typing(leg_id, "")
        rows, _next = self._table.query("pk = :pk", {":pk": pk})
        return [row["sk"] for row in rows if row["until"] > milliseconds(now)]
