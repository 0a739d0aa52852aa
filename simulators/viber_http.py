"""HTTP fronts of the simulated Viber: the REST API for the desk, the control API for people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import drop_connection
from simulators.viber import Viber
from simulators.viber_accounts import Bot
from simulators.viber_messages import MAX_BODY, ViberError
from simulators.wire import Json, Refused, Route, control_body, json_answer, parse_object, problem, raw_body

BOT = "/sim/viber/<bot_id>"
PERSON = f"{BOT}/people/<user_id>"
EARLY_STATUS_WAIT_SECONDS = 2.0


class ViberHttp:
    """Routes of the simulated Viber."""

    def __init__(
        self, viber: Viber, settle_webhooks: Callable[[float], object], changed: Callable[[], None] = lambda: None
    ) -> None:
        self._viber = viber
        self._settle_webhooks = settle_webhooks
        self._changed = changed

    def send_message(self, request: Request) -> Response:
        """A bot writes to somebody."""
        try:
            bot, body = self._call(request)
            self._spoil()
            answer, person, token = self._viber.send(bot, body)
        except ViberError as refusal:
            return json_answer(refusal.payload)
        knobs = self._viber.knobs
        response = json_answer(answer)
        if knobs.now.statuses_before_answer:
            self._viber.settle(bot, person, token)
            self._settle_webhooks(EARLY_STATUS_WAIT_SECONDS)
        else:
            response.call_on_close(lambda: self._viber.settle(bot, person, token))
        if knobs.spend("drop_answer_next"):
            knobs.wait(knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def account_info(self, request: Request) -> Response:
        """Which bot this is."""
        try:
            bot, _ = self._call(request)
        except ViberError as refusal:
            return json_answer(refusal.payload)
        about = {"id": bot.id, "name": bot.name, "uri": "sim", "webhook": bot.webhook_url}
        return json_answer({"status": 0, "status_message": "ok", **about, "subscribers_count": len(bot.people)})

    def set_webhook(self, request: Request) -> Response:
        """The bot names its own address."""
        try:
            bot, body = self._call(request)
            if not isinstance(body.get("url"), str):
                raise ViberError(4, "url is missing")
        except ViberError as refusal:
            return json_answer(refusal.payload)
        self._viber.set_webhook(bot, body["url"])
        self._changed()
        return json_answer({"status": 0, "status_message": "ok", "event_types": ["delivered", "seen", "failed"]})

    def list_bots(self, request: Request) -> Response:
        """The registered bots, without their secrets."""
        return json_answer({"bots": [_shown(bot) for bot in self._viber.bots.values()]})

    def put_bot(self, request: Request, bot_id: str) -> Response:
        """Register a bot, or change it."""
        with _explained():
            bot = self._viber.register(bot_id, **control_body(request))
        self._changed()
        return json_answer(_shown(bot))

    def get_bot(self, request: Request, bot_id: str) -> Response:
        """One bot and who talks with it."""
        with _explained():
            bot = self._viber.bot(bot_id)
        return json_answer(_shown(bot) | {"people": list(bot.people)})

    def delete_bot(self, request: Request, bot_id: str) -> Response:
        """Forget a bot."""
        with _explained():
            self._viber.bot(bot_id)
        self._viber.bots.pop(bot_id, None)
        self._changed()
        return json_answer({"deleted": bot_id})

    def post_event(self, request: Request, bot_id: str) -> Response:
        """Post an event of the caller's making, signed."""
        with _explained():
            self._viber.post_event(bot_id, control_body(request))
        return json_answer({"queued": True}, 202)

    def post_message(self, request: Request, bot_id: str, user_id: str) -> Response:
        """A person writes."""
        with _explained():
            token = self._viber.say(bot_id, user_id, **control_body(request))
        return json_answer({"token": token}, 201)

    def post_action(self, request: Request, bot_id: str, user_id: str) -> Response:
        """A person presses, subscribes, leaves, or opens the chat."""
        with _explained():
            self._viber.act(bot_id, user_id, **control_body(request))
        return json_answer({"queued": True}, 202)

    def get_phone(self, request: Request, bot_id: str, user_id: str) -> Response:
        """What a person sees."""
        with _explained():
            return json_answer(self._viber.phone(bot_id, user_id))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/viber/pa/send_message", send_message),
        ("POST", "/viber/pa/get_account_info", account_info),
        ("POST", "/viber/pa/set_webhook", set_webhook),
        ("GET", "/sim/viber", list_bots),
        ("PUT", BOT, put_bot),
        ("GET", BOT, get_bot),
        ("DELETE", BOT, delete_bot),
        ("POST", f"{BOT}/events", post_event),
        ("POST", f"{PERSON}/messages", post_message),
        ("POST", f"{PERSON}/actions", post_action),
        ("GET", f"{PERSON}/phone", get_phone),
    )

    def _call(self, request: Request) -> tuple[Bot, Json]:
        bot = self._viber.by_token(request.headers.get("X-Viber-Auth-Token", ""))
        raw = raw_body(request)
        body = parse_object(raw) if len(raw) <= MAX_BODY else None
        if body is None:
            raise ViberError(3, "the body is not JSON of at most 30 KB")
        return bot, body

    def _spoil(self) -> None:
        knobs, now = self._viber.knobs, self._viber.knobs.now
        knobs.wait(now.latency_seconds)
        if knobs.spend("rate_limit_next"):
            raise ViberError(12)
        if knobs.spend("server_error_next"):
            raise Refused(now.server_error_status, {"error": "Internal server error"})
        if knobs.spend("provider_error_next"):
            raise ViberError(now.provider_error_code, "set with the knobs")


def _shown(bot: Bot) -> Json:
    about = {name: value for name, value in bot.saved().items() if name != "token"}
    return about | {"api_base_path": "/viber"}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown} here") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
