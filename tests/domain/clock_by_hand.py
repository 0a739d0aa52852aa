"""The clock reckoned a second time, by somebody who looks at the wire events anew in each minute: slow, and knowing
nothing of lines, ledgers, intervals or spans. All times are whole minutes since the tale's start."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tests.domain.clock_forms import CALENDARS, ID, MINUTE, START

PARTS = ("bot", "queue", "offered", "agent", "colleague", "customer", "snoozed", "closed")
WEEK = 7 * 24 * 60
# kind, episode, at, value, business, hit, agent, team, inbox
Told = tuple[str, int, int, int | None, int | None, bool | None, str | None, str | None, str]


def minute(text: str) -> int:
    found = (datetime.fromisoformat(text) - START) / MINUTE
    assert found == int(found)
    return int(found)


@cache
def is_open(calendar: str | None, at: int) -> bool:
    if calendar is None:
        return True
    if calendar == "office":
        here = (START + at * MINUTE).astimezone(ZoneInfo("Europe/Berlin"))
        return here.weekday() < 5 and 9 <= here.hour < 17
    there = (START + at * MINUTE).astimezone(ZoneInfo("America/New_York"))
    return there.hour >= 16 or there.hour < 2


class Hand:
    def __init__(self, events: Sequence[Mapping[str, Any]]) -> None:
        self.events = events
        self.status: list[tuple[int, int, str]] = []
        self.posts: list[tuple[int, int, tuple[Any, ...]]] = []
        self.opened: dict[int, int] = {}
        self.restated: list[tuple[int, int | None]] = []
        self.is_away = False
        self._versions()
        times = {minute(event["occurred_at"]) for event in events} | {word[0] for word in self.words}
        self.last = max(times)
        times |= {post[3] for _, _, post in self.posts} | {at for at, *_ in self.status} | {at for at, *_ in self.posts}
        self.times = sorted(times)
        self.seen: dict[tuple[int, int], str] = {}

    def _versions(self) -> None:
        latest, offer = 0, (None, 0)
        state: Any = None
        for version in sorted({e["aggregate"]["version"] for e in self._of("conversation.")}):
            group = [e for e in self._of("conversation.") if e["aggregate"]["version"] == version]
            types = {e["type"].removeprefix("conversation."): e for e in group}
            shot, at = group[0]["snapshot"], minute(group[0]["occurred_at"])
            moves = [types[name] for name in ("merged", "unmerged") if name in types]
            if any(e["data"]["source_id"] == ID for e in moves):
                self.is_away = "merged" in types
                if self.is_away:
                    latest = max(latest, at)
                    continue
            elif moves:
                self.restated.append((at, minute(shot["waiting_since"]) if shot["waiting_since"] else None))
            if self.is_away:
                continue
            self.opened[shot["episode"]] = min(minute(shot["opened_at"]), self.opened.get(shot["episode"], 10**9))
            if state is None or state[:2] != (shot["status"], shot["episode"]):
                latest = max(latest, min(minute(shot["status_changed_at"]), at)) if self.status else at
                self.status.append((latest, shot["episode"], shot["status"]))
            if "offered" in types:
                offer = (types["offered"]["data"]["agent_id"], minute(types["offered"]["data"]["until"]))
            elif "offer_ended" in types or shot["assignee_id"]:
                offer = (None, 0)
            post = (shot["assignee_id"], shot["team_id"], *offer)
            if not self.posts or self.posts[-1][2] != post:
                latest = max(latest, at)
                # Whose it is when it begins, it is from its first word on.
                self.posts.append((latest if self.posts else -(10**9), shot["episode"], post))
            state = (shot["status"], shot["episode"])

    def _of(self, family: str) -> list[Mapping[str, Any]]:
        return [event for event in self.events if event["type"].startswith(family)]

    @cached_property
    def words(self) -> list[tuple[int, int, str, str | None, str]]:
        """(at, 0 customer, 1 person, 2 bot, 3 rule; id, author, inbox)."""
        found = []
        for event in self._of("message."):
            shot = event["snapshot"]
            kind = {"contact": 0, "agent": 1, "bot": 2, "rule": 3}[shot["author"]["kind"]]
            inbox = "ibx_wa" if shot["leg_id"].startswith("leg_wa") else "ibx_em"
            found.append((minute(shot["occurred_at"]), kind, shot["id"], shot["author"]["id"], inbox))
        return sorted(found)

    @cached_property
    def episodes(self) -> list[tuple[int, int, int | None, int | None]]:
        """(number, began, ended, until)."""
        began = dict(sorted(self.opened.items()))
        began[1] = min([began[1], *(at for at, who, *_ in self.words if who < 2)][:2]) if 1 in began else 0
        numbers = list(began)
        found = []
        for place, number in enumerate(numbers):
            until = began[numbers[place + 1]] if place + 1 < len(numbers) else None
            ends = [at for at, episode, status in self.status if episode == number and status == "resolved"]
            ends = [*ends[:1], *([] if until is None else [until])]
            found.append((number, began[number], max(min(ends), began[number]) if ends else None, until))
        return found

    def post(self, at: int) -> tuple[Any, ...]:
        return [post for time, _, post in self.posts if time <= at][-1]

    def inbox(self, at: int) -> str:
        return next((word[4] for word in reversed(self.words) if word[0] <= at), "ibx_wa")

    def calendar(self, at: int) -> str | None:
        return CALENDARS.get(self.post(at)[1])

    def open(self, first: int, last: int, began: int = 0) -> int:
        """What was waited for elsewhere goes by the calendar that was in force when the episode began."""
        return sum(is_open(self.calendar(max(at, began)), at) for at in range(first, last))

    def said(self, episode: tuple[int, int, int | None, int | None]) -> list[tuple[int, int, str, str | None, str]]:
        _, began, _, until = episode
        return [word for word in self.words if word[0] >= began and (until is None or word[0] < until)]

    def waits(self, episode: tuple[int, int, int | None, int | None], up_to: int) -> list[list[Any]]:
        """[since, until, answer] of those known at a time."""
        _, began, ended, until = episode
        told = [(at, 9, since, "", "") for at, since in self.restated if at >= began and (until is None or at < until)]
        done: list[list[Any]] = []
        for word in sorted([*self.said(episode), *told], key=lambda each: (each[0], each[1])):
            if word[0] > up_to or (ended is not None and word[0] > ended):
                break
            waiting = bool(done) and done[-1][1] is None
            if word[1] == 9:
                done = done[:-1] if waiting else done
                done += [[word[2], None, None]] if word[2] is not None else []
            elif word[1] == 1 and waiting:
                done[-1][1:] = [word[0], word]
            elif word[1] == 0 and not waiting:
                done.append([word[0], None, None])
        return [wait for wait in done if ended is None or wait[0] < ended]

    def holder(self, episode: tuple[int, int, int | None, int | None], at: int) -> str:
        """Whose it would be, were everything open."""
        place = sum(time <= at for time in self.times)
        key = (episode[0], place)
        if key not in self.seen:
            self.seen[key] = self._holder(episode, at)
        return self.seen[key]

    def is_pending(self, episode: tuple[int, int, int | None, int | None], at: int) -> bool:
        of = [(time, status) for time, number, status in self.status if number == episode[0] and time <= at]
        written = any(word[1] == 0 and of and of[-1][0] <= word[0] <= at for word in self.said(episode))
        return bool(of) and of[-1][1] == "pending" and not written

    def _holder(self, episode: tuple[int, int, int | None, int | None], at: int) -> str:
        of = [status for time, number, status in self.status if number == episode[0] and time <= at]
        found = self.waits(episode, at)
        owner, team, offered, until = self.post(at)
        if of and of[-1] == "snoozed":
            return "snoozed"
        if self.is_pending(episode, at) or not (found and found[-1][1] is None):
            return "customer"
        if owner is None and self._is_bots(episode, at):
            return "bot"
        if owner is not None:
            wrote = any(word[1] == 2 and word[3] == owner for word in self.words)
            return "bot" if wrote else "colleague" if self._asks(at) else "agent"
        return "offered" if offered and at < until else "queue"

    def _is_bots(self, episode: tuple[int, int, int | None, int | None], at: int) -> bool:
        spoke = [word[0] for word in self.said(episode) if word[1] == 2 and word[0] <= at]
        if not spoke:
            return False
        after = [time for time, *_ in [*self.posts, *self.status] if spoke[-1] < time <= at]
        return not after and not any(word[1] == 1 and spoke[-1] < word[0] <= at for word in self.said(episode))

    def _asks(self, at: int) -> bool:
        newest: dict[str, bool] = {}
        for event in self._of("side_thread."):
            if minute(event["occurred_at"]) <= at:
                newest[event["data"]["thread_id"]] = event["type"] == "side_thread.created"
        return any(newest.values())

    def look(self, episode: tuple[int, int, int | None, int | None], at: int) -> tuple[str, str]:
        """(who would have it, who has it)."""
        who = self.holder(episode, at)
        ours = who in ("queue", "offered", "agent", "colleague")
        return who, "closed" if ours and not is_open(self.calendar(at), at) else who

    def minutes(self, episode: tuple[int, int, int | None, int | None], horizon: int) -> Iterator[tuple[int, str, str]]:
        _, began, ended, _ = episode
        for at in range(began, horizon if ended is None else min(ended, horizon)):
            yield at, *self.look(episode, at)
