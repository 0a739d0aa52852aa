"""What docs/webhooks.md promises integrators is what the code does."""

import re

from chalicelib.domain.webhook_delivery import KEPT_FOR, WAITS
from chalicelib.domain.webhook_endpoint import MAX_ENDPOINTS
from chalicelib.domain.webhook_events import PUBLIC_EVENTS
from infra.docs import DOCS


def test_the_page_lists_the_public_events_and_no_others() -> None:
    page = (DOCS / "webhooks.md").read_text()
    table = page[page.index("| area | events |") : page.index("What is about the staff")]
    assert re.findall(r"`([a-z_]+\.[a-z_]+)`", table) == list(PUBLIC_EVENTS)


def test_the_page_has_the_limits_that_hold() -> None:
    page = " ".join((DOCS / "webhooks.md").read_text().split())
    assert f"At most {MAX_ENDPOINTS} endpoints" in page
    assert f"logged for {KEPT_FOR.days}" in page
    hours = [int(wait.total_seconds()) // 3600 for wait in WAITS[3:]]
    assert f"{', '.join(map(str, hours[:-1]))} and {hours[-1]} hours" in page
