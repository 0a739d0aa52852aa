"""Senders side by side keep an inbox's and a recipient's pace together, with as few writes as can be."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.aws.stores.pacing import PaceStore
from chalicelib.aws.transaction import Desk
from chalicelib.channels.base import Capabilities
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.pacing import Rate
from chalicelib.services.pacing import SENDERS, SETTING, Pacer, inbox_limit, share_of
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

NOW = datetime(2026, 8, 1, 10, tzinfo=UTC)
INBOX = Inbox("ibx_1", "whatsapp", "Shop", "1", "secret", NOW)


class Store(PaceStore):
    """The store in memory; `writes` counts, `broken` throttles."""

    def __init__(self) -> None:
        super().__init__(Desk(MemoryDynamoDB({"live": MemoryTable()}), "live"))
        self.takes = 0
        self.broken = False

    def take(self, bucket: str, rate: Rate, now: datetime) -> float:
        self.takes += 1
        if self.broken:
            raise StoreUnavailable("throttled")
        return super().take(bucket, rate, now)


@pytest.fixture
def store() -> Store:
    return Store()


def capabilities(**values: Any) -> Capabilities:
    return Capabilities(kinds_out=frozenset(), max_text=10, **values)


def gone(store: Store, limits: Capabilities, senders: int, seconds: float, seed: int) -> list[float]:
    """When messages went, of senders that always have one to send and ask again when told to."""
    chance = random.Random(seed)
    clock = [0.0]
    pacers = [Pacer(store, lambda: clock[0]) for _ in range(senders)]
    asking = [(chance.random() / 100, place) for place in range(senders)]
    went: list[float] = []
    while asking:
        asking.sort()
        clock[0], place = asking.pop(0)
        if clock[0] > seconds:
            continue
        now = NOW + timedelta(seconds=clock[0])
        waits = pacers[place].wait(INBOX, limits, f"a{place}", now)
        if not waits:
            went.append(clock[0])
        asking.append((clock[0] + (waits or 0.05) + chance.random() / 100, place))
    return went


@pytest.mark.parametrize("limit", [1, 5, 30, 80, 300])
def test_all_senders_together_stay_within_the_inboxs_limit(store: Store, limit: int) -> None:
    went = gone(store, capabilities(inbox_per_second=limit), senders=SENDERS, seconds=4, seed=limit)
    for start in went:
        assert sum(start <= at < start + 0.998 for at in went) <= limit
    assert len(went) >= limit * 4 * 0.6


def test_a_recipient_is_written_to_no_faster_than_allowed(store: Store) -> None:
    pacers = [Pacer(store, lambda: 0.0) for _ in range(3)]
    limits = capabilities(recipient_per_second=1)
    assert pacers[0].wait(INBOX, limits, "bob", NOW) == 0
    assert pacers[1].wait(INBOX, limits, "eve", NOW) == 0
    assert pacers[2].wait(INBOX, limits, "bob", NOW + timedelta(milliseconds=400)) == pytest.approx(0.6)
    assert pacers[2].wait(INBOX, limits, "bob", NOW + timedelta(seconds=1)) == 0


def test_quiet_traffic_asks_nobody_where_the_limit_is_wide(store: Store) -> None:
    seconds = iter(range(100))
    pacer = Pacer(store, lambda: float(next(seconds)))
    for _ in range(20):
        assert pacer.wait(INBOX, capabilities(inbox_per_second=80), "bob", NOW) == 0
    assert store.takes == 0


def test_a_channel_without_a_limit_asks_nobody(store: Store) -> None:
    assert Pacer(store, lambda: 0.0).wait(INBOX, capabilities(), "bob", NOW) == 0
    assert store.takes == 0


def test_the_administrators_figure_overrules_the_channels() -> None:
    slow = replace(INBOX, settings={SETTING: 2})
    assert inbox_limit(slow, capabilities(inbox_per_second=80)) == 2
    for nonsense in (0, -1, True, "3", None):
        odd = replace(INBOX, settings={SETTING: nonsense})
        assert inbox_limit(odd, capabilities(inbox_per_second=80)) == 80


def test_shares_leave_something_for_the_bucket() -> None:
    for limit in (1, 74, 75, 80, 99, 100, 250, 1000, 2000):
        assert 0 <= share_of(limit) * SENDERS < limit


def test_sending_goes_on_when_the_buckets_are_out_of_reach(store: Store) -> None:
    store.broken = True
    assert Pacer(store, lambda: 0.0).wait(INBOX, capabilities(recipient_per_second=1), "bob", NOW) == 0


def test_it_shows_until_when_an_inbox_is_held_back(store: Store) -> None:
    pacer = Pacer(store, lambda: 0.0)
    limits = capabilities(inbox_per_second=1)
    assert store.held_until(INBOX.id) is None
    pacer.wait(INBOX, limits, "bob", NOW)
    assert store.held_until(INBOX.id) is None
    pacer.wait(INBOX, limits, "eve", NOW)
    assert store.held_until(INBOX.id) == NOW + timedelta(seconds=1)


def test_as_many_senders_are_reckoned_with_as_may_run() -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    part = Path(__file__).parents[2] / "infra" / "parts" / "functions.yaml"
    # yaml.load with a SafeLoader of our own: only CloudFormation's tags are added.
    template = yaml.load(part.read_text(), Loader)
    records = template["Resources"]["SenderFunction"]["Properties"]["Events"]["Records"]["Properties"]
    assert records["ScalingConfig"]["MaximumConcurrency"] == SENDERS
