"""Nothing is lost, whatever the line does: clients are cut off and killed while everything changes, and know at the end
exactly what the desk knows, without having read it anew."""

import itertools
from collections.abc import Iterator, Mapping

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.live import Change
from parley_live import thread, work_of
from parley_live.outbox import Send
from tests.flow.live_network import Line, Network, Remote

EVENTS, KILLS = 10_000, 1_000
MINUTE, HOUR = 60_000, 3_600_000
AGENTS = [Principal("agent", f"agt_{number:03d}", f"Agent {number}", Role.AGENT) for number in range(200)]
ANA = AGENTS[0]


class Work:
    """Conversations of a few agents: messages come and change their state, cases change hands."""

    def __init__(self, network: Network, conversations: int, agents: int) -> None:
        self.network = network
        self.names = [f"cnv_{number}" for number in range(conversations)]
        self.agents = [agent.id for agent in AGENTS[:agents]]
        self.messages: dict[str, list[str]] = {name: [] for name in self.names}
        self._number = itertools.count(1)
        for name in self.names:
            self._case(name, self.agents[0], "open", "conversation.created", {})

    def change(self) -> Change:
        name, chance = self.network.chance.choice(self.names), self.network.chance
        said = self.messages[name]
        if said and (len(said) >= 40 or chance.random() < 0.35):
            return self._message(name, chance.choice(said[-12:]))
        if chance.random() < 0.5 or not said:
            said.append(f"msg_{next(self._number):06d}")
            return self._message(name, said[-1])
        before = self.network.desk.things["conversation", name].view["assignee_id"]
        data = {"previous_assignee_id": before, "previous_team_id": None}
        status = chance.choice(("open", "open", "open", "resolved"))
        return self._case(name, chance.choice(self.agents), status, "conversation.assigned", data)

    def batch(self, size: int) -> int:
        changes = [self.change() for _ in range(self.network.chance.randint(1, size))]
        self.network.publish(changes)
        return len(changes)

    def _case(self, name: str, owner: str, status: str, what: str, data: Mapping[str, object]) -> Change:
        view = {"id": name, "assignee_id": owner, "team_id": "team_1", "status": status, "last_activity_at": self._at()}
        return self._set("conversation", name, view, what, data)

    def _message(self, conversation: str, name: str) -> Change:
        known = self.network.desk.things.get(("message", name))
        at = known.view["occurred_at"] if known else self._at()
        view = {"id": name, "conversation_id": conversation, "occurred_at": at, "text": f"text of {name}"}
        return self._set("message", name, view, "message.created", {"conversation_id": conversation})

    def _set(self, kind: str, name: str, view: Mapping[str, object], what: str, data: Mapping[str, object]) -> Change:
        known = self.network.desk.things.get((kind, name))
        version = known.version + 1 if known else 1
        event = {"id": f"{name}.{version}", "type": what, "occurred_at": self._at(), "actor": {}, "data": data}
        return self.network.desk.set(Change(kind, name, version, {**view, "version": version}, (event,)))

    def _at(self) -> str:
        return self.network.world.now.isoformat()


def calm(network: Network) -> None:
    """The line is good again, and everything that is under way arrives."""
    network.line = Line(lost=0, doubled=0, late=20, refused=0, batch_fails=0, batch_again=0)
    for remote in network.all:
        remote.delay = 0
    network.pass_(3 * MINUTE)


def differences(remote: Remote) -> Iterator[str]:
    """Where a client that follows whole topics does not hold what the desk holds."""
    desk, client = remote.network.desk, remote.client
    for name in client.topics:
        kind, _, identifier = name.partition(":")
        if kind == "conversation":
            there = [(one["id"], one["version"]) for one in desk.read(name) if one["kind"] == "message"]
            here = [(thing.id, thing.version) for thing in thread(client.store, identifier)]
            if sorted(there) != here:
                yield f"{name}: {set(there) ^ set(here)}"
        elif kind == "work":
            mine = {(one["id"], one["version"]) for one in desk.read(name) if one["view"]["status"] != "resolved"}
            shown = {(thing.id, thing.version) for thing in work_of(client.store, identifier)}
            if mine != shown:
                yield f"{name}: {mine ^ shown}"
    for thing in client.store.things.values():
        newest = desk.things[thing.kind, thing.id]
        whole = any(thing.key in client.store.members.get(name, {}) for name in client.topics if "conv" in name)
        if whole and (thing.version, thing.view) != (newest.version, newest.view):
            yield f"{thing.key}: {thing.version}, not {newest.version}"


def test_a_client_that_is_killed_a_thousand_times_misses_nothing() -> None:
    network = Network(seed=7, line=Line())
    work = Work(network, conversations=12, agents=3)
    ana, chance = network.remote(ANA), network.chance
    topics = [f"work:{ANA.id}", "team:team_1", *(f"conversation:{name}" for name in work.names[:5])]
    ana.follow(*topics)
    ana.start()
    while not ana.client.complete:
        network.pass_(5_000)
    ana.save()
    network.desk.told.clear()  # what was told before anybody listened
    ana.events.clear()
    first_reads = dict(ana.reads)

    events = sends = 0
    for kill in range(KILLS):
        share = EVENTS * (kill + 1) // KILLS
        while events < share - 4:
            events += work.batch(4)
            network.pass_(chance.randrange(600))
            if chance.random() < 0.3:
                ana.save()
        if kill % 10 == 0:
            sends += 1
            ana.do(ana.client.send(Send(f"send-{sends}", "lane", "POST", "/x", {}), network.ms))
            ana.save()
        chance.choice((ana.kill, ana.kill, ana.cut, lambda: ana.cut(told=True)))()
        while events < share:
            events += work.batch(4)
        # Mostly a moment, sometimes a lunch, now and then a night: within the day for which topics are kept.
        network.pass_(chance.choice((100, 2_000, 2_000, 5_000, 50 * MINUTE if kill % 20 == 0 else 10, 10)))
        if kill % 250 == 249:
            ana.cut()
            network.world.pass_(hours=14)
        if ana.connection is None and ana.client.next_at() is None:
            ana.start()

    calm(network)
    assert events >= EVENTS
    assert ana.client.complete, {name: topic for name, topic in ana.client.topics.items() if not topic.complete}
    assert list(differences(ana)) == []
    assert ana.all_resets() == 0 and ana.reads == first_reads
    # Not only the last state of each thing: each event was told.
    wanted = set().union(*(network.desk.told.get(topic, set()) for topic in topics))
    assert wanted - ana.events.keys() == set() and len(wanted) > EVENTS // 3
    assert network.desk.sent == [f"send-{number}" for number in range(1, sends + 1)]
    assert ana.client.as_of is not None and ana.client.as_of > network.ms - 40_000


def test_two_hundred_clients_with_slow_and_dead_ones_know_what_the_desk_knows() -> None:
    network = Network(seed=11, line=Line(lost=0.03, late=300))
    work, chance = Work(network, conversations=100, agents=200), network.chance
    remotes = [network.remote(agent) for agent in AGENTS]
    for place, remote in enumerate(remotes):
        near = [work.names[(place + step) % len(work.names)] for step in (0, 1)]
        remote.follow(f"work:{remote.principal.id}", *(f"conversation:{name}" for name in near))
        remote.start()
    network.pass_(2 * MINUTE)
    slow, dead, away = remotes[:20], remotes[20:40], remotes[40:50]
    for remote in slow:
        remote.delay = 9_000
    for remote in dead:
        # Their sockets take frames that nobody reads.
        remote.delay = 10 * HOUR
    for remote in away:
        remote.save()
        remote.cut()
        network.all.remove(remote)

    for _ in range(60):
        for _ in range(6):
            work.batch(8)
        network.pass_(chance.randrange(3_000))
        chance.choice(remotes[50:]).cut()
    bad = network.line
    calm(network)

    there = [*slow, *dead, *remotes[50:]]
    assert [found for remote in there for found in differences(remote)] == []
    assert all(remote.client.complete for remote in there)
    assert sum(remote.all_resets() for remote in there) == 0

    network.line = bad
    network.world.pass_(hours=25)
    work.batch(8)
    for remote in away:
        remote.kill()
        network.all.append(remote)
        remote.start()
    calm(network)

    # Nobody kept their topics for them: they were told so, each of them, and read them anew.
    assert all(topic.resets for remote in away for topic in remote.client.topics.values())
    assert [found for remote in remotes for found in differences(remote)] == []
