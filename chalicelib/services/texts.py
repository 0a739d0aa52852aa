"""Keeping what belongs to an agent, a team or everybody: the rules that canned responses, macros and views share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.errors_texts import TextNameTaken, TextsTooMany
from chalicelib.domain.refusal import Refusal
from chalicelib.domain.text_scope import Reader, ScopedText, Whose
from chalicelib.domain.writes import Written
from chalicelib.services.paperwork import check_version

T = TypeVar("T", bound=ScopedText)


class TextStore(Protocol[T]):
    def get(self, text_id: str) -> T | None: ...

    def of(self, whose: Whose) -> Sequence[T]:
        """All of an owner, by name."""

    def add(self, text: T) -> Written:
        """DUPLICATE: its owner has another of this name."""

    def replace(self, before: T, after: T, used: int) -> Written:
        """CONFLICT: somebody has changed it since. DUPLICATE: the new name is taken."""

    def delete(self, text: T) -> Written: ...

    def count(self, text_id: str) -> None:
        """It was used once more."""


@dataclass(frozen=True, slots=True)
class Library(Generic[T]):
    """Texts of one kind. `missing` is what is said where there is none; `called`: what its name is named in bodies;
    `most`: of one owner."""

    store: TextStore[T]
    missing: type[Refusal]
    called: str
    most: int

    def get(self, reader: Reader, text_id: str) -> T:
        """What is not for them is not there. Raises the refusal `missing`."""
        found = self.store.get(text_id)
        if found is None or not reader.may_read(found.whose):
            raise self.missing("There is none of this id.")
        return found

    def of(self, reader: Reader, whose: Whose) -> Sequence[T]:
        """All of an owner, by name; none where they are not for the reader. One query."""
        return self.store.of(whose) if reader.may_read(whose) else ()

    def all(self, reader: Reader) -> Sequence[T]:
        """What is theirs to use, the nearest owner's first. One query for each owner."""
        return [text for whose in reader.shelves for text in self.store.of(whose)]

    def add(self, reader: Reader, text: T) -> T:
        """Raises NotPermitted, TextNameTaken, TextsTooMany."""
        reader.check_write(text.whose)
        self._check_room(text)
        self._settle(self.store.add(text))
        return text

    def change(self, reader: Reader, text_id: str, version: int, to: Callable[[T], T], used: Callable[[T], int]) -> T:
        """The text after `to`, which gives it with the next version. Raises the refusal `missing`, NotPermitted,
        VersionConflict, TextNameTaken, TextsTooMany, and what `to` raises."""
        before = self.get(reader, text_id)
        reader.check_write(before.whose)
        check_version(before.version, version)
        after = to(before)
        reader.check_write(after.whose)
        if after.whose != before.whose:
            self._check_room(after)
        self._settle(self.store.replace(before, after, used(before)))
        return after

    def delete(self, reader: Reader, text_id: str) -> None:
        """Raises the refusal `missing`, NotPermitted, VersionConflict."""
        text = self.get(reader, text_id)
        reader.check_write(text.whose)
        self._settle(self.store.delete(text))

    def _check_room(self, text: T) -> None:
        """As far as can be seen: two at once may pass."""
        if len(self.store.of(text.whose)) >= self.most:
            raise TextsTooMany(f"There are {self.most} already: delete one first.")

    def _settle(self, outcome: Written) -> None:
        if outcome is Written.DUPLICATE:
            raise TextNameTaken("There is another of this name.", field=self.called)
        if outcome is Written.CONFLICT:
            raise VersionConflict("It has changed: read it again.", field="version")
