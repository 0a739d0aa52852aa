"""One conversation moved from WhatsApp to e-mail, to the web chat, to SMS: by signed webhooks, every function and the
simulated providers, to the customer's screens and back."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

import simulators
from chalicelib.domain.consent import Purpose
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.document import Document
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import LegRefused
from chalicelib.domain.leg_choice_values import Choice
from chalicelib.domain.message import Direction
from chalicelib.domain.verification import MASK
from chalicelib.services import desk as desk_service
from chalicelib.services.assignment import Wish as Assignment
from chalicelib.services.assignment import assign
from chalicelib.services.reply_draft import Draft
from chalicelib.services.switching import Switched, Target, Wish
from chalicelib.services.verification import Ask
from chalicelib.wiring import api, legs, service_levels, shared
from simulators.web_chat import Visitor, identity_token
from tests.flow import invariants
from tests.flow.conftest import ANA, BOB, PHONE, Stage
from tests.flow.gateway import gateway
from tests.flow.scene import stored
from tests.flow.world import come_to_rest, create_buckets, memory_world

WA, SMS, MAIL, CHAT = "ibx_0wa", "ibx_0sms", "ibx_0ma11", "ibx_0chat"
ACCOUNT, NUMBER, DESK = "AC0123456789abcdef0123456789abcdef", "+15550100002", "support@acme.example"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:parley-mail"
MAILBOX, BOB_PHONE = "bob@customer.example", f"+{BOB}"
WIDGET, IDENTITY = "widget-s3cret-of-this-inbox", "identity-s3cret-of-this-inbox-0123456789"
POLICY = {"id": "slp", "name": "All", "condition": {}, "targets": {"first_response": 600, "resolution": 86400}}


@dataclass
class Desk(Stage):
    """The desk with inboxes of four channels, and Bob at the other end of all of them."""

    moves: int = 0

    def settle(self) -> None:
        come_to_rest(self.world, self.sim, nullcontext())

    @property
    def conversation(self) -> Conversation:
        (only,) = self.conversations()
        return desk_service.get(self.desk, only.id)

    def choices(self) -> dict[str, Choice]:
        draft = Draft("", "Hello")
        _, found = legs.choosing().choices(self.conversation.id, draft, Purpose.SERVICE, shared.now())
        return {each.candidate.channel: each for each in found}

    def moves_to(self, target: Target, text: str) -> Switched:
        self.moves += 1
        wish = Wish(target, Draft(f"move-{self.moves}", text))
        done = legs.switching(ANA, shared.now()).switch(self.conversation.id, wish)
        self.settle()
        return done

    def to(self, channel: str, text: str) -> Switched:
        return self.moves_to(Target(leg_id=self.choices()[channel].candidate.leg_id), text)

    def mails(self) -> list[dict[str, Any]]:
        return [mail for mail in self.sim.email.mailbox(DESK, MAILBOX) if mail["author"] == "desk"]

    def answers_mail(self, text: str) -> None:
        self.sim.email.answer(DESK, MAILBOX, self.mails()[-1]["id"], text)
        self.settle()

    def sms(self) -> list[str]:
        shown = self.sim.sms.phone(ACCOUNT, BOB_PHONE)["messages"]
        return [each["text"] for each in shown if each["author"] == "desk"]

    def clocks(self) -> dict[str, tuple[Any, ...]]:
        found = service_levels.clock_store().clocks(self.conversation.id, 10)
        return {name: (clock.started_at, clock.target_seconds, clock.policy_id) for name, clock in found.items()}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with (
        mock_aws(),
        memory_world(frozenset({"s3", "sesv2"})) as made,
        gateway() as (url, application),
        simulators.running(retry_delays=(0.01,)) as sim,
    ):
        create_buckets(boto3.client("s3"))
        host = sim.base_url.removeprefix("http://")
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", host)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"{sim.base_url}/ses")
        assert made.cloud is not None
        made.cloud.client("secretsmanager").create_secret(Name="parley/test/codes", SecretString="makes codes")
        made.routes = made.keeps_customers = True
        _inboxes(made, sim, url, host)
        service_levels.policies().put(Document("published", {"policies": [POLICY]}, 1), 0)
        stage = Desk(made, sim, url, application)
        stage.settle()
        yield stage


def _inboxes(made: Any, sim: simulators.Simulators, url: str, host: str) -> None:
    meta = {"app_secret": ["s3cret"], "access_token": ["t0ken"], "verify_token": ["v"]}
    graph = {"api_base": f"{sim.base_url}/graph/v25.0", "media_hosts": [host]}
    made.add_inbox(WA, "whatsapp", PHONE, meta, settings=graph)
    hook = f"{url}/webhooks/whatsapp/{WA}"
    sim.whatsapp.register(PHONE, access_token="t0ken", app_secret="s3cret", webhook_url=hook)
    hook = f"{url}/webhooks/sms/{SMS}"
    twilio = {"api_base": f"{sim.base_url}/twilio", "account_sid": ACCOUNT, "public_url": url}
    made.add_inbox(SMS, "sms", NUMBER, {"auth_token": ["twilio"], "webhook_url": [hook]}, settings=twilio)
    sim.sms.register(ACCOUNT, auth_token="twilio", number=NUMBER, webhook_url=hook)
    mail = {"topic_arn": TOPIC, "display_name": "Acme", "certificate_hosts": [host], "mail_bucket": "mails"}
    made.add_inbox(MAIL, "email", DESK, {"token_secret": ["t0ken-secret"]}, settings=mail)
    sim.email.register(DESK, webhook_url=f"{url}/webhooks/email/{MAIL}", topic_arn=TOPIC, bucket="mails")
    sim.email.subscribe(DESK)
    made.add_inbox(CHAT, "web_chat", CHAT, {"widget_secret": [WIDGET], "identity_secret": [IDENTITY]})


def verified(here: Desk) -> None:
    """A code goes to the typed address; Bob tells it to the agent, who enters it."""
    begun = here.conversation
    asked = Ask("email", MAILBOX, begun.id, "verify-1", inbox_id=MAIL)
    found = legs.asking(api.random_ids(), ANA, shared.now()).ask(begun.contact_id, asked)
    here.settle()
    (code,) = re.findall(r"\d{6}", here.mails()[-1]["text"])
    assert MASK in here.entries(begun.id)[-1].text and code not in str(here.entries(begun.id))
    assert here.conversation.active_leg_id == begun.active_leg_id
    legs.checking(shared.now()).check(begun.contact_id, found.id, code, Actor("agent", ANA.id))
    here.settle()
    assert here.choices()["email"].candidate.proof.value == "code"


def goes_to_mail(here: Desk) -> None:
    here.to("email", "Your label comes soon.")
    mail = here.mails()[-1]
    assert mail["subject"] == "Our conversation (WhatsApp)"
    assert mail["text"].startswith("Continuing from WhatsApp.\n> You: Where is my parcel?")
    here.answers_mail("Thank you, I read it at work.")


def goes_to_chat(here: Desk) -> None:
    """Bob signs in on the company's site, which vouches for his e-mail address."""
    visitor = Visitor(here.base_url, CHAT)
    visitor.start()
    visitor.identify(jwt=identity_token(IDENTITY, "u-1", CHAT, datetime.now(UTC), email=MAILBOX, name="Bob Chan"))
    here.settle()
    chat = here.choices()["web_chat"]
    assert (chat.usable, chat.candidate.place.value, chat.candidate.proof.value) == (True, "new", "site")
    here.to("web_chat", "I see that you are on our site.")
    assert "I see that you are on our site." in visitor.messages()[-1]["text"]
    visitor.send("Yes, here I am.")
    here.settle()


def goes_to_sms(here: Desk) -> None:
    here.to("sms", "Our driver will ring.")
    assert here.sms()[-1].startswith("Continuing from chat.") and here.sms()[-1].endswith("Our driver will ring.")
    here.sim.sms.say(ACCOUNT, BOB_PHONE, text="Good, thanks.")
    here.settle()


def test_a_conversation_that_moves_about_stays_one(here: Desk) -> None:
    here.customer_says("Where is my parcel?")
    begun = here.conversation
    assign(here.desk, ANA, begun.id, Assignment(ANA.id, None), shared.now())
    here.settle()
    clocks = here.clocks()
    assert len(clocks) == 2
    # An address that was only typed is refused, with the reason; a code shows that it is his.
    with pytest.raises(LegRefused) as refused:
        here.moves_to(Target(inbox_id=MAIL, address=MAILBOX), "Hello")
    assert refused.value.facts["because"] == "identity_unproven"
    verified(here)
    goes_to_mail(here)
    goes_to_chat(here)
    goes_to_sms(here)

    now = here.conversation
    kept = ("id", "contact_id", "opened_at", "episode", "inbox_id", "channel", "created_at")
    assert [getattr(now, name) for name in kept] == [getattr(begun, name) for name in kept]
    assert (now.assignee_id, len(now.legs)) == (ANA.id, 4)
    assert here.clocks() == clocks
    said = here.entries(now.id)
    inbound = [entry.text for entry in said if entry.direction is Direction.INBOUND]
    assert inbound == ["Where is my parcel?", "Thank you, I read it at work.", "Yes, here I am.", "Good, thanks."]
    assert [entry.id for entry in said] == sorted(entry.id for entry in said)
    where = [now.legs[entry.leg_id].channel for entry in said]
    assert where == ["whatsapp", "email", "email", "email", "web_chat", "web_chat", "sms", "sms"]
    assert all(entry.state is not DeliveryState.FAILED for entry in said)
    items = stored(here.world)
    invariants.check_counts(items)
    invariants.check_people(items)
    invariants.check_messages(items)


def test_a_customer_who_answers_with_the_code_has_verified_the_number(here: Desk) -> None:
    here.customer_says("Hello")
    begun = here.conversation
    asked = Ask("phone", BOB_PHONE, begun.id, "verify-1", inbox_id=SMS)
    found = legs.asking(api.random_ids(), ANA, shared.now()).ask(begun.contact_id, asked)
    here.settle()
    (code,) = re.findall(r"\d{6}", here.sms()[-1])
    here.sim.sms.say(ACCOUNT, BOB_PHONE, text=f"It is {code}")
    here.settle()
    now = legs.verifications().verification(begun.contact_id, found.id)
    assert now is not None and now.state.value == "verified"
    assert here.choices()["sms"].candidate.place.value == "active"
