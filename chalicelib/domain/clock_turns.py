"""The conversation's own lines, folded version by version into its changes and episodes.

Changes are ordered by the conversation's version, and none is before the one it follows.
"""

from bisect import insort
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from chalicelib.domain.clock_events import Line
from chalicelib.domain.clock_values import Change, Episode, Facts, Post, Restated, Who
from chalicelib.domain.conversation import Status

ERASED = "erased"
RESOLVED = Status.RESOLVED.value
_version = itemgetter("v")


class Turns:
    """Folds the conversation's own lines, version by version."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.latest = 0
        self.status, self.episode = "", 0
        self.post: Post | None = None
        self.opened: dict[int, int] = {}
        self.ended: dict[int, tuple[int, bool]] = {}

    def fold(self, turns: Sequence[Line]) -> None:
        for _, together in groupby(sorted(turns, key=_version), _version):
            group = list(together)
            away = next((line["away"] for line in group if "away" in line), None)
            if away:
                self.facts.away = self.latest = max(self.latest, group[0]["at"])
                continue
            if away is False:
                self.facts.away = None
            if self.facts.away is None:
                self._turn(group)
        self._episodes()

    def _turn(self, group: Sequence[Line]) -> None:
        """All that one version tells: its lines show the same state."""
        line, facts = group[0], self.facts
        episode = line["episode"]
        self.opened[episode] = min(line["opened"], self.opened.get(episode, line["opened"]))
        facts.inbox, facts.labels = line["inbox"], tuple(line.get("labels", ()))
        if (line["status"], episode) != (self.status, self.episode):
            self._status(group)
        is_born = any(each["type"] == "conversation.created" for each in group)
        post = self._post(group)
        if self.post is None:
            facts.first = post if is_born else post._replace(agent=None, offered=None)
        if post != (self.post or facts.first):
            self.latest = max(self.latest, line["at"])
            facts.changes.append(Change(self.latest, episode, post=post))
        self.post = post
        for each in group:
            self._note(each, is_born=is_born)

    def _status(self, group: Sequence[Line]) -> None:
        line = group[0]
        self.latest = max(self.latest, min(line["since"], line["at"]))
        self.status, self.episode = line["status"], line["episode"]
        self.facts.changes.append(Change(self.latest, self.episode, status=self.status))
        if self.status == RESOLVED and self.episode not in self.ended:
            erased = any(each.get("reason") == ERASED for each in group)
            self.ended[self.episode] = (self.latest, not erased)

    def _post(self, group: Sequence[Line]) -> Post:
        line = group[0]
        before = self.post or Post()
        offer = max(((each["until"], each["agent"]) for each in group if "until" in each), default=None)
        is_over = "assignee" in line or any(each["type"] == "conversation.offer_ended" for each in group)
        if offer is None and not is_over and before.offered:
            offer = (before.until, before.offered)
        until, offered = offer or (0, None)
        hours = next((each["hours"] for each in group if "hours" in each), None)
        return Post(line.get("assignee"), line.get("team"), offered, until, hours)

    def _note(self, line: Line, *, is_born: bool) -> None:
        if line["type"] == "conversation.read" and "agent" in line:
            insort(self.facts.looked.setdefault(line["agent"], []), line["at"])
        if "restated" in line:
            insort(self.facts.restated, Restated(line["at"], line["restated"] or None, is_born), key=itemgetter(0))
        self.facts.channels.update(line.get("legs", {}))

    def _episodes(self) -> None:
        """The first begins with its first word, however late that becomes known; each ends where the next begins."""
        began = dict(sorted(self.opened.items()))
        first = next((word.at for word in self.facts.words if word.who in (Who.CUSTOMER, Who.PERSON)), None)
        if 1 in began and first is not None:
            began[1] = min(began[1], first)
        latest = 0
        for number, start in began.items():
            latest = began[number] = max(start, latest)
        starts: list[Any] = [*began.values(), None]
        for place, (number, start) in enumerate(began.items()):
            until = starts[place + 1]
            ended, resolved = self.ended.get(number, (until, True))
            if ended is not None:
                ended = max(min(ended, until) if until is not None else ended, start)
            self.facts.episodes.append(Episode(number, start, ended, resolved and ended is not None, until))
