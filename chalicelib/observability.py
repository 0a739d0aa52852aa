"""Structured logs and metrics (Powertools), made on first use: importing this costs nothing.

Message text, addresses, tokens and secrets are never logged; log ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.metrics import Metrics


@cache
def logger() -> Logger:
    from aws_lambda_powertools import Logger  # noqa: PLC0415

    return Logger(service="parley")


@cache
def metrics() -> Metrics:
    from aws_lambda_powertools.metrics import Metrics  # noqa: PLC0415

    return Metrics(namespace="Parley", service="parley")


def count(counts: Mapping[str, int]) -> None:
    """Emit counters (CloudWatch embedded metric format, one log line)."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415

    for name, number in counts.items():
        metric = "".join(part.capitalize() for part in name.split("_"))
        with single_metric(metric, MetricUnit.Count, number, namespace="Parley") as line:
            line.add_dimension("service", "parley")


def gauge(name: str, unit: str, value: float, **dimensions: str) -> None:
    """Emit one figure, apart for these dimensions. `unit`: CloudWatch's name of it."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415

    with single_metric(name, MetricUnit(unit), value, namespace="Parley") as line:
        line.add_dimension("service", "parley")
        for each, of in dimensions.items():
            line.add_dimension(each, of)
