"""Following topics: what is asked for, what comes, and what is still missing. Gives effects: see `client`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from parley_live.store import Store, thing_from
from parley_live.times import Chance, back_off, milliseconds
from parley_live.topic import Topic

ANSWER_WITHIN, GAP_WAIT = 10_000, 300
MAX_TOPICS = 60
# Events that were told already: a repeated stream record makes another entry of the same event.
MAX_TOLD = 5_000

Effect = dict[str, Any]
Wire = Mapping[str, Any]


class Following:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self.store = Store()
        self.topics: dict[str, Topic] = {}
        self.open = False
        self._requests = 0
        # Requests on the socket that were not answered yet: their topics, and until when to wait.
        self._pending: dict[str, tuple[tuple[str, ...], int]] = {}
        self._told: dict[str, None] = {}

    @property
    def held(self) -> list[Topic]:
        return [topic for topic in self.topics.values() if topic.refused is None]

    @property
    def seqs(self) -> dict[str, int]:
        """What a ping tells."""
        return {topic.name: topic.seq for topic in self.held if topic.followed and topic.seq is not None}

    def times(self) -> list[int | None]:
        """When there is something to do."""
        pending = [until for _, until in self._pending.values()]
        return [*pending, *(at for topic in self.topics.values() for at in (topic.gap_at, topic.retry_at))]

    def follow(self, topics: Iterable[str], now: int) -> list[Effect]:
        """Raises ValueError for more topics than a socket follows."""
        new = [topic for topic in dict.fromkeys(topics) if topic not in self.topics]
        if len(self.topics) + len(new) > MAX_TOPICS:
            raise ValueError(f"at most {MAX_TOPICS} topics")
        self.topics |= {topic: Topic(topic) for topic in new}
        return self._ask(new, now) if self.open else []

    def leave(self, topics: Iterable[str], now: int) -> list[Effect]:
        gone = [topic for topic in dict.fromkeys(topics) if topic in self.topics]
        changed = [key for topic in gone for key in self.store.forget(topic)]
        followed = [topic for topic in gone if self.topics.pop(topic).followed]
        said = [say({"action": "leave", "topics": followed})] if followed and self.open else []
        return [*said, *changed_effect(changed, ())]

    def opened(self, now: int) -> list[Effect]:
        self.open = True
        return self._ask([topic.name for topic in self.held], now)

    def cut_off(self) -> None:
        self.open, self._pending = False, {}
        for topic in self.topics.values():
            topic.cut_off()

    # --- what the desk says ---

    def followed(self, frame: Wire, now: int) -> list[Effect]:
        topics, _ = self._pending.pop(frame.get("request", ""), ((), 0))
        for name in topics:
            if name in self.topics:
                self.topics[name].asking, self.topics[name].followed = None, True
        return self._caught(frame, now)

    def entries(self, frame: Wire, now: int) -> list[Effect]:
        return self._taken(frame["entries"], now)

    def heads(self, frame: Wire, now: int) -> list[Effect]:
        """What is too much to be pushed: it is fetched."""
        effects: list[Effect] = []
        for name, head in frame["heads"].items():
            topic = self.topics.get(name)
            if topic is not None:
                topic.head = max(topic.head, head)
                effects += self._catch_up(topic, now)
        return effects

    def pong(self, frame: Wire, now: int) -> list[Effect]:
        as_of = milliseconds(frame["as_of"])
        for name, head in frame["heads"].items():
            topic = self.topics.get(name)
            # Before a topic is followed on this socket, a number says nothing: it may have stood still meanwhile.
            if topic is not None and topic.followed and topic.seq is not None:
                topic.head = max(topic.head, head)
                if topic.seq >= head:
                    topic.told_at = max(topic.told_at, as_of)
                elif topic.gap_at is None:
                    topic.gap_at = now + GAP_WAIT
        lost = [name for name in frame["lost"] if name in self.topics and self.topics[name].asking is None]
        for name in lost:
            self.topics[name].followed = False
        return self._ask(lost, now)

    def error(self, frame: Wire, now: int) -> list[Effect]:
        """A request that was refused, or cannot be answered now."""
        topics, _ = self._pending.pop(frame.get("request") or "", ((), 0))
        asked = [self.topics[name] for name in topics if name in self.topics]
        for topic in asked:
            topic.asking = None
        if frame.get("code") == "unavailable":
            return self._later(asked, now)
        if len(asked) > 1:
            # One of them is at fault: asked one by one, the others go on.
            return [effect for topic in asked for effect in self._ask([topic.name], now)]
        return [effect for topic in asked for effect in self._refused(topic, frame, now)]

    def fetched(self, identifier: str, answer: Wire | None, now: int) -> list[Effect]:
        """`answer`: the body of GET /v1/live, None where there was none."""
        mine = [one for one in self.topics.values() if one.asking == identifier]
        if answer is None:
            return self._later(mine, now)
        for topic in mine:
            topic.asking = None
        return self._caught(answer, now)

    def have_read(self, identifier: str, things: Sequence[Wire] | None, now: int) -> list[Effect]:
        """`things`: {kind, id, version, view} of all the topic has, None where it could not be read."""
        topic = next((one for one in self.topics.values() if one.reading == identifier), None)
        if topic is None:
            return []
        topic.reading = None
        if things is None:
            topic.attempts += 1
            topic.retry_at = now + back_off(topic.attempts, self._chance)
            return []
        topic.read, topic.attempts = True, 0
        return changed_effect(self.store.read(topic.name, topic.begun_at, map(thing_from, things)), ())

    def _refused(self, topic: Topic, frame: Wire, now: int) -> list[Effect]:
        if topic.seq is not None:
            # Perhaps it is the place that it does not take: begin anew.
            topic.seq, topic.read, topic.told_at, topic.more, topic.head = None, False, 0, False, 0
            return self._ask([topic.name], now)
        topic.refused = str(frame.get("detail", ""))
        return [{"do": "refused", "topic": topic.name, "detail": topic.refused}]

    # --- catching up ---

    def _caught(self, answer: Wire, now: int) -> list[Effect]:
        effects: list[Effect] = []
        for part in answer["topics"]:
            topic = self.topics.get(part["topic"])
            if topic is not None:
                effects += self._caught_topic(topic, part, now)
        return effects

    def _caught_topic(self, topic: Topic, part: Wire, now: int) -> list[Effect]:
        effects: list[Effect] = []
        place_at = int(part["place"].partition(".")[2])
        topic.attempts, topic.gap_at, topic.retry_at = 0, None, None
        if part["reset"] or topic.seq is None:
            effects += self._begin(topic, part, place_at, now)
        effects += self._taken(part["entries"], now)
        effects += self._shown(topic, topic.drain())
        if topic.seq is not None and topic.seq >= part["seq"]:
            topic.told_at = max(topic.told_at, place_at)
        topic.more = part["more"]
        topic.head = max(topic.head, part["seq"])
        if topic.more:
            return [*effects, *self._fetch([topic])]
        if topic.behind:
            topic.gap_at = now + GAP_WAIT
        if not topic.read and topic.reading is None:
            # The process ended before it was read.
            effects += self._read(topic)
        return effects

    def _begin(self, topic: Topic, part: Wire, place_at: int, now: int) -> list[Effect]:
        """Count from here, and read what there is: what was before cannot be told."""
        first = topic.seq is None
        topic.resets += part["reset"]
        topic.seq = topic.begun_at = part["seq"]
        topic.told_at, topic.head = place_at, max([part["seq"], topic.head if first else 0, *topic.early])
        topic.read = False
        return self._read(topic)

    def _taken(self, entries: Sequence[Wire], now: int) -> list[Effect]:
        effects: list[Effect] = []
        for entry in entries:
            topic = self.topics.get(entry["topic"])
            if topic is not None:
                effects += self._shown(topic, topic.take(entry))
                if topic.behind and topic.followed and topic.asking is None and topic.gap_at is None:
                    # Perhaps it is only late.
                    topic.gap_at = now + GAP_WAIT
        return effects

    def _shown(self, topic: Topic, entries: Sequence[Wire]) -> list[Effect]:
        changed: list[tuple[str, str]] = []
        happened: list[Wire] = []
        for entry in entries:
            for change in entry["changes"]:
                thing = thing_from(change)
                if self.store.merge(topic.name, entry["seq"], thing):
                    changed.append(thing.key)
                happened += [event for event in change["happened"] if self._is_news(event["id"])]
        return changed_effect(changed, happened)

    def _is_news(self, event_id: str) -> bool:
        if event_id in self._told:
            return False
        self._told[event_id] = None
        if len(self._told) > MAX_TOLD:
            del self._told[next(iter(self._told))]
        return True

    def _catch_up(self, topic: Topic, now: int) -> list[Effect]:
        topic.gap_at = None
        if not topic.behind or topic.asking is not None or topic.seq is None or not self.open:
            return []
        return self._fetch([topic]) if topic.more else self._ask([topic.name], now)

    def _ask(self, names: Sequence[str], now: int) -> list[Effect]:
        if not names:
            return []
        request = self._next_id("f")
        for name in names:
            self.topics[name].asking = request
        self._pending[request] = tuple(names), now + ANSWER_WITHIN
        places = {name: self.topics[name].place for name in names}
        return [say({"action": "follow", "topics": places, "request": request})]

    def _fetch(self, topics: Sequence[Topic]) -> list[Effect]:
        identifier = self._next_id("q")
        for topic in topics:
            topic.asking = identifier
        return [{"do": "fetch", "id": identifier, "topics": {topic.name: topic.place for topic in topics}}]

    def _read(self, topic: Topic) -> list[Effect]:
        topic.reading = self._next_id("r")
        return [{"do": "read", "id": topic.reading, "topic": topic.name}]

    def _later(self, topics: Sequence[Topic], now: int) -> list[Effect]:
        for topic in topics:
            topic.asking = None
            topic.attempts += 1
            topic.retry_at = now + back_off(topic.attempts, self._chance)
        return []

    def due(self, now: int) -> list[Effect]:
        self._forget_unanswered(now)
        effects: list[Effect] = []
        for topic in self.topics.values():
            if topic.gap_at is not None and topic.gap_at <= now:
                effects += self._catch_up(topic, now)
            if topic.retry_at is not None and topic.retry_at <= now:
                effects += self._retry(topic, now)
        return effects

    def _retry(self, topic: Topic, now: int) -> list[Effect]:
        topic.retry_at = None
        effects: list[Effect] = []
        if topic.seq is not None and not topic.read and topic.reading is None:
            effects += self._read(topic)
        if topic.asking is None and self.open and (topic.behind or not topic.followed):
            effects += self._fetch([topic]) if topic.more and topic.followed else self._ask([topic.name], now)
        return effects

    def _forget_unanswered(self, now: int) -> None:
        late = [request for request, (_, until) in self._pending.items() if until <= now]
        for request in late:
            topics, _ = self._pending.pop(request)
            self._later([self.topics[name] for name in topics if name in self.topics], now)

    def _next_id(self, prefix: str) -> str:
        self._requests += 1
        return f"{prefix}{self._requests}"

    # --- to go on after the process ended ---

    def snapshot(self) -> dict[str, Any]:
        return {
            "topics": {
                topic.name: {"seq": topic.seq, "told_at": topic.told_at, "read": topic.read, "begun_at": topic.begun_at}
                for topic in self.held
            },
            **self.store.snapshot(),
            "told": list(self._told),
        }

    def restore(self, snapshot: Wire) -> None:
        self.topics = {name: Topic(name, **kept) for name, kept in snapshot["topics"].items()}
        self.store.restore(snapshot)
        self._told = dict.fromkeys(snapshot["told"])


def say(frame: Wire) -> Effect:
    return {"do": "say", "frame": frame}


def changed_effect(things: Iterable[tuple[str, str]], happened: Sequence[Wire]) -> list[Effect]:
    keys = list(dict.fromkeys(things))
    if not keys and not happened:
        return []
    return [{"do": "changed", "things": [list(key) for key in keys], "happened": list(happened)}]
