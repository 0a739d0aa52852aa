"""The deployed desk that tests/web and tests/local_cloud play on: one in each process, with its simulators, on ports of
its own. Its state is thrown away. It ends with the last of their tests: those that follow need the machine."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.local.cloud import LocalCloud, local_cloud
from infra.local.processes import free_port
from infra.local.workspace import Workspace, furnish

FOLDERS = tuple(Path(__file__).parent / name for name in ("web", "local_cloud"))


@dataclass
class Running:
    """What runs now. `ending`: what is closed with it."""

    ending: ExitStack = field(default_factory=ExitStack)
    desk: tuple[LocalCloud, Workspace] | None = None
    _folder: Path | None = None
    _ports: tuple[int, int, int] = (0, 0, 0)

    def furnished(self) -> tuple[LocalCloud, Workspace]:
        """The cloud and its workspace, started when they are asked for first."""
        if self.desk is None:
            self._folder = Path(tempfile.mkdtemp(prefix="parley-tests-"))
            self._ports = (free_port(), free_port(), free_port())
            self.desk = (self._started(), Workspace.fresh())
            furnish(*self.desk)
        return self.desk

    def stop(self) -> None:
        """As Ctrl-C does: the data stays."""
        self.ending.close()

    def start_again(self) -> LocalCloud:
        """On what `stop` left."""
        assert self.desk is not None
        self.desk = (self._started(), self.desk[1])
        return self.desk[0]

    def end_before(self, nextitem: pytest.Item | None) -> None:
        """Ends everything where the next test needs none of it."""
        if nextitem is None or not any(folder in nextitem.path.parents for folder in FOLDERS):
            self.stop()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self.desk, self._folder = None, None

    def _started(self) -> LocalCloud:
        cloud, simulators, web = self._ports
        return self.ending.enter_context(local_cloud(cloud, simulators, self._folder, web_port=web))


RUNNING = Running()
