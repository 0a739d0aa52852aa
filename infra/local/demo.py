"""`python -m infra.local demo`: the main job without a person, hop by hop, each with its time."""

from contextlib import ExitStack

from infra.local.cloud import LocalCloud, local_cloud
from infra.local.flows import CHANNELS
from infra.local.play import HopFailed, Play
from infra.local.progress import Progress
from infra.local.running import attached
from infra.local.workspace import Workspace, furnish

__all__ = ["CHANNELS", "demo"]


def demo(channel: str | None, port: int, simulators_port: int, progress: Progress) -> int:
    """Against the desk that `run` has running, or one started for this; 1 if a hop fails."""
    with ExitStack() as undo:
        running = attached(port, simulators_port)
        if running is not None:
            progress.say(f"Using the desk that runs on port {port}.")
            cloud, workspace = running
        else:
            progress.say("No desk is running: starting one for this, on ports of its own.")
            cloud = undo.enter_context(local_cloud(progress=progress))
            workspace = Workspace.fresh()
            with progress.step("people and inboxes"):
                furnish(cloud, workspace)
        failed = play_all(cloud, workspace, progress, channel)
    progress.say("All hops came about." if not failed else f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def play_all(cloud: LocalCloud, workspace: Workspace, progress: Progress, channel: str | None) -> list[str]:
    """Every flow of every channel (or of one); answers those that failed."""
    failed: list[str] = []
    for name in [channel] if channel else list(CHANNELS):
        for title, flow in CHANNELS[name].items():
            progress.say(f"{name}: {title}")
            try:
                flow(Play(cloud, workspace, progress))
            except HopFailed:
                failed.append(f"{name} ({title})")
    return failed
