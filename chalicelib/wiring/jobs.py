"""Long work: a row for each kind, made on first use."""

from collections.abc import Callable, Mapping
from functools import cache

from chalicelib.aws.clients import client
from chalicelib.aws.queues import JobQueue
from chalicelib.aws.stores.jobs import JobStore
from chalicelib.services.jobs import Jobs, Step
from chalicelib.wiring.shared import desk, settings

KINDS: Mapping[str, Callable[[], Step]] = {}


@cache
def jobs() -> Jobs:
    return Jobs(JobStore(desk()), JobQueue(client("sqs"), settings().jobs_sqs_url), KINDS)
