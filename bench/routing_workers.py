"""A worker of the storm (`bench.routing_storm`): a process of its own that carries out what it is told with the desk's
real services, over a client whose calls fail.

A call fails before it takes effect, after it has (the answer is lost), or the process ends right after a transaction
took effect: so whatever would have followed it never happens.
"""

import os
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

CALLS = ("get_item", "batch_get_item", "put_item", "update_item", "transact_write_items", "query")
INBOXES = {"ibx_0one": "team_0one", "ibx_0two": "team_0two"}
# Of the calls that go wrong, so many hundredths end the process, where they were transactions.
ENDS_PROCESS = 10


@dataclass(slots=True)
class Counts:
    """What a worker has seen, since it was asked last."""

    calls: int = 0
    spoiled_before: int = 0
    spoiled_after: int = 0
    conflicts: int = 0
    decisions: int = 0
    given: int = 0


class Faulty:
    """The DynamoDB client, of which a share of calls goes wrong. `share` may be changed at any time."""

    def __init__(self, client: Any, seed: int, counts: Counts) -> None:
        self._client, self._chance, self._counts = client, random.Random(seed), counts
        self.share = 0.0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in CALLS:
            return call

        def spoiled(**request: Any) -> Any:
            self._counts.calls += 1
            drawn = self._chance.random()
            if drawn < self.share / 2:
                self._counts.spoiled_before += 1
                raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, name)
            answer = self._answer(call, request)
            if name == "transact_write_items" and drawn > 1 - self.share * ENDS_PROCESS / 100:
                os._exit(9)
            if drawn < self.share:
                self._counts.spoiled_after += 1
                raise ReadTimeoutError(endpoint_url="https://aws.test")
            return answer

        return spoiled

    def _answer(self, call: Callable[..., Any], request: Mapping[str, Any]) -> Any:
        try:
            return call(**request)
        except ClientError as refused:
            if refused.response["Error"]["Code"] == "TransactionCanceledException":
                self._counts.conflicts += 1
            raise


@dataclass
class Told:
    """Timers that the services set: the storm's own clock calls them."""

    timers: list[dict[str, Any]] = field(default_factory=list)

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.timers.append({"kind": kind, "subject": subject, "epoch": epoch, "due_at": due_at.isoformat()})


class Worker:
    """Everything a task may ask for. Each is safe to repeat, as a queue, a provider or a person would."""

    def __init__(self, seed: int) -> None:
        from chalicelib.aws import clients

        self.counts, self.told = Counts(), Told()
        make = clients._make
        self.faulty: Faulty | None = None

        def made(service: str, config: Any) -> Any:
            client = make(service, config)
            if service != "dynamodb":
                return client
            self.faulty = Faulty(client, seed, self.counts)
            return self.faulty

        clients._make = made
        from chalicelib.wiring import timing

        # Before anybody else takes it from there.
        timing.timers = lambda: self.told  # type: ignore[assignment]
        from chalicelib.aws.stores.desk import DeskStore
        from chalicelib.wiring import routing, shared, timer_calls

        self.routing, self.reactions, self.calls = routing.routing(), routing.reactions(), timer_calls.timer_calls()
        self.presence, self.shared = routing.presence(), shared
        self.desk = DeskStore(shared.desk())
        self._count_decisions()

    def _count_decisions(self) -> None:
        """Each decision that was carried out."""
        from chalicelib.domain.writes import Written

        store: Any = self.routing.store
        give, put_entry = store.give, store.put_entry

        def gave(given: Any) -> Any:
            written = give(given)
            done = written is Written.DONE
            self.counts.decisions += done
            self.counts.given += done
            return written

        def waits(entry: Any, decision: Any) -> Any:
            written = put_entry(entry, decision)
            self.counts.decisions += written is Written.DONE and decision is not None
            return written

        store.give, store.put_entry = gave, waits

    def share(self, share: float) -> None:
        if self.faulty is not None:
            self.faulty.share = share

    def event(self, event: Mapping[str, Any]) -> None:
        self.reactions.react(event, self.shared.now())

    def timer(self, body: Mapping[str, Any]) -> None:
        self.calls.call(body, self.shared.now())

    def says(self, name: str, number: int, inbox_id: str, channel: str, at: str) -> str:
        from chalicelib.channels.base import InboundMessage, Peer, Profile
        from chalicelib.domain.inbox import Inbox
        from chalicelib.domain.message import MessageKind
        from chalicelib.services.receive import receive

        when = datetime.fromisoformat(at)
        inbox = Inbox(inbox_id, channel, "Storm", inbox_id, f"inbox/{inbox_id}", when, team_id=INBOXES[inbox_id])
        inbound = InboundMessage(
            account_id=inbox_id,
            external_id=f"{name}-{number}",
            peer=Peer((name,), Profile(name=name)),
            occurred_at=when,
            kind=MessageKind.TEXT,
            text="Where is my order?",
        )
        return receive(self.shared.inbound_store(), inbox, inbound, self.shared.now()).conversation_id

    def resolve(self, conversation_id: str, agent_id: str) -> None:
        from chalicelib.domain.conversation import Status
        from chalicelib.services import desk

        desk.set_status(self.desk, _principal(agent_id), conversation_id, Status.RESOLVED, self.shared.now())

    def hand_back(self, conversation_id: str, agent_id: str) -> None:
        from chalicelib.services.handback import hand_back

        hand_back(self.desk, self.routing, _principal(agent_id), conversation_id, "storm", self.shared.now())

    def assign(self, conversation_id: str, agent_id: str, team_id: str) -> None:
        from chalicelib.services import assignment

        wish = assignment.Wish(agent_id, team_id)
        assignment.assign(self.desk, _principal("agt_0boss"), conversation_id, wish, self.shared.now())

    def choose(self, agent_id: str, team_id: str, intent: str) -> None:
        from chalicelib.domain.presence import Intent

        self.presence.choose(agent_of(agent_id, team_id), Intent(intent), "", self.shared.now())

    def heartbeat(self, agent_id: str, team_id: str) -> None:
        self.presence.heartbeat(agent_of(agent_id, team_id), self.shared.now())

    def set_up(self, agent_id: str, team_id: str, units: int, skills: dict[str, int]) -> None:
        from chalicelib.domain.capacity import Capacity
        from chalicelib.domain.envelope import SYSTEM

        def change(known: Any) -> Any:
            return replace(known, capacity=Capacity(units, 1), skills=skills)

        self.presence.set_up(agent_of(agent_id, team_id), change, SYSTEM, self.shared.now())


def agent_of(agent_id: str, team_id: str) -> Any:
    from chalicelib.domain.agent import Agent, Role
    from chalicelib.wiring import shared

    return Agent(agent_id, agent_id, f"{agent_id}@example.com", Role.AGENT, shared.now(), (team_id,))


def _principal(agent_id: str) -> Any:
    from chalicelib.domain.agent import Principal, Role

    return Principal("agent", agent_id, agent_id, Role.SUPERVISOR)


def main(pipe: Connection, variables: Mapping[str, str], seed: int) -> None:
    """Tasks come as (kind, arguments); each is answered by (outcome, value, timers, counts)."""
    os.environ.update(variables)
    worker = Worker(seed)
    from chalicelib.domain.errors import Refusal, StoreUnavailable

    with suppress(EOFError, KeyboardInterrupt):
        while True:
            kind, arguments = pipe.recv()
            outcome, value = "done", None
            try:
                value = getattr(worker, kind)(*arguments)
            except StoreUnavailable:
                outcome = "again"
            except Refusal as refused:
                outcome, value = "refused", refused.code
            except Exception as fault:  # the storm tells of it and ends
                outcome, value = "fault", repr(fault)
            timers, worker.told.timers = worker.told.timers, []
            counts = {name: getattr(worker.counts, name) for name in Counts.__slots__}
            for name in counts:
                setattr(worker.counts, name, 0)
            pipe.send((outcome, value, timers, counts))
