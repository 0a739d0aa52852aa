"""Files between the desk and the company's Slack. Those that colleagues attach are fetched with the app's token, which
goes to Slack's own hosts only, and kept like an agent's uploads; ours go up in three calls.

Source: "Working with files"; reference of files.info.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.channels import slack_api
from chalicelib.channels.base import HttpRequest, NotSent, OutcomeUnknown
from chalicelib.channels.untrusted import identifier, mapping, text, whole
from chalicelib.domain import ids
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.errors import InvalidInput, TooLarge
from chalicelib.domain.filetype import sniff
from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.domain.note import INSIDE
from chalicelib.services.ports import BlobStore, HttpSender
from chalicelib.services.team_slack_api import DEAD, SlackApi, SlackFailed, inbox_of
from chalicelib.services.team_slack_ports import Connected

MAX_BYTES = 25 * 1024 * 1024
FETCH_SECONDS = 15
NAME_LENGTH = 200
# Without a good token Slack answers with the page to sign in.
_PAGE = "text/html"


@dataclass(frozen=True, slots=True)
class SlackFiles:
    api: SlackApi
    http: HttpSender
    blobs: BlobStore

    def fetched(self, connected: Connected, file: Mapping[str, Any], *, inside: bool = False) -> Attachment:
        """A file of a message, stored; again, the same. `inside`: of a note. Raises InvalidInput where it cannot be
        had, SlackFailed where it may be later."""
        name = (text(file.get("name")) or "file").strip()[:NAME_LENGTH]
        found = self._located(connected, file, name)
        size = whole(found.get("size"))
        if size is not None and size > MAX_BYTES:
            raise self._too_large(name)
        url = text(found.get("url_private_download")) or text(found.get("url_private"))
        body = self._bytes(connected, url, name, text(found.get("mimetype")))
        mime = sniff(body, text(found.get("mimetype")) or "application/octet-stream")
        prefix = INSIDE if inside else "attachments/"
        key = f"{prefix}slack_{ids.digest(connected.app.workspace_id, text(file.get('id')) or url)}"
        self.blobs.put(key, body, mime)
        return Attachment(
            mime=mime,
            name=name,
            size_bytes=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            object_key=key,
            state=AttachmentState.STORED,
        )

    def _located(self, connected: Connected, file: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """Of files in shared channels only the id is told."""
        if text(file.get("url_private_download")) or text(file.get("url_private")):
            return file
        try:
            told = self.api.get(connected, "files.info", {"file": identifier(file.get("id")) or ""})
        except SlackFailed as failed:
            if failed.may_pass or failed.code in DEAD:
                raise
            # Deleted, or not shared with the app: it would not be there the next time either.
            raise InvalidInput(f"Slack does not give the file “{name}” to the app.", field="files") from failed
        return mapping(told.get("file"))

    def _bytes(self, connected: Connected, url: str, name: str, mime: str) -> bytes:
        if not slack_api.is_trusted(url, inbox_of(connected.app)):
            raise InvalidInput(f"The file “{name}” is not Slack's own: attach it in the desk.", field="files")
        secret = slack_api.bearer(connected.credentials)
        request = HttpRequest("GET", url, secret_headers=secret, timeout_seconds=FETCH_SECONDS)
        try:
            response = self.http.fetch(request, limit_bytes=MAX_BYTES)
        except TooLarge as error:
            raise self._too_large(name) from error
        except (NotSent, OutcomeUnknown) as error:
            detail = f"Slack's file cannot be reached: {error}"
            raise SlackFailed("file", FailureClass.RETRY, detail, is_certain=True) from error
        if response.status >= 500 or response.status == 429:
            raise SlackFailed("file", FailureClass.RETRY, "Slack does not give the file now.", is_certain=True)
        page = response.headers.get("content-type", "").startswith(_PAGE) and not mime.startswith(_PAGE)
        if response.status != 200 or page:
            raise InvalidInput(f"Slack does not give the file “{name}” to the app.", field="files")
        return response.body

    def _too_large(self, name: str) -> InvalidInput:
        limit = MAX_BYTES // (1024 * 1024)
        return InvalidInput(f"The file “{name}” is too large: {limit} MB go from Slack.", field="files")


def uploaded(
    api: SlackApi, http: HttpSender, connected: Connected, attachment: Attachment, content: bytes
) -> dict[str, str]:
    """The file in Slack, shown to nobody yet: what files.completeUploadExternal takes. Raises SlackFailed."""
    name = (attachment.name or "file")[:NAME_LENGTH]
    told = api.get(connected, "files.getUploadURLExternal", {"filename": name, "length": str(len(content))})
    url, file_id = text(told.get("upload_url")), identifier(told.get("file_id"))
    if not file_id or not slack_api.is_trusted(url, inbox_of(connected.app)):
        raise SlackFailed("no_upload_url", FailureClass.RETRY, "Slack does not say where to upload.", is_certain=True)
    put = HttpRequest("POST", url, {"content-type": attachment.mime}, body=content, timeout_seconds=FETCH_SECONDS)
    try:
        response = http.send(put)
    except (NotSent, OutcomeUnknown) as error:  # a file that nobody sees is no harm
        detail = f"Slack did not take the file: {error}"
        raise SlackFailed("upload", FailureClass.RETRY, detail, is_certain=True) from error
    if not 200 <= response.status < 300:
        raise SlackFailed("upload", FailureClass.RETRY, "Slack did not take the file.", is_certain=True)
    return {"id": file_id, "title": name}
