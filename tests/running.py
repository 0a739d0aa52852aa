"""The deployed desk that tests/web and tests/local_cloud share: one, with its simulators, on ports of its own. Its
state is thrown away. It ends with the last of their tests: those that follow need the machine."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.local.cloud import LocalCloud, local_cloud
from infra.local.workspace import Workspace, furnish

FOLDERS = tuple(Path(__file__).parent / name for name in ("web", "local_cloud"))


@dataclass
class Running:
    """What runs now. `ending`: what is closed with it."""

    ending: ExitStack = field(default_factory=ExitStack)
    desk: tuple[LocalCloud, Workspace] | None = None

    def furnished(self) -> tuple[LocalCloud, Workspace]:
        """The cloud and its workspace, started when they are asked for first."""
        if self.desk is None:
            cloud, workspace = self.ending.enter_context(local_cloud()), Workspace.fresh()
            furnish(cloud, workspace)
            self.desk = (cloud, workspace)
        return self.desk

    def end_before(self, nextitem: pytest.Item | None) -> None:
        """Ends everything where the next test needs none of it."""
        if nextitem is None or not any(folder in nextitem.path.parents for folder in FOLDERS):
            self.desk = None
            self.ending.close()


RUNNING = Running()
