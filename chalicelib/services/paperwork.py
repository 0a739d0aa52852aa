"""Reading and writing the administrators' documents: each change names the version that it was made on."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chalicelib.domain.document import Document
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.writes import Written


class DocumentStore(Protocol):
    def get(self, identifier: str) -> Document | None: ...

    def list(self) -> Sequence[Document]: ...

    def put(self, document: Document, read_version: int) -> Written:
        """`read_version` 0: there is none yet."""

    def delete(self, identifier: str, read_version: int) -> Written: ...


def save(store: DocumentStore, identifier: str, body: Mapping[str, Any], read_version: int) -> Document:
    """Raises VersionConflict where it is not at `read_version` (0: there is none yet)."""
    document = Document(identifier, body, read_version + 1)
    if store.put(document, read_version) is not Written.DONE:
        raise VersionConflict("It has changed: read it again.", field="version")
    return document


def remove(store: DocumentStore, document: Document) -> None:
    """Raises VersionConflict where somebody has changed it since."""
    if store.delete(document.id, document.version) is not Written.DONE:
        raise VersionConflict("It has changed: read it again.")


def check_version(current: int, version: int) -> None:
    """Raises VersionConflict."""
    if current != version:
        raise VersionConflict("It has changed: read it again.", field="version")
