"""Agents' drafts: an item of the conversation for each agent who writes in it, which ends by itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_together import draft_from, draft_item
from chalicelib.aws.transaction import Delete, Desk, Put
from chalicelib.domain.agent_draft import AgentDraft
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written


class AgentDraftStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, conversation_id: str, agent_id: str, now: datetime) -> AgentDraft | None:
        item = self._desk.get(keys_work.agent_draft(conversation_id, agent_id))
        return draft_from(item) if item is not None and _holds(item, now) else None

    def page(self, agent_id: str, limit: int, start: Mapping[str, Any] | None, now: datetime) -> Page[AgentDraft]:
        """The newest begun first. One query and one read."""
        items, after = self._desk.whole_of_kind(keys_work.agent_drafts(agent_id), limit, start)
        return Page([draft_from(item) for item in items if _holds(item, now)], after)

    def put(self, draft: AgentDraft, read_version: int, now: datetime) -> Written:
        """`read_version` 0: there is none, or one whose time is over. CONFLICT: another device was first."""
        if read_version:
            put = Put(draft_item(draft), "stamp = :read", {":read": read_version})
        else:
            values = {":now": int(now.timestamp())}
            put = Put(draft_item(draft), "attribute_not_exists(pk) OR expires_at <= :now", values)
        try:
            self._desk.write(put)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def remove(self, conversation_id: str, agent_id: str, read_version: int) -> Written:
        """CONFLICT: it is another one by now, or gone."""
        key = keys_work.agent_draft(conversation_id, agent_id)
        try:
            self._desk.transact([Delete(key, "stamp = :read", {":read": read_version})])
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE


def _holds(item: Item, now: datetime) -> bool:
    """The table removes what is over some time later."""
    return bool(item["expires_at"] > now.timestamp())
