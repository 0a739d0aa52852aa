"""Offers from webhook to answer: a customer writes, an agent is asked and takes it or does not; who says nothing is
away in the end, and somebody else is asked."""

from collections.abc import Iterator

import pytest

from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_policy import Mode, RoutingPolicy
from chalicelib.services.documents import policy_body
from chalicelib.services.paperwork import save
from chalicelib.wiring import routing as wiring
from chalicelib.wiring import shared, work
from functions.routing.handler import handler
from tests.flow.conftest import ANA, Stage
from tests.flow.test_routed_work import timer

BEN = Principal("agent", "agt_ben", "Ben", Role.AGENT)
AGENTS = {each.id: Agent(each.id, each.name, f"{each.id}@example.com", Role.AGENT, shared.now()) for each in (ANA, BEN)}


@pytest.fixture
def offering(stage: Stage) -> Iterator[Stage]:
    policy = policy_body(RoutingPolicy(mode=Mode.OFFER, missed_offers=1))
    save(DocumentStore(shared.desk(), "routing"), "published", policy, 0)
    stage.world.routes = True
    yield stage


def online(here: Stage, who: Principal) -> None:
    wiring.presence().choose(AGENTS[who.id], Intent.ONLINE, "", shared.now())
    here.settle()


def used(who: Principal) -> int:
    return work.board().standing(AGENTS[who.id], shared.now()).workload.used


def offered(who: Principal) -> list[str]:
    return [conversation.id for _, conversation in work.offers().mine(who.id, shared.now())]


def only(here: Stage) -> Conversation:
    (found,) = here.conversations()
    return found


def test_a_customer_is_answered_by_who_accepts(offering: Stage) -> None:
    online(offering, ANA)
    offering.customer_says("Where is my order?")
    name = only(offering).id
    assert (only(offering).assignee_id, offered(ANA), used(ANA)) == (None, [name], 2)

    online(offering, BEN)
    work.offers().decline(ANA, name, "Lunch", shared.now())
    offering.settle()
    assert (offered(ANA), offered(BEN), used(ANA), used(BEN)) == ([], [name], 0, 2)

    # A message that comes meanwhile changes nothing of that.
    offering.customer_says("Hello?")
    work.offers().accept(BEN, name, shared.now())
    offering.settle()
    offering.agent_replies(name, "It is on its way.")
    offering.settle()

    assert (only(offering).assignee_id, offered(BEN), used(BEN)) == (BEN.id, [], 2)
    texts = [entry.text for entry in offering.entries(name)]
    assert texts == ["Where is my order?", "Hello?", "It is on its way."]


def test_who_does_not_answer_an_offer_is_away_and_somebody_else_is_asked(
    offering: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    online(offering, ANA)
    offering.customer_says("Where is my order?")
    name = only(offering).id
    ((offer, _conversation),) = work.offers().mine(ANA.id, shared.now())
    online(offering, BEN)

    later = offer.until - shared.now()
    monkeypatch.setattr("functions.routing.handler.now", lambda: shared.now() + later)
    handler(timer("offer", name, offer.epoch, offer.until.isoformat()), None)
    offering.settle()

    standing = work.board().standing(AGENTS[ANA.id], shared.now())
    assert (standing.workload.presence.intent, standing.workload.presence.reason) == (Intent.AWAY, "missed offers")
    assert (offered(BEN), used(ANA), used(BEN)) == ([name], 0, 2)
    # The same timer again, and one of an offer that never was.
    handler(timer("offer", name, offer.epoch, offer.until.isoformat()), None)
    handler(timer("offer", name, 1, offer.until.isoformat()), None)
    offering.settle()
    assert (offered(BEN), used(BEN)) == ([name], 2)
