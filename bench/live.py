"""What it costs to tell those who look: calls and units of one message's fan-out, by how many follow its conversation,
among few and among many connected agents who do not.

Counted over tables in memory (tests hold those to the service's rules), with the real services and stores.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench import floor
from bench.assigning import Counted
from bench.budgets import Figure, figure
from bench.counting import READS, Call, described
from bench.units import item_bytes, read_units
from chalicelib.aws.stores.sockets import SocketStore
from chalicelib.aws.stores.topics import TopicStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.live import LEASE_FOR, Change
from chalicelib.domain.live_sockets import Lease, Listener, Pushed, Socket
from chalicelib.services.live_fanout import FanOut
from chalicelib.services.live_following import SOCKET_FOR
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

NOW = datetime(2026, 8, 3, 10, tzinfo=UTC)
FEW, MANY, QUICK_MANY = 10, 1_000, 100
FOLLOWERS = (0, 1, 5)
CASE = "cnv_84ejqkjaz0869z038294"


@dataclass(frozen=True, slots=True)
class Told:
    """One fan-out."""

    calls: list[Call]
    posts: int

    @property
    def units(self) -> float:
        """Read and write units together."""
        reads = sum(read_units(call) for call in self.calls if call.operation in READS)
        return reads + sum(-(-item_bytes(call.params["Item"]) // 1024) for call in self.calls if "Item" in call.params)

    @property
    def whole(self) -> float:
        return len(self.calls) + self.posts + self.units


def measure(*, quick: bool) -> Iterator[Figure]:
    many = QUICK_MANY if quick else MANY
    found = {(count, others): told(count, others) for count in FOLLOWERS for others in (FEW, many)}
    one = found[1, many]
    shown = "; ".join(
        f"{count} follow: {len(found[count, many].calls)} and {found[count, many].posts} posts, "
        f"{found[count, many].units:g} units"
        for count in FOLLOWERS
    )
    small, large = floor.read(FEW), floor.read(many)
    yield figure(
        "page.live.calls",
        max(small.calls, large.calls),
        f"{FEW} and {many:,} agents: {small.calls} and {large.calls}; looking at it {len(small.look)} and "
        f"{len(large.look)} calls, {small.look_rcu:g} and {large.look_rcu:g} RCU; kept in {large.kilobytes:.0f} KB",
    )
    yield figure("live.fanout_calls", len(one.calls) + one.posts, f"{described(one.calls)} and the post; {shown}")
    growth = max(found[count, many].whole / found[count, FEW].whole for count in FOLLOWERS)
    yield figure(
        "live.growth_ratio", growth, f"{many:,} connected agents who are not concerned over {FEW}; calls, units"
    )


def told(followers: int, others: int) -> Told:
    """A message in a conversation that so many follow, while others are connected, each with work of their own."""
    memory = MemoryDynamoDB({"live": MemoryTable()})
    _connect(memory, followers, others)
    client, posts = Counted(memory), Posts()
    table = Desk(client, "live")
    FanOut(TopicStore(table), SocketStore(table), posts, lambda _: None).publish([_message()], NOW)
    return Told(client.calls, posts.count)


def _connect(memory: MemoryDynamoDB, followers: int, others: int) -> None:
    """Each follows their own work and a conversation, as `Live.follow` writes it."""
    table = Desk(memory, "live")
    sockets, topics = SocketStore(table), TopicStore(table)
    for number in range(followers + others):
        agent = Principal("agent", f"agt_{number:020d}", "Ana", Role.AGENT)
        case = f"conversation:{CASE}" if number < followers else f"conversation:cnv_{number:020d}"
        socket = Socket(f"connection-{number:010d}=", agent, NOW, (f"work:{agent.id}", case))
        sockets.open(socket, NOW + SOCKET_FOR)
        for topic in socket.topics:
            topics.keep(topic, agent.id, Lease(NOW, NOW + LEASE_FOR))
            topics.listen(topic, Listener(socket.connection_id, agent), NOW + SOCKET_FOR)
    if followers:
        topics.append(f"conversation:{CASE}", [], NOW)


class Posts:
    """Sockets that take whatever they are told."""

    count = 0

    def push(self, frames: Sequence[tuple[str, bytes]]) -> Sequence[Pushed]:
        self.count += len(frames)
        return [Pushed.TAKEN] * len(frames)


def _message() -> Change:
    """As large as a usual one."""
    name = "msg_" + "0" * 29
    view = {"id": name, "conversation_id": CASE, "text": "Where is my refund? " * 10, "rest": "." * 600}
    event = {"id": f"{name}.1.0", "type": "message.created", "occurred_at": NOW.isoformat(), "actor": {}, "data": {}}
    return Change("message", name, 1, view, (event,))
