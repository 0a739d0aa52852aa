"""Builds the workspace (web/) with Node, and knows what is true of it wherever it is served: headers, addresses.

python -m infra.web build     web/dist, where Node 20 is there
"""

import fcntl
import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.parts import ROOT

WEB = ROOT / "web"
DIST = WEB / "dist"
OLDEST_NODE = (20, 19)
# Names of assets hold a digest of what is in them; everything else is asked for anew each time.
IMMUTABLE = "public, max-age=31536000, immutable"
NOT_KEPT = "no-cache"
# Shown in a frame by the workspace: a mail is written into it.
MAIL_PAGE = "/mail.html"
# What sites load the chat widget by: it cannot be named by its contents, and is asked for on each of their pages.
WIDGET = "widget.js"
KEPT_SHORTLY = "public, max-age=300"
# What a build is made of.
SOURCES = (
    "web/index.html", "web/package-lock.json", "web/vite.config.ts", "web/build", "web/public", "web/src",
    "web/widget", "web/vite.widget.config.ts", "clients/typescript/src",
)  # fmt: skip
# What npm says where its registry cannot be reached.
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")


class NoWorkspace(Exception):
    """It cannot be built here: the message says what is missing."""


def policy(reaches: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """Security headers of every answer. `reaches`: origins that the page calls besides its own; `files`: those that
    attachments come from, and go to.

    infra/parts/web.yaml says the same to CloudFront; tests/infra/test_web.py compares the two.
    """
    shown = "".join(f" {origin}" for origin in files)
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: blob:{shown}",
        "font-src": "'self'",
        "media-src": f"'self' blob:{shown}",
        "manifest-src": "'self'",
        "connect-src": " ".join(["'self'", *reaches, *files]),
        "frame-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }


def mail_policy(files: Sequence[str]) -> dict[str, str]:
    """Security headers of MAIL_PAGE, which shows what strangers wrote: styles of its own and pictures, nothing else.
    The workspace alone frames it, in a sandbox without scripts."""
    shown = "".join(f" {origin}" for origin in files)
    rules = {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        # Pictures from elsewhere have no address that loads until their reader asks for them.
        "img-src": f"https: data:{shown}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    said = "; ".join(f"{name} {value}" for name, value in rules.items())
    return {**policy([], []), "Content-Security-Policy": said, "X-Frame-Options": "SAMEORIGIN"}


def require_node() -> None:
    """Raises NoWorkspace where Node is missing or too old."""
    wanted = "Node {}.{} or newer".format(*OLDEST_NODE)
    if not shutil.which("node") or not shutil.which("npm"):
        raise NoWorkspace(f"{wanted} with npm is needed for the workspace, and none was found")
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    version = tuple(int(part) for part in told.lstrip("v").split(".")[:2] if part.isdigit())
    if version < OLDEST_NODE:
        raise NoWorkspace(f"{wanted} is needed for the workspace; found {told or 'one that does not run'}")


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: tests run in several, and npm empties node_modules before it fills it."""
    place = ROOT / "build"
    place.mkdir(exist_ok=True)
    with (place / "web.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install() -> None:
    """node_modules as the lock has it; nothing where it is so already. Raises NoWorkspace."""
    require_node()
    with _alone():
        _install()


def _install() -> None:
    lock, installed = WEB / "package-lock.json", WEB / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm("ci", "--prefer-offline")
    # npm keeps the time of what it copies from its cache.
    installed.touch()


def npm(*arguments: str) -> str:
    """What npm wrote. Raises NoWorkspace with the end of it where it fails."""
    try:
        done = subprocess.run(["npm", *arguments], cwd=WEB, capture_output=True, text=True, timeout=600, check=False)
    except subprocess.TimeoutExpired as late:
        raise NoWorkspace(f"npm {' '.join(arguments)} took longer than 10 minutes") from late
    if done.returncode == 0:
        return done.stdout
    told = done.stdout[-4000:] + done.stderr[-4000:]
    if any(code in told for code in OFFLINE):
        raise NoWorkspace("npm's registry cannot be reached, and the workspace's packages are not all here")
    raise NoWorkspace(f"npm {' '.join(arguments)} failed:\n{told}")


def newest(paths: Sequence[str], root: Path = ROOT) -> float:
    """When the newest of these files, and of the files in these folders, was changed."""
    found = [root / name for name in paths]
    files = [file for one in found for file in ([one] if one.is_file() else one.rglob("*")) if file.is_file()]
    return max((file.stat().st_mtime for file in files), default=0.0)


def built() -> bool:
    """Whether web/dist is of the sources there are."""
    index = DIST / "index.html"
    return index.exists() and index.stat().st_mtime >= newest(SOURCES)


def build(say: Callable[[str], None] = lambda _: None) -> Path:
    """The folder that is served. Raises NoWorkspace."""
    if built():
        return DIST
    require_node()
    with _alone():
        if not built():
            _install()
            say(npm("run", "--silent", "build"))
    return DIST


def initial_kilobytes(folder: Path = DIST) -> float:
    """JavaScript that the browser fetches before anything can be done, compressed: the entry, what it imports, and the
    largest of the languages, of which one is fetched with it."""
    manifest: dict[str, dict[str, Any]] = json.loads((folder / ".vite" / "manifest.json").read_text("utf-8"))
    languages = [name for name in manifest if "virtual:messages/" in name and name.endswith("/first")]
    entry = next(name for name, chunk in manifest.items() if chunk.get("isEntry"))
    wanted: set[str] = set()
    asked = [entry]
    while asked:
        if (name := asked.pop()) not in wanted:
            wanted.add(name)
            asked += manifest[name].get("imports", [])
    weigh = {name: len(gzip.compress((folder / manifest[name]["file"]).read_bytes())) for name in {*wanted, *languages}}
    return (sum(weigh[name] for name in wanted) + max(weigh[name] for name in languages)) / 1000


def widget_kilobytes(folder: Path = DIST) -> tuple[float, float]:
    """JavaScript of the chat widget, compressed: what every page of a site loads, and what opening it adds."""
    program = json.loads((folder / ".vite" / "widget.json").read_text("utf-8"))["program"]
    closed, opened = (len(gzip.compress((folder / name).read_bytes())) / 1000 for name in (WIDGET, program))
    return closed, opened


def kept(path: str) -> str:
    """Cache-Control of a file of the build, by its path within it."""
    if path.startswith("assets/"):
        return IMMUTABLE
    return KEPT_SHORTLY if path == WIDGET else NOT_KEPT


def page_config(api_url: str, sign_in_url: str, client_id: str, stage: str) -> dict[str, Any]:
    """What the page reads as /config.json: where the desk is. Nothing of it is built in."""
    return {"api_url": api_url, "sign_in": {"url": sign_in_url, "client_id": client_id}, "stage": stage}


def main(arguments: Sequence[str]) -> int:
    if list(arguments) != ["build"]:
        print("usage: python -m infra.web build", file=sys.stderr)
        return 2
    try:
        print(build(print))
    except NoWorkspace as missing:
        print(f"parley: {missing}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
