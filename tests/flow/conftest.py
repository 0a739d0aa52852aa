"""A desk with a WhatsApp inbox, its simulated provider, and a gateway between them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import aws_lambda_powertools  # noqa: F401 - imported once here: two threads importing it at once meet half of it
import pytest

import simulators
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message
from chalicelib.services import desk as desk_service
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import shared
from tests.flow.gateway import Gateway, gateway
from tests.flow.world import World, come_to_rest, memory_world

ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
INBOX = "ibx_wa"
PHONE = "106540352242922"
BOB = "85261234567"


@dataclass
class Stage:
    """Everything a flow test touches."""

    world: World
    sim: simulators.Simulators
    base_url: str
    gateway: Gateway

    @property
    def desk(self) -> DeskStore:
        return DeskStore(shared.desk())

    def customer_says(self, text: str, wa_id: str = BOB, **more: Any) -> str:
        wamid = self.sim.whatsapp.say(PHONE, wa_id, text=text, name="Bob Chan", **more)
        self.settle()
        return wamid

    def settle(self) -> None:
        """Webhooks posted, everything carried on, until both sides rest."""
        come_to_rest(self.world, self.sim)

    def conversations(self) -> list[Conversation]:
        from chalicelib.domain.reads import ViewQuery

        page = desk_service.list_view(self.desk, ViewQuery("all", "", "open", 50))
        return list(page.items)

    def entries(self, conversation_id: str) -> list[Message]:
        page = desk_service.thread(self.desk, conversation_id, limit=50)
        return [entry for entry in page.entries if isinstance(entry, Message)]

    def agent_replies(self, conversation_id: str, text: str, client_id: str = "c1", **more: object) -> Message:
        draft = Draft(client_id=client_id, text=text, **more)  # type: ignore[arg-type]
        return reply(ReplyStore(shared.desk()), shared.inbox_directory(), ANA, conversation_id, draft, shared.now())


@contextmanager
def staged(within: AbstractContextManager[World], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with within as made, gateway() as (url, application), simulators.running(retry_delays=(0.01,)) as sim:
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", sim.base_url.removeprefix("http://"))
        made.add_inbox(
            INBOX,
            "whatsapp",
            PHONE,
            {"app_secret": ["s3cret"], "access_token": ["t0ken"], "verify_token": ["v"]},
            settings={"api_base": f"{sim.base_url}/graph/v25.0", "media_hosts": [sim.base_url.removeprefix("http://")]},
        )
        sim.whatsapp.register(
            PHONE,
            access_token="t0ken",
            app_secret="s3cret",
            webhook_url=f"{url}/webhooks/whatsapp/{INBOX}",
        )
        yield Stage(made, sim, url, application)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Over AWS in memory, which tests/aws holds to moto; `test_order` and `test_concurrency` run over moto too."""
    with staged(memory_world(), monkeypatch) as made:
        yield made
