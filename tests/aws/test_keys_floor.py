"""Keys of the floor: what is due stands in the order of its time, every conversation's in one shard; the newest look,
who looks and what is remembered are three items."""

from datetime import datetime

from hypothesis import given, settings

from chalicelib.aws import keys, keys_live, keys_work
from tests.domain.values import identifiers, times


@settings(max_examples=30)
@given(times, times, identifiers("cnv"), identifiers("cnv"))
def test_what_is_due_first_stands_first(one: datetime, other: datetime, first: str, second: str) -> None:
    places = keys_work.due_place(one, first), keys_work.due_place(other, second)
    if one != other:
        assert (places[0] < places[1]) is (one < other)
    assert keys.view_time(places[0]) == one
    assert keys_work.due_place(one) < places[0] < keys_work.due_place(one, "~")


@settings(max_examples=30)
@given(identifiers("cnv"))
def test_a_conversation_has_one_shard(conversation: str) -> None:
    shard = keys_work.due_shard(conversation)
    assert shard == keys_work.due_shard(conversation)
    assert shard in range(keys_work.DUE_SHARDS)
    assert keys_work.due_clocks(shard) != keys_work.due_promises(shard)


def test_every_warning_has_an_item_of_its_own() -> None:
    assert keys.identifier(keys_work.warning("wrn_1")[0]) == "wrn_1"
    assert len({keys_live.floor(), keys_live.floor_claim(), keys_live.floor_watch()}) == 3
