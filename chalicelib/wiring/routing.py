"""Routing, presence and timers."""

from datetime import datetime
from functools import cache

from chalicelib.aws.binding import bind_models
from chalicelib.aws.clients import client
from chalicelib.aws.memory import Memory
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.stores.teams import TeamStore
from chalicelib.aws.stores.trail import Trail, TrailedOfferStore, TrailedRoutingStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.replay_run import REPLAY
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.services.absence import GONE, SHIFT, Absence
from chalicelib.services.announcements import TELL as ANNOUNCE
from chalicelib.services.closing import CLOSE
from chalicelib.services.conversation_timers import HIBERNATE, NO_REPLY, WAKE, DueConversations
from chalicelib.services.documents import hours_from, policy_from
from chalicelib.services.due_tasks import TASK_DUE
from chalicelib.services.escalation import ESCALATE, Escalating
from chalicelib.services.live_gauges import GAUGES
from chalicelib.services.offers import OFFER, Offers
from chalicelib.services.presence import DISCONNECT, LOAN_OVER, PresenceKeeping
from chalicelib.services.promises import DUE as PROMISE
from chalicelib.services.reactions import RoutingReactions
from chalicelib.services.routing import Routing
from chalicelib.services.routing_ports import RELAX
from chalicelib.services.scheduled import SEND
from chalicelib.services.service_levels import BREACH, WARN
from chalicelib.services.timers import TimerCalls
from chalicelib.services.waits import TELL
from chalicelib.services.window_guard import WINDOW
from chalicelib.wiring import live_gauges, scheduled, texts, together, windows
from chalicelib.wiring.known_rules import rule_facts
from chalicelib.wiring.service_levels import service_levels
from chalicelib.wiring.shared import desk, settings
from chalicelib.wiring.timing import timers

# Rules, calendars and teams change rarely; a change holds everywhere within this time.
RULES_SECONDS = 15


class RoutingRules:
    """What administrators have set up, remembered for a little while."""

    def __init__(self) -> None:
        self._memory = Memory(RULES_SECONDS, unknown_seconds=RULES_SECONDS)
        self._policies = DocumentStore(desk(), "routing")
        self._hours = DocumentStore(desk(), "hours")

    def policy(self) -> RoutingPolicy:
        found: RoutingPolicy = self._memory.recall(("policy",), self._read_policy)
        return found

    def team_ids(self, wanted: str | None = None) -> frozenset[str]:
        found: frozenset[str] = self._memory.recall(("teams",), team_ids)
        if wanted is not None and wanted not in found:
            self._memory.forget(("teams",))
            found = self._memory.recall(("teams",), team_ids)
        return found

    def hours(self, hours_id: str) -> BusinessHours | None:
        found: BusinessHours | None = self._memory.recall(("hours", hours_id), lambda: self._read_hours(hours_id))
        return found

    def _read_policy(self) -> RoutingPolicy:
        document = self._policies.get("published")
        return policy_from(document.body, document.version) if document else RoutingPolicy()

    def _read_hours(self, hours_id: str) -> BusinessHours | None:
        document = self._hours.get(hours_id)
        return hours_from(hours_id, document.body, document.version) if document else None


def team_ids() -> frozenset[str]:
    """Of every team there is."""
    found: set[str] = set()
    start = None
    while True:
        page = _teams().list(100, start)
        found |= {team.id for team in page.items}
        if page.next is None:
            return frozenset(found)
        start = page.next


@cache
def _teams() -> TeamStore:
    bind_models(settings().desk_table)
    return TeamStore()


@cache
def trail() -> Trail:
    return Trail(Desk(client("dynamodb"), settings().live_table))


@cache
def routing_store() -> RoutingStore:
    return TrailedRoutingStore(desk(), trail())


@cache
def routing() -> Routing:
    rules = RoutingRules()
    offers = Offers(TrailedOfferStore(desk(), trail()), routing_store(), rules, timers())
    return Routing(routing_store(), rules, rule_facts(), timers(), offers)


@cache
def presence() -> PresenceKeeping:
    return PresenceKeeping(routing_store(), timers())


@cache
def absence() -> Absence:
    return Absence(DeskStore(desk()), routing(), timers())


@cache
def reactions() -> RoutingReactions:
    return RoutingReactions(routing(), trail(), absence())


def _escalating() -> Escalating:
    from chalicelib.wiring.escalation import escalating

    return escalating()


def _tell_wait(conversation_id: str, epoch: int, at: datetime) -> None:
    from chalicelib.wiring.waits import telling

    telling().tell(conversation_id, epoch, at)


def _promise_due(subject: str, epoch: int, at: datetime) -> None:
    from chalicelib.wiring.waits import promises

    promises().due(subject, epoch, at)


def _replay(replay_id: str, epoch: int, at: datetime) -> None:
    """Asked for now and then: routing's starts do not pay for it."""
    from chalicelib.wiring.replays import replays

    replays().carry_out(replay_id, epoch, at)


def _disconnect(agent_id: str, epoch: int, at: datetime) -> None:
    presence().check_connection(agent_id, at)


def _return_loan(agent_id: str, epoch: int, at: datetime) -> None:
    """Out of the pool of the team they helped; what waits for their own is theirs again."""
    routing().pull(agent_id, at)


@cache
def timer_calls() -> TimerCalls:
    """A kind of timer more is a row more."""
    made, levels = routing(), service_levels()
    conversations = DueConversations(DeskStore(desk()), made, timers())
    return TimerCalls(
        timers(),
        {
            RELAX: made.relax,
            OFFER: made.offers.expire,
            DISCONNECT: _disconnect,
            LOAN_OVER: _return_loan,
            GONE: absence().gone,
            SHIFT: absence().shift,
            WARN: levels.warn,
            BREACH: levels.breach,
            WAKE: conversations.wake,
            NO_REPLY: conversations.no_reply,
            HIBERNATE: conversations.hibernate,
            ESCALATE: _escalating().unanswered,
            SEND: scheduled.send,
            CLOSE: scheduled.close,
            GAUGES: live_gauges.due,
            TELL: _tell_wait,
            PROMISE: _promise_due,
            REPLAY: _replay,
            WINDOW: windows.window_due,
            TASK_DUE: together.task_due,
            ANNOUNCE: texts.announce,
        },
    )
