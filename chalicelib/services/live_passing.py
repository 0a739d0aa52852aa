"""Frames without a number: typing, who looks, who holds a composer. Worth something now or never.

They are pushed to who follows a topic at the moment, and kept nowhere: a lost one is made good by the next one, or by
the moment at which what it said ends by itself.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.live_sockets import Pushed
from chalicelib.services.live_fanout import forget
from chalicelib.services.live_ports import Pusher, SocketStore, TopicStore


@dataclass(frozen=True, slots=True)
class Passing:
    topics: TopicStore
    sockets: SocketStore
    pusher: Pusher

    def tell(self, topic: str, frame: Mapping[str, Any], now: datetime, *, but: str = "") -> int:
        """To all who listen and keep up, `but` this connection. Gives how many took it; never raises."""
        with suppress(StoreUnavailable):
            return self._tell(topic, frame, now, but)
        return 0

    def _tell(self, topic: str, frame: Mapping[str, Any], now: datetime, but: str) -> int:
        listeners = self.topics.following(topic, now).listeners
        concerned = [one.connection_id for one in listeners if not one.slow and one.connection_id != but]
        if not concerned:
            return 0
        written = json.dumps({**frame, "topic": topic}, ensure_ascii=False, separators=(",", ":")).encode()
        outcomes = self.pusher.push([(connection, written) for connection in concerned])
        for connection, outcome in zip(concerned, outcomes, strict=True):
            if outcome is Pushed.GONE:
                forget(self.topics, self.sockets, connection)
        return sum(outcome is Pushed.TAKEN for outcome in outcomes)
