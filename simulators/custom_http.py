"""HTTP fronts of the custom far end: the delivery URL for the desk, the control API for people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.custom import Custom
from simulators.custom_accounts import FarEnd
from simulators.faults import drop_connection
from simulators.wire import Json, Route, control_body, json_answer, parse_object, problem, raw_body

FAR_END = "/sim/custom/<name>"
CONTACT = f"{FAR_END}/contacts/<contact_id>"
EARLY_STATUS_WAIT_SECONDS = 2.0


class CustomHttp:
    """Routes of the custom far end."""

    def __init__(
        self,
        custom: Custom,
        settle_webhooks: Callable[[float], object],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._custom = custom
        self._settle_webhooks = settle_webhooks
        self._changed = changed

    def deliver(self, request: Request, name: str) -> Response:
        """The desk sends a message."""
        raw = raw_body(request)
        headers = request.headers
        answer = self._custom.receive(name, raw, headers.get("X-Timestamp", ""), headers.get("X-Signature", ""))
        delivery_id = str((parse_object(raw) or {}).get("id"))
        response = json_answer(answer)
        knobs = self._custom.knobs
        if knobs.now.statuses_before_answer:
            self._custom.settle(name, delivery_id)
            self._settle_webhooks(EARLY_STATUS_WAIT_SECONDS)
        else:
            response.call_on_close(lambda: self._custom.settle(name, delivery_id))
        if knobs.spend("drop_answer_next"):
            knobs.wait(knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def list_far_ends(self, request: Request) -> Response:
        """The registered systems, without their secrets."""
        return json_answer({"custom": [_shown(f) for f in self._custom.far_ends.values()]})

    def put_far_end(self, request: Request, name: str) -> Response:
        """Register a system, or change it."""
        if name in ("knobs", "flush"):
            raise problem(400, "bad_name", f"{name} is not a name for a system")
        with _explained():
            far_end = self._custom.register(name, **control_body(request))
        self._changed()
        return json_answer(_shown(far_end))

    def get_far_end(self, request: Request, name: str) -> Response:
        """One system, its contacts and the deliveries it got."""
        with _explained():
            far_end = self._custom.far_end(name)
        with self._custom.lock:
            deliveries = {key: dict(value) for key, value in far_end.deliveries.items()}
            contacts = [dict(screen.contact) for screen in far_end.screens.values()]
        return json_answer(_shown(far_end) | {"contacts": contacts, "deliveries": deliveries})

    def delete_far_end(self, request: Request, name: str) -> Response:
        """Forget a system."""
        with _explained():
            self._custom.far_end(name)
        self._custom.far_ends.pop(name, None)
        self._changed()
        return json_answer({"deleted": name})

    def post_event(self, request: Request, name: str) -> Response:
        """Post an event of the caller's making, signed."""
        with _explained():
            self._custom.post_event(name, control_body(request))
        return json_answer({"queued": True}, 202)

    def post_message(self, request: Request, name: str, contact_id: str) -> Response:
        """The contact writes."""
        spec = control_body(request)
        with _explained():
            external_id = self._custom.act(name, contact_id, "message", **spec)
        return json_answer({"external_id": external_id}, 201)

    def post_action(self, request: Request, name: str, contact_id: str) -> Response:
        """The contact edits, deletes, reacts, types; or the far end reports a status."""
        spec = control_body(request)
        with _explained():
            external_id = self._custom.act(name, contact_id, **spec)
        return json_answer({"external_id": external_id}, 202)

    def get_phone(self, request: Request, name: str, contact_id: str) -> Response:
        """What the contact sees."""
        with _explained():
            return json_answer(self._custom.phone(name, contact_id))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/custom/<name>/deliver", deliver),
        ("GET", "/sim/custom", list_far_ends),
        ("PUT", FAR_END, put_far_end),
        ("GET", FAR_END, get_far_end),
        ("DELETE", FAR_END, delete_far_end),
        ("POST", f"{FAR_END}/events", post_event),
        ("POST", f"{CONTACT}/messages", post_message),
        ("POST", f"{CONTACT}/actions", post_action),
        ("GET", f"{CONTACT}/phone", get_phone),
    )


def _shown(far_end: FarEnd) -> Json:
    return {
        "name": far_end.name,
        "webhook_url": far_end.webhook_url,
        "deliver_path": f"/custom/{far_end.name}/deliver",
    }


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "no_channel", f"no custom system {unknown} is registered") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
