"""The desk's REST API, as far as live views need it: standard library only."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

TIMEOUT_SECONDS = 30
Json = dict[str, Any]


class NoAnswer(Exception):
    """Nobody answered, or not with what was asked for."""


class Rest:
    """`url`: the API's address, with its stage. `headers`: who is calling, as `Authorization`."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url, self._headers = url.rstrip("/"), dict(headers)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Status and JSON of any answer. Raises NoAnswer."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {**self._headers, **({"Content-Type": "application/json"} if sent else {})}
        request = urllib.request.Request(self._url + path, sent, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, None
        except (OSError, ValueError) as error:
            raise NoAnswer(str(error)) from error

    def get(self, path: str, **query: str) -> Json:
        """Raises NoAnswer for anything but a good answer."""
        status, found = self.ask("GET", f"{path}?{urlencode(query)}" if query else path)
        if status >= 300 or not isinstance(found, dict):
            raise NoAnswer(f"{path} answered {status}")
        return found

    def socket_address(self) -> str:
        """With a new ticket. Raises NoAnswer."""
        status, made = self.ask("POST", "/me/socket-tickets")
        if status >= 300:
            raise NoAnswer(f"no ticket: {status}")
        return f"{made['url']}?ticket={quote(made['ticket'])}"

    def missed(self, topics: Mapping[str, str | None]) -> Json:
        """What came behind these places. Raises NoAnswer."""
        named = (topic if place is None else f"{topic}@{place}" for topic, place in topics.items())
        return self.get("/live", topics=",".join(named))

    def read(self, topic: str) -> list[Json]:
        """All that a topic has now; of kinds that have no list nothing. Raises NoAnswer."""
        kind, _, identifier = topic.partition(":")
        if kind == "conversation":
            return list(self._thread(identifier))
        if kind == "work":
            return list(self._rows(view="mine"))
        return list(self._rows(team_id=identifier)) if kind == "team" and identifier != "none" else []

    def _thread(self, conversation_id: str) -> Iterator[Json]:
        path, query = f"/conversations/{quote(conversation_id)}/messages", {"limit": "100"}
        page = self.get(path, **query)
        yield _thing("conversation", page["conversation"])
        while True:
            yield from (_thing(entry["type"], entry) for entry in page["items"])
            if page["before"] is None:
                return
            page = self.get(path, **query, before=page["before"])

    def _rows(self, **query: str) -> Iterator[Json]:
        for status in ("open", "pending", "snoozed"):
            cursor: dict[str, str] = {}
            while True:
                page = self.get("/conversations", **query, **cursor, status=status, limit="100")
                yield from (_thing("conversation", row) for row in page["items"])
                if page["next_cursor"] is None:
                    break
                cursor = {"cursor": page["next_cursor"]}


def _thing(kind: str, view: Json) -> Json:
    """Notes are written once: they have no version."""
    return {"kind": kind, "id": view["id"], "version": view.get("version", 1), "view": view}
