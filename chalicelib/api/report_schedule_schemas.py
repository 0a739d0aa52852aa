"""What schedules of reports take and give."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api.report_queries import MetricName
from chalicelib.api.schemas import LINE, AgentId, Body, Name, Version, View
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.measure import Dimension
from chalicelib.domain.periods import PeriodWord
from chalicelib.domain.report import Step
from chalicelib.domain.report_schedule import (
    MAX_RECIPIENTS,
    MAX_SECTIONS,
    Form,
    Language,
    Layout,
    Recipient,
    ReportSchedule,
    Section,
    Way,
)
from chalicelib.services.report_schedules import Wanted

Value = Annotated[str, Meta(min_length=1, max_length=200)]
WhereBody = Annotated[dict[Dimension, Annotated[list[Value], Meta(min_length=1, max_length=50)]], Meta(max_length=7)]
Title = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE)]
Local = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}\Z",
        description="Local time, without an offset",
        examples=["2026-11-23T08:00"],
    ),
]


class SectionBody(Body, frozen=True, kw_only=True):
    """One question. `period` is read on the day on which the report is due; `by`: what it is shared out by."""

    title: Title
    period: PeriodWord
    metrics: Annotated[list[MetricName], Meta(min_length=1, max_length=12)]
    by: Annotated[list[Dimension], Meta(max_length=2)] = []
    where: WhereBody = {}
    step: Step = Step.WHOLE
    business: bool = False
    compare: bool = False

    def section(self) -> Section:
        return Section(
            title=self.title,
            period=self.period,
            metrics=tuple(self.metrics),
            by=tuple(self.by),
            where=where_of(self.where),
            step=self.step,
            business=self.business,
            compare=self.compare,
        )


class RecipientBody(Body, frozen=True, kw_only=True):
    """`address`: an agent's id, an e-mail address, or the id of a Slack channel."""

    way: Way
    address: Annotated[str, Meta(min_length=1, max_length=254, examples=["boss@example.com"])]


class RecurrenceBody(Body, frozen=True, kw_only=True):
    """`rule`: RFC 5545, with FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT (1,000 at most), UNTIL, BYMONTH,
    BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSETPOS and WKST. `zone`: an IANA name; Monday 08:00 stays 08:00 when the
    clocks change. `start`: what the rule leaves open is as it is there; now if left out."""

    rule: Annotated[str, Meta(min_length=1, max_length=300, examples=["FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0"])]
    zone: Annotated[str, Meta(min_length=1, max_length=60, examples=["Europe/Madrid"])]
    start: Local | None = None


class ReportScheduleBody(Body, frozen=True, kw_only=True):
    """`where` narrows every section, such as to one channel. `formats`: `mail` is a mail with tables and bars, the
    others are files in it. `owner_id`: whose numbers it shows and who is told where it fails; who makes it if left
    out (others: administrators)."""

    name: Name
    sections: Annotated[list[SectionBody], Meta(min_length=1, max_length=MAX_SECTIONS)]
    recurrence: RecurrenceBody
    recipients: Annotated[list[RecipientBody], Meta(min_length=1, max_length=MAX_RECIPIENTS)]
    formats: Annotated[list[Form], Meta(min_length=1, max_length=4)]
    language: Language = Language.ENGLISH
    where: WhereBody = {}
    enabled: bool = True
    owner_id: AgentId | None = None

    def wanted(self) -> Wanted:
        layout = Layout(
            name=self.name,
            sections=tuple(each.section() for each in self.sections),
            recipients=tuple(Recipient(each.way, each.address) for each in self.recipients),
            forms=tuple(self.formats),
            language=self.language,
            where=where_of(self.where),
        )
        recurrence = self.recurrence
        start = local_time(recurrence.start)
        return Wanted(layout, recurrence.rule, recurrence.zone, start, self.enabled, self.owner_id)


class ReportScheduleChanges(ReportScheduleBody, frozen=True, kw_only=True):
    version: Version


class SectionView(View, frozen=True, kw_only=True):
    title: str
    period: str
    metrics: list[str]
    by: list[str]
    where: dict[str, list[str]]
    step: str
    business: bool
    compare: bool


class RecipientView(View, frozen=True, kw_only=True):
    way: Way
    address: str


class RecurrenceView(View, frozen=True, kw_only=True):
    rule: str
    zone: str
    start: str


class ReportScheduleView(View, frozen=True, kw_only=True):
    """`next_at`: when it is due next; null: it is disabled, or has ended."""

    id: str
    name: str
    owner_id: str
    sections: list[SectionView]
    where: dict[str, list[str]]
    recurrence: RecurrenceView
    recipients: list[RecipientView]
    formats: list[Form]
    language: Language
    enabled: bool
    next_at: datetime | None
    created_at: datetime
    version: int


class ReportScheduleList(View, frozen=True, kw_only=True):
    items: list[ReportScheduleView]


class TimesView(View, frozen=True, kw_only=True):
    """`rule` in one form; `times` are the next ones, at most ten: none where it has ended."""

    rule: str
    zone: str
    times: list[datetime]


def local_time(text: str | None) -> datetime | None:
    """Raises InvalidInput."""
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("There is no such local time.", field="recurrence.start") from error


def where_of(given: Mapping[Dimension, list[str]]) -> Mapping[Dimension, tuple[str, ...]]:
    return {dimension: tuple(values) for dimension, values in given.items()}


def schedule_view(schedule: ReportSchedule) -> ReportScheduleView:
    layout = schedule.layout
    return ReportScheduleView(
        id=schedule.id,
        name=layout.name,
        owner_id=schedule.owner_id,
        sections=[_section_view(each) for each in layout.sections],
        where=_where_view(layout.where),
        recurrence=RecurrenceView(rule=schedule.rule, zone=schedule.zone, start=f"{schedule.start:%Y-%m-%dT%H:%M}"),
        recipients=[RecipientView(way=each.way, address=each.address) for each in layout.recipients],
        formats=list(layout.forms),
        language=layout.language,
        enabled=schedule.enabled,
        next_at=schedule.next_at,
        created_at=schedule.created_at,
        version=schedule.version,
    )


def _section_view(section: Section) -> SectionView:
    return SectionView(
        title=section.title,
        period=section.period,
        metrics=list(section.metrics),
        by=[each.value for each in section.by],
        where=_where_view(section.where),
        step=section.step.value,
        business=section.business,
        compare=section.compare,
    )


def _where_view(where: Mapping[Dimension, tuple[str, ...]]) -> dict[str, list[str]]:
    return {dimension.value: list(values) for dimension, values in where.items()}
