"""Reports as they are answered: with people's names, and with the address of the list behind each row."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from chalicelib.api.report_schemas import (
    DaysView,
    FigureView,
    GroupView,
    ListedView,
    ReportRowView,
    ReportView,
    figure_views,
    metric_view,
)
from chalicelib.domain.measure import Dimension
from chalicelib.domain.report import Report, Row, Step
from chalicelib.domain.rollup import Group, Grouping
from chalicelib.services.report_lists import Entry
from chalicelib.services.report_names import ReportNames

JSON, CSV = "application/json", "text/csv; charset=utf-8"
LIST = "/reports/conversations"
# What a spreadsheet would take for a formula is told as text (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Names = Mapping[Dimension, Mapping[str, str]]


def report_view(report: Report, names: ReportNames, *, as_csv: bool = False) -> ReportView:
    ask = report.ask
    known = _names_of(report, names)
    rows = [_row_view(report, row, known) for row in report.rows]
    return ReportView(
        metrics=list(ask.metrics),
        first=ask.first,
        last=ask.last,
        by=[each.value for each in ask.by],
        where={dimension.value: list(values) for dimension, values in ask.where.items()},
        step=ask.step.value,
        business=ask.business,
        zone=report.zone,
        as_of=report.as_of,
        settling=report.settling,
        before=DaysView(first=report.before.first, last=report.before.last) if report.before else None,
        rows=[] if as_csv else rows,
        totals=_row_view(report, report.totals, {}, ()),
        definitions=[metric_view(each) for each in report.definitions],
        media_type=CSV if as_csv else JSON,
        content=_rows_csv(report, rows) if as_csv else None,
    )


def listed_view(entry: Entry) -> ListedView:
    one, dims = entry.measure, entry.measure.dims
    return ListedView(
        conversation_id=entry.conversation_id,
        path=f"/conversations/{entry.conversation_id}",
        at=one.at,
        episode=one.episode,
        value=one.value,
        business_value=one.business,
        hit=one.hit,
        channel=dims.channel,
        inbox=dims.inbox,
        team=dims.team,
        agent=dims.agent,
        labels=list(dims.labels),
        tier=dims.tier,
        language=dims.language,
    )


def listed_names(entries: Iterable[Entry], names: ReportNames) -> dict[str, dict[str, str]]:
    held = list(entries)
    return {
        dimension.value: dict(
            names.names(dimension, sorted({v for each in held for v in each.measure.dims.values(dimension)}))
        )
        for dimension in names.known
    }


def listed_csv(items: Sequence[ListedView]) -> str:
    """RFC 4180."""
    fields = ListedView.__struct_fields__
    return _csv([list(fields), *([_cell(getattr(item, field)) for field in fields] for item in items)])


def _names_of(report: Report, names: ReportNames) -> Names:
    return {
        dimension: names.names(dimension, sorted({row.group[place] for row in report.rows}))
        for place, dimension in enumerate(report.ask.by)
    }


def _row_view(report: Report, row: Row, names: Names, by: Grouping | None = None) -> ReportRowView:
    dimensions = report.ask.by if by is None else by
    return ReportRowView(
        group=[
            GroupView(dimension=dimension.value, value=value, name=_name(dimension, value, names))
            for dimension, value in zip(dimensions, row.group, strict=True)
        ],
        bucket=row.bucket,
        figures=figure_views(row.figures),
        before=figure_views(row.before) if row.before is not None else None,
        list=_list(report, dimensions, row.group, row.bucket if row is not report.totals else None),
    )


def _name(dimension: Dimension, value: str, names: Names) -> str | None:
    named = (Dimension.AGENT, Dimension.TEAM, Dimension.INBOX, Dimension.LABEL)
    return names.get(dimension, {}).get(value) if dimension in named else value


def _list(report: Report, dimensions: Grouping, group: Group, bucket: str | None) -> str:
    """Without the metric."""
    ask = report.ask
    where = {dimension.value: ",".join(values) for dimension, values in ask.where.items()}
    where |= {dimension.value: value for dimension, value in zip(dimensions, group, strict=True)}
    given: dict[str, Any] = {"first": ask.first, "last": ask.last, **where}
    if ask.step is not Step.WHOLE and bucket is not None:
        given |= {"step": ask.step.value, "bucket": bucket}
    if ask.business:
        given["business"] = "true"
    if report.as_of is not None:
        given["as_of"] = _moment(report.as_of)
    return f"{LIST}?{urlencode(given)}"


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _rows_csv(report: Report, rows: Sequence[ReportRowView]) -> str:
    by = [each.value for each in report.ask.by]
    told = [name for name in FigureView.__struct_fields__ if not name.startswith("p")]
    head = [*by, *(f"{name}_name" for name in by), "bucket", "metric", *told, "p50", "p90", "p99", "value_before"]
    lines: list[list[Any]] = [head]
    for row in rows:
        group = [*(_cell(each.value) for each in row.group), *(_cell(each.name) for each in row.group)]
        for metric, figure in row.figures.items():
            quantiles = [each.value if each else None for each in (figure.p50, figure.p90, figure.p99)]
            before = row.before[metric].value if row.before else None
            values = [getattr(figure, name) for name in told]
            lines.append([*group, row.bucket, metric, *values, *quantiles, before])
    return _csv(lines)


def _csv(lines: Iterable[Sequence[Any]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(lines)
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(_FORMULA) and value != "-":
        return f"'{value}"
    return value
