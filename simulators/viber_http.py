"""HTTP fronts of the simulated Viber: the REST API for the desk, the control API for people."""

from base64 import b64decode
from functools import partial
from typing import Any, ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import answered, spoil, tell_after
from simulators.fronts import ChatsFront, account_routes, explained, made, queued
from simulators.viber import Viber
from simulators.viber_accounts import Bot
from simulators.viber_messages import MAX_BODY, ViberError
from simulators.wire import Json, Refused, Route, control_body, json_answer, parse_object, raw_body

BOT = "/sim/viber/<account_id>"
PERSON = f"{BOT}/people/<customer_id>"


class ViberHttp(ChatsFront[Viber, Bot]):
    """Routes of the simulated Viber."""

    LISTED = "bots"
    HIDDEN = frozenset({"token"})
    ADDED: ClassVar[Json] = {"api_base_path": "/viber"}

    def send_message(self, request: Request) -> Response:
        """A bot writes to somebody."""
        try:
            bot, body = self._call(request)
            self._spoil()
            answer, person, token = self._provider.send(bot, body)
        except ViberError as refusal:
            return json_answer(refusal.payload)
        knobs, response = self._provider.knobs, json_answer(answer)
        tell_after(response, knobs, lambda: self._provider.settle(bot, person, token), self._settle_webhooks)
        return answered(request, response, knobs)

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
        self._provider.set_webhook(bot, body["url"])
        self._changed()
        return json_answer({"status": 0, "status_message": "ok", "event_types": ["delivered", "seen", "failed"]})

    def post_event(self, request: Request, account_id: str) -> Response:
        """Post an event of the caller's making, signed."""
        return queued(self._provider.post_event, account_id, control_body(request))

    def post_message(self, request: Request, account_id: str, customer_id: str) -> Response:
        """A person writes; the bytes of a file may come along."""
        return made(request, "token", partial(self._say, f"{request.host_url}viber/files"), account_id, customer_id)

    def get_file(self, request: Request, account_id: str, file_id: str) -> Response:
        """A file that a person sent: for everybody who knows its address."""
        with explained():
            content, mime_type = self._account(account_id).files[file_id]
        return Response(content, content_type=mime_type)

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/viber/pa/send_message", send_message),
        ("POST", "/viber/pa/get_account_info", account_info),
        ("POST", "/viber/pa/set_webhook", set_webhook),
        ("GET", "/viber/files/<account_id>/<file_id>", get_file),
        *account_routes("/sim/viber"),
        ("POST", f"{BOT}/events", post_event),
        ("POST", f"{PERSON}/messages", post_message),
        ("POST", f"{PERSON}/actions", ChatsFront.post_action),
        ("GET", f"{PERSON}/phone", ChatsFront.get_phone),
    )

    def _call(self, request: Request) -> tuple[Bot, Json]:
        bot = self._provider.by_token(request.headers.get("X-Viber-Auth-Token", ""))
        raw = raw_body(request)
        body = parse_object(raw) if len(raw) <= MAX_BODY else None
        if body is None:
            raise ViberError(3, "the body is not JSON of at most 30 KB")
        return bot, body

    def _spoil(self) -> None:
        spoil(
            self._provider.knobs,
            limited=lambda now: ViberError(12),
            broken=lambda now: Refused(now.server_error_status, {"error": "Internal server error"}),
            refused=lambda now: ViberError(now.provider_error_code, "set with the knobs"),
        )

    def _accounts(self) -> dict[str, Bot]:
        return self._provider.bots

    def _details(self, account: Bot) -> Json:
        return {"people": list(account.people)}

    def _say(self, files: str, account_id: str, customer_id: str, /, **spec: Any) -> str:
        if "content_base64" in spec:
            content = b64decode(spec.pop("content_base64"), validate=True)
            file_id = self._account(account_id).keep_file(content, str(spec.pop("mime_type", "image/jpeg")))
            spec |= {"media": f"{files}/{account_id}/{file_id}", "size": len(content)}
        return self._provider.say(account_id, customer_id, **spec)
