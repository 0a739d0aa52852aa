"""Objects of persons, in three buckets."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.blobs import ABSENT
from chalicelib.aws.border import store_errors

ATTACHMENTS, MAILS, QUARANTINE = "attachments", "mails", "quarantine"
# A payload is no larger: webhooks are refused above it.
MAX_PAYLOAD = 8 * 1024 * 1024


class Files:
    """`buckets` by what they hold."""

    def __init__(self, client: Any, buckets: Mapping[str, str]) -> None:
        self._client = client
        self._buckets = buckets

    def remove(self, kind: str, key: str) -> None:
        """What is not there is gone already."""
        with store_errors():
            self._client.delete_object(Bucket=self._buckets[kind], Key=key)

    def quarantined(self) -> Iterator[tuple[str, bytes]]:
        """Every payload that is kept to be looked at, with its key."""
        start: dict[str, str] = {}
        while True:
            with store_errors():
                page = self._client.list_objects_v2(Bucket=self._buckets[QUARANTINE], Prefix="quarantine/", **start)
            for row in page.get("Contents", ()):
                body = self._read(QUARANTINE, row["Key"])
                if body is not None:
                    yield row["Key"], body
            if not page.get("IsTruncated"):
                return
            start = {"ContinuationToken": page["NextContinuationToken"]}

    def _read(self, kind: str, key: str) -> bytes | None:
        with store_errors():
            try:
                answer = self._client.get_object(Bucket=self._buckets[kind], Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    return None
                raise
            return bytes(answer["Body"].read(MAX_PAYLOAD))
