"""Routing knows what a customer is entitled to, and scores anew what was labelled while it waits."""

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.entitlements import EntitlementRule
from chalicelib.domain.labels import Label, Vocabulary
from chalicelib.domain.priority import PriorityRule
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_policy import RoutingPolicy, asks_contact
from chalicelib.services.labels import label_conversation
from chalicelib.services.reactions import RoutingReactions
from tests.services.test_routing import Floor

CNV = "cnv_0001"
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
POLICY = RoutingPolicy(
    priorities=(
        PriorityRule("Served first", 50, {"field": "entitlement.served_first", "is": True}),
        PriorityRule("Angry", 20, {"field": "labels", "is": "angry"}),
    ),
)
GERMANS = EntitlementRule("German", "served_first", "Served first", {"field": "contact.language", "is": "de"})


def waiting(floor: Floor) -> QueueEntry:
    entry = floor.store.entry(CNV)
    assert entry is not None
    return entry


def test_who_is_entitled_to_it_is_served_first() -> None:
    for german, points in ((True, 50), (False, 0)):
        floor = Floor()
        floor.rules.now, floor.rules.entitlements = POLICY, (GERMANS,)
        floor.opens(CNV, german=german)
        assert waiting(floor).points == points
    assert asks_contact(POLICY)


def test_what_waits_is_scored_anew_when_it_is_labelled() -> None:
    floor = Floor()
    floor.rules.now, floor.rules.entitlements = POLICY, (GERMANS,)
    floor.opens(CNV, german=True)
    label_conversation(floor.desk, ANA, Vocabulary({"angry": Label("angry", "Angry")}), CNV, ["angry"], [], floor.now)

    event = {"type": "conversation.labelled", "aggregate": {"id": CNV}}
    for _ in range(2):
        RoutingReactions(floor.routing).react(event, floor.now)

    assert waiting(floor).points == 70
