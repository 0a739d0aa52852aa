"""SQS: what the company's Slack told, in order within a thread; and what is to be looked at again a little later."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.aws.border import store_errors
from chalicelib.domain.ids import digest

# Characters that JSON may hold as they are and SQS refuses.
_ESCAPED = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


class HeardQueue:
    """FIFO: one group per thread; a repeat within five minutes is dropped by the queue itself."""

    def __init__(self, client: Any, url: str) -> None:
        self._client, self._url = client, url

    def keep_heard(self, group: str, dedupe: str, detail: Mapping[str, Any]) -> None:
        with store_errors():
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=_body(detail),
                MessageGroupId=group,
                MessageDeduplicationId=digest(dedupe),
            )


class LaterQueue:
    """Records that are received after some seconds, 900 at most."""

    def __init__(self, client: Any, url: str) -> None:
        self._client, self._url = client, url

    def look_later(self, detail: Mapping[str, Any], delay_seconds: int) -> None:
        with store_errors():
            self._client.send_message(QueueUrl=self._url, MessageBody=_body(detail), DelaySeconds=delay_seconds)


def _body(detail: Mapping[str, Any]) -> str:
    """In the form of the bus's records. Controls are escaped by JSON; lone surrogates never get here."""
    return json.dumps({"detail": detail}, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
