"""The live table: what was posted to Slack, so that it is posted once."""

from contextlib import suppress
from datetime import timedelta

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import moment
from chalicelib.aws.transaction import Delete, Desk, Put
from chalicelib.domain.slack_app import Posted

KEPT_FOR = timedelta(days=7)


class SlackPosts:
    def __init__(self, live: Desk) -> None:
        self._live = live

    def claim(self, name: str, posted: Posted) -> Posted | None:
        try:
            self._live.write(self._put(name, posted))
        except ConditionFailed:
            item = self._live.get(keys_work.slack_post(name))
            if item is None:  # it was released just now
                return posted
            return Posted(item["channel"], item.get("ts", ""), moment(item["at"]))
        return None

    def settle(self, name: str, posted: Posted) -> None:
        self._live.write(self._put(name, posted, None))

    def release(self, name: str) -> None:
        with suppress(TransactionRefused):
            self._live.transact([Delete(keys_work.slack_post(name), "attribute_not_exists(ts)")])

    def _put(self, name: str, posted: Posted, condition: str | None = "attribute_not_exists(pk)") -> Put:
        pk, sk = keys_work.slack_post(name)
        item = {"pk": pk, "sk": sk, "channel": posted.channel, "ts": posted.ts or None, "at": posted.at}
        return Put(item | {"expires_at": int((posted.at + KEPT_FOR).timestamp())}, condition)
