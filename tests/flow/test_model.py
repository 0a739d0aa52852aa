"""Anything that may happen to conversations, in any order, against a small model of what must come of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.delivery import RANK, DeliveryState
from chalicelib.domain.errors import TransitionRefused, WindowClosed
from chalicelib.domain.message import Direction, Message
from chalicelib.services import desk as desk_service
from chalicelib.services.assignment import Wish, assign
from tests.flow import invariants
from tests.flow.scene import ANA, PHONE, Scene, scene, stored

CUSTOMERS = ("85261234567", "85261234568")
REOPEN = timedelta(hours=24)
WINDOW = timedelta(hours=24)


@dataclass
class Case:
    """What the model knows of one conversation."""

    unread: int = 0
    status: Status = Status.OPEN
    episode: int = 1
    resolved_at: datetime | None = None
    assignee: str | None = None
    texts: set[str] = field(default_factory=set)


@dataclass
class Person:
    cases: list[Case] = field(default_factory=list)
    last_inbound: datetime | None = None
    payloads: list[Any] = field(default_factory=list)


class Desk(RuleBasedStateMachine):
    """Two customers of one number, one agent."""

    answers = Bundle("answers")

    @initialize()
    def open(self) -> None:
        self.context = scene()
        self.here: Scene = self.context.__enter__()
        self.here.provider.knobs.turn(withhold_statuses=("all",))
        self.people = {customer: Person() for customer in CUSTOMERS}
        self.states: dict[str, DeliveryState] = {}
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.context.__exit__(None, None, None)

    # --- customers -----------------------------------------------------------------------------------------------

    @rule(
        customer=st.sampled_from(CUSTOMERS),
        late=st.sampled_from((0, 0, 0, 45, 4000)),
        hours=st.sampled_from((0, 0, 0, 5, 30)),
    )
    def writes(self, customer: str, late: int, hours: int) -> None:
        self.number += 1
        now = self.here.now.pass_(hours=hours, seconds=61)
        person, at = self.people[customer], now - timedelta(seconds=late)
        payload = inbound(customer, f"text {self.number}", f"wamid.{self.number}", int(at.timestamp()))
        assert self.here.webhook(payload)["statusCode"] == 200
        person.payloads.append(payload)
        self._wrote(person, at.replace(microsecond=0), f"text {self.number}")

    def _wrote(self, person: Person, at: datetime, text: str) -> None:
        case = person.cases[-1] if person.cases else None
        over = case is not None and case.resolved_at is not None and at - case.resolved_at > REOPEN
        if case is None or over:
            case = Case()
            person.cases.append(case)
        elif case.status is Status.RESOLVED:
            case.status, case.episode, case.resolved_at = Status.OPEN, case.episode + 1, None
        elif case.status is Status.SNOOZED:
            case.status = Status.OPEN
        case.unread += 1
        case.texts.add(text)
        person.last_inbound = max(person.last_inbound or at, at)
        # The simulated phone has its own window.
        customer = next(wa_id for wa_id, each in self.people.items() if each is person)
        self.here.provider.whatsapp.customer(PHONE, customer).last_inbound_at = person.last_inbound

    @rule(customer=st.sampled_from(CUSTOMERS), data=st.data())
    def repeats(self, customer: str, data: st.DataObject) -> None:
        payloads = self.people[customer].payloads
        if payloads:
            before = stored(self.here.world)
            assert self.here.webhook(data.draw(st.sampled_from(payloads)))["statusCode"] == 200
            assert stored(self.here.world) == before

    # --- the agent -----------------------------------------------------------------------------------------------

    @rule(target=answers, customer=st.sampled_from(CUSTOMERS), blind=st.booleans(), twice=st.booleans())
    def replies(self, customer: str, blind: bool, twice: bool) -> Any:
        person = self.people[customer]
        if not person.cases:
            return multiple()
        self.number += 1
        now = self.here.now.pass_(seconds=61)
        current = self._of(customer)[-1]
        leg_id = current.active_leg_id
        more = {"leg_id": leg_id} if blind else {}
        text, client_id = f"answer {self.number}", f"c{self.number}"
        try:
            message = self.here.replies(current.id, text, client_id, **more)
        except WindowClosed:
            assert now - (person.last_inbound or now) >= WINDOW
            return multiple()
        assert now - (person.last_inbound or now) < WINDOW
        if twice:
            assert self.here.replies(current.id, text, client_id, **more).id == message.id
        person.cases[-1].unread = 0
        person.cases[-1].texts.add(text)
        self.here.world.pump()
        self.states[message.id] = DeliveryState.SENT
        assert self.here.screen(customer).count(text) == 1
        return message

    @rule(message=answers, status=st.sampled_from(("sent", "delivered", "read", "failed")))
    def receipt(self, message: Message, status: str) -> None:
        at = int(self.here.now.pass_(seconds=1).timestamp())
        tracker = f"{message.leg_id}.{message.id}.{self._message(message).attempt}"
        assert self.here.webhook(mark(tracker, status, at))["statusCode"] == 200
        told = DeliveryState(status)
        if RANK[told] > RANK[self.states[message.id]]:
            self.states[message.id] = told

    @rule(message=consumes(answers))
    def retries(self, message: Message) -> None:
        if self.states[message.id] is DeliveryState.FAILED:
            texts = self.here.screen(self._customer_of(message)).count(message.text)
            self.here.retries(message)
            self.here.now.pass_(seconds=1)
            self.here.world.pump()
            stored_now = self._message(message)
            assert stored_now.attempt >= 2
            window_open = texts < self.here.screen(self._customer_of(message)).count(message.text)
            self.states[message.id] = DeliveryState.SENT if window_open else DeliveryState.FAILED

    @rule(
        customer=st.sampled_from(CUSTOMERS),
        status=st.sampled_from(tuple(Status)),
    )
    def status(self, customer: str, status: Status) -> None:
        cases = self.people[customer].cases
        if not cases:
            return
        now, case = self.here.now.pass_(seconds=61), cases[-1]
        until = now + timedelta(hours=1) if status is Status.SNOOZED else None
        conversation = self._of(customer)[-1]
        try:
            desk_service.set_status(self.here.desk, ANA, conversation.id, status, now, snoozed_until=until)
        except TransitionRefused:
            assert case.status is status
            return
        if case.status is Status.RESOLVED and status is Status.OPEN:
            case.episode += 1
        case.status, case.resolved_at = status, now if status is Status.RESOLVED else None

    @rule(customer=st.sampled_from(CUSTOMERS), assignee=st.sampled_from((None, "agt_ana", "agt_ben")))
    def assigns(self, customer: str, assignee: str | None) -> None:
        cases = self.people[customer].cases
        if cases and cases[-1].assignee != assignee:
            conversation = self._of(customer)[-1]
            now = self.here.now.pass_(seconds=1)
            wish = Wish(assignee, None, exceed=True)
            assign(self.here.desk, replace(ANA, role=Role.SUPERVISOR), conversation.id, wish, now)
            cases[-1].assignee = assignee

    @rule(customer=st.sampled_from(CUSTOMERS), twice=st.booleans())
    def notes(self, customer: str, twice: bool) -> None:
        if self.people[customer].cases:
            self.number += 1
            conversation = self._of(customer)[-1]
            for _ in range(2 if twice else 1):
                now = self.here.now.pass_(seconds=1)
                desk_service.add_note(self.here.desk, ANA, conversation.id, f"n{self.number}", "secret", now)

    @rule(customer=st.sampled_from(CUSTOMERS))
    def reads(self, customer: str) -> None:
        if self.people[customer].cases:
            conversation = self._of(customer)[-1]
            desk_service.mark_read(self.here.desk, ANA, conversation.id, self.here.now.pass_(seconds=1))
            self.people[customer].cases[-1].unread = 0

    # --- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    @precondition(lambda self: hasattr(self, "here"))
    def holds(self) -> None:
        self.here.world.pump()
        items = stored(self.here.world)
        invariants.check(self.here.world, items)
        messages = invariants.all_messages(items)
        for customer, person in self.people.items():
            for case, conversation in zip(person.cases, self._of(customer), strict=True):
                assert (conversation.unread, conversation.status) == (case.unread, case.status)
                assert (conversation.episode, conversation.assignee_id) == (case.episode, case.assignee)
                own = [each.text for each in messages if each.conversation_id == conversation.id]
                assert sorted(own) == sorted(case.texts)
            assert not any("secret" in text for text in self.here.screen(customer))
        for message in messages:
            if message.direction is Direction.OUTBOUND:
                assert message.state is self.states[message.id]

    def _of(self, customer: str) -> list[Conversation]:
        """The customer's conversations as stored, the oldest first."""
        found = invariants.all_conversations(stored(self.here.world))
        own = [each for each in found if next(iter(each.legs.values())).address == customer]
        return sorted(own, key=lambda each: each.created_at)

    def _message(self, message: Message) -> Message:
        found = invariants.all_messages(stored(self.here.world))
        return next(each for each in found if each.id == message.id)

    def _customer_of(self, message: Message) -> str:
        return next(customer for customer in CUSTOMERS if self._leg_of(customer) == message.leg_id)

    def _leg_of(self, customer: str) -> str | None:
        conversations = self._of(customer)
        return conversations[-1].active_leg_id if conversations else None


def inbound(customer: str, text: str, external_id: str, at: int) -> dict[str, Any]:
    message = {"from": customer, "id": external_id, "timestamp": str(at), "type": "text", "text": {"body": text}}
    return _payload({"contacts": [{"wa_id": customer, "profile": {"name": "Bob"}}], "messages": [message]})


def mark(tracker: str, status: str, at: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": f"wamid.of.{tracker}", "status": status, "timestamp": str(at)}
    return _payload({"statuses": [entry | {"biz_opaque_callback_data": tracker}]})


def _payload(parts: dict[str, Any]) -> dict[str, Any]:
    value = {"metadata": {"display_phone_number": "15550001111", "phone_number_id": PHONE}, **parts}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "waba", "changes": [{"field": "messages", "value": value}]}],
    }


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
