"""The provider simulators as their operator sees them: register accounts, play customers, look at phones."""

import base64
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.local.emulator import REPOSITORY
from infra.local.http_json import Unreachable, call
from infra.local.processes import HOST, Child, wait_until
from infra.local.progress import LocalCloudError

START_SECONDS = 30.0
STOP_SECONDS = 10.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Providers:
    """The simulators' control API at `url`."""

    url: str

    def call(self, method: str, path: str, body: Any = None) -> Json:
        answer = call(method, f"{self.url}/sim{path}", body)
        if not answer.ok:
            raise LocalCloudError(f"the simulators refused {method} {path}: {answer.excerpt()}")
        return answer.body if isinstance(answer.body, dict) else {}

    def healthy(self) -> bool:
        try:
            return call("GET", f"{self.url}/sim/health").ok
        except Unreachable:
            return False

    def register(self, place: str, settings: Json) -> None:
        """An account of ours at a provider: credentials, and where its webhooks go."""
        about = self.call("PUT", place, settings)
        # Amazon's topics send nothing to a webhook that has not confirmed.
        if about.get("confirmed") is False:
            wait_until(lambda: self.call("GET", place)["confirmed"], START_SECONDS, f"{place} is not confirmed")

    def whatsapp_says(self, phone_number_id: str, wa_id: str, **message: Any) -> str:
        """A customer writes; answers the provider's id of the message."""
        path = f"/whatsapp/numbers/{phone_number_id}/customers/{wa_id}/messages"
        return str(self.call("POST", path, message)["id"])

    def whatsapp_sends_file(self, phone_number_id: str, wa_id: str, kind: str, content: bytes, **message: Any) -> str:
        """A customer sends a file."""
        encoded = base64.b64encode(content).decode()
        return self.whatsapp_says(phone_number_id, wa_id, type=kind, content_base64=encoded, **message)

    def whatsapp_phone(self, phone_number_id: str, wa_id: str) -> list[Json]:
        """What the customer's phone shows, oldest first."""
        path = f"/whatsapp/numbers/{phone_number_id}/customers/{wa_id}/phone"
        shown: list[Json] = self.call("GET", path)["messages"]
        return shown

    def email_says(self, address: str, mailbox: str, **mail: Any) -> str:
        """A customer writes a new mail; answers its Message-ID."""
        return str(self.call("POST", f"/email/{address}/mailboxes/{mailbox}/messages", mail)["id"])

    def email_answers(self, address: str, mailbox: str, mail_id: str, **mail: Any) -> str:
        """A customer answers a mail of ours."""
        path = f"/email/{address}/mailboxes/{mailbox}/messages/{mail_id}/answers"
        return str(self.call("POST", path, mail)["id"])

    def mailbox(self, address: str, mailbox: str) -> list[Json]:
        """What a customer's mailbox holds, oldest first."""
        shown: list[Json] = self.call("GET", f"/email/{address}/mailboxes/{mailbox}/messages")["messages"]
        return shown

    def custom_says(self, name: str, contact_id: str, **message: Any) -> str:
        """A contact of the connected system writes."""
        path = f"/custom/{name}/contacts/{quote(contact_id, safe='')}/messages"
        return str(self.call("POST", path, message)["external_id"])

    def custom_phone(self, name: str, contact_id: str) -> list[Json]:
        """What the contact's screen shows."""
        path = f"/custom/{name}/contacts/{quote(contact_id, safe='')}/phone"
        shown: list[Json] = self.call("GET", path)["messages"]
        return shown

    def knobs(self, provider: str, **turned: Any) -> None:
        """Turn faults on: duplicates=3, for one."""
        self.call("PUT", f"/{provider}/knobs", turned)

    def no_faults(self, provider: str) -> None:
        self.call("DELETE", f"/{provider}/knobs")

    def deliveries(self, provider: str, account: str) -> list[Json]:
        """The log of webhooks posted, oldest first."""
        path = f"/webhooks?provider={provider}&account={account}"
        found: list[Json] = self.call("GET", path)["deliveries"]
        return found

    def wait_idle(self, seconds: float = 20.0) -> bool:
        """Wait until every webhook is out."""
        return bool(self.call("POST", "/webhooks/wait", {"seconds": seconds})["idle"])


def start(port: int, work_dir: Path, env: dict[str, str]) -> tuple[Child, Providers]:
    """Start the simulators and wait until they answer."""
    child = Child(
        "the provider simulators",
        [sys.executable, "-m", "simulators", "--host", HOST, "--port", str(port),
         "--state", str(work_dir / "simulators.json")],
        env,
        work_dir / "simulators.log",
        REPOSITORY,
    )  # fmt: skip
    providers = Providers(f"http://{HOST}:{port}")

    def ready() -> bool:
        child.require_alive()
        return providers.healthy()

    try:
        wait_until(ready, START_SECONDS, "the provider simulators did not get ready")
    except BaseException:
        child.stop(STOP_SECONDS)
        raise
    return child, providers
