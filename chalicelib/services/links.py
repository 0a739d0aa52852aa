"""Files that go as links: what a channel does not carry, or not in this size, the customer downloads from us."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import file_link, ids
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.message import Attachment, MessageKind
from chalicelib.services.ports import BlobStore
from chalicelib.services.reply_draft import Draft

DOWNLOAD_SECONDS = 300
LINKED = "linked"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links. `secret` is asked for when it is needed."""

    public_url: str
    secret: Callable[[], str]

    def url(self, file: Attachment, now: datetime) -> str:
        # A draft that is only judged may have files that are not uploaded yet: their link is as long as it will be.
        key = file.object_key or f"{file_link.PREFIX}upl_{'0' * ids.DIGEST_LENGTH}"
        token = file_link.issue(self.secret(), key, file.name or "file", now)
        return f"{self.public_url.rstrip('/')}/f/{token}"

    def linked(self, draft: Draft, now: datetime) -> Draft:
        """The draft as a text with links to its files. A repeat, whose links end later, is the same draft."""
        if not draft.attachments:
            raise InvalidInput("There is no file to link to.", field="as_link")
        lines = [f"{file.name or 'file'}: {self.url(file, now)}" for file in draft.attachments]
        files = [{"name": file.name, "mime": file.mime, "size_bytes": file.size_bytes} for file in draft.attachments]
        return replace(
            draft,
            kind=MessageKind.TEXT,
            text="\n\n".join(part for part in (draft.text, "\n".join(lines)) if part.strip()),
            content={**draft.content, LINKED: files},
            attachments=(),
            identity=ids.digest("as_link", draft.digest),
        )


def address(blobs: BlobStore, secret: str, token: str, now: datetime) -> str | None:
    """Where the file of a token can be downloaded just now; None where there is none."""
    found = file_link.read(secret, token, now)
    return blobs.url(found.object_key, seconds=DOWNLOAD_SECONDS, name=found.name) if found else None
