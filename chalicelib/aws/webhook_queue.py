"""SQS: attempts to deliver webhooks, and walks through what waits."""

import json
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from chalicelib.aws.border import store_errors
from chalicelib.aws.queues import BATCH
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import digest
from chalicelib.domain.webhook_turns import Sweep, Turn

# So many attempts at one endpoint are made side by side: a slow one takes no more of the function than this.
LANES = 4


class AttemptQueue:
    """FIFO: a group is a lane of one endpoint, so no endpoint waits for another. What is of one conversation stays in
    one lane; a repeat within five minutes is dropped."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, turns: Sequence[Turn]) -> None:
        for first in range(0, len(turns), BATCH):
            self._put_batch(turns[first : first + BATCH])

    def _put_batch(self, turns: Sequence[Turn]) -> None:
        entries = [
            {
                "Id": str(place),
                "MessageBody": json.dumps(
                    {
                        "owner": turn.key.owner,
                        "event_id": turn.key.event_id,
                        "endpoint_id": turn.key.endpoint_id,
                        "turn": turn.turn,
                    }
                ),
                "MessageGroupId": f"{turn.key.endpoint_id}.{crc32(turn.key.owner.encode()) % LANES}",
                "MessageDeduplicationId": digest(
                    turn.key.owner, turn.key.event_id, turn.key.endpoint_id, str(turn.turn)
                ),
            }
            for place, turn in enumerate(turns)
        ]
        with store_errors():
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        if answer.get("Failed"):
            raise StoreUnavailable("the queue of attempts took not all of them")


class SweepQueue:
    """To the queue that events and timers come by."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, sweep: Sweep) -> None:
        body = {
            "endpoint_id": sweep.endpoint_id,
            "until": sweep.until.isoformat() if sweep.until else None,
            "start": dict(sweep.start) if sweep.start else None,
        }
        with store_errors():
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"sweep": body}))
