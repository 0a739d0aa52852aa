"""What looking after inboxes asks of the world: their templates, their health."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.inbox_health import InboxHealth, LastFailure, Vitals
from chalicelib.domain.template import Template
from chalicelib.domain.writes import Recorded, Written


class TemplateReader(Protocol):
    """What sending a template needs to know."""

    def known(self, inbox_id: str, name: str, language: str) -> tuple[Template | None, datetime | None]:
        """A template, and when the inbox's were last listed at the provider."""

    def named(self, inbox_id: str, name: str) -> Sequence[Template]:
        """In every language."""


class TemplateStore(TemplateReader, Protocol):
    def get(self, inbox_id: str, name: str, language: str) -> Template | None: ...

    def of_inbox(self, inbox_id: str) -> tuple[Sequence[Template], datetime | None]:
        """All of them, and when they were last listed at the provider."""

    def save(self, template: Template, recorded: Recorded | None) -> Written:
        """As it is now, announced where `recorded`. CONFLICT: somebody has written it since it was read."""

    def note_listed(self, inbox_id: str, at: datetime) -> None: ...


class HealthStore(Protocol):
    def get(self, inbox_id: str) -> InboxHealth: ...

    def told_of(self, inbox_ids: Sequence[str]) -> Mapping[str, InboxHealth]:
        """Of those of which something is known."""

    def save(self, health: InboxHealth, recorded: Recorded | None) -> Written:
        """As it is now, announced where `recorded`. CONFLICT: somebody has written it since it was read."""


class VitalStore(Protocol):
    """What may be lost."""

    def note_webhook(self, inbox_id: str, at: datetime, *, accepted: bool) -> None: ...

    def note_sent(self, inbox_id: str, at: datetime, failure: LastFailure | None) -> None: ...

    def count(self, inbox_id: str, at: datetime, sent: int, failed: int) -> None: ...

    def note_check(self, inbox_id: str, at: datetime) -> None: ...

    def read(self, inbox_id: str) -> Vitals: ...

    def lasts(self, inbox_ids: Sequence[str]) -> Mapping[str, Vitals]:
        """What last came and went by each, without the counts."""
