"""What is stored of tiers and of taking over, and the one write that lets an escalated conversation wait."""

from dataclasses import replace

import pytest

from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_conversation import conversation_from, conversation_item
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.stores.writes import put_conversation
from chalicelib.aws.transaction import Desk
from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.note import Note
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.standing import Standing, Taken
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.domain.test_escalation import NOW, conversation

NAME = "cnv_00000000000000000001"
INDEX = {"by_kind": {"keys": ("kind_key", "kind_sort"), "shown": ["row", "version"]}}


def read_back(of: Conversation) -> Conversation:
    return conversation_from(from_attributes(to_attributes(conversation_item(of))))


@pytest.mark.parametrize("owner", ["agt_sue", "agt_eve", None])
def test_that_it_was_taken_over_is_kept_while_it_is_theirs(owner: str | None) -> None:
    taken = Taken("agt_sue", "agt_ana", NOW)
    found = read_back(conversation(id=NAME, assignee_id=owner, taken=taken))
    assert found.taken == found.taken_over == (taken if owner == "agt_sue" else None)


def test_a_list_row_knows_the_tier() -> None:
    tier = Standing("Orders", "Ticket", 2, NOW, 1, "team_2", {"orders": 3}, ticket=True, left_by="agt_ana")
    item = from_attributes(to_attributes(conversation_item(conversation(id=NAME, tier=tier))))
    row = {name: item[name] for name in ("pk", "sk", "row", "version", "view_key")}
    assert conversation_from(row).standing == tier


def note(name: str) -> Note:
    return Note(ids.note_id(NOW, name), NAME, name, "agt_ana", "Ana", NOW, "", {"type": name})


def test_an_escalation_is_one_write_or_none() -> None:
    table = MemoryTable(INDEX)
    desk = Desk(MemoryDynamoDB({"desk": table}), "desk")
    store = RoutingStore(desk)
    recorded = Recorded((), SYSTEM, NOW)
    before = conversation(id=NAME, assignee_id="agt_ana", weight=3)
    desk.transact([put_conversation(None, before, recorded)])
    tier = Standing("Orders", "Experts", 1, NOW, 1, "team_2")
    after = replace(before, assignee_id=None, weight=0, team_id="team_2", tier=tier, version=2)
    change = ConversationChange(before, after, recorded, note("activity"), handover=note("note"))
    entry = QueueEntry(NAME, "team_2", "web_chat", NOW, NOW)

    assert store.give_back(replace(change, before=replace(before, version=9)), entry) is Written.CONFLICT
    assert {key for key in table.items if key[0] != keys.workload("agt_ana")[0]} == {keys.conversation(NAME)}

    assert store.give_back(change, entry) is Written.DONE
    assert store.conversation(NAME) == after
    assert sum(key[1].startswith(keys.NOTE) for key in table.items) == 2
    assert [waiting.conversation_id for waiting in store.queue("team_2", 10).items] == [NAME]
    workload = store.workload("agt_ana")
    assert workload is not None and workload.used == -3
