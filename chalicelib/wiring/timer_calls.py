"""What is done when a timer is due. A module of its own: who only sets timers, such as the API, needs none of it."""

from datetime import datetime
from functools import cache

from chalicelib.aws.stores.desk import DeskStore
from chalicelib.domain.replay_run import REPLAY
from chalicelib.domain.report_timers import REPORT, RETRY
from chalicelib.services.absence import GONE, SHIFT
from chalicelib.services.announcements import TELL as ANNOUNCE
from chalicelib.services.closing import CLOSE
from chalicelib.services.conversation_timers import HIBERNATE, NO_REPLY, WAKE, DueConversations
from chalicelib.services.due_tasks import TASK_DUE
from chalicelib.services.escalation import ESCALATE, Escalating
from chalicelib.services.floor_timers import LOOK, WATCH
from chalicelib.services.live_gauges import GAUGES
from chalicelib.services.offers import OFFER
from chalicelib.services.presence import DISCONNECT, LOAN_OVER
from chalicelib.services.promises import DUE as PROMISE
from chalicelib.services.routing_ports import RELAX
from chalicelib.services.scheduled import SEND
from chalicelib.services.service_levels import BREACH, WARN
from chalicelib.services.timers import TimerCalls
from chalicelib.services.waits import TELL
from chalicelib.services.window_guard import WINDOW
from chalicelib.wiring import floor_watch, live_gauges, scheduled, texts, together, windows
from chalicelib.wiring.routing import absence, presence, routing
from chalicelib.wiring.service_levels import service_levels
from chalicelib.wiring.shared import desk
from chalicelib.wiring.timing import timers


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


def _report_due(schedule_id: str, epoch: int, at: datetime) -> None:
    from chalicelib.wiring.report_delivery import runs

    runs().due(schedule_id, epoch, at)


def _report_again(run_id: str, epoch: int, at: datetime) -> None:
    from chalicelib.wiring.report_delivery import runs

    runs().retry(run_id, epoch, at)


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
            LOOK: floor_watch.due,
            WATCH: floor_watch.watch_due,
            TELL: _tell_wait,
            PROMISE: _promise_due,
            REPLAY: _replay,
            WINDOW: windows.window_due,
            TASK_DUE: together.task_due,
            REPORT: _report_due,
            RETRY: _report_again,
            ANNOUNCE: texts.announce,
        },
    )
