"""Words and files of a side thread, ready for an answer to the customer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.errors_side_threads import SideMessageNotFound
from chalicelib.domain.message import Attachment, AttachmentState
from chalicelib.domain.side_thread import MAX_FILES, SideMessage, SideThread, message_number
from chalicelib.domain.side_thread_words import quoted
from chalicelib.domain.upload import Upload
from chalicelib.services.administration_ports import Ids
from chalicelib.services.side_thread_ports import SideThreadStore
from chalicelib.services.uploads import KEPT_FOR


class Lending(Protocol):
    def put(self, upload: Upload) -> None: ...

    def lend(self, object_key: str, upload: Upload) -> None:
        """A copy of a kept file, where this upload arrives."""


@dataclass(frozen=True, slots=True)
class Quote:
    """`text` to paste; `uploads` are the asker's own, to be named in a reply within a day. `left_out`: how many stored
    files there are beyond those."""

    text: str
    uploads: Sequence[Upload]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Quoting:
    store: SideThreadStore
    uploads: Callable[[], Lending]
    make: Ids

    def quote(self, principal: Principal, thread: SideThread, message_ids: Sequence[str], now: datetime) -> Quote:
        """Nothing goes anywhere by this. Raises SideMessageNotFound."""
        numbers = [message_number(thread.id, identifier) for identifier in dict.fromkeys(message_ids)]
        wanted = [number for number in numbers if number]
        found = self.store.messages(thread, wanted)
        if len(found) != len(numbers):
            raise SideMessageNotFound("There is no such message in this side thread.", field="message_ids")
        files = [file for message in found for file in message.attachments if file.state is AttachmentState.STORED]
        lent = []
        for file in files[:MAX_FILES]:
            upload = Upload(
                id=self.make.new("upl"),
                owner_id=principal.id,
                name=file.name or "file",
                mime=file.mime,
                size_bytes=file.size_bytes or 0,
                created_at=now,
                expires_at=now + KEPT_FOR,
            )
            # The bytes first: an upload that is there can be attached.
            self.uploads().lend(file.object_key or "", upload)
            self.uploads().put(upload)
            lent.append(upload)
        return Quote(quoted(found), lent, max(len(files) - MAX_FILES, 0))


def file_of(message: SideMessage, index: int) -> Attachment:
    """A stored file of a message. Raises SideMessageNotFound."""
    files = message.attachments
    if index >= len(files) or files[index].state is not AttachmentState.STORED:
        raise SideMessageNotFound("There is no such stored file.")
    return files[index]
