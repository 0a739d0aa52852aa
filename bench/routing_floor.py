"""What the storm (`bench.routing_storm`) happens on, how large it is, and what is told of it."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from bench import servers
from bench.desk import table_definition, variables
from bench.routing_audit import Stream
from bench.routing_workers import INBOXES
from chalicelib.services.replay_figures import percentile
from infra.parts import PARTS, load

TEAMS = tuple(INBOXES.values())


@dataclass(frozen=True, slots=True)
class Size:
    workers: int = 8
    agents: int = 200
    conversations: int = 5000
    faults: float = 0.05
    seed: int = 1


@dataclass(slots=True)
class Report:
    """What came of it."""

    size: Size
    seconds: float
    counts: Counter[str]
    outcomes: Counter[str]
    waits: Sequence[float]
    records: int
    deaths: int
    problems: list[str]
    faults: list[str]
    waiting: int

    def lines(self) -> Iterator[str]:
        counts, size = self.counts, self.size
        yield f"{size.workers} workers, {size.agents} agents, {size.conversations} conversations, seed {size.seed}"
        yield f"{self.seconds:.0f} s; {counts['decisions']} decisions, {counts['decisions'] / self.seconds:.1f}/s, "
        yield f"{counts['given']} conversations given to somebody"
        ordered = sorted(self.waits)
        p50, p99 = percentile(ordered, 50), percentile(ordered, 99)
        yield f"from seen to assigned where somebody had room: P50 {p50:.2f} s, P99 {p99:.2f} s ({len(ordered)})"
        yield f"{counts['calls']} calls; {counts['conflicts']} transactions refused by their conditions or by others"
        yield f"faults: {counts['spoiled_before']} before, {counts['spoiled_after']} after they took effect"
        yield f"{self.deaths} processes ended in the middle; {self.outcomes['again']} tasks came back"
        yield f"{self.records} changes audited; {self.waiting} conversations wait at the end, for want of anybody"
        yield f"outcomes: {dict(self.outcomes)}"
        for problem in (*self.faults[:10], *self.problems[:20]):
            yield f"WRONG: {problem}"
        yield f"{len(self.problems) + len(self.faults)} things that must not be"


@contextmanager
def floor() -> Iterator[tuple[dict[str, str], Stream]]:
    """The tables in an emulated DynamoDB of one's own, with teams and rules."""
    with servers.emulator() as aws:
        env = {**variables(aws, "http://127.0.0.1:1")}
        os.environ.update(env)
        client: Any = boto3.client("dynamodb")
        for name, logical in (("desk", "DeskTable"), ("live", "LiveTable")):
            client.create_table(TableName=name, **table_definition(logical))
        _furnish()
        arn = client.describe_table(TableName="desk")["Table"]["LatestStreamArn"]
        yield env, Stream(boto3.client("dynamodbstreams"), arn)


def _furnish() -> None:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.domain.agent import Team
    from chalicelib.domain.document import Document
    from chalicelib.domain.routing_policy import RouteRule, RoutingPolicy
    from chalicelib.domain.skills import Step
    from chalicelib.services.documents import policy_body
    from chalicelib.wiring import api, shared

    now = datetime.now(UTC)
    for team_id in TEAMS:
        api.teams().put(Team(team_id, team_id, now))
    german = RouteRule(
        "German", {"field": "inbox_id", "is": "ibx_0two"}, skills={"lang:de": 3}, steps=(Step(4, {"lang:de": 0}),)
    )
    overflow = RouteRule("Help", {"field": "team_id", "is": TEAMS[0]}, steps=(Step(6, {}, TEAMS[1]),))
    policy = RoutingPolicy(routes=(german, overflow), sticky_seconds=3)
    DocumentStore(shared.desk(), "routing").put(Document("published", policy_body(policy), 1), 0)


def routed_types() -> frozenset[str]:
    rule = load(PARTS / "routing.yaml")["Resources"]["RoutingRule"]["Properties"]["EventPattern"]
    return frozenset(rule["detail-type"])
