"""Files on their way out: Slack takes them in three calls, of which only the last one shows them to anybody.

Source: "Working with files", reference of files.getUploadURLExternal, files.completeUploadExternal, conversations.open.
"""

from collections.abc import Generator
from typing import Any

from chalicelib.channels import slack_api as api
from chalicelib.channels.base import (
    CannotSay,
    Credentials,
    HttpRequest,
    HttpResponse,
    Keep,
    Outgoing,
    OutgoingAttachment,
    ProviderError,
    ReadFile,
    Step,
    StepRefused,
    Steps,
)
from chalicelib.channels.slack_errors import failure_of
from chalicelib.channels.slack_outbound import MAX_BYTES, MAX_FILES, MAX_SECTION, MEGABYTE, marked
from chalicelib.channels.untrusted import identifier, mapping, retry_after, text
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MEDIA

UPLOAD_SECONDS = 60.0
# A person's direct message with the app stays the same channel.
OPENED_SECONDS = 3600
MAX_NAME = 255


def check(message: Outgoing) -> None:
    """Raises CannotSay."""
    files = message.attachments
    if message.kind not in MEDIA:
        raise CannotSay("Slack gets no such files from here.", field="kind")
    if not 1 <= len(files) <= MAX_FILES:
        raise CannotSay(f"Attach 1 to {MAX_FILES} files. Send the others in another message.", field="attachments")
    for place, file in enumerate(files):
        if file.size_bytes is not None and file.size_bytes > MAX_BYTES["document"]:
            limit = MAX_BYTES["document"] // MEGABYTE
            raise CannotSay(f"The file is too large: {limit} MB go. Send a link.", field=f"attachments[{place}]")
    comment_of(message)


def comment_of(message: Outgoing) -> str:
    """The text that stands above the files."""
    if not message.text.strip():
        return ""
    return marked(message.text, MAX_SECTION, "The text with the file", "text", "Send the text as a message of its own.")


def uploaded(message: Outgoing, inbox: Inbox, credentials: Credentials) -> Steps:
    """Each file is uploaded under a name of Slack's; then all are posted at once."""
    place = api.place(message.to, message.reply_to)
    channel = yield from opened(place["channel"], inbox, credentials)
    files = []
    for number, file in enumerate(message.attachments):
        name = _name(file)
        content: bytes = yield ReadFile(number)
        if not content:
            raise CannotSay("The file is empty.", field=f"attachments[{number}]")
        query = {"filename": name, "length": str(len(content))}
        told = succeeded((yield api.get("files.getUploadURLExternal", query, inbox, credentials)))
        url, file_id = text(told.get("upload_url")), identifier(told.get("file_id"))
        if not file_id or not api.is_trusted(url, inbox):
            raise StepRefused(ProviderError("no_upload_url", FailureClass.RETRY, "Slack does not say where to upload."))
        put = HttpRequest("POST", url, {"content-type": _mime(file)}, body=content, timeout_seconds=UPLOAD_SECONDS)
        response: HttpResponse = yield put
        if not 200 <= response.status < 300:
            raise refusal(response)
        files.append({"id": file_id, "title": name})
    payload: dict[str, Any] = {"files": files, "channel_id": channel}
    comment = comment_of(message)
    payload |= {"thread_ts": place["thread_ts"]} if "thread_ts" in place else {}
    payload |= {"initial_comment": comment} if comment else {}
    return api.post("files.completeUploadExternal", payload, inbox, credentials)


def opened(channel: str, inbox: Inbox, credentials: Credentials) -> Generator[Step, Any, str]:
    """The channel itself; of a person the direct message, which only some calls find by themselves."""
    if channel[0] not in "UW":
        return channel
    request = api.post("conversations.open", {"users": channel}, inbox, credentials)
    told = succeeded((yield Keep(request, OPENED_SECONDS)))
    return identifier(mapping(told.get("channel")).get("id")) or channel


def succeeded(response: HttpResponse) -> dict[str, Any]:
    """What a step was answered. Raises StepRefused."""
    payload = api.payload_of(response)
    if not 200 <= response.status < 300 or payload.get("ok") is not True:
        raise refusal(response)
    return payload


def refusal(response: HttpResponse) -> StepRefused:
    error = failure_of(api.payload_of(response), response.status)
    return StepRefused(error, retry_after_seconds=retry_after(response.headers))


def _name(file: OutgoingAttachment) -> str:
    return (file.name or "").strip()[:MAX_NAME] or f"file.{_mime(file).rpartition('/')[2][:20]}"


def _mime(file: OutgoingAttachment) -> str:
    plain = file.mime.partition(";")[0].strip().lower()
    return plain if plain.isascii() and plain.isprintable() and "/" in plain else "application/octet-stream"
