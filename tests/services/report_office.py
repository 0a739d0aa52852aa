"""Reports that come by themselves, in simulated time: the real services and stores over tables in memory, real answers
over generated facts, a queue and timers that keep what they were given until it is done, and mailboxes that count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.aws.stores.jobs import JobStore
from chalicelib.aws.stores.report_schedules import ReportRunStore, ReportScheduleStore
from chalicelib.aws.transaction import Desk
from chalicelib.channels.base import HttpResponse, MailRequest
from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.measure import Dimension
from chalicelib.domain.metrics import DEFINITIONS
from chalicelib.domain.periods import Calendar
from chalicelib.domain.report_run import ReportRun
from chalicelib.domain.report_schedule import Form, Layout, Recipient, Section, Way
from chalicelib.domain.report_timers import REPORT, RETRY
from chalicelib.services.jobs import JobIsHeld, Jobs
from chalicelib.services.report_delivery import ReportDelivery
from chalicelib.services.report_layouts import LayoutCheck
from chalicelib.services.report_mail import MailedReports
from chalicelib.services.report_runs import DELIVER, ReportRuns
from chalicelib.services.report_schedules import ReportSchedules
from chalicelib.services.report_slack import PostedReports
from chalicelib.services.reports import Reports
from infra.parts import PARTS, load
from tests.aws.memory_table import MemoryDynamoDB, tables_from
from tests.services.numbers_forms import KNOWN, MemoryRollups, MemorySlices, generated

RESOURCES = load(PARTS / "tables.yaml")["Resources"]
# A Monday.
START = datetime(2026, 11, 16, 6, tzinfo=UTC)
ADMIN = Principal("agent", "agt_adm", "Ada", Role.ADMIN)
SUPERVISOR = Principal("agent", "agt_spv", "Sue", Role.SUPERVISOR)
AGENTS = {
    "agt_adm": Agent("agt_adm", "Ada", "ada@example.com", Role.ADMIN, START),
    "agt_spv": Agent("agt_spv", "Sue", "sue@example.com", Role.SUPERVISOR, START, ("team_1",)),
    "agt_one": Agent("agt_one", "One", "one@example.com", Role.AGENT, START),
}
LAYOUT = Layout(
    name="WhatsApp, weekly",
    sections=(
        Section("Answers by team", "last_week", ("first_response", "one_touch"), (Dimension.TEAM,), compare=True),
        Section("Arrivals", "last_7_days", ("arrivals", "cost_provider")),
    ),
    recipients=(
        Recipient(Way.AGENT, "agt_adm"),
        Recipient(Way.EMAIL, "boss@example.com"),
        Recipient(Way.SLACK, "C0REPORTS"),
    ),
    forms=(Form.MAIL, Form.CSV, Form.JSON, Form.XLSX),
    where={Dimension.CHANNEL: ("whatsapp",)},
)
HIDDEN = timedelta(seconds=95)
Answer = HttpResponse | Exception


class Power(BaseException):
    """The process ended."""


@dataclass
class Tapped:
    inner: Any
    name: str
    office: Office

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.inner, name)
        if not callable(real):
            return real
        return lambda *args, **more: self.office.tap(f"{self.name}.{name}", lambda: real(*args, **more))


@dataclass
class Mails:
    """Mailboxes by address. `answer` says how the service fares."""

    office: Office
    answer: Callable[[str], Answer] = lambda address: HttpResponse(200, {}, b"{}")
    got: dict[str, list[bytes]] = field(default_factory=dict)

    def send(self, mail: MailRequest) -> HttpResponse:
        (address,) = mail.recipients
        answer = self.answer(address)
        if isinstance(answer, Exception):
            raise answer
        if answer.status < 300:
            self.got.setdefault(address, []).append(mail.raw)
        return answer

    def of(self, address: str) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.got.get(address, [])]


@dataclass
class Slack:
    """As `TeamSlack.post` does: once for each name."""

    fails: list[Exception] = field(default_factory=list)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)

    def post(self, channel_id: str, words: str, *, once: str) -> str:
        if self.fails:
            raise self.fails.pop(0)
        self.said.setdefault(once, (channel_id, words))
        return "1.0"


@dataclass
class Bucket:
    kept: dict[str, bytes] = field(default_factory=dict)
    mimes: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    largest: int = 0

    def put(self, key: str, body: bytes, mime: str) -> None:
        self.kept[key], self.mimes[key] = body, mime
        self.largest = max(self.largest, len(body))

    def read(self, key: str, *, limit_bytes: int) -> bytes | None:
        return self.kept.get(key)

    def begin(self, key: str, mime: str) -> str:
        self.parts[f"{key}#{len(self.parts)}"] = {}
        return f"{key}#{len(self.parts) - 1}"

    def part(self, key: str, upload_id: str, number: int, body: bytes) -> str:
        self.parts[upload_id][number] = body
        self.largest = max(self.largest, len(body))
        return str(number)

    def finish(self, key: str, upload_id: str, tags: Sequence[str]) -> None:
        self.kept[key] = b"".join(self.parts[upload_id][int(tag)] for tag in tags)


@dataclass
class Names:
    known: dict[str, str] = field(default_factory=lambda: {"team_1": "First line"})

    def names(self, dimension: Dimension, values: Sequence[str]) -> Mapping[str, str]:
        return {value: self.known[value] for value in values if value in self.known}


class Office:
    """`tap(name, call)` stands before every call to the outside: it can refuse it, or end the process."""

    def __init__(self, zone: str = "UTC", facts: int = 30) -> None:
        self.now = START
        self.tap: Callable[[str, Callable[[], Any]], Any] = lambda name, call: call()
        self.records: list[tuple[datetime, int, tuple[str, Any]]] = []
        self.numbers = 0
        self.client = MemoryDynamoDB(tables_from(RESOURCES, (("desk", "DeskTable"),)))
        desk = Desk(Tapped(self.client, "dynamodb", self), "desk")
        slices, counted = _facts(zone, facts)
        self.rollups = MemoryRollups(slices, ZoneInfo(zone), START, kept=counted)
        self.calendar = Calendar(ZoneInfo(zone))
        self.agents = dict(AGENTS)
        self.reports = Reports(self.rollups, slices, lambda: self.calendar, {name: DEFINITIONS[name] for name in KNOWN})
        self.mails, self.slack, self.files, self.names = Mails(self), Slack(), Bucket(), Names()
        self.timers = Timers(self)
        self.runs_kept = ReportRunStore(desk)
        self.schedules_kept = ReportScheduleStore(desk)
        mailed = MailedReports(Tapped(self.mails, "ses", self), self.agents, "desk@example.com", _link)
        posted = PostedReports(Tapped(self.slack, "slack", self), _link)
        files: Any = Tapped(self.files, "s3", self)
        self.delivery = ReportDelivery(
            self.runs_kept,
            self.reports,
            self.names,
            lambda: self.calendar,
            self.agents,
            files,
            {Way.AGENT: mailed, Way.EMAIL: mailed, Way.SLACK: posted},
            Tapped(self.timers, "timers", self),
        )
        self.jobs = Jobs(
            JobStore(desk), Tapped(Queue(self), "sqs", self), {DELIVER: lambda: self.delivery}, lambda: 0.0
        )
        timers: Any = Tapped(self.timers, "timers", self)
        self.runs = ReportRuns(self.schedules_kept, self.runs_kept, self.jobs, timers)
        check = LayoutCheck(KNOWN, lambda: self.calendar, self.agents.get)
        self.schedules = ReportSchedules(self.schedules_kept, timers, Ids(), self.agents.get, check, self.runs.due)

    def keep(self, at: datetime, kind: str, body: Any) -> None:
        self.numbers += 1
        self.records.append((at, self.numbers, (kind, body)))

    def run(self, until: timedelta) -> None:
        """Let time pass until so long after the start: what is due is done, and comes back where it failed."""
        end = START + until
        while self.records:
            self.records.sort(key=lambda each: each[:2])
            at, number, (kind, body) = self.records[0]
            if at > end:
                break
            self.now = max(self.now, at)
            self.records.pop(0)
            try:
                self._handle(kind, body)
            except (StoreUnavailable, JobIsHeld, Power):
                self.records.append((self.now + HIDDEN, number, (kind, body)))
        self.now = max(self.now, end)

    def _handle(self, kind: str, body: Any) -> None:
        # Numbers are counted every five minutes.
        self.rollups.as_of = self.now - timedelta(seconds=90)
        if kind == "job":
            self.jobs.carry_out(body, lambda: self.now)
            return
        name, subject, epoch = body
        {REPORT: self.runs.due, RETRY: self.runs.retry}[name](subject, epoch, self.now)

    def all_runs(self) -> list[ReportRun]:
        """Oldest first, with nothing in the way."""
        self.tap = lambda name, call: call()
        return [*self.runs_kept.list(None, None, 100, None).items][::-1]


@dataclass
class Queue:
    office: Office

    def put(self, job_id: str) -> None:
        self.office.keep(self.office.now, "job", job_id)


@dataclass
class Timers:
    office: Office

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.office.keep(due_at, "timer", (kind, subject, epoch))


@dataclass
class Ids:
    number: int = 0

    def new(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}_{self.number}"

    def secret(self) -> str:
        return "secret"


@cache
def _facts(zone: str, count: int) -> tuple[MemorySlices, Any]:
    """Of three weeks, and their roll-ups: made once, and never changed."""
    slices = MemorySlices()
    slices.put(*generated(5, START - timedelta(days=21), 21, count))
    rollups = MemoryRollups(slices, ZoneInfo(zone))
    rollups.run(START)
    return slices, rollups.kept


def _link(run_id: str) -> str:
    return f"https://desk.example/reports/runs/{run_id}"
