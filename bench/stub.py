"""`python -m bench.stub PORT`: AWS and a provider that answer at once, always the same.

AWS's answers are those an emulator gave before (`POST /_load`): by operation and request body, else by operation, in
the order in which they were given. A process of its own, so that its time is not ours.
"""

import asyncio
import json
import sys
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1_000_000)
JSON = "application/json"

Answer = tuple[int, str, bytes]


class Canned:
    """Answers given before."""

    def __init__(self, recorded: list[dict[str, Any]]) -> None:
        self._exact: dict[tuple[str, str, str], Answer] = {}
        self._turns: dict[tuple[str, str], list[Answer]] = {}
        self._next: dict[tuple[str, str], int] = {}
        for one in recorded:
            answer = (int(one["status"]), "application/x-amz-json-1.0", one["answer"].encode())
            self._exact[one["method"], one["place"], one["body"]] = answer
            self._turns.setdefault((one["method"], one["place"]), []).append(answer)

    def find(self, method: str, place: str, body: bytes) -> Answer | None:
        exact = self._exact.get((method, place, body.decode("utf-8", "replace")))
        if exact is not None:
            return exact
        turns = self._turns.get((method, place))
        if turns is None:
            return None
        turn = self._next.get((method, place), 0)
        self._next[method, place] = turn + 1
        return turns[turn % len(turns)]


class Stub:
    def __init__(self, port: int) -> None:
        self._port = port
        self._canned = Canned([])
        self._accepted = 0

    async def serve(self) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", self._port)
        async with server:
            await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
                }
                if headers.get("expect") == "100-continue":
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                method, path, _version = head[0].split(" ")
                status, kind, answer = self._answer(method, path.partition("?")[0], headers, body)
                writer.write(
                    f"HTTP/1.1 {status} OK\r\ncontent-type: {kind}\r\ncontent-length: {len(answer)}\r\n\r\n".encode()
                )
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path == "/_load":
            self._canned = Canned(json.loads(body))
            return 200, JSON, b"{}"
        if path.startswith(("/graph/", "/media/")):
            return self._provider(method, path)
        found = self._canned.find(method, headers.get("x-amz-target") or path, body)
        return found or (400, JSON, json.dumps({"__type": "NotRecorded", "message": f"{method} {path}"}).encode())

    def _provider(self, method: str, path: str) -> Answer:
        if path.startswith("/media/"):
            return 200, "image/png", PNG
        if method == "GET":
            url = f"http://127.0.0.1:{self._port}/media/1"
            return 200, JSON, json.dumps({"url": url, "mime_type": "image/png", "file_size": len(PNG)}).encode()
        self._accepted += 1
        return 200, JSON, json.dumps({"messages": [{"id": f"wamid.accepted{self._accepted}"}]}).encode()


if __name__ == "__main__":
    asyncio.run(Stub(int(sys.argv[1])).serve())
