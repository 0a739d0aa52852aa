"""Control API shared by all providers: health, reset, clock, knobs and the delivery log."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from werkzeug.wrappers import Request, Response

from simulators.clock import iso_text
from simulators.knobs import KnobBoard
from simulators.wire import Route, control_body, json_answer, problem

if TYPE_CHECKING:
    from simulators.server import Simulators


# Those that may put several events into one call.
BATCHING = ("whatsapp", "custom", "messenger", "instagram", "line")
PROVIDERS = (
    *BATCHING,
    *("telegram", "slack", "sms", "email", "shopify", "viber", "wechat", "voice", "apple"),
)


def _of_providers(names: tuple[str, ...], verb: str, what: str, method: Callable[..., Response]) -> tuple[Route, ...]:
    """Spelt out for each, as /sim/custom/knobs must win over /sim/custom/<account_id>."""
    return tuple((verb, f"/sim/{name}/{what}", method) for name in names)


class Control:
    """HTTP front of the simulators as a whole."""

    def __init__(self, simulators: Simulators) -> None:
        self._sim = simulators

    def health(self, request: Request) -> Response:
        """That the server runs, and what is registered."""
        return json_answer(
            {
                "status": "ok",
                "now": iso_text(self._sim.clock.now()),
                "whatsapp": list(self._sim.whatsapp.numbers),
                "custom": list(self._sim.custom.far_ends),
                "messenger": list(self._sim.messenger.accounts),
                "instagram": list(self._sim.instagram.accounts),
                "telegram": list(self._sim.telegram.bots),
                "line": list(self._sim.line.bots),
                "slack": list(self._sim.slack.workspaces),
                "sms": list(self._sim.sms.accounts),
                "email": list(self._sim.email.accounts),
                "viber": list(self._sim.viber.bots),
                "shopify": list(self._sim.shopify.shops),
                "wechat": list(self._sim.wechat.accounts),
                "voice": list(self._sim.voice.accounts),
                "apple": list(self._sim.apple.businesses),
            }
        )

    def reset(self, request: Request) -> Response:
        """Forget what happened; with {"accounts": true} also who is registered."""
        accounts = control_body(request).get("accounts", False)
        if not isinstance(accounts, bool):
            raise problem(400, "bad_reset", "accounts must be true or false")
        self._sim.reset(accounts=accounts)
        return json_answer({"reset": True, "accounts": accounts})

    def get_clock(self, request: Request) -> Response:
        """The simulated time."""
        return json_answer({"now": iso_text(self._sim.clock.now())})

    def put_clock(self, request: Request) -> Response:
        """Set the simulated time, or move it."""
        body = control_body(request)
        try:
            if "now" in body:
                self._sim.clock.set(datetime.fromisoformat(body["now"]))
            self._sim.clock.advance(float(body.get("advance_seconds", 0)))
        except (ValueError, TypeError, OverflowError) as fault:
            raise problem(400, "bad_time", str(fault)) from fault
        return self.get_clock(request)

    def delete_clock(self, request: Request) -> Response:
        """Back to the machine's time."""
        self._sim.clock.reset()
        return self.get_clock(request)

    def get_knobs(self, request: Request) -> Response:
        """A provider's fault settings."""
        return json_answer(self._board(request).view())

    def put_knobs(self, request: Request) -> Response:
        """Turn some of them."""
        board = self._board(request)
        try:
            board.turn(**control_body(request))
        except ValueError as fault:
            raise problem(400, "bad_knob", str(fault)) from fault
        return json_answer(board.view())

    def delete_knobs(self, request: Request) -> Response:
        """No faults."""
        board = self._board(request)
        board.reset()
        return json_answer(board.view())

    def flush(self, request: Request) -> Response:
        """Post incomplete batches now."""
        self._sim.flush(_provider(request))
        return json_answer({"flushed": True})

    def webhooks(self, request: Request) -> Response:
        """The delivery log, oldest first."""
        found = self._sim.webhooks.log(request.args.get("provider"), request.args.get("account"))
        limit = request.args.get("limit", "")
        if re.fullmatch("[1-9][0-9]{0,5}", limit):
            found = found[-int(limit) :]
        return json_answer({"deliveries": found})

    def wait(self, request: Request) -> Response:
        """Wait until calls are answered and webhooks out; `idle` false if not within `seconds`."""
        seconds = control_body(request).get("seconds", 5)
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds > 60:
            raise problem(400, "bad_wait", "seconds must be a number of at most 60")
        return json_answer({"idle": self._sim.settle(seconds, besides=1)})

    def _board(self, request: Request) -> KnobBoard:
        return self._sim.knobs[_provider(request)]

    routes: ClassVar[tuple[Route, ...]] = (
        ("GET", "/sim/health", health),
        ("POST", "/sim/reset", reset),
        ("GET", "/sim/clock", get_clock),
        ("PUT", "/sim/clock", put_clock),
        ("DELETE", "/sim/clock", delete_clock),
        ("GET", "/sim/webhooks", webhooks),
        ("POST", "/sim/webhooks/wait", wait),
        *_of_providers(PROVIDERS, "GET", "knobs", get_knobs),
        *_of_providers(PROVIDERS, "PUT", "knobs", put_knobs),
        *_of_providers(PROVIDERS, "DELETE", "knobs", delete_knobs),
        *_of_providers(BATCHING, "POST", "flush", flush),
    )


def _provider(request: Request) -> str:
    return request.path.split("/")[2]
