"""Control API of the simulated WhatsApp: register numbers, play customers, look at their phones."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.clock import iso_text
from simulators.meta_handshake import challenged
from simulators.whatsapp import UnknownNumber, WhatsApp
from simulators.whatsapp_accounts import Number
from simulators.whatsapp_statuses import STATES
from simulators.wire import Json, Route, control_body, json_answer, problem

NUMBERS = "/sim/whatsapp/numbers"
NUMBER = f"{NUMBERS}/<pnid>"
CUSTOMER = f"{NUMBER}/customers/<wa_id>"


class WhatsAppControl:
    """HTTP front of `WhatsApp` for tests and demonstrations."""

    def __init__(self, whatsapp: WhatsApp) -> None:
        self._whatsapp = whatsapp

    def list_numbers(self, request: Request) -> Response:
        """The registered numbers, without their secrets."""
        return json_answer({"numbers": [_shown(n) for n in self._whatsapp.numbers.values()]})

    def put_number(self, request: Request, pnid: str) -> Response:
        """Register a number, or change it."""
        with _explained():
            return json_answer(_shown(self._whatsapp.register(pnid, **control_body(request))))

    def get_number(self, request: Request, pnid: str) -> Response:
        """One number and its customers; sends that were silently dropped are listed too."""
        with _explained():
            number = self._whatsapp.number(pnid)
        customers = [customer.profile() for customer in list(number.customers.values())]
        return json_answer(_shown(number) | {"customers": customers, "dropped": list(number.dropped)})

    def delete_number(self, request: Request, pnid: str) -> Response:
        """Forget a number."""
        with _explained():
            self._whatsapp.forget(pnid)
        return json_answer({"deleted": pnid})

    def handshake(self, request: Request, pnid: str) -> Response:
        """Ask the number's webhook to prove itself, as Meta does when a webhook is configured."""
        with _explained():
            number = self._whatsapp.number(pnid)
        return json_answer(challenged(number.webhook_url, number.verify_token))

    def post_change(self, request: Request, pnid: str) -> Response:
        """Post any webhook field with a value of the caller's making."""
        body = control_body(request)
        field, value = body.get("field"), body.get("value")
        if not isinstance(field, str) or not isinstance(value, dict):
            raise problem(400, "bad_change", "field (text) and value (object) are needed")
        with _explained():
            self._whatsapp.change(pnid, field, value)
        return json_answer({"queued": True}, 202)

    def put_template(self, request: Request, pnid: str, name: str, language: str) -> Response:
        """Change a template as Meta's reviewers do, or make one; the webhook is told."""
        with _explained():
            self._whatsapp.change_template(pnid, name, language, **control_body(request))
            number = self._whatsapp.number(pnid)
        found = [t for t in number.templates if (t["name"], t["language"]) == (name, language)]
        return json_answer({"templates": found})

    def post_status(self, request: Request, pnid: str, wamid: str) -> Response:
        """Post one status of a message by hand."""
        body = control_body(request)
        status, code = body.get("status"), body.get("code")
        if status not in STATES[1:]:
            raise problem(400, "bad_status", f"status must be one of {', '.join(STATES[1:])}")
        if code is not None and not isinstance(code, int):
            raise problem(400, "bad_code", "code must be a whole number")
        with _explained():
            self._whatsapp.post_status(pnid, wamid, status, code)
        return json_answer({"queued": True}, 202)

    def put_customer(self, request: Request, pnid: str, wa_id: str) -> Response:
        """Make or change a customer: name, ids, reachability, read receipts."""
        with _explained():
            customer = self._whatsapp.customer(pnid, wa_id, **control_body(request))
        return json_answer(customer.profile())

    def post_message(self, request: Request, pnid: str, wa_id: str) -> Response:
        """The customer sends a message."""
        spec = control_body(request)
        if "content" in spec or "media" in spec:
            raise problem(400, "bad_message", "give the bytes as content_base64")
        with _explained():
            wamid = self._whatsapp.say(pnid, wa_id, **spec)
        return json_answer({"id": wamid, "at": iso_text(self._whatsapp.clock.now())}, 201)

    def post_read(self, request: Request, pnid: str, wa_id: str) -> Response:
        """The customer looks at the chat."""
        with _explained():
            return json_answer({"read": self._whatsapp.read(pnid, wa_id)})

    def post_user_id(self, request: Request, pnid: str, wa_id: str) -> Response:
        """The customer's business-scoped id changes."""
        new_id = control_body(request).get("user_id")
        if not isinstance(new_id, str) or not new_id:
            raise problem(400, "bad_user_id", "user_id is needed")
        with _explained():
            self._whatsapp.change_user_id(pnid, wa_id, new_id)
        return json_answer({"queued": True}, 202)

    def get_phone(self, request: Request, pnid: str, wa_id: str) -> Response:
        """The customer's screen."""
        with _explained():
            return json_answer(self._whatsapp.phone(pnid, wa_id))

    def get_media(self, request: Request, media_id: str) -> Response:
        """A stored file without a token, for showing it on a simulated phone."""
        media = self._whatsapp.media.get(media_id, self._whatsapp.clock.now())
        if media is None:
            raise problem(404, "no_media", "no such media")
        safe = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(media.content, content_type=media.mime_type, headers=safe)

    routes: ClassVar[tuple[Route, ...]] = (
        ("GET", NUMBERS, list_numbers),
        ("PUT", NUMBER, put_number),
        ("GET", NUMBER, get_number),
        ("DELETE", NUMBER, delete_number),
        ("POST", f"{NUMBER}/handshake", handshake),
        ("POST", f"{NUMBER}/changes", post_change),
        ("POST", f"{NUMBER}/messages/<path:wamid>/status", post_status),
        ("PUT", f"{NUMBER}/templates/<name>/<language>", put_template),
        ("PUT", CUSTOMER, put_customer),
        ("POST", f"{CUSTOMER}/messages", post_message),
        ("POST", f"{CUSTOMER}/read", post_read),
        ("POST", f"{CUSTOMER}/user_id", post_user_id),
        ("GET", f"{CUSTOMER}/phone", get_phone),
        ("GET", "/sim/whatsapp/media/<media_id>", get_media),
    )


def _shown(number: Number) -> Json:
    hidden = {"access_token", "app_secret", "verify_token"}
    return {key: value for key, value in number.settings().items() if key not in hidden}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except UnknownNumber as unknown:
        raise problem(404, "no_number", f"no number {unknown} is registered") from unknown
    except LookupError as unknown:
        raise problem(404, "no_message", f"no message {unknown}") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
