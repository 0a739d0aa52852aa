"""The workspace on this machine: built where Node is there, and served by a server of its own."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra import web
from infra.local.http_json import Unreachable, call
from infra.local.processes import HOST, Child, require_free_port, wait_until
from infra.parts import ROOT

START_SECONDS = 20.0
STOP_SECONDS = 2.0


def address(port: int) -> str:
    """Where the page is."""
    return f"http://{HOST}:{port}"


def told(
    endpoint_url: str, outputs: Mapping[str, str], stage: str, simulators_url: str | None = None
) -> dict[str, object]:
    """What the server needs to know: the page's config, the origins that it may reach, simulators, and chats."""
    page = web.page_config(outputs["RestApiUrl"].rstrip("/"), endpoint_url, outputs["UserPoolClientId"], stage)
    chats = {"program": outputs.get("WidgetOrigin"), "inbound": outputs.get("HttpApiUrl", "").rstrip("/")}
    return {
        "page": {**page, "phones": simulators_url is not None},
        "reaches": [endpoint_url.replace("http", "ws", 1)],
        "files": [endpoint_url],
        "simulators": simulators_url,
        "chats": chats if chats["program"] else None,
    }


@contextmanager
def served(
    port: int, endpoint_url: str, outputs: Mapping[str, str], work_dir: Path, simulators_url: str | None = None
) -> Iterator[Child]:
    """Serve the build that there is in web/dist. Raises LocalCloudError where the server does not come up."""
    require_free_port(port, "workspace", "PARLEY_WEB_PORT")
    config = work_dir / "web.json"
    config.write_text(json.dumps(told(endpoint_url, outputs, "local", simulators_url), indent=1))
    command = [sys.executable, "-m", "infra.local.web_server", "--port", str(port), "--folder", str(web.DIST)]
    child = Child("workspace", [*command, "--config", str(config)], dict(os.environ), work_dir / "web.log", ROOT)
    try:
        wait_until(lambda: _answers(child, port), START_SECONDS, "the workspace's server did not come up")
        yield child
    finally:
        child.stop(STOP_SECONDS)


def _answers(child: Child, port: int) -> bool:
    child.require_alive()
    try:
        return call("GET", f"{address(port)}/config.json").ok
    except Unreachable:
        return False
