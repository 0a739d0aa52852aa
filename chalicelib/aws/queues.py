"""SQS: the spill, the outbound queue, the signals."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws.border import store_errors
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import digest

BATCH = 10
# The two characters that JSON may hold as they are and SQS refuses.
_ESCAPED = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
MAX_VISIBILITY_SECONDS = 12 * 3600 - 60
# An entry of PutEvents has at most 256 KB, its other fields included (EventBridge quotas).
MAX_DETAIL_BYTES = 250_000


class Spill:
    """Messages that the store could not take: FIFO, one group per leg."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def keep(self, group: str, dedupe: str, body: str) -> None:
        """`body` is JSON."""
        with store_errors():
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=body.translate(_ESCAPED),
                MessageGroupId=group,
                MessageDeduplicationId=digest(dedupe),
            )


class JobQueue:
    """Long work that waits for somebody to carry it on."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, job_id: str) -> None:
        with store_errors():
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"job_id": job_id}))


class OutboundQueue:
    """Stored messages waiting for the sender: FIFO, one group per leg, one entry per attempt."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, entries: Sequence[tuple[str, str, int]]) -> list[int]:
        """Queue (leg, message, attempt) triples; gives the places of those that were not taken.

        A call holds one entry of each leg at most, and what is behind a refused one of its leg is not sent: so nothing
        can overtake it when it comes again."""
        failed: set[int] = set()
        stopped: set[str] = set()
        for wave in _waves(entries):
            going = [place for place in wave if entries[place][0] not in stopped]
            failed |= set(wave) - set(going)
            for first in range(0, len(going), BATCH):
                batch = going[first : first + BATCH]
                refused = [batch[index] for index in self._put_batch([entries[place] for place in batch])]
                failed |= set(refused)
                stopped |= {entries[place][0] for place in refused}
        return sorted(failed)

    def _put_batch(self, entries: Sequence[tuple[str, str, int]]) -> list[int]:
        requests = [
            {
                "Id": str(place),
                "MessageBody": json.dumps({"leg_id": leg, "message_id": message, "attempt": attempt}),
                "MessageGroupId": leg,
                "MessageDeduplicationId": f"{message}.{attempt}",
            }
            for place, (leg, message, attempt) in enumerate(entries)
        ]
        with store_errors():
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=requests)
        return [int(entry["Id"]) for entry in answer.get("Failed", ())]

    def delay(self, receipt_handle: str, seconds: int) -> None:
        """Let a received record (and all behind it in its group) wait."""
        with store_errors():
            self._client.change_message_visibility(
                QueueUrl=self._url,
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=min(seconds, MAX_VISIBILITY_SECONDS),
            )


def _waves(entries: Sequence[tuple[str, str, int]]) -> list[list[int]]:
    """The places of the entries in rounds: the first of each leg, then the second of each, and so on."""
    waves: list[list[int]] = []
    seen: Counter[str] = Counter()
    for place, (leg, _message, _attempt) in enumerate(entries):
        if seen[leg] == len(waves):
            waves.append([])
        waves[seen[leg]].append(place)
        seen[leg] += 1
    return waves


class Signals:
    """Passing signs for customers: best effort."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, body: Mapping[str, Any]) -> None:
        with store_errors():
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body))


class Bus:
    """EventBridge. `put_events` succeeds in part: what it refused is named."""

    SOURCE = "parley"

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, envelopes: Sequence[Mapping[str, Any]]) -> list[int]:
        """Publish; gives the places of those that were refused."""
        failed: list[int] = []
        for first in range(0, len(envelopes), BATCH):
            batch = envelopes[first : first + BATCH]
            try:
                failed += [first + place for place in self._publish_batch(batch)]
            except StoreUnavailable:
                failed += range(first, first + len(batch))
        return failed

    def _publish_batch(self, envelopes: Sequence[Mapping[str, Any]]) -> list[int]:
        entries = [
            {
                "Source": self.SOURCE,
                "DetailType": envelope["type"],
                "Detail": _detail(envelope),
                "EventBusName": self._name,
            }
            for envelope in envelopes
        ]
        with store_errors():
            answer = self._client.put_events(Entries=entries)
        return [place for place, entry in enumerate(answer["Entries"]) if "ErrorCode" in entry]


def _detail(envelope: Mapping[str, Any]) -> str:
    """An event as the bus takes it: where its snapshot is too large, consumers are told to read the aggregate."""
    text = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode("utf-8", "surrogatepass")) <= MAX_DETAIL_BYTES:
        return text
    return json.dumps({**envelope, "snapshot": {"too_large": True}}, separators=(",", ":"))
