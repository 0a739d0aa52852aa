"""Uploads: what was announced in the table, the bytes in the bucket, for a day."""

from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.blobs import BlobStore, size_of
from chalicelib.aws.border import ConditionFailed, store_errors
from chalicelib.aws.codec import moment
from chalicelib.aws.tables import UploadItem, model_errors
from chalicelib.domain.note import INSIDE
from chalicelib.domain.upload import Ticket, Upload

# Without the right to list a bucket, S3 says of what is not there that it is forbidden.


class UploadStore:
    """`bind` comes first (wiring sees to it)."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._blobs = BlobStore(client, bucket)

    def put(self, upload: Upload) -> None:
        item = UploadItem(
            *keys.upload(upload.id),
            owner=upload.owner_id,
            name=upload.name,
            mime=upload.mime,
            size=upload.size_bytes,
            created=upload.created_at,
            expires_at=int(upload.expires_at.timestamp()),
        )
        with model_errors():
            item.save(UploadItem.pk.does_not_exist())

    def get(self, upload_id: str) -> Upload | None:
        with model_errors():
            try:
                item = UploadItem.get(*keys.upload(upload_id), consistent_read=True)
            except UploadItem.DoesNotExist:
                return None
        return Upload(
            id=keys.identifier(item.pk),
            owner_id=item.owner,
            name=item.name,
            mime=item.mime,
            size_bytes=int(item.size),
            created_at=item.created,
            expires_at=moment(int(item.expires_at) * 1000),
            inside=bool(item.inside),
        )

    def ticket(self, upload: Upload, *, seconds: int) -> Ticket:
        """The bucket takes exactly this many bytes of exactly this type, for they are part of the signature."""
        url = self._blobs.upload_url(_arrives(upload), mime=upload.mime, size_bytes=upload.size_bytes, seconds=seconds)
        return Ticket(url, {"Content-Type": upload.mime, "Content-Length": str(upload.size_bytes)})

    def arrived(self, upload: Upload) -> str | None:
        """Where its bytes are, for a day; None where they are not, or not as announced."""
        key = _arrives(upload)
        return key if size_of(self._client, self._bucket, key) == upload.size_bytes else None

    def keep(self, upload: Upload) -> str | None:
        """Copied, so that what was never sent goes away with the rest of `uploads/`."""
        return self._kept(upload, f"attachments/{upload.id}")

    def keep_inside(self, upload: Upload) -> str | None:
        """The same, where no role that sends may read."""
        if not upload.inside:
            try:
                with model_errors():
                    UploadItem(*keys.upload(upload.id)).update([UploadItem.inside.set(True)], UploadItem.pk.exists())
            except ConditionFailed:
                return None  # its day ended just now
        return self._kept(upload, f"{INSIDE}{upload.id}")

    def _kept(self, upload: Upload, stays: str) -> str | None:
        if size_of(self._client, self._bucket, _arrives(upload)) != upload.size_bytes:
            return None
        self._copy(_arrives(upload), stays, upload.mime)
        return stays

    def lend(self, object_key: str, upload: Upload) -> None:
        """A copy of a kept file, where this upload arrives."""
        self._copy(object_key, _arrives(upload), upload.mime)

    def _copy(self, source: str, target: str, mime: str) -> None:
        with store_errors():
            self._client.copy_object(
                Bucket=self._bucket,
                Key=target,
                CopySource={"Bucket": self._bucket, "Key": source},
                ContentType=mime,
                MetadataDirective="REPLACE",
            )


def _arrives(upload: Upload) -> str:
    return f"uploads/{upload.id}"
