"""The Graph API of the simulated WhatsApp: what the business's code calls.

Source: "WhatsApp Cloud API reference" (messages, media, phone numbers) and "WhatsApp Business
Management API" (message templates). Any version is answered; the path otherwise is Meta's behind
`/graph`.
"""

import re
from datetime import timedelta
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import drop_connection
from simulators.meta_handshake import challenged
from simulators.whatsapp import WhatsApp
from simulators.whatsapp_accounts import Number
from simulators.whatsapp_bodies import object_of, text_of
from simulators.whatsapp_delivery import Accepted
from simulators.whatsapp_errors import GraphError, invalid, missing, no_such_object
from simulators.whatsapp_media import UPLOAD_LIFETIME, MediaRejected, check_media, kind_of
from simulators.whatsapp_templates import page_of
from simulators.wire import Json, Route, bearer_token, json_answer, parse_object, raw_body

# "Typing indicators": dismissed by our message or after 25 seconds.
TYPING_LIFETIME = timedelta(seconds=25)
BASE = "/graph/<version>"
MAX_UPLOAD_BYTES = 101 * 1024 * 1024
EARLY_STATUS_WAIT_SECONDS = 2.0


class GraphApi:
    """HTTP front of `WhatsApp` for the business."""

    def __init__(self, whatsapp: WhatsApp) -> None:
        self._whatsapp = whatsapp
        self._knobs = whatsapp.knobs

    def messages(self, request: Request, version: str, phone_number_id: str) -> Response:
        """A send, or a read mark with or without a typing indicator."""
        number = self._authorised(request, phone_number_id)
        body = parse_object(raw_body(request))
        if not body:
            raise GraphError(100, "The request body is not a JSON object.")
        if "status" in body:
            self._spoil("receipts")
            return self._mark_read(number, body)
        self._spoil("messages")
        with self._whatsapp.lock:
            accepted = self._whatsapp.outbound.accept(number, body)
        self._whatsapp.written_to()
        return self._answer(request, accepted)

    def read_object(self, request: Request, version: str, object_id: str) -> Response:
        """A media id's description, or a phone number's state (the usual health call)."""
        number = self._whatsapp.numbers.get(object_id)
        if number is not None:
            self._authorised(request, object_id)
            return json_answer(_described(number))
        self._any_token(request)
        self._spoil("media")
        now = self._whatsapp.clock.now()
        media = self._whatsapp.media.get(object_id, now)
        if media is None:
            raise no_such_object(object_id)
        self._authorised(request, media.phone_number_id)
        return json_answer(media.described(request.host_url.rstrip("/"), now))

    def download(self, request: Request) -> Response:
        """The bytes of a media URL; the same token is needed as for the description."""
        self._any_token(request)
        self._spoil("media")
        now = self._whatsapp.clock.now()
        media = self._whatsapp.media.get(request.args.get("mid", ""), now)
        expires = request.args.get("ext", "")
        fresh = re.fullmatch("[0-9]{1,12}", expires) and now.timestamp() < int(expires)
        if media is None or request.args.get("hash") != media.key or not fresh:
            return Response("Not Found", status=404, mimetype="text/plain")
        self._authorised(request, media.phone_number_id)
        return Response(media.content, content_type=media.mime_type)

    def delete_media(self, request: Request, version: str, media_id: str) -> Response:
        """Delete an uploaded file."""
        self._any_token(request)
        if not self._whatsapp.media.delete(media_id):
            raise no_such_object(media_id)
        return json_answer({"success": True})

    def upload(self, request: Request, version: str, phone_number_id: str) -> Response:
        """A multipart upload; the id can be sent for 30 days."""
        number = self._authorised(request, phone_number_id)
        self._spoil("media")
        request.max_content_length = MAX_UPLOAD_BYTES
        if request.form.get("messaging_product") != "whatsapp":
            raise GraphError(100, "The parameter messaging_product is required.")
        file = request.files.get("file")
        if file is None:
            raise GraphError(100, "The parameter file is required.")
        content = file.read()
        mime_type = request.form.get("type") or file.mimetype
        try:
            check_media(kind_of(mime_type), content, mime_type)
        except MediaRejected as rejected:
            raise GraphError(rejected.code, rejected.details) from rejected
        expires = self._whatsapp.clock.now() + UPLOAD_LIFETIME
        media = self._whatsapp.media.put(number.phone_number_id, content, mime_type, expires)
        return json_answer({"id": media.id})

    def templates(self, request: Request, version: str, waba_id: str) -> Response:
        """The templates of the account's first number, in pages."""
        number = self._business_account(request, waba_id)[0]
        self._spoil("templates")
        wanted = {k: request.args[k] for k in ("name", "status", "language") if k in request.args}
        found = [t for t in number.templates if all(t.get(k) == v for k, v in wanted.items())]
        return json_answer(page_of(found, request.args.get("limit"), request.args.get("after"), request.base_url))

    def subscribe(self, request: Request, version: str, waba_id: str) -> Response:
        """Webhooks of the account go to a callback of its own, which is tried at once."""
        numbers = self._business_account(request, waba_id)
        body = parse_object(raw_body(request)) or {}
        url, token = body.get("override_callback_uri"), body.get("verify_token")
        if not isinstance(url, str) or not isinstance(token, str):
            return json_answer({"success": True})
        if not challenged(url, token)["verified"]:
            raise GraphError(2200, "The URL couldn't be validated. Callback verification failed.")
        for number in numbers:
            number.webhook_url, number.verify_token = url, token
        return json_answer({"success": True})

    def _business_account(self, request: Request, waba_id: str) -> list[Number]:
        """The numbers of an account that the token is for."""
        numbers = [n for n in self._whatsapp.numbers.values() if n.waba_id == waba_id]
        if not numbers:
            self._any_token(request)
            raise no_such_object(waba_id)
        self._authorised(request, numbers[0].phone_number_id)
        return numbers

    def _answer(self, request: Request, accepted: Accepted) -> Response:
        outbound = self._whatsapp.outbound
        response = json_answer(accepted.answer)
        if self._knobs.now.statuses_before_answer:
            outbound.deliver(accepted)
            outbound.settle(EARLY_STATUS_WAIT_SECONDS)
        else:  # once the answer is out
            response.call_on_close(lambda: outbound.deliver(accepted))
        if self._knobs.spend("drop_answer_next"):
            self._knobs.wait(self._knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def _mark_read(self, number: Number, body: Json) -> Response:
        if body.get("messaging_product") != "whatsapp":
            raise GraphError(100, "The parameter messaging_product is required.")
        if body["status"] != "read":
            raise invalid("status", "must be one of {read}")
        message_id = text_of(body, "message_id", "message", 512)
        indicator = object_of(body.get("typing_indicator", {"type": "text"}), "typing_indicator")
        if indicator.get("type") != "text":
            raise missing("typing_indicator['type']")
        now = self._whatsapp.clock.now()
        with self._whatsapp.lock:
            for customer in number.customers.values():
                message = customer.find(message_id)
                if message is None or message.author != "customer":
                    continue
                for earlier in customer.messages[: customer.messages.index(message) + 1]:
                    if earlier.author == "customer" and earlier.read_by_business_at is None:
                        earlier.read_by_business_at = now
                if "typing_indicator" in body:
                    customer.typing_until = now + TYPING_LIFETIME
                return json_answer({"success": True})
        raise invalid("message_id", "does not belong to a received message")

    def _any_token(self, request: Request) -> str:
        token = bearer_token(request)
        if token not in {n.access_token for n in self._whatsapp.numbers.values()}:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
        return token

    def _authorised(self, request: Request, phone_number_id: str) -> Number:
        token = self._any_token(request)
        number = self._whatsapp.numbers.get(phone_number_id)
        if number is None or number.access_token != token:
            raise no_such_object(phone_number_id)
        return number

    def _spoil(self, scope: str) -> None:
        if not self._knobs.concerns(scope):
            return
        knobs = self._knobs.now
        self._knobs.wait(knobs.latency_seconds)
        if self._knobs.spend("rate_limit_next"):
            details = "Cloud API message throughput has been reached."
            raise GraphError(130429, details, retry_after=knobs.retry_after_seconds)
        if self._knobs.spend("server_error_next"):
            details = "An unknown error occurred."
            raise GraphError(131000, details, status=knobs.server_error_status)
        if self._knobs.spend("provider_error_next"):
            raise GraphError(knobs.provider_error_code, "Fault set with the knobs.")

    routes: ClassVar[tuple[Route, ...]] = (
        ("GET", "/graph/whatsapp_business/attachments/", download),
        ("GET", f"{BASE}/<object_id>", read_object),
        ("DELETE", f"{BASE}/<media_id>", delete_media),
        ("POST", f"{BASE}/<phone_number_id>/messages", messages),
        ("POST", f"{BASE}/<phone_number_id>/media", upload),
        ("GET", f"{BASE}/<waba_id>/message_templates", templates),
        ("POST", f"{BASE}/<waba_id>/subscribed_apps", subscribe),
    )


def _described(number: Number) -> Json:
    return {
        "verified_name": number.verified_name,
        "code_verification_status": "VERIFIED",
        "display_phone_number": number.display_phone_number,
        "quality_rating": number.quality_rating,
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "id": number.phone_number_id,
    }
