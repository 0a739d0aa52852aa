"""One topic as a client holds it: how far it has come, what it has heard of, what came too early."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Entries that came before one that is missing. A longer gap is fetched whole.
MAX_EARLY = 200


@dataclass(slots=True)
class Topic:
    """`seq`: everything up to this number is here, None before the first answer; `told_at`: up to when, as the desk
    said. `begun_at`: where counting began; `read`: what there was before has been read by the REST API. `head`: the
    highest number heard of. `followed`: on the open socket. `asking`, `reading`: requests on their way. `gap_at`,
    `retry_at`: when to ask for what is missing, and again."""

    name: str
    seq: int | None = None
    told_at: int = 0
    read: bool = False
    begun_at: int = 0
    head: int = 0
    followed: bool = False
    more: bool = False
    refused: str | None = None
    asking: str | None = None
    reading: str | None = None
    retry_at: int | None = None
    attempts: int = 0
    gap_at: int | None = None
    resets: int = 0
    early: dict[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def place(self) -> str | None:
        return None if self.seq is None else f"{self.seq}.{self.told_at}"

    @property
    def behind(self) -> bool:
        return self.seq is not None and (self.head > self.seq or self.more)

    @property
    def complete(self) -> bool:
        """Nothing that the desk has told of is missing."""
        return self.followed and self.read and not self.behind

    def take(self, entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The entries that are next, now that this one is here: none where it is known or comes too early."""
        number = entry["seq"]
        self.head = max(self.head, number)
        if self.seq is None or number > self.seq + 1:
            if len(self.early) < MAX_EARLY:
                self.early[number] = entry
            return []
        if number <= self.seq:
            return []
        self.seq = number
        return [entry, *self.drain()]

    def drain(self) -> list[Mapping[str, Any]]:
        """Early entries whose turn it is."""
        found: list[Mapping[str, Any]] = []
        if self.seq is None:
            return found
        while self.seq + 1 in self.early:
            self.seq += 1
            found.append(self.early.pop(self.seq))
        self.early = {number: entry for number, entry in self.early.items() if number > self.seq}
        return found

    def cut_off(self) -> None:
        """The socket is closed: what was asked on it is not answered any more."""
        self.followed, self.asking, self.gap_at = False, None, None
        self.head, self.early = self.seq or 0, {}
