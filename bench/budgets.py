"""Every budget by name: what it may be, in which unit, what it means, and which benchmark measures it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.parts import ROOT


@dataclass(frozen=True, slots=True)
class Budget:
    """`value` must not exceed `limit`."""

    name: str
    limit: float
    unit: str
    bench: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured; `value` None where it was not, and then `note` says why."""

    budget: Budget
    value: float | None
    note: str = ""

    @property
    def within(self) -> bool | None:
        return None if self.value is None else self.value <= self.budget.limit

    def row(self) -> dict[str, object]:
        """The form of build/bench.json."""
        return {
            "name": self.budget.name,
            "value": self.value,
            "unit": self.budget.unit,
            "budget": self.budget.limit,
            "within": self.within,
            "note": self.note,
        }


SKIPPED = "left out by --quick"
IMPORT_LIMITS = {"webhook_intake": 1.15}
RSS_LIMITS = {"webhook_intake": 60.0}

FIXED = (
    Budget("inbound.calls", 2, "calls", "calls", "webhook of a known sender with an open conversation, until durable"),
    Budget("inbound.first_contact.calls", 2, "calls", "calls", "the same for a sender never seen"),
    Budget("inbound.wcu", 6, "WCU", "calls", "write units of that webhook, indexes included"),
    Budget("inbound.reads_before_write", 1, "calls", "calls", "reads before the write: by key, never a query"),
    Budget(
        "inbound.cpu_ratio", 1.5, "ratio", "cpu", "CPU of the whole handler over HMAC + decode + the same bare calls"
    ),
    Budget("inbound.normalise_us_ratio", 6, "ratio", "cpu", "verify + normalise over HMAC + json.loads, same bytes"),
    Budget("receipt.calls", 1, "calls", "calls", "one delivery mark (2 where the provider gives no key of ours back)"),
    Budget("outbound.api_calls", 1, "calls", "calls", "an agent's reply, until it is stored and queued"),
    Budget("outbound.sender_calls", 1, "calls", "calls", "AWS calls around the provider's own call"),
    Budget("webhook.no_endpoint.calls", 0, "calls", "webhooks", "an event, where no integrator is told"),
    Budget("webhook.delivery.calls", 5, "calls", "webhooks", "an event for one endpoint, until its delivery is noted"),
    Budget("assign.calls", 2, "calls", "assigning", "giving a conversation to an agent, until it is theirs"),
    Budget("assign.rcu", 8, "RCU", "assigning", "read units of an assignment"),
    Budget("assign.wcu", 20, "WCU", "assigning", "write units of its commit, indexes included"),
    Budget(
        "assign.growth_ratio",
        1.2,
        "ratio",
        "assigning",
        "calls and units on a floor a thousand times larger over these",
    ),
    Budget("assign.decision_us", 2000, "us", "assigning", "one decision on a simulated floor of forty agents"),
    Budget("assign.wait_p99_seconds", 0, "seconds", "assigning", "from queued to assigned where there is room"),
    Budget("page.conversations.calls", 1, "calls", "pages", "a page of 25 conversations, equal at both sizes"),
    Budget("page.conversations.rcu", 3, "RCU", "pages", "read units of that page, equal at both sizes"),
    Budget("page.open_conversation.calls", 2, "calls", "pages", "head and last 50 messages of every leg"),
    Budget(
        "page.first_screen.calls", 4, "calls", "people", "contact, timeline, open conversation, routing; every size"
    ),
    Budget("page.first_screen.rcu", 15, "RCU", "people", "read units of that screen, equal at every size"),
    Budget("page.live.calls", 2, "calls", "live", "the live board, whatever the size of the floor"),
    Budget("page.report.calls", 4, "calls", "report_pages", "a report, of a month of days and of a year"),
    Budget("live.fanout_calls", 4, "calls", "live", "a message, until it is pushed to the agent who looks at it"),
    Budget("live.growth_ratio", 1, "ratio", "live", "calls and units with many connected agents who are not concerned"),
    Budget(
        "e2e.receive_to_screen_ratio",
        3,
        "ratio",
        "screen",
        "webhook accepted to the agent's socket, over an echo on it that stores one item; local cloud",
    ),
    Budget("package.code_mb", 5, "MB", "packages", "the larger zip of our code, byte code included"),
    Budget("package.layer_mb", 60, "MB", "packages", "the zip of the dependencies"),
    Budget("web.initial_js_kb", 250, "KB", "web", "JavaScript before the workspace can be used, gzipped"),
    Budget("web.widget_closed_kb", 30, "KB", "web", "JavaScript of the chat widget before it is opened, gzipped"),
    Budget("web.widget_open_kb", 45, "KB", "web", "what opening it adds"),
    Budget("web.key_to_bubble_ms", 50, "ms", "web_desk", "from the key that sends to the painted bubble, 95 of 100"),
    Budget("web.event_to_bubble_ms", 50, "ms", "web_desk", "from the socket's frame to the painted bubble, 95 of 100"),
    Budget("web.open_cached_ms", 50, "ms", "web_desk", "from the click to a painted thread that was read ahead"),
    Budget("web.open_ms", 200, "ms", "web_desk", "the same where nothing is here yet, less the wait for the network"),
    Budget("web.list_frame_ms", 20, "ms", "web_list", "a frame while 10,000 conversations scroll (50 frames a second)"),
    Budget("web.list_frame_cpu_ms", 16, "ms", "web_list", "what that takes of the page's own thread"),
    Budget("web.list_dom", 40, "", "web_list", "rows that the document holds at once"),
    Budget("web.thread_frame_ms", 20, "ms", "thread", "a frame while 5,000 messages scroll (50 frames a second)"),
    Budget("web.thread_frame_cpu_ms", 16, "ms", "thread", "what that takes of the page's own thread"),
    Budget("web.thread_dom", 40, "", "thread", "messages that the document holds at once"),
    Budget("web.thread_anchor_px", 1, "px", "thread", "how far what is read moves when older messages come above"),
    Budget("numbers.simulated_month_missed", 0, "effects", "numbers_month", "planted in 200,000 cases and not found"),
    Budget("numbers.simulated_month_false", 0, "verdicts", "numbers_month", "differences told that nobody planted"),
    Budget("numbers.simulated_month_seconds", 60, "s", "numbers_month", "CPU of that month's 225 comparisons"),
    Budget("numbers.simulated_null_rate", 0.1, "share", "numbers_month", "answers that tell one where there is none"),
    Budget("aggregate.calls_per_1000_events", 50, "calls", "aggregate", "from the bus to roll-ups, all dimensions"),
    Budget("aggregate.wcu_per_1000_events", 3000, "WCU", "aggregate", "write units of that, ledgers and slices too"),
    Budget("aggregate.cpu_ms_per_event", 10, "ms", "aggregate", "processor time of that, DynamoDB in memory included"),
    Budget("aggregate.rebuild_memory_ratio", 1.2, "ratio", "aggregate", "peak for ten times the archive over the peak"),
    Budget("redelivery.duplicates", 0, "messages", "redelivery", "stored or counted more than once"),
    Budget("redelivery.lost", 0, "messages", "redelivery", "answered 2xx, then not stored or not counted"),
    Budget("redelivery.reordered", 0, "messages", "redelivery", "shown on a leg in another order than the provider's"),
    Budget("cost.usd_per_million_inbound", 7.2, "USD", "calls", "list prices times the counted calls and units"),
)


def functions() -> list[str]:
    """Every Lambda: the folders of functions/, and the Chalice app."""
    return [*sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py")), "api"]


def _per_function() -> Iterator[Budget]:
    for name in functions():
        limit = IMPORT_LIMITS.get(name, 1.25)
        meaning = "cold import and wiring over `boto3.client('dynamodb')`, CPU"
        yield Budget(f"import.{name}_ratio", limit, "ratio", "imports", meaning)
    for name in functions():
        limit = RSS_LIMITS.get(name, 90.0)
        yield Budget(f"rss.{name}_mb", limit, "MB", "memory", "resident memory after the first event")


def all_budgets() -> Mapping[str, Budget]:
    """By name, in the order in which they are shown."""
    found = {budget.name: budget for budget in (*FIXED, *_per_function())}
    calls = ("inbound", "receipt", "outbound", "webhook", "assign", "page", "live", "e2e")
    order = (*calls, "import", "rss", "package", "web", "numbers", "aggregate", "redelivery", "cost")
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0].partition(".")[0])))


def figure(name: str, value: float | None, note: str = "") -> Figure:
    return Figure(all_budgets()[name], value if value is None else round(value, 3), note)
