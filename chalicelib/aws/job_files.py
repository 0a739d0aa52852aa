"""Files of long work, in the attachments bucket under `jobs/`: read in pieces, written whole or in parts."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.blobs import BlobStore, size_of
from chalicelib.aws.border import store_errors

# Without the right to list a bucket, S3 says of what is not there that it is forbidden.


class JobFiles(BlobStore):
    """Raises StoreUnavailable."""

    def size(self, key: str) -> int | None:
        return size_of(self._client, self._bucket, key)

    def copy(self, source: str, target: str) -> None:
        with store_errors():
            self._client.copy_object(
                Bucket=self._bucket, Key=target, CopySource={"Bucket": self._bucket, "Key": source}
            )

    def piece(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes, fewer at the end."""
        span = f"bytes={start}-{start + length - 1}"
        with store_errors():
            answer: dict[str, Any] = self._client.get_object(Bucket=self._bucket, Key=key, Range=span)
            return bytes(answer["Body"].read())

    def begin(self, key: str, mime: str) -> str:
        """A file in parts; gives the id that parts are added to. What is never finished is gone after a day."""
        with store_errors():
            answer = self._client.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType=mime)
        return str(answer["UploadId"])

    def part(self, key: str, upload_id: str, number: int, body: bytes) -> str:
        """Part `number` (from 1), in place of an earlier one of that number; each but the last has 5 MiB or more."""
        with store_errors():
            answer = self._client.upload_part(
                Bucket=self._bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=body
            )
        return str(answer["ETag"])

    def finish(self, key: str, upload_id: str, tags: Sequence[str]) -> None:
        """The parts become the file. A second time it is the file already."""
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
        with store_errors():
            try:
                self._client.complete_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchUpload" or self.size(key) is None:
                    raise
