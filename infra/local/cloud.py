"""The local cloud as a library: a running emulator, the deployed stack and the simulators.

    with local_cloud() as cloud:
        cloud.desk("admin@example.test", password).call("GET", "/conversations?view=all")

Everything started inside the `with` has ended when it is left. Ports are free ones, state is thrown away, unless told
otherwise.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local import emulator, providers
from infra.local.desk import Desk, sign_in
from infra.local.processes import HOST, Child, free_port, require_free_port, wait_until
from infra.local.progress import Progress
from infra.local.stack import Stack, client
from infra.parts import ROOT

WAIT_SECONDS = 60.0


@dataclass(slots=True)
class LocalCloud:
    """A running local cloud. `outputs` are the stack's, as `infra.package` prints them."""

    endpoint_url: str
    outputs: dict[str, str]
    providers: providers.Providers
    work_dir: Path
    children: tuple[Child, ...] = ()
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        """The agents' API."""
        return self.outputs["RestApiUrl"].rstrip("/")

    @property
    def inbound_url(self) -> str:
        """Webhooks, the custom channel's events and the web chat."""
        return self.outputs["HttpApiUrl"].rstrip("/")

    def webhook_url(self, channel: str, inbox_id: str) -> str:
        """Where a provider posts the events of an inbox."""
        if channel == "custom":
            return f"{self.inbound_url}/v1/custom/{inbox_id}/events"
        if channel == "events":
            return f"{self.inbound_url}/v1/events/{inbox_id}"
        return f"{self.inbound_url}/webhooks/{channel}/{inbox_id}"

    def chat_url(self, inbox_id: str) -> str:
        """What a company's page tells the chat widget as data-chat."""
        return f"{self.inbound_url}/widget/v1/{inbox_id}"

    def client(self, service: str) -> Any:
        """A boto3 client with every right."""
        if service not in self._clients:
            self._clients[service] = client(service, self.endpoint_url)
        return self._clients[service]

    def token(self, email: str, password: str) -> str:
        """An access token."""
        return sign_in(self.endpoint_url, self.outputs["UserPoolClientId"], email, password)

    def desk(self, email: str, password: str) -> Desk:
        """The API, signed in."""
        return Desk.with_token(self.api_url, self.token(email, password))

    def require_health(self) -> None:
        """LocalCloudError if something we started has ended."""
        for child in self.children:
            child.require_alive()


@dataclass(frozen=True, slots=True)
class Settings:
    """How a local cloud is started. `state_dir` None: the state is thrown away at the end."""

    port: int
    simulators_port: int
    work_dir: Path
    keep_state: bool
    root: Path = ROOT
    web_port: int = 4580


@contextmanager
def started(settings: Settings, progress: Progress) -> Iterator[LocalCloud]:
    """Start emulator, stack and simulators in this order; end them in the other."""
    require_free_port(settings.port, "local cloud", "PARLEY_CLOUD_PORT")
    require_free_port(settings.simulators_port, "simulators", "PARLEY_SIMULATORS_PORT")
    work_dir = settings.work_dir
    state_dir = work_dir / "state" if settings.keep_state else None
    stack = Stack(settings.port, settings.simulators_port, work_dir, settings.root, settings.web_port)
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, work_dir / "tmp", ignore_errors=True)
        with progress.step("starting the cloud emulator"):
            ses = {"AWS_ENDPOINT_URL_SESV2": f"http://{HOST}:{settings.simulators_port}/ses"}
            cloud_child = emulator.start(settings.port, state_dir, work_dir, ses)
        undo.callback(_stop_emulator, cloud_child, progress, keep=settings.keep_state)
        outputs = stack.up_to_date() or stack.deploy(progress)
        with progress.step("starting the provider simulators"):
            # The simulated mail service puts mails into the stack's bucket.
            env = {**os.environ, **emulator.sdk(settings.port)}
            child, found = providers.start(settings.simulators_port, work_dir, env)
        undo.callback(child.stop, providers.STOP_SECONDS)
        yield LocalCloud(stack.endpoint_url, outputs, found, work_dir, (cloud_child, child))


def _stop_emulator(child: Child, progress: Progress, *, keep: bool) -> None:
    if not keep:
        # Nothing to write down: no need to wait for it.
        child.stop(1.0)
        return
    with progress.step("stopping the cloud emulator and keeping its data"):
        emulator.stop(child)


@contextmanager
def local_cloud(
    port: int | None = None,
    simulators_port: int | None = None,
    state_dir: Path | None = None,
    *,
    web_port: int | None = None,
    progress: Progress | None = None,
    root: Path = ROOT,
) -> Iterator[LocalCloud]:
    """A local cloud of one's own. With `state_dir` its data is kept there, and found again by the same ports."""
    with ExitStack() as undo:
        work_dir = state_dir
        if work_dir is None:
            work_dir = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="parley-cloud-")))
        ports = (port or free_port(), simulators_port or free_port())
        settings = Settings(*ports, work_dir, state_dir is not None, root, web_port or free_port())
        yield undo.enter_context(started(settings, progress or Progress(quiet=True)))


def eventually(look: Callable[[], Any], complaint: str, seconds: float = WAIT_SECONDS) -> Any:
    """What `look` answers once it is truthy."""
    found: list[Any] = [None]

    def there() -> bool:
        found[0] = look()
        return bool(found[0])

    wait_until(there, seconds, complaint)
    return found[0]


__all__ = ["HOST", "LocalCloud", "Settings", "eventually", "local_cloud", "started"]
