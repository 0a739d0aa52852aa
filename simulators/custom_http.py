"""HTTP fronts of the custom far end: the delivery URL for the desk, the control API for people."""

from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.custom import Custom
from simulators.custom_accounts import FarEnd
from simulators.faults import answered, tell_after
from simulators.fronts import AccountsFront, account_routes, looked_at, made, queued
from simulators.wire import Json, Route, control_body, json_answer, parse_object, problem, raw_body

FAR_END = "/sim/custom/<account_id>"
CONTACT = f"{FAR_END}/contacts/<contact_id>"


class CustomHttp(AccountsFront[Custom, FarEnd]):
    """Routes of the custom far end."""

    LISTED = "custom"

    def deliver(self, request: Request, name: str) -> Response:
        """The desk sends a message."""
        raw = raw_body(request)
        headers = request.headers
        answer = self._provider.receive(name, raw, headers.get("X-Timestamp", ""), headers.get("X-Signature", ""))
        delivery_id = str((parse_object(raw) or {}).get("id"))
        response, knobs = json_answer(answer), self._provider.knobs
        tell_after(response, knobs, lambda: self._provider.settle(name, delivery_id), self._settle_webhooks)
        return answered(request, response, knobs)

    def post_event(self, request: Request, account_id: str) -> Response:
        """Post an event of the caller's making, signed."""
        return queued(self._provider.post_event, account_id, control_body(request))

    def post_message(self, request: Request, account_id: str, contact_id: str) -> Response:
        """The contact writes."""
        return made(request, "external_id", self._provider.act, account_id, contact_id, "message")

    def post_action(self, request: Request, account_id: str, contact_id: str) -> Response:
        """The contact edits, deletes, reacts, types; or the far end reports a status."""
        return made(request, "external_id", self._provider.act, account_id, contact_id, status=202)

    def get_phone(self, request: Request, account_id: str, contact_id: str) -> Response:
        """What the contact sees."""
        return looked_at(self._provider.phone, account_id, contact_id)

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/custom/<name>/deliver", deliver),
        *account_routes("/sim/custom"),
        ("POST", f"{FAR_END}/events", post_event),
        ("POST", f"{CONTACT}/messages", post_message),
        ("POST", f"{CONTACT}/actions", post_action),
        ("GET", f"{CONTACT}/phone", get_phone),
    )

    def _accounts(self) -> dict[str, FarEnd]:
        return self._provider.far_ends

    def _register(self, account_id: str, settings: Json) -> FarEnd:
        if account_id in ("knobs", "flush"):
            raise problem(400, "bad_name", f"{account_id} is not a name for a system")
        return super()._register(account_id, settings)

    def _shown(self, account: FarEnd) -> Json:
        about = {"name": account.name, "webhook_url": account.webhook_url}
        return about | {"deliver_path": f"/custom/{account.name}/deliver"}

    def _details(self, account: FarEnd) -> Json:
        with self._provider.lock:
            deliveries = {key: dict(value) for key, value in account.deliveries.items()}
            contacts = [dict(screen.contact) for screen in account.screens.values()]
        return {"contacts": contacts, "deliveries": deliveries}
