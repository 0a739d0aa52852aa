"""From things that happened on a page or account to signed webhook POSTs: envelope, batching, duplicates.

Source: "Graph API webhooks": object > entry > messaging, standby or changes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from simulators.batching import Batcher
from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.meta_accounts import Account, Flavour
from simulators.signing import meta_signature
from simulators.webhooks import WebhookPoster
from simulators.wire import Json, dump


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing to tell an account's webhook; `part` is messaging, standby or changes."""

    account: Account
    part: str
    value: Json


def milliseconds(at: datetime) -> int:
    """The time as items have it."""
    return int(at.timestamp() * 1000)


def envelope(name: str, happenings: Sequence[Happening], now: datetime) -> Json:
    """One webhook body; what belongs to one account shares an entry."""
    entries: dict[str, Json] = {}
    for happening in happenings:
        fresh: Json = {"id": happening.account.id, "time": milliseconds(now)}
        entry = entries.setdefault(happening.account.id, fresh)
        entry.setdefault(happening.part, []).append(happening.value)
    return {"object": name, "entry": list(entries.values())}


class MetaNotifier:
    """Posts to the accounts' webhooks, as the knobs say."""

    def __init__(self, flavour: Flavour, clock: Clock, poster: WebhookPoster, knobs: KnobBoard) -> None:
        self._flavour = flavour
        self._clock = clock
        self._poster = poster
        self._knobs = knobs
        self.batches: Batcher[Happening] = Batcher(poster, knobs, self._post)

    def notify(self, account: Account, part: str, value: Json) -> None:
        """Post one thing, or keep it for a batch."""
        self.batches.add(f"{account.webhook_url} {account.app_secret}", Happening(account, part, value))

    def _post(self, happenings: list[Happening]) -> None:
        account = happenings[0].account
        secret = account.app_secret
        if self._knobs.spend("bad_signature_next"):
            secret = hashlib.sha256(secret.encode()).hexdigest()  # surely not the app's secret
        self._poster.post(
            self._flavour.provider,
            account.id,
            account.webhook_url,
            dump(envelope(self._flavour.object, happenings, self._clock.now())),
            lambda raw: {"X-Hub-Signature-256": meta_signature(secret, raw)},
            self._knobs.now.duplicates,
        )
