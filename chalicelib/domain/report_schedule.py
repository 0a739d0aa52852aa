"""Reports that come by themselves: what is asked, when it comes again, to whom and in which form it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.measure import Dimension
from chalicelib.domain.periods import named
from chalicelib.domain.recurrence import Recurrence, next_after
from chalicelib.domain.recurrence_text import rule_from
from chalicelib.domain.report import Ask, Step, Where
from chalicelib.domain.rollup import Grouping

MAX_SCHEDULES = 200
MAX_SECTIONS = 10
MAX_RECIPIENTS = 30


class Form(StrEnum):
    """In which form a report goes. `mail`: with tables and bars in the mail itself; the others are files."""

    MAIL = "mail"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


FILES = (Form.CSV, Form.JSON, Form.XLSX)


class Way(StrEnum):
    AGENT = "agent"
    EMAIL = "email"
    SLACK = "slack"


class Language(StrEnum):
    ENGLISH = "en"
    CHINESE_TRADITIONAL = "zh-Hant"
    CHINESE_SIMPLIFIED = "zh-Hans"
    RUSSIAN = "ru"


@dataclass(frozen=True, slots=True)
class Recipient:
    """`address`: an agent's id, an e-mail address, or the id of a Slack channel."""

    way: Way
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """One question of a report. `period` is a word (`domain/periods.py`), read on the day on which the report is
    due."""

    title: str
    period: str
    metrics: tuple[str, ...]
    by: Grouping = ()
    where: Where = field(default_factory=dict)
    step: Step = Step.WHOLE
    business: bool = False
    compare: bool = False

    def ask(self, today: date, first_weekday: int) -> Ask:
        """Raises InvalidInput."""
        period = named(self.period, today, first_weekday)
        given = (self.by, self.where, self.step, self.business, self.compare)
        return Ask(self.metrics, period.first, period.last, *given)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a report consists of. `where` narrows every section, such as to one channel."""

    name: str
    sections: tuple[Section, ...]
    recipients: tuple[Recipient, ...]
    forms: tuple[Form, ...] = (Form.MAIL,)
    language: Language = Language.ENGLISH
    where: Where = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportSchedule:
    """`rule`, `zone`, `start`: when it comes (`domain/recurrence.py`; `start` is local time). `owner_id`: who is told
    where it fails, and whose numbers it shows. `next_at`: when it is due next; None: it is disabled, or has ended."""

    id: str
    owner_id: str
    layout: Layout
    rule: str
    zone: str
    start: datetime
    created_at: datetime
    enabled: bool = True
    next_at: datetime | None = None
    version: int = 1

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(rule_from(self.rule), self.start, self.zone)

    def armed(self, after: datetime) -> "ReportSchedule":
        """Due at its first time later than this; never while it is disabled."""
        return replace(self, next_at=next_after(self.recurrence, after) if self.enabled else None)


def both(where: Where, by: Where) -> Where:
    """Both at once. A dimension without a value in common has an empty tuple: nothing counts there."""
    found: Mapping[Dimension, tuple[str, ...]] = where
    shared = {name: tuple(value for value in found[name] if value in by[name]) for name in by if name in found}
    return {**by, **found, **shared}
