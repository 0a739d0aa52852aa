"""Benchmarks: what others are said to reach, each with its source and date. Administrators keep them; none is ours.

They are shown beside our own numbers and never counted with them: who measured what, and how, is the source's to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.definition import DURATION, RATE
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.metrics import DEFINITIONS
from chalicelib.services.document_fields import (
    PUBLISHED,
    check_distinct,
    items_of,
    key_of,
    object_of,
    optional_text,
    text_of,
)
from chalicelib.services.paperwork import DocumentStore, save

KIND = "benchmarks"
MAX_BENCHMARKS = 200
MAX_SOURCE, MAX_NOTE, MAX_URL = 200, 500, 500
# A year in ms: no duration that anybody compares with is longer.
MAX_MS = 366 * 24 * 3_600_000
FIELDS = frozenset(
    {"id", "metric", "value", "percentile", "channel", "industry", "source", "source_date", "url", "doubt"}
)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`value` in the metric's unit: ms, or a share from 0 to 1. `percentile`: which of a duration it is (0.5: the
    median), None: its mean. `channel`, `industry` "": any. `doubt`: what speaks against comparing with it."""

    id: str
    metric: str
    value: float
    source: str
    source_date: date
    percentile: float | None = None
    channel: str = ""
    industry: str = ""
    url: str = ""
    doubt: str = ""


def benchmarks(documents: DocumentStore) -> tuple[tuple[Benchmark, ...], int]:
    """In the administrators' order, and their version; none where nobody has made any. One read."""
    document = documents.get(PUBLISHED)
    return (benchmarks_from(document.body), document.version) if document else ((), 0)


def put(documents: DocumentStore, body: Mapping[str, Any], read_version: int) -> tuple[Benchmark, ...]:
    """Put these in place of those of `read_version`. Raises InvalidInput, VersionConflict."""
    found = benchmarks_from(body)
    save(documents, PUBLISHED, benchmarks_body(found), read_version)
    return found


def beside(known: Sequence[Benchmark], metric: str, channel: str | None = None) -> list[Benchmark]:
    """Those to be shown with a metric: of any channel, and of this one."""
    return [each for each in known if each.metric == metric and each.channel in ("", channel or each.channel)]


def benchmarks_from(body: Mapping[str, Any]) -> tuple[Benchmark, ...]:
    given = items_of(body.get("benchmarks", []), "benchmarks", MAX_BENCHMARKS)
    found = tuple(_benchmark(each, f"benchmarks[{place}]") for place, each in enumerate(given))
    check_distinct((each.id for each in found), "benchmarks", "id")
    return found


def benchmarks_body(found: Sequence[Benchmark]) -> dict[str, Any]:
    return {
        "benchmarks": [
            {
                "id": each.id,
                "metric": each.metric,
                "value": each.value,
                "percentile": each.percentile,
                "channel": each.channel,
                "industry": each.industry,
                "source": each.source,
                "source_date": each.source_date.isoformat(),
                "url": each.url,
                "doubt": each.doubt,
            }
            for each in found
        ]
    }


def _benchmark(given: Any, at: str) -> Benchmark:
    body = object_of(given, at, FIELDS)
    metric = _metric(body.get("metric"), f"{at}.metric")
    return Benchmark(
        key_of(body.get("id"), f"{at}.id"),
        metric,
        _number(body.get("value"), f"{at}.value", 1 if DEFINITIONS[metric].shape == RATE else MAX_MS),
        text_of(body.get("source"), f"{at}.source", MAX_SOURCE),
        _day(body.get("source_date"), f"{at}.source_date"),
        _percentile(body.get("percentile"), metric, f"{at}.percentile"),
        optional_text(body.get("channel"), f"{at}.channel"),
        optional_text(body.get("industry"), f"{at}.industry"),
        _url(optional_text(body.get("url"), f"{at}.url", MAX_URL), f"{at}.url"),
        optional_text(body.get("doubt"), f"{at}.doubt", MAX_NOTE),
    )


def _metric(given: Any, at: str) -> str:
    if not isinstance(given, str) or given not in DEFINITIONS or DEFINITIONS[given].shape not in (DURATION, RATE):
        raise InvalidInput("Name a metric that is a duration or a rate: GET /reports/metrics lists them.", field=at)
    return given


def _number(given: Any, at: str, most: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= most:
        raise InvalidInput(f"Give a number from 0 to {most}.", field=at)
    return given


def _percentile(given: Any, metric: str, at: str) -> float | None:
    if given is None:
        return None
    if DEFINITIONS[metric].shape != DURATION:
        raise InvalidInput("Only durations have percentiles.", field=at)
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1:
        raise InvalidInput("Give a share between 0 and 1: 0.5 is the median.", field=at)
    return given


def _day(given: Any, at: str) -> date:
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError as error:
        raise InvalidInput("A day is written 2026-03-29.", field=at) from error


def _url(given: str, at: str) -> str:
    """A link that people open: of the web, and nothing else."""
    try:
        parts = urlsplit(given)
        fit = not given or (parts.scheme in ("https", "http") and bool(parts.hostname))
    except ValueError:
        fit = False
    if not fit or any(char.isspace() for char in given):
        raise InvalidInput("Give an address that begins with https://.", field=at)
    return given
