"""An upload: a file on its way from an agent into a reply or a note."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that its owner (an agent's or key's id) is sending us, to go out with a reply within a day. `inside`: it
    was put into a note, so it goes out to nobody any more."""

    id: str
    owner_id: str
    name: str
    mime: str
    size_bytes: int
    created_at: datetime
    expires_at: datetime
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where to PUT an upload's bytes, and with which headers."""

    url: str
    headers: Mapping[str, str]
