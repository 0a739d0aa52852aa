"""The archive of lines: objects of compressed JSON lines, one for each batch of events, by the day they were put.

A batch that comes again makes the same object. An object is written once and never changed.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.blobs import ABSENT
from chalicelib.aws.border import store_errors
from chalicelib.domain.clock_ledger import canonical
from chalicelib.domain.ids import digest

ROOM = "lines/"
END = ".ndjson.gz"
Line = Mapping[str, Any]


class LineArchive:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, lines: Sequence[Line], at: datetime) -> None:
        texts = sorted({canonical(line) for line in lines})
        if not texts:
            return
        body = gzip.compress("\n".join(texts).encode(), mtime=0)
        key = f"{ROOM}{at.astimezone(UTC).date().isoformat()}/{digest(*texts)}{END}"
        with store_errors():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/gzip")

    def archived_days(self) -> Sequence[date]:
        found = self._rooms(Prefix=ROOM, Delimiter="/")
        names = [prefix["Prefix"] for page in found for prefix in page.get("CommonPrefixes", ())]
        return [date.fromisoformat(name.removeprefix(ROOM).rstrip("/")) for name in names]

    def archived_names(self, day: date, after: str, limit: int) -> Sequence[str]:
        prefix = f"{ROOM}{day.isoformat()}/"
        more = {"StartAfter": after} if after else {}
        with store_errors():
            page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=limit, **more)
        return [each["Key"] for each in page.get("Contents", ())]

    def archived_lines(self, name: str) -> Sequence[Line]:
        with store_errors():
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    return ()
                raise
        return [json.loads(text) for text in gzip.decompress(body).decode().split("\n")]

    def archived(self, day: date) -> Iterator[Line]:
        name = ""
        while names := self.archived_names(day, name, 1000):
            for name in names:
                yield from self.archived_lines(name)

    def _rooms(self, **asked: Any) -> Iterator[Mapping[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            with store_errors():
                page = self._client.list_objects_v2(Bucket=self._bucket, **asked, **more)
            yield page
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}
