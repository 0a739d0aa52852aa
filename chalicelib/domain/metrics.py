"""Every number we publish: one row each (name, unit, source, meaning); `docs/metrics.md` is generated from it.

Operational counters are emitted by the functions that see the fact (CloudWatch embedded metric format, namespace
Parley). Business numbers (response times, service levels) will be sums over the events of `events.py`, never counters.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """`counter` is the name the code counts under; CloudWatch shows it in capitals (`refused_signature`:
    `RefusedSignature`). `alarm` tells what to do about it, where somebody is called."""

    counter: str
    unit: str
    source: str
    meaning: str
    alarm: str = ""

    @property
    def name(self) -> str:
        return "".join(part.capitalize() for part in self.counter.split("_"))


METRICS: tuple[Metric, ...] = (
    Metric(
        "quarantined",
        "webhooks",
        "webhook_intake",
        "signed calls that could not be read; the raw payload is kept for a month",
        alarm="a provider has changed its format: look at the payload, mend the channel, replay it",
    ),
    Metric("spilled", "items", "webhook_intake", "messages and marks the store could not take when they came"),
    Metric(
        "not_kept",
        "webhooks",
        "webhook_intake",
        "calls answered 503 because neither the store nor the spill queue took them",
        alarm="the provider repeats them; find out what is wrong with the table and the queue",
    ),
    Metric("refused_signature", "webhooks", "webhook_intake", "calls whose signature was wrong"),
    Metric("foreign", "items", "webhook_intake", "items of an account that no inbox has, or not under this secret"),
    Metric("notices", "items", "webhook_intake", "news of an account from its provider: templates, restrictions"),
    Metric("slack_refused", "calls", "team_apps", "calls of the company's Slack whose signature was wrong"),
    Metric("slack_not_understood", "calls", "team_apps", "signed calls of the company's Slack that are no JSON"),
    Metric("slack_not_kept", "calls", "team_apps", "calls of the company's Slack answered 503: it repeats them"),
    Metric("slack_notices_refused", "notices", "collaboration", "what Slack would not have posted, for good"),
)
