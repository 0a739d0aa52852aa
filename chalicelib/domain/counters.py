"""Every operational counter we publish: one row each (name, unit, source, meaning); docs/metrics.md shows it.

The functions that see the fact emit them (CloudWatch embedded metric format, namespace Parley). Business numbers are
`metrics.DEFINITIONS`: measured from events, never counted on the way.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counter:
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


COUNTERS: tuple[Counter, ...] = (
    Counter(
        "quarantined",
        "webhooks",
        "webhook_intake",
        "signed calls that could not be read; the raw payload is kept for a month",
        alarm="a provider has changed its format: look at the payload, mend the channel, replay it",
    ),
    Counter("spilled", "items", "webhook_intake", "messages and marks the store could not take when they came"),
    Counter(
        "not_kept",
        "webhooks",
        "webhook_intake",
        "calls answered 503 because neither the store nor the spill queue took them",
        alarm="the provider repeats them; find out what is wrong with the table and the queue",
    ),
    Counter("refused_signature", "webhooks", "webhook_intake", "calls whose signature was wrong"),
    Counter("foreign", "items", "webhook_intake", "items of an account that no inbox has, or not under this secret"),
    Counter("notices", "items", "webhook_intake", "news of an account from its provider: templates, restrictions"),
    Counter("slack_refused", "calls", "team_apps", "calls of the company's Slack whose signature was wrong"),
    Counter("slack_not_understood", "calls", "team_apps", "signed calls of the company's Slack that are no JSON"),
    Counter("slack_not_kept", "calls", "team_apps", "calls of the company's Slack answered 503: it repeats them"),
    Counter("slack_notices_refused", "notices", "collaboration", "what Slack would not have posted, for good"),
)
