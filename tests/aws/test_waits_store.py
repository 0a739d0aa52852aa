"""Waits and promises in their tables: counted once however many try at once, and read as they were written."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_promise import promise_from, promise_item, wait_from, wait_item
from chalicelib.aws.stores.promises import PromiseStore
from chalicelib.aws.stores.waits import Arrivals, WaitStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.expected_wait import Counted, bucket_of
from chalicelib.domain.promise import Promise, PromiseKind, PromiseState, done
from chalicelib.domain.waits import Ending, Told, Wait
from chalicelib.domain.writes import Recorded, Written
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = AT.date()
MINUTE = timedelta(minutes=1)
WAIT = Wait("cnv_1", 1, "team_1", AT, AT - MINUTE, 3)
TOLD = Told(AT + MINUTE, AT + 6 * MINUTE, 2, "You are number 2.")
PROMISE = Promise("prm_1", "cnv_1", PromiseKind.AGENT, "I will call", AT, AT + 5 * MINUTE, Actor("agent", "agt_1"))
SILENT = Recorded((), Actor("system"), AT)


class Cloud:
    def __init__(self) -> None:
        self.table = MemoryTable()
        self.client = MemoryDynamoDB({"desk": self.table})
        desk = Desk(self.client, "desk")
        self.waits, self.promises, self.arrivals = WaitStore(desk), PromiseStore(desk), Arrivals(desk)


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


MOMENTS = st.integers(0, 10**12).map(lambda milliseconds: AT + timedelta(milliseconds=milliseconds))


@given(
    MOMENTS,
    MOMENTS,
    st.sampled_from(PromiseState),
    st.one_of(st.none(), st.integers(1, 256)),
    st.one_of(st.none(), MOMENTS),
    st.sampled_from([Actor("agent", "agt_1"), Actor("system")]),
)
def test_a_promise_is_read_as_it_was_written(
    told: datetime, due: datetime, state: PromiseState, place: int | None, settled: datetime | None, by: Actor
) -> None:
    promise = replace(
        PROMISE, told_at=told, due_at=due, state=state, position=place, settled_at=settled, made_by=by, version=4
    )
    assert promise_from(from_attributes(to_attributes(promise_item(promise, SILENT)))) == promise


@given(
    MOMENTS,
    st.integers(1, 999_999),
    st.one_of(st.none(), st.integers(1, 257)),
    st.sampled_from([None, *Ending]),
    st.sampled_from([None, TOLD]),
)
def test_a_wait_is_read_as_it_was_written(
    at: datetime, epoch: int, place: int | None, ending: Ending | None, told: Told | None
) -> None:
    wait = Wait("cnv_1", epoch, "team_1", at, at, place, ending, told)
    assert wait_from(from_attributes(to_attributes(wait_item(wait)))) == wait


def test_a_threads_page_reads_neither_waits_nor_promises() -> None:
    """Their sort keys come before those of the notes, where such a page begins."""
    for sk in (keys.wait("cnv_1", 1)[1], keys.promise("cnv_1", "prm_1")[1]):
        assert sk < keys.NOTE


def test_a_wait_begins_once(cloud: Cloud) -> None:
    assert cloud.waits.begin(WAIT) is Written.DONE
    assert cloud.waits.begin(replace(WAIT, position=9)) is Written.DUPLICATE
    assert cloud.waits.get("cnv_1", 1) == WAIT


def test_a_wait_ends_once_whoever_tries(cloud: Cloud) -> None:
    cloud.waits.begin(WAIT)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cloud.waits.end(WAIT, Ending.GIVEN, AT + MINUTE), range(8)))
    assert sorted(one.name for one in found) == ["DONE", *["DUPLICATE"] * 7]
    assert cloud.waits.measured("team_1", TODAY, TODAY) == [Counted(TODAY, 2, {bucket_of(60): 1})]
    assert cloud.waits.end(WAIT, Ending.LEFT, AT + MINUTE) is Written.DUPLICATE
    assert cloud.waits.left("team_1", TODAY) == 0


def test_one_that_nobody_noted_is_noted_as_it_ends(cloud: Cloud) -> None:
    at_once = replace(WAIT, position=None)
    assert cloud.waits.end(at_once, Ending.GIVEN, AT) is Written.DONE
    assert cloud.waits.end(at_once, Ending.GIVEN, AT) is Written.DUPLICATE
    assert cloud.waits.get("cnv_1", 1) == replace(at_once, ending=Ending.GIVEN)
    assert cloud.waits.measured("team_1", TODAY, TODAY) == []


def test_what_was_never_noted_is_not_counted(cloud: Cloud) -> None:
    assert cloud.waits.end(WAIT, Ending.GIVEN, AT + MINUTE) is Written.DUPLICATE
    assert cloud.waits.end(WAIT, Ending.ASIDE, AT + MINUTE) is Written.DUPLICATE
    assert list(cloud.table.items) == []


def test_what_was_put_aside_is_counted_nowhere(cloud: Cloud) -> None:
    cloud.waits.begin(WAIT)
    assert cloud.waits.end(WAIT, Ending.ASIDE, AT + MINUTE) is Written.DONE
    assert [pk for pk, _ in cloud.table.items] == ["CNV#cnv_1"]


def test_days_and_queues_are_apart(cloud: Cloud) -> None:
    for number, (team, days, ending) in enumerate(
        [
            ("team_1", 0, Ending.GIVEN),
            ("team_1", 1, Ending.GIVEN),
            ("team_2", 0, Ending.GIVEN),
            ("team_1", 0, Ending.LEFT),
        ]
    ):
        wait = Wait(f"cnv_{number}", 1, team, AT + timedelta(days=days), AT, 1)
        cloud.waits.begin(wait)
        cloud.waits.end(wait, ending, wait.queued_at + MINUTE)
    tomorrow = TODAY + timedelta(days=1)
    both = cloud.waits.measured("team_1", TODAY, tomorrow)
    assert [(one.day, sum(one.buckets.values())) for one in both] == [(TODAY, 1), (tomorrow, 1)]
    assert len(cloud.waits.measured("team_1", TODAY, TODAY)) == 1
    assert cloud.waits.measured("team_1", date(2026, 1, 1), date(2026, 1, 31)) == []
    assert (cloud.waits.left("team_1", TODAY), cloud.waits.left("team_2", TODAY)) == (1, 0)


def test_a_count_that_fails_loses_a_sample_and_never_counts_twice(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.waits.begin(WAIT)
    write, calls = cloud.client.update_item, 0

    def second_fails(**request: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "UpdateItem")
        return write(**request)

    with monkeypatch.context() as patch:
        patch.setattr(cloud.client, "update_item", second_fails)
        with pytest.raises(StoreUnavailable):
            cloud.waits.end(WAIT, Ending.GIVEN, AT + MINUTE)
    assert cloud.waits.end(WAIT, Ending.GIVEN, AT + MINUTE) is Written.DUPLICATE
    assert cloud.waits.measured("team_1", TODAY, TODAY) == []


def test_what_is_told_is_decided_once_and_anew_only_by_who_read_it(cloud: Cloud) -> None:
    assert cloud.waits.tell(WAIT, TOLD) is Written.CONFLICT
    cloud.waits.begin(WAIT)
    assert cloud.waits.tell(WAIT, TOLD) is Written.DONE
    assert cloud.waits.tell(WAIT, TOLD) is Written.CONFLICT
    read = cloud.waits.get("cnv_1", 1)
    assert read == replace(WAIT, told=TOLD)
    assert cloud.waits.tell(read, replace(TOLD, at=AT + 3 * MINUTE)) is Written.DONE
    assert cloud.waits.tell(read, TOLD) is Written.CONFLICT


def test_arrivals_are_counted_by_the_minute_and_forgotten(cloud: Cloud) -> None:
    for seconds in (0, 59, 60, 3600):
        cloud.arrivals.count("team_1", AT + timedelta(seconds=seconds), "whatsapp")
    assert cloud.arrivals.of("team_1", AT + MINUTE) == {1: 2}
    assert cloud.arrivals.of("team_1", AT + 2 * MINUTE) == {2: 2, 1: 1}
    assert cloud.arrivals.of("team_1", AT + 61 * MINUTE) == {60: 1, 1: 1}
    assert cloud.arrivals.of("team_2", AT + MINUTE) == {}
    assert all(int(item["expires_at"]["N"]) > AT.timestamp() + 3600 for item in cloud.table.items.values())


def test_promises_are_told_apart_and_in_order(cloud: Cloud) -> None:
    later = replace(PROMISE, id="prm_0", told_at=AT + MINUTE)
    other = replace(PROMISE, conversation_id="cnv_2")
    for promise in (later, PROMISE, other):
        assert cloud.promises.add(promise, SILENT) is Written.DONE
    assert cloud.promises.add(replace(PROMISE, text="Other"), SILENT) is Written.DUPLICATE
    assert list(cloud.promises.of("cnv_1")) == [PROMISE, later]
    assert cloud.promises.get("cnv_1", "prm_1") == PROMISE
    assert cloud.promises.get("cnv_1", "prm_9") is None


def test_a_promise_is_changed_by_who_has_read_what_it_is(cloud: Cloud) -> None:
    cloud.promises.add(PROMISE, SILENT)
    kept = done(PROMISE, AT + MINUTE, "agent")
    assert kept is not None
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cloud.promises.replace(kept, 1, SILENT), range(8)))
    assert sorted(one.name for one in found) == [*["CONFLICT"] * 7, "DONE"]
    assert cloud.promises.get("cnv_1", "prm_1") == kept
