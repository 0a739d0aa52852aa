"""S3: attachments, uploads and quarantine."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from chalicelib.aws.border import store_errors
from chalicelib.domain.errors import TooLarge

# How S3 says that there is no such object: without the right to list a bucket, as a refusal.
ABSENT = frozenset({"403", "404", "NoSuchKey", "AccessDenied"})


def size_of(client: Any, bucket: str, key: str) -> int | None:
    """Bytes of an object; None where there is none. Raises StoreUnavailable."""
    with store_errors():
        try:
            return int(client.head_object(Bucket=bucket, Key=key)["ContentLength"])
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise


class BlobStore:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: bytes, mime: str) -> None:
        with store_errors():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=mime)

    def read(self, key: str, *, limit_bytes: int) -> bytes | None:
        with store_errors():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] in ("NoSuchKey", "404", "AccessDenied"):
                    return None
                raise
        if answer["ContentLength"] > limit_bytes:
            raise TooLarge(f"The file is larger than {limit_bytes} bytes.")
        return bytes(answer["Body"].read())

    def url(self, key: str, *, seconds: int, name: str | None = None) -> str:
        """A short-lived address that downloads the object (never shows it in the browser's page)."""
        filename = quote((name or key.rpartition("/")[2])[:150])
        disposition = f"attachment; filename*=UTF-8''{filename}"
        parameters = {"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": disposition}
        return str(self._client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))

    def upload_url(self, key: str, *, mime: str, size_bytes: int, seconds: int) -> str:
        """A short-lived address that takes one PUT of exactly this type and size."""
        parameters = {
            "Bucket": self._bucket,
            "Key": key,
            "ContentType": mime,
            "ContentLength": size_bytes,
        }
        return str(self._client.generate_presigned_url("put_object", Params=parameters, ExpiresIn=seconds))


class Quarantine:
    """Signed payloads we could not read: kept for a month, with what is needed to replay them."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, key: str, body: bytes, facts: Mapping[str, str]) -> None:
        with store_errors():
            self._client.put_object(Bucket=self._bucket, Key=f"quarantine/{key}", Body=body, Metadata=dict(facts))
