"""The steps to a message of Messages for Business with files: each is encrypted, put where Apple says, and named in the
message by its checksum.

Source: MSP REST API, "Sending attachments". A step that is repeated puts the same bytes there again, and no customer
sees it.
"""

from collections.abc import Generator
from datetime import datetime
from typing import Any

from chalicelib.channels import apple_api as api
from chalicelib.channels.apple_errors import RETRY, failure_of
from chalicelib.channels.apple_files import crypted, file_key, written_key
from chalicelib.channels.apple_outbound import MAX_SENT, MEGABYTE, Payload
from chalicelib.channels.base import (
    CannotSay,
    Credentials,
    HttpRequest,
    HttpResponse,
    Outgoing,
    OutgoingAttachment,
    ProviderError,
    ReadFile,
    Step,
    StepRefused,
    Steps,
)
from chalicelib.channels.untrusted import mapping, retry_after, text
from chalicelib.domain.inbox import Inbox

UPLOAD_SECONDS = 20.0
MUDDLED = "Apple's answer about a file made no sense. It will be tried again."

Part = dict[str, Any]


def with_files(
    message: Outgoing, payload: Payload, inbox: Inbox, credentials: Credentials, at: datetime, identity: str
) -> Steps:
    """The message, once its files are there."""
    parts: list[Part] = []
    for place, file in enumerate(message.attachments):
        parts.append((yield from _put(message.message_id, place, file, inbox, credentials, at)))
    whole = {**payload, "attachments": parts}
    return api.post(whole, message.to, inbox, credentials, at, identity=identity, human=message.human)


def _put(
    message_id: str, place: int, file: OutgoingAttachment, inbox: Inbox, credentials: Credentials, at: datetime
) -> Generator[Step, Any, Part]:
    plain: bytes = yield ReadFile(place)
    if not 1 <= len(plain) <= MAX_SENT:
        raise CannotSay(f"A file has 1 byte to {MAX_SENT // MEGABYTE} MB. Send a link.", field=f"attachments[{place}]")
    key = file_key(api.key_of(credentials), message_id, place, plain)
    size = len(plain)
    where = _understood((yield api.pre_upload(size, inbox, credentials, at)))
    upload, url, owner = (_needed(where, name) for name in ("upload-url", "mmcs-url", "mmcs-owner"))
    headers = {"content-type": "application/octet-stream"}
    # The place is somebody else's: our token stays here.
    put = HttpRequest("POST", upload, headers, body=crypted(plain, key), timeout_seconds=UPLOAD_SECONDS)
    stored = _understood((yield put))
    return {
        "name": file.name or f"file-{place + 1}",
        "mimeType": file.mime,
        "size": str(size),
        "signature-base64": _needed(mapping(stored.get("singleFile")), "fileChecksum"),
        "url": url,
        "owner": owner,
        "key": written_key(key),
    }


def _understood(answer: HttpResponse) -> dict[str, Any]:
    if not 200 <= answer.status < 300:
        error = failure_of(api.payload_of(answer), answer.status)
        raise StepRefused(error, retry_after_seconds=retry_after(answer.headers))
    return api.payload_of(answer)


def _needed(answer: Any, name: str) -> str:
    found = text(mapping(answer).get(name))
    if not found:
        raise StepRefused(ProviderError(f"no_{name}", RETRY, MUDDLED))
    return found
