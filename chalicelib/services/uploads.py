"""Uploads: an agent's file goes straight to the bucket, and becomes an attachment when a reply or a note names it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.agent import Principal
from chalicelib.domain.errors import InvalidInput, MessageNotFound, UploadNotFound
from chalicelib.domain.message import Attachment, AttachmentState, Message
from chalicelib.domain.note import Note
from chalicelib.domain.upload import Ticket, Upload
from chalicelib.services.administration_ports import Ids, UploadStore
from chalicelib.services.ports import BlobStore

MAX_BYTES = 100 * 1024 * 1024
TICKET_SECONDS = 15 * 60
LINK_SECONDS = 5 * 60
KEPT_FOR = timedelta(hours=24)
_CONTROL = {chr(code) for code in range(32)} | {"\x7f"}


def begin(
    store: UploadStore,
    make: Ids,
    principal: Principal,
    name: str,
    mime: str,
    size_bytes: int,
    now: datetime,
) -> tuple[Upload, Ticket]:
    """Where to PUT a file of exactly this size and type. Raises InvalidInput."""
    if size_bytes > MAX_BYTES:
        raise InvalidInput(f"A file has at most {MAX_BYTES} bytes.", field="size_bytes")
    upload = Upload(
        id=make.new("upl"),
        owner_id=principal.id,
        name=_safe(name),
        mime=mime.lower(),
        size_bytes=size_bytes,
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    store.put(upload)
    return upload, store.ticket(upload, seconds=TICKET_SECONDS)


def _safe(name: str) -> str:
    """A file name without folders and control characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    cleaned = "".join(character for character in base if character not in _CONTROL).strip()
    if cleaned in ("", ".", ".."):
        raise InvalidInput("This is no file name.", field="name")
    return cleaned


def attached(
    store: UploadStore, principal: Principal, upload_ids: Sequence[str], now: datetime, *, inside: bool = False
) -> tuple[Attachment, ...]:
    """The caller's own uploads as attachments, kept from now on; repeating it gives the same. `inside`: of a note; such
    a file goes out with nothing afterwards.

    Raises UploadNotFound, InvalidInput."""
    if len(set(upload_ids)) < len(upload_ids):
        raise InvalidInput("Name each upload once.", field="attachments")
    return tuple(
        _attachment(store, principal, upload_id, f"attachments[{place}]", now, inside=inside)
        for place, upload_id in enumerate(upload_ids)
    )


def _attachment(
    store: UploadStore, principal: Principal, upload_id: str, field: str, now: datetime, *, inside: bool
) -> Attachment:
    upload = store.get(upload_id)
    if upload is None or upload.owner_id != principal.id or upload.expires_at <= now:
        raise UploadNotFound("There is no such upload, or it is older than a day.", field=field)
    if upload.inside and not inside:
        raise InvalidInput("This file is in a note, for colleagues only: upload it again to send it.", field=field)
    object_key = store.keep_inside(upload) if inside else store.keep(upload)
    if object_key is None:
        raise InvalidInput("The file has not arrived as announced: PUT it first.", field=field)
    return Attachment(
        mime=upload.mime,
        name=upload.name,
        size_bytes=upload.size_bytes,
        object_key=object_key,
        state=AttachmentState.STORED,
    )


def file_of(entry: Message | Note, index: int) -> Attachment:
    """A stored file of a message or note. Raises MessageNotFound."""
    files = entry.attachments
    if index >= len(files) or files[index].state is not AttachmentState.STORED:
        raise MessageNotFound("There is no such stored file.")
    return files[index]


def link(blobs: BlobStore, attachment: Attachment, now: datetime) -> tuple[str, datetime]:
    """A short-lived address of a stored file, and when it ends."""
    url = blobs.url(attachment.object_key or "", seconds=LINK_SECONDS, name=attachment.name)
    return url, now + timedelta(seconds=LINK_SECONDS)
