"""One customer on two channels: by the providers' webhooks, the stream, the bus and the function `people` they become
one person by themselves, or are suggested; and whoever they are, answers go where the customer wrote."""

from dataclasses import replace

import pytest

from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.domain import ids
from chalicelib.domain.envelope import Actor
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.profile import told
from chalicelib.domain.suggestion import Pair
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services import desk as desk_service
from chalicelib.services import evidence
from chalicelib.services import people as services
from chalicelib.wiring import people, shared
from tests.flow.conftest import BOB, PHONE, Stage

SMS, ACCOUNT, NUMBER = "ibx_sms", "AC1", "+15550100002"


@pytest.fixture
def stage_of_two(stage: Stage) -> Stage:
    base, hook = stage.sim.base_url, f"{stage.base_url}/webhooks/sms/{SMS}"
    host = base.removeprefix("http://")
    settings = {
        "account_sid": ACCOUNT,
        "api_base": f"{base}/twilio",
        "media_hosts": [host],
        "public_url": stage.base_url,
    }
    credentials = {"auth_token": ["t0ken"], "webhook_url": [hook]}
    stage.world.add_inbox(SMS, "sms", NUMBER, credentials, settings=settings)
    stage.sim.sms.register(ACCOUNT, auth_token="t0ken", number=NUMBER, webhook_url=hook)
    stage.world.keeps_customers = True
    return stage


def writes(stage: Stage, phone: str, text: str) -> str:
    """A customer's SMS; gives their contact."""
    stage.sim.sms.say(ACCOUNT, phone, text=text)
    stage.settle()
    return ids.contact_id("sms", phone)


def legs(stage: Stage) -> dict[str, tuple[str, str]]:
    """By channel, the conversation that shows the leg, and the leg."""
    whole = [desk_service.get(stage.desk, each.id) for each in stage.conversations()]
    return {leg.channel: (each.id, leg.id) for each in whole for leg in each.legs.values()}


def says(stage: Stage, contact_id: str, source: str, **fields: str) -> None:
    store = ContactStore(shared.desk())
    before = store.get(contact_id)
    assert before is not None
    after = replace(told(before, source, fields, shared.now()), updated_at=shared.now(), version=before.version + 1)
    recorded = Recorded((ContactUpdated(fields=tuple(fields)),), Actor("agent", "agt_ana"), shared.now())
    assert store.replace(after, before.version, recorded, evidence.changed(before, after)) is Written.DONE
    stage.settle()


def suggestions() -> list[Pair]:
    return list(people.suggestions().page(10, None).items)


def members(contact_id: str) -> set[str]:
    return set(services.person_of(people.people(), contact_id)[0].members)


def test_a_customer_of_two_channels_is_one_person_when_both_attest_the_number(stage_of_two: Stage) -> None:
    stage = stage_of_two
    stage.customer_says("Where are my shoes?")
    (first,) = stage.conversations()
    other = writes(stage, f"+{BOB}", "I wrote on WhatsApp, too")
    assert other != first.contact_id
    assert members(other) == {other, first.contact_id}
    (link,) = services.person_of(people.people(), other)[0].links
    assert (link.by[0], link.strength, link.evidence) == ("system", 90, ("phone",))
    assert suggestions() == []
    # Their conversations may be one by now: each leg is the customer's address still, and is answered there.
    for channel, (conversation_id, leg_id) in legs(stage).items():
        stage.agent_replies(conversation_id, f"By {channel}.", channel, leg_id=leg_id)
    stage.settle()
    shown = [each["text"] for each in stage.sim.sms.phone(ACCOUNT, f"+{BOB}")["messages"] if each["author"] == "desk"]
    assert "By sms." in shown and "By whatsapp." not in shown
    shown = [each["text"] for each in stage.sim.whatsapp.phone(PHONE, BOB)["messages"]]
    assert "By whatsapp." in shown and "By sms." not in shown


def test_a_customer_of_two_channels_is_suggested_when_an_address_was_only_typed(stage_of_two: Stage) -> None:
    stage = stage_of_two
    stage.customer_says("Where are my shoes?")
    (first,) = stage.conversations()
    other = writes(stage, "+5511987650001", "Hello")
    says(stage, first.contact_id, "agent", email="bob@example.com")
    says(stage, other, "visitor", email="Bob@Example.com")
    assert members(other) == {other}
    (pair,) = suggestions()
    assert (pair.ends, pair.strength) == (tuple(sorted((other, first.contact_id))), 40)
    says(stage, other, "visitor", email="ann@example.com")
    assert suggestions() == []
