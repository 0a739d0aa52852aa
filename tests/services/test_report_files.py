"""Reports as files and mails: read back they are the answer, and nobody's name is a formula, markup or a header."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.job import Job
from chalicelib.domain.measure import Dimension
from chalicelib.domain.metrics import DEFINITIONS
from chalicelib.domain.report import Ask, Report, Step
from chalicelib.domain.report_asks import as_json
from chalicelib.domain.report_document import document
from chalicelib.domain.report_metric_names import NAMES
from chalicelib.domain.report_run import Fate
from chalicelib.domain.report_said import duration
from chalicelib.domain.report_schedule import Form, Language, Recipient, Way
from chalicelib.domain.report_words import words_in
from chalicelib.services.report_exports import EXPORT, ReportExport
from chalicelib.services.report_files import csv_of, written
from chalicelib.services.report_lists import ReportLists
from chalicelib.services.report_mail import composed
from chalicelib.services.report_slack import said_in_slack
from tests.domain.report_forms import LAYOUT, a_run
from tests.services.report_office import START, Bucket, Names, Office

DAYS = ((START - timedelta(days=8)).date(), (START - timedelta(days=2)).date())
HOSTILE = '=HYPERLINK("http://evil.example","x")<script>alert(1)</script>\r\nBcc: a@example.com\u202e,"'
ASKS = {
    "Answers": Ask(("first_response", "one_touch"), *DAYS, (Dimension.TEAM,), compare=True),
    "Days": Ask(("arrivals", "cost_provider"), *DAYS, step=Step.DAY),
}


def made(
    names: Mapping[str, str] | None = None, titles: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, Report]]:
    office = Office()
    reports = {name: office.reports.answer(ask, START) for name, ask in ASKS.items()}
    known = {"team_1": "First line"} if names is None else names
    shown = [((titles or {}).get(name, name), report) for name, report in reports.items()]
    head = {"name": "Weekly", "schedule_id": "rps_1", "run_id": "rrn_1", "due_at": START}
    return document(head, shown, lambda dimension, value: known.get(value, value)), reports


def test_the_csv_read_back_is_the_answer() -> None:
    content, reports = made()
    text = written(Form.CSV, content, Language.ENGLISH)
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count(b"\r\n") == text.count(b"\n")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    for name, report in reports.items():
        lines = [row for row in rows if row["section"] == name]
        assert len(lines) == (len(report.rows) + 1) * len(report.ask.metrics)
        told = iter(lines)
        for row in (*report.rows, report.totals):
            for metric in report.ask.metrics:
                line, figure = next(told), row.figures[metric]
                assert (line["metric"], int(line["n"])) == (metric, figure.n)
                parts = {"seconds": 1000, "currency": 1_000_000}.get(line["unit"], 1)
                assert (float(line["value"]) if line["value"] else None) == (
                    None if figure.value is None else figure.value / parts
                )
                assert (line["zone"], line["as_of"], line["first"]) == ("UTC", START.isoformat(), str(DAYS[0]))
    teams = {row["id_1"]: row["name_1"] for row in rows if row["dimension_1"] == "team"}
    assert (teams["team_1"], teams[""]) == ("First line", "")


def test_the_json_read_back_is_the_document() -> None:
    content, reports = made()
    found = json.loads(written(Form.JSON, content, Language.RUSSIAN))
    assert found == content
    figure = reports["Answers"].totals.figures["first_response"]
    told = found["sections"][0]["totals"]["figures"]["first_response"]
    assert (told["n"], told["value"], told["p50"]["value"]) == (figure.n, figure.value, figure.p50 and figure.p50.value)


def workbook(content: Mapping[str, Any], language: Language = Language.ENGLISH) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(Form.XLSX, content, language)))


def test_the_spreadsheet_read_back_is_the_answer_in_real_numbers() -> None:
    content, reports = made()
    book = workbook(content)
    assert book.sheetnames == ["Answers", "Days", "Definitions"]
    rows = list(book["Answers"].iter_rows(values_only=True))
    heads, lines = rows[0], rows[1:]
    report = reports["Answers"]
    place = heads.index("First response: Mean")
    for line, row in zip(lines, (*report.rows, report.totals), strict=True):
        figure = row.figures["first_response"]
        assert line[place - 1] == figure.n
        took = line[place]
        # A length of time is one, not a text.
        assert took == pytest.approx(timedelta(milliseconds=figure.value or 0), abs=timedelta(seconds=1))
        assert line[heads.index("One-touch: Share")] == pytest.approx(row.figures["one_touch"].value)
    sheet = book["Answers"]
    assert sheet.cell(2, place + 1).number_format == "[h]:mm:ss"
    defined = list(book["Definitions"].iter_rows(values_only=True))
    assert [row[1] for row in defined[1:]] == ["first_response", "one_touch", "arrivals", "cost_provider"]
    assert {row[7:9] for row in defined[1:]} == {("UTC", START.isoformat())}


def test_no_name_is_a_formula_or_a_link_in_a_spreadsheet() -> None:
    content, _ = made({"team_1": HOSTILE, "team_2": "+1+1"}, {"Answers": "History", "Days": "[a]/b?*" + "x" * 60})
    book = workbook(content)
    assert [len(name) <= 31 for name in book.sheetnames] == [True] * 3
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)
    assert any(cell.value == "+1+1" and cell.data_type == "s" for cell in cells)


@settings(max_examples=15)
@given(name=st.text(max_size=40), start=st.sampled_from(["=", "+", "-", "@", "\t", "\r", "'", ""]))
def test_every_name_comes_back_from_the_csv_and_begins_no_formula(name: str, start: str) -> None:
    content, _ = made({"team_1": start + name})
    rows = list(csv.DictReader(io.StringIO(csv_of(content).decode("utf-8-sig"), newline="")))
    told = next(row["name_1"] for row in rows if row["id_1"] == "team_1")
    assert not told.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert told.removeprefix("'").lstrip("'") == (start + name).encode("utf-8", "replace").decode().lstrip("'")


class Page(HTMLParser):
    """What a page has: elements, their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def mail(content: Mapping[str, Any], language: Language = Language.ENGLISH, **more: Any) -> EmailMessage:
    run = a_run(replace(LAYOUT, language=language, **more), due_at=START)
    files = {form: written(form, content, language) for form in (Form.CSV, Form.JSON, Form.XLSX)}
    built = composed("desk@example.com", "boss@example.com", run, content, files, "https://desk.example/runs/1", "Ada")
    assert built.recipients == ("boss@example.com",)
    assert max(map(len, built.raw.split(b"\r\n"))) <= 998
    return message_from_bytes(built.raw, policy=default)


@pytest.mark.parametrize("language", list(Language))
def test_a_mail_has_its_numbers_as_text_and_as_tables_in_each_language(language: Language) -> None:
    content, reports = made()
    found, words = mail(content, language), words_in(language)
    plain, page = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert page is not None
    text, parsed = plain.get_content(), Page(page.get_content())
    median = reports["Answers"].totals.figures["first_response"].p50
    assert median is not None
    for said in (text, " ".join(parsed.texts)):
        assert duration(median.value, words) in said
        assert words.as_of.format(at="2026-11-16 06:00", zone="UTC") in said
        assert str(reports["Answers"].totals.figures["first_response"].n) in said
        # What it means stands beside it.
        assert DEFINITIONS["first_response"].formula.rstrip(".")[1:] in said
        assert words.points in said
    names = {f"WhatsApp-weekly-2026-11-16.{each}" for each in ("csv", "json", "xlsx")}
    assert {part.get_filename() for part in found.iter_attachments()} == names
    assert found["Auto-Submitted"] == "auto-generated"
    # Nothing that runs, and nothing from elsewhere.
    assert not {"script", "img", "iframe", "link", "form", "style"} & set(parsed.tags)
    assert {value for name, value in parsed.attributes if name in ("href", "src")} == {"https://desk.example/runs/1"}
    assert ("scope", "col") in parsed.attributes
    assert ("lang", language.value) in parsed.attributes


def test_nothing_that_somebody_wrote_is_markup_or_a_header_in_a_mail() -> None:
    content, _ = made({"team_1": HOSTILE}, {"Answers": "<img src=x onerror=alert(1)>"})
    content["name"] = "<b>Weekly</b>"
    found = mail(content, name="Weekly\r\nBcc: evil@example.com")
    assert found["Bcc"] is None
    assert found["To"] == "boss@example.com"
    page = found.get_body(("html",))
    assert page is not None
    parsed = Page(page.get_content())
    assert not {"script", "img", "b"} & set(parsed.tags)
    assert not any(name.startswith("on") for name, _value in parsed.attributes)
    assert "<script>alert(1)</script>" in " ".join(parsed.texts)
    said = said_in_slack(a_run(), {**content, "name": "<!channel>"}, "https://desk.example/runs/1")
    assert "<!channel>" not in said
    assert "<script>" not in said


def test_what_is_too_large_is_not_attached_but_named() -> None:
    content, _ = made()
    files = {Form.JSON: b"x" * (8 * 1024 * 1024), Form.CSV: b"a"}
    built = composed("desk@example.com", "boss@example.com", a_run(), content, files, "", "Ada")
    found = message_from_bytes(built.raw, policy=default)
    assert [part.get_filename() for part in found.iter_attachments()] == ["WhatsApp-weekly-2026-03-02.csv"]
    plain = found.get_body(("plain",))
    assert plain is not None
    assert "WhatsApp-weekly-2026-03-02.json" in plain.get_content()


def test_every_metric_has_a_name_in_each_language() -> None:
    assert set(NAMES) >= set(DEFINITIONS)
    assert all(name.strip() for names in NAMES.values() for name in names)


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [
        (0, "0 s"),
        (59_400, "59 s"),
        (60_000, "1 min"),
        (3_599_600, "1 h"),
        (3_900_000, "1 h 5 min"),
        (93_600_000, "1 d 2 h"),
    ],
)
def test_lengths_of_time_as_people_read_them(milliseconds: int, said: str) -> None:
    assert duration(milliseconds, words_in(Language.ENGLISH)) == said


def export(office: Office, bucket: Bucket, form: str, pages: int) -> tuple[Job, int]:
    lists = ReportLists(office.reports)
    exporting = ReportExport(office.reports, lists, Names(), bucket)
    listed = {"metric": "first_response", "first": str(DAYS[0]), "last": str(DAYS[1]), "where": {}}
    params = {"list": listed, "as_of": START.isoformat(), "format": form}
    job, portions = Job("job_1", EXPORT, "agt_1", START, params), 0
    while not job.is_over:
        exporting(job, START)  # a portion that is done twice is the same
        job, portions = exporting(job, START), portions + 1
    return job, portions


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_exported_list_counted_by_hand_is_the_number(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.report_exports.PAGE", 3)
    monkeypatch.setattr("chalicelib.services.report_exports.PAGES", 2)
    monkeypatch.setattr("chalicelib.services.report_exports.PART_BYTES", 600)
    office, bucket = Office(), Bucket()
    job, portions = export(office, bucket, form, 2)
    text = bucket.kept[job.result["file"]].decode("utf-8-sig")
    rows: list[dict[str, Any]] = (
        list(csv.DictReader(io.StringIO(text, newline="")))
        if form == "csv"
        else [json.loads(line) for line in text.splitlines()]
    )
    figure = office.reports.answer(Ask(("first_response",), *DAYS), START).totals.figures["first_response"]
    assert figure.n > 6
    assert (len(rows), sum(int(row["value"]) for row in rows)) == (figure.n, figure.total)
    assert (job.result["rows"], portions > 1, bucket.largest < 1500) == (figure.n, True, True)


def test_an_exported_answer_is_the_answer() -> None:
    office, bucket = Office(), Bucket()
    exporting = ReportExport(office.reports, ReportLists(office.reports), Names(), bucket)
    params = {"ask": as_json(ASKS["Answers"]), "title": "Answers", "format": "json", "language": "en"}
    job = exporting(Job("job_1", EXPORT, "agt_1", START, params), START)
    found = json.loads(bucket.kept[job.result["file"]])
    assert found["sections"] == made()[0]["sections"][:1]


def test_times_are_told_in_the_reports_zone() -> None:
    office = Office("Asia/Hong_Kong", facts=2)
    report = office.reports.answer(Ask(("arrivals",), *DAYS), START)
    content = document({"name": "Weekly", "due_at": START}, [("Arrivals", report)], lambda dimension, value: value)
    plain = mail(content).get_body(("plain",))
    assert plain is not None
    at = datetime(2026, 11, 16, 6, tzinfo=UTC).astimezone(ZoneInfo("Asia/Hong_Kong"))
    assert f"{at:%Y-%m-%d %H:%M} (Asia/Hong_Kong)" in plain.get_content()


def test_a_recipient_without_an_address_fails_and_says_why() -> None:
    office = Office(facts=2)
    run = a_run(replace(LAYOUT, recipients=(Recipient(Way.AGENT, "agt_gone"),)))
    fate, detail = office.delivery.ways[Way.AGENT].send(run, 0, made()[0], {})
    assert (fate, "agent" in detail) == (Fate.FAILED, True)
