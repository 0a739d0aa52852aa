"""Finds the local cloud that `run` keeps running, from what it has written down."""

import json

from infra.local import emulator
from infra.local.cloud import LocalCloud
from infra.local.home import Home, read_private
from infra.local.processes import HOST
from infra.local.providers import Providers
from infra.local.workspace import Workspace


def attached(port: int, simulators_port: int, home: Home | None = None) -> tuple[LocalCloud, Workspace] | None:
    """The running one, furnished; None where there is none, or its workspace is not ready."""
    home = home or Home()
    providers = Providers(f"http://{HOST}:{simulators_port}")
    if not emulator.healthy(port) or not providers.healthy():
        return None
    try:
        outputs = json.loads((home.path / "deployed.json").read_text())["outputs"]
    except (OSError, ValueError, KeyError):
        return None
    kept = read_private(home.workspace)
    if not kept or not all(inbox["id"] for inbox in kept["inboxes"].values()):
        return None
    cloud = LocalCloud(f"http://{HOST}:{port}", outputs, providers, home.path)
    return cloud, Workspace.saved(kept)
