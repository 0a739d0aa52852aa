"""Serves the built workspace on this machine, as CloudFront does in AWS: the same headers, the same fallback.

python -m infra.local.web_server --port 4580 --folder web/dist --config .local/web.json

`--config` holds what the page asks for as `/config.json`. Any path without a file answers the page itself, which knows
its own routes; a missing asset is a 404, so that an old page is told. `/sim/...` is handed on to the simulators, for
the page that plays customers (`/dev/phones`), and `/dev/site` is a page as a company has it, to try the chat widget on.
In AWS there is nothing of either.
"""

import argparse
import json
import mimetypes
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from infra.local import site
from infra.local.processes import HOST
from infra.web import MAIL_PAGE, NOT_KEPT, kept, mail_policy, policy

CONFIG = "/config.json"
SIMULATED = "/sim/"
LARGEST = 32 * 1024 * 1024
PATIENCE_SECONDS = 30
Answer = tuple[HTTPStatus, str, str, bytes]


class Page:
    """The files of a build, and what they are answered with."""

    def __init__(self, folder: Path, config: Path) -> None:
        self._folder = folder.resolve()
        self._config = config

    def answer(self, path: str) -> Answer:
        """Status, type, Cache-Control and body."""
        if path == CONFIG:
            return HTTPStatus.OK, "application/json", NOT_KEPT, json.dumps(self._told()["page"]).encode()
        found = (self._folder / path.lstrip("/")).resolve()
        if found.is_file() and found.is_relative_to(self._folder):
            kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
            return HTTPStatus.OK, _with_charset(kind), kept(path.lstrip("/")), found.read_bytes()
        if path.startswith("/assets/"):
            return HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", NOT_KEPT, b"There is no such file.\n"
        return HTTPStatus.OK, "text/html; charset=utf-8", NOT_KEPT, (self._folder / "index.html").read_bytes()

    def simulated(self, method: str, path: str, body: bytes | None) -> Answer:
        """What the simulators answer."""
        simulators = self._told().get("simulators")
        if not simulators:
            return HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", NOT_KEPT, b"There are no simulators here.\n"
        asked = Request(f"{simulators}{path}", data=body, method=method, headers={"Content-Type": "application/json"})
        try:
            with urlopen(asked, timeout=PATIENCE_SECONDS) as answer:
                return HTTPStatus(answer.status), str(answer.headers["Content-Type"]), NOT_KEPT, answer.read()
        except HTTPError as refused:
            with refused:
                return HTTPStatus(refused.code), str(refused.headers["Content-Type"]), NOT_KEPT, refused.read()
        except (URLError, TimeoutError) as fault:
            return HTTPStatus.BAD_GATEWAY, "text/plain; charset=utf-8", NOT_KEPT, f"{fault}\n".encode()

    def site(self, query: str) -> Answer | None:
        """A company's page; None where there are no chats."""
        chats = self._told().get("chats")
        body = site.page(chats, query).encode() if chats else None
        return (HTTPStatus.OK, "text/html; charset=utf-8", NOT_KEPT, body) if body else None

    def security(self, path: str = "") -> dict[str, str]:
        """The headers of every answer; a company's page has its own."""
        told = self._told()
        if path == site.PATH and told.get("chats"):
            return site.policy(told["chats"])
        if path == MAIL_PAGE:
            return mail_policy(told["files"])
        return policy(told["reaches"], told["files"])

    def _told(self) -> dict:
        told: dict = json.loads(self._config.read_text())
        return told


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


class Handler(BaseHTTPRequestHandler):
    """Answers with a page's files, and hands on what is for the simulators."""

    page: Page
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Parley", ""

    def do_GET(self) -> None:
        self._answer(self._found())

    def do_HEAD(self) -> None:
        self._answer(self._found(), with_body=False)

    def do_POST(self) -> None:
        self._changed()

    def do_PUT(self) -> None:
        self._changed()

    def do_DELETE(self) -> None:
        self._changed()

    def _found(self) -> Answer:
        if self.path.startswith(SIMULATED):
            return self.page.simulated("GET", self.path, None)
        asked = urlsplit(self.path)
        foreign = self.page.site(asked.query) if asked.path == site.PATH else None
        return foreign or self.page.answer(unquote(asked.path))

    def _changed(self) -> None:
        length = self.headers.get("Content-Length", "0")
        # A page of another origin cannot say this type without being asked for leave, which nobody gives it.
        ours = self.headers.get("Content-Type", "").startswith("application/json")
        if not self.path.startswith(SIMULATED) or not ours or not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True
            return self._answer((HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", NOT_KEPT, b"Not here.\n"))
        return self._answer(self.page.simulated(self.command, self.path, self.rfile.read(int(length))))

    def _answer(self, answer: Answer, *, with_body: bool = True) -> None:
        status, kind, cached, body = answer
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Cache-Control": cached,
            "Content-Length": str(len(body)),
            **self.page.security(urlsplit(self.path).path),
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what a page asks for is no news."""


def handler(page: Page) -> type[Handler]:
    """A request handler of this page."""
    return type("PageHandler", (Handler,), {"page": page})


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the built workspace.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    asked = parser.parse_args()
    server = ThreadingHTTPServer((HOST, asked.port), handler(Page(asked.folder, asked.config)))
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
