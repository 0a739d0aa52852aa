"""`python -m infra.local logs FUNCTION`: what a function wrote, from the running local cloud."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from infra.local.progress import LocalCloudError
from infra.local.stack import STAGE, client

FOLLOW_SECONDS = 0.5


def group_of(function: str) -> str:
    """webhook_intake -> /parley/local/webhook-intake (infra/roles.py names the groups)."""
    return f"/parley/{STAGE}/{function.replace('_', '-')}"


def show(
    endpoint_url: str,
    function: str,
    lines: int,
    *,
    follow: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Print the newest lines; with `follow` go on until interrupted."""
    logs = client("logs", endpoint_url)
    events = _events(logs, function, 0)
    last = 0
    seen: set[str] = set()
    for event in events[-lines:]:
        say(_line(event))
    while follow:
        seen |= {event["eventId"] for event in events if event["timestamp"] >= last}
        last = max([last, *(event["timestamp"] for event in events)])
        time.sleep(FOLLOW_SECONDS)
        events = [e for e in _events(logs, function, last) if e["eventId"] not in seen]
        for event in events:
            say(_line(event))


def _events(logs: Any, function: str, since: int) -> list[dict[str, Any]]:
    try:
        found = list(_pages(logs, group_of(function), since))
    except logs.exceptions.ResourceNotFoundException:
        known = logs.describe_log_groups(logGroupNamePrefix=f"/parley/{STAGE}/")["logGroups"]
        names = ", ".join(sorted(one["logGroupName"].rsplit("/", 1)[-1] for one in known))
        raise LocalCloudError(f"there is no function {function}; there are: {names}") from None
    return sorted(found, key=lambda event: event["timestamp"])


def _pages(logs: Any, group: str, since: int) -> Iterator[dict[str, Any]]:
    asked: dict[str, Any] = {"logGroupName": group, "startTime": since}
    while True:
        page = logs.filter_log_events(**asked)
        yield from page["events"]
        if not page.get("nextToken"):
            return
        asked["nextToken"] = page["nextToken"]


def _line(event: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return f"{at:%H:%M:%S.%f} {event['message'].rstrip()}"
