"""`python -m infra.local demo`: the main job without a person, hop by hop, each with its time."""

from collections.abc import Mapping
from contextlib import ExitStack

from infra.local.cloud import LocalCloud, local_cloud
from infra.local.flows import CHANNELS, DESK, Flows
from infra.local.play import HopFailed, Play
from infra.local.progress import LocalCloudError, Progress
from infra.local.running import attached
from infra.local.workspace import Workspace, furnish

ALL = "all"


def parts() -> Mapping[str, Flows]:
    """Everything there is to play, by the word it is asked for with."""
    return {**CHANNELS, **DESK}


def demo(channel: str, port: int, simulators_port: int, progress: Progress) -> int:
    """Against the desk that `run` has running, or one started for this; 1 if a hop fails."""
    channels = chosen(channel)
    with ExitStack() as undo:
        running = attached(port, simulators_port)
        if running is not None:
            progress.say(f"Using the desk that runs on port {port}.")
            cloud, workspace = running
            _require_inboxes(workspace, channels)
        else:
            progress.say("No desk is running: starting one for this, on ports of its own.")
            cloud = undo.enter_context(local_cloud(progress=progress))
            workspace = Workspace.fresh()
            with progress.step("people and inboxes"):
                furnish(cloud, workspace)
        failed = play_all(cloud, workspace, progress, channels)
    progress.say("All hops came about." if not failed else f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def chosen(channel: str) -> list[str]:
    """The channels to play; LocalCloudError names them where there is no such one."""
    if channel == ALL:
        return list(parts())
    if channel not in parts():
        raise LocalCloudError(f"there is no channel {channel!r}. There are: {', '.join(sorted(parts()))}, {ALL}")
    return [channel]


def _require_inboxes(workspace: Workspace, channels: list[str]) -> None:
    """A desk that was started by an older version of this program may lack some."""
    missing = [channel for channel in channels if channel in CHANNELS and not workspace.inboxes[channel].id]
    if missing:
        raise LocalCloudError(f"the desk that runs has no inbox for {', '.join(missing)}: stop it and start it again")


def play_all(cloud: LocalCloud, workspace: Workspace, progress: Progress, channels: list[str]) -> list[str]:
    """Every flow of these channels; answers those that failed."""
    failed: list[str] = []
    for channel in channels:
        for title, flow in parts()[channel].items():
            progress.say(f"{channel}: {title}")
            try:
                flow(Play(cloud, workspace, progress))
            except HopFailed as fault:
                progress.say(f"  FAILED   {fault}")
                failed.append(f"{channel} ({title})")
    progress.say()
    return failed
