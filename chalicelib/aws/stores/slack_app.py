"""The Slack app for teams: its health, who is who, which thread is about what."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, events_of, moment
from chalicelib.aws.codec_slack import slack_health_from, slack_health_item
from chalicelib.aws.transaction import ABSENT, Delete, Desk, Put
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.slack_app import PlaceKind, SlackHealth, SlackLink, SlackPlace
from chalicelib.domain.writes import Recorded

ATTEMPTS = 3


class SlackHealthStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def health(self) -> SlackHealth:
        item = self._desk.get(keys_work.slack_health())
        return slack_health_from(item) if item else SlackHealth()

    def set_health(self, health: SlackHealth, recorded: Recorded) -> bool:
        """`health.version` is that of the new state."""
        item = slack_health_item(health) | {"events": events_of(recorded)}
        read = health.version - 1
        try:
            self._desk.write(Put(item, "version = :read", {":read": read}) if read else Put(item))
        except ConditionFailed:
            return False
        return True


class SlackLinks:
    """An agent and a person of the workspace, kept under both: no agent is two people, no person two agents."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of_agent(self, agent_id: str) -> SlackLink | None:
        item = self._desk.get(keys_work.slack_link(agent_id))
        return _link(agent_id, item) if item else None

    def of_user(self, workspace_id: str, user_id: str) -> str | None:
        item = self._desk.get(keys_work.slack_user(workspace_id, user_id))
        return item["agent_id"] if item else None

    def link(self, link: SlackLink) -> str | None:
        for _ in range(ATTEMPTS):
            try:
                self._desk.transact(_linking(link, self.of_agent(link.agent_id)))
            except TransactionRefused:
                taken = self.of_user(link.workspace_id, link.user_id)
                if taken is not None and taken != link.agent_id:
                    return taken
                continue
            return None
        raise StoreUnavailable("too many writers at once")

    def unlink(self, link: SlackLink) -> bool:
        try:
            self._desk.transact([Delete(keys_work.slack_link(link.agent_id), *_as_read(link)), _freed(link)])
        except TransactionRefused:
            return False
        return True


def _linking(link: SlackLink, before: SlackLink | None) -> list[Put | Delete]:
    pk, sk = keys_work.slack_link(link.agent_id)
    item = {
        "pk": pk,
        "sk": sk,
        "workspace": link.workspace_id,
        "person": link.user_id,
        "name": link.name,
        "linked_by": link.linked_by,
        "at": link.at,
    }
    user_pk, user_sk = keys_work.slack_user(link.workspace_id, link.user_id)
    person = {"pk": user_pk, "sk": user_sk, "agent_id": link.agent_id}
    mine = {":agent": link.agent_id}
    writes: list[Put | Delete] = [
        Put(person, "attribute_not_exists(pk) OR agent_id = :agent", mine),
        Put(item, *_as_read(before)),
    ]
    if before is not None and (before.workspace_id, before.user_id) != (link.workspace_id, link.user_id):
        writes.append(_freed(before))
    return writes


def _as_read(link: SlackLink | None) -> tuple[str, Mapping[str, Any] | None]:
    """The condition that an agent's link is what was read."""
    return (ABSENT, None) if link is None else ("person = :person", {":person": link.user_id})


def _freed(link: SlackLink) -> Delete:
    key = keys_work.slack_user(link.workspace_id, link.user_id)
    return Delete(key, "attribute_not_exists(pk) OR agent_id = :agent", {":agent": link.agent_id})


def _link(agent_id: str, item: Item) -> SlackLink:
    return SlackLink(
        agent_id=agent_id,
        workspace_id=item["workspace"],
        user_id=item["person"],
        name=item["name"],
        linked_by=item["linked_by"],
        at=moment(item["at"]),
    )


class SlackPlaces:
    """A thread in Slack is found by its place there, and by the conversation that it is about: the first holds ids
    alone, the second goes with the conversation."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def at(self, channel: str, ts: str) -> SlackPlace | None:
        item = self._desk.get(keys_work.slack_place(channel, ts))
        if item is None:
            return None
        return SlackPlace(PlaceKind(item["kind"]), item["conversation"], channel, ts, item.get("thread", ""))

    def of_conversation(self, conversation_id: str, channel: str) -> SlackPlace | None:
        item = self._desk.get(keys_work.slack_thread(conversation_id, channel))
        return _place(conversation_id, item) if item else None

    def all_of(self, conversation_id: str) -> Sequence[SlackPlace]:
        """Its own threads, in all channels. One query."""
        pk, sk = keys_work.slack_thread(conversation_id, "")
        rows, _next = self._desk.query("pk = :pk AND begins_with(sk, :sk)", {":pk": pk, ":sk": sk}, consistent=True)
        return [_place(conversation_id, row) for row in rows]

    def keep(self, place: SlackPlace) -> None:
        pk, sk = keys_work.slack_place(place.channel, place.ts)
        there = {
            "pk": pk,
            "sk": sk,
            "kind": place.kind.value,
            "conversation": place.conversation_id,
            "thread": place.thread_id or None,
        }
        writes = [Put(there, None)]
        if place.kind is PlaceKind.CONVERSATION:
            pk, sk = keys_work.slack_thread(place.conversation_id, place.channel)
            writes.append(Put({"pk": pk, "sk": sk, "ts": place.ts}, None))
        self._desk.transact(writes)


def _place(conversation_id: str, item: Item) -> SlackPlace:
    channel = item["sk"].removeprefix(keys_work.SLACK_THREAD)
    return SlackPlace(PlaceKind.CONVERSATION, conversation_id, channel, item["ts"])
