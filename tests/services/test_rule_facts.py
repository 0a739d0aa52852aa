"""Whoever uses rules sees the same facts: routing, escalation, closings, snoozes and service levels."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.stores.clocks import ClockStore
from chalicelib.aws.stores.promises import PromiseStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.aws.stores.scheduled import ScheduledStore
from chalicelib.domain.closing import Closing
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, LastMessage, Status, WakeOn
from chalicelib.domain.entitlements import EntitlementRule
from chalicelib.domain.escalation import Path, Tier
from chalicelib.domain.ids import message_id
from chalicelib.domain.message import Direction
from chalicelib.domain.priority import PriorityRule
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.sla import ClockKind, Policy
from chalicelib.domain.snapshots import conversation_snapshot
from chalicelib.services.closing import Closings
from chalicelib.services.conversation_timers import Waking
from chalicelib.services.escalation import Escalating
from chalicelib.services.rule_facts import RuleFacts
from chalicelib.services.service_levels import ServiceLevels
from tests.services.test_escalation import Kept
from tests.services.test_routing import START, Floor, People

NAME = "cnv_0001"
PAYS = {"field": "external.crm.plan", "is": "gold"}
GERMAN = {"field": "entitlement.served_first", "is": True}
GERMANS = EntitlementRule("German", "served_first", "Served first", {"field": "contact.language", "is": "de"})
CONDITIONS = pytest.mark.parametrize("condition", [PAYS, GERMAN], ids=["external", "entitlement"])
KNOWN = pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])


@dataclass
class Crm:
    """What the CRM said, and how often somebody read it."""

    plan: str
    reads: list[str] = field(default_factory=list)

    def said(self, contact: Contact, now: datetime) -> Mapping[str, Any]:
        self.reads.append(contact.id)
        return {"external.crm.plan": self.plan}


class Hall(Floor):
    """A floor whose only conversation is that of a German on the gold plan, or of somebody else."""

    def __init__(self, *, known: bool = True, **policy: Any) -> None:
        super().__init__()
        self.crm = Crm("gold" if known else "free")
        self.rules.entitlements = (GERMANS,)
        self.rules.now = RoutingPolicy(**policy)
        self.facts = replace(self.facts, external=self.crm.said)
        self.routing = replace(self.routing, facts=self.facts)
        self.born(NAME, german=known)

    def found(self) -> Conversation:
        return self.conversation(NAME)


def test_what_other_systems_say_is_read_once_and_only_for_rules_that_ask() -> None:
    hall = Hall()
    facts = RuleFacts(People(), external=hall.crm.said)

    without = facts.of(hall.found(), [{"field": "contact.tier", "is": "gold"}, {}], START)
    told = facts.of(hall.found(), [{"not": {"any": [PAYS]}}, PAYS], START)

    assert "external.crm.plan" not in without
    assert told == {**without, "external.crm.plan": "gold"}
    assert hall.crm.reads == ["con_de"]


def test_nobody_is_asked_about_a_contact_who_is_not_there() -> None:
    class Nobody:
        def get(self, contact_id: str) -> Contact | None:
            return None

    hall = Hall()
    assert "external.crm.plan" not in RuleFacts(Nobody(), external=hall.crm.said).of(hall.found(), [PAYS], START)
    assert hall.crm.reads == []


def test_who_knows_the_contact_saves_its_read() -> None:
    class Unread:
        def get(self, contact_id: str) -> Contact | None:
            raise AssertionError("it is known")

    facts = RuleFacts(Unread(), lambda: (GERMANS,))
    bob = Contact("con_de", START, START, locale="de-DE")
    assert facts.of(Hall().found(), [], START, bob)["entitlement.served_first"] is True


@CONDITIONS
@KNOWN
def test_routing_sees_it(condition: Mapping[str, Any], known: bool) -> None:
    hall = Hall(known=known, priorities=(PriorityRule("First", 50, condition),))
    hall.routing.route(NAME, START)
    entry = hall.store.entry(NAME)
    assert entry is not None
    assert entry.points == (50 if known else 0)


@CONDITIONS
@KNOWN
def test_escalation_sees_it(condition: Mapping[str, Any], known: bool) -> None:
    hall = Hall(known=known)
    path = Path("Gold", (Tier("Experts", "team_2"),), condition)
    where = Escalating(hall.desk, hall.routing, lambda: [path]).where(NAME, START)
    assert where.path == (path if known else None)


@CONDITIONS
@KNOWN
def test_service_levels_see_it(condition: Mapping[str, Any], known: bool) -> None:
    hall = Hall(known=known)
    promise = Policy("slp_1", "Gold", {ClockKind.FIRST_RESPONSE: 60}, condition)

    class Levels:
        def sla_policies(self) -> list[Policy]:
            return [promise]

        def hours(self, hours_id: str) -> None:
            return None

    levels = ServiceLevels(ClockStore(hall.raw), Levels(), hall.facts, Kept())
    created = {"type": "conversation.created", "aggregate": {"id": NAME, "version": 1}, "data": {}}
    levels.react({**created, "snapshot": conversation_snapshot(hall.found())}, START)

    ledger = levels.store.ledger(NAME)
    assert ledger is not None
    promised = ledger.policies[1]
    assert (promised is not None and promised.id == promise.id) is known


@CONDITIONS
@KNOWN
def test_closings_see_it(condition: Mapping[str, Any], known: bool) -> None:
    hall = Hall(known=known, closings=(Closing("Gold", 60, condition),))
    newest = LastMessage(message_id(START, "x"), "leg_1", Direction.OUTBOUND, "text", "Anything else?", START, "agent")
    hall.change(hall.found(), replace(hall.found(), last_message=newest, waiting_since=None))
    desk = hall.raw

    Closings(
        store=hall.desk,
        replies=ReplyStore(desk),
        inboxes=_NoInboxes(),
        scheduled=ScheduledStore(desk),
        promises=PromiseStore(desk),
        facts=hall.facts,
        policy=hall.rules.policy,
        timers=Kept(),
    ).close(NAME, 0, START + timedelta(seconds=61))

    assert (hall.found().status is Status.RESOLVED) is known


@CONDITIONS
@KNOWN
def test_a_snooze_ends_for_them(condition: Mapping[str, Any], known: bool) -> None:
    hall = Hall(known=known, vip=condition)
    until = START + timedelta(days=1)
    hall.change(
        hall.found(), replace(hall.found(), status=Status.SNOOZED, snoozed_until=until, wake_on=WakeOn.VIP_INBOUND)
    )
    at = START + timedelta(minutes=1)
    snapshot = {"conversation_id": NAME, "kind": "text", "direction": "inbound", "content": {}, "text": "Now!"}
    snapshot |= {"author": {"kind": "contact"}}
    event = {"type": "message.created", "occurred_at": at.isoformat(), "snapshot": snapshot}

    Waking(hall.desk, hall.facts, hall.rules.policy).react(event, at)

    assert (hall.found().status is Status.OPEN) is known


class _NoInboxes:
    def inbox(self, inbox_id: str) -> None:
        return None
