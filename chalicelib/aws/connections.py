"""Pushing to open sockets: API Gateway's connections."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.live_sockets import Pushed

# At once: a socket that does not take its frame must not hold up the others.
SIDE_BY_SIDE = 8


class Connections:
    """`client` is made for the sockets' own address: `apigatewaymanagementapi`."""

    def __init__(self, socket_client: Callable[[], Any]) -> None:
        self._client = socket_client

    def push(self, frames: Sequence[tuple[str, bytes]]) -> Sequence[Pushed]:
        by_connection: dict[str, list[tuple[int, bytes]]] = {}
        for place, (connection_id, frame) in enumerate(frames):
            by_connection.setdefault(connection_id, []).append((place, frame))
        outcomes = [Pushed.LATE] * len(frames)
        if len(by_connection) == 1:
            done = [self._in_order(*next(iter(by_connection.items())))]
        else:
            with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(by_connection) or 1)) as pool:
                done = list(pool.map(lambda one: self._in_order(*one), by_connection.items()))
        for place, outcome in (each for one in done for each in one):
            outcomes[place] = outcome
        return outcomes

    def _in_order(self, connection_id: str, frames: Sequence[tuple[int, bytes]]) -> list[tuple[int, Pushed]]:
        """One socket's frames, one after the other; behind one that was not taken the others would be out of order."""
        outcomes: list[tuple[int, Pushed]] = []
        for place, frame in frames:
            outcome = self._post(connection_id, frame)
            outcomes.append((place, outcome))
            if outcome is not Pushed.TAKEN:
                return outcomes + [(later, outcome) for later, _ in frames[len(outcomes) :]]
        return outcomes

    def _post(self, connection_id: str, frame: bytes) -> Pushed:
        client = self._client()
        try:
            client.post_to_connection(ConnectionId=connection_id, Data=frame)
        except client.exceptions.GoneException:
            return Pushed.GONE
        except (ClientError, BotoCoreError):
            return Pushed.LATE
        return Pushed.TAKEN
