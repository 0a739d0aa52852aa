"""The notifications queue's delayed records: what its function is to look at again, in at most a quarter of an hour."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.aws.border import store_errors

# What SQS can delay a record by (its quota).
MAX_DELAY = 900


class NoticeQueue:
    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def look(self, agent_id: str, notice_id: str, seconds: int) -> None:
        self._put({"look": {"agent_id": agent_id, "notice_id": notice_id}}, seconds)

    def digest(self, agent_id: str, seconds: int) -> None:
        self._put({"digest": {"agent_id": agent_id}}, seconds)

    def go_on(self, event: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self._put({"detail": event, "after": after}, 0)

    def _put(self, body: dict[str, Any], seconds: int) -> None:
        with store_errors():
            self._client.send_message(
                QueueUrl=self._url, MessageBody=json.dumps(body), DelaySeconds=max(0, min(seconds, MAX_DELAY))
            )
