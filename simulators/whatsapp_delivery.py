"""A business's message on its way: acceptance, refusals, and the statuses that follow."""

from datetime import datetime

from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.webhooks import WebhookPoster
from simulators.whatsapp_accounts import Customer, Number, PhoneMessage, new_wamid
from simulators.whatsapp_bodies import BUSINESS_SCOPED_ID, MEDIA_TYPES, check_send
from simulators.whatsapp_errors import RECIPIENT_ERRORS, GraphError, invalid, webhook_error
from simulators.whatsapp_events import Change, Notifier, contact_of
from simulators.whatsapp_inbound import shown_text
from simulators.whatsapp_media import (
    UPLOAD_LIFETIME,
    MediaRejected,
    MediaShelf,
    check_media,
    fetch,
)
from simulators.whatsapp_statuses import coming, is_told, mark, status_entry
from simulators.whatsapp_templates import category, match, rendered
from simulators.wire import Json

MAX_DROPPED = 100


class Accepted:
    """A send that Meta answered with 200: the answer, and what is still to happen."""

    def __init__(
        self,
        answer: Json,
        number: Number,
        customer: Customer | None = None,
        message: PhoneMessage | None = None,
        failure: GraphError | None = None,
    ) -> None:
        self.answer = answer
        self.number = number
        self.customer = customer
        self.message = message
        self.failure = failure


class Outbound:
    """Takes sends and posts their statuses."""

    def __init__(
        self,
        clock: Clock,
        knobs: KnobBoard,
        poster: WebhookPoster,
        notifier: Notifier,
        media: MediaShelf,
    ) -> None:
        self._clock = clock
        self._knobs = knobs
        self._poster = poster
        self._notifier = notifier
        self._media = media

    def accept(self, number: Number, body: Json) -> Accepted:
        """Check a send and put it on the customer's phone; GraphError when it is refused."""
        kind = check_send(body)
        definition = match(number.templates, body["template"]) if kind == "template" else None
        self._check_media_id(number, kind, body)
        to = str(body.get("to") or "")
        if BUSINESS_SCOPED_ID.fullmatch(to):
            return _dropped(number, body, to)
        customer, contact = self._recipient(number, body, to)
        failure: GraphError | None = None
        try:
            self._check_recipient(customer, kind)
        except GraphError as refusal:
            if not (self._knobs.now.errors_by_status and refusal.code in RECIPIENT_ERRORS):
                raise
            failure = refusal
        message = self._message(customer, kind, body, definition)
        if kind == "reaction":
            failure = failure or _react(customer, body["reaction"])
        elif failure is None:
            customer.keep(message)
        customer.last_outbound_at, customer.typing_until = message.at, None
        answer = {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": message.id}],
        }
        if kind == "template":
            answer["messages"] = [{"id": message.id, "message_status": "accepted"}]
        return Accepted(answer, number, customer, message, failure)

    def deliver(self, accepted: Accepted) -> None:
        """Queue everything that follows acceptance."""
        if accepted.message is not None:
            delay = self._knobs.now.status_delay_seconds
            self._poster.schedule(delay, lambda: self._deliver(accepted))

    def settle(self, seconds: float) -> None:
        """Wait until everything queued is out."""
        self._poster.wait_idle(seconds)

    def tell(
        self,
        number: Number,
        customer: Customer,
        message: PhoneMessage,
        status: str,
        code: int | None = None,
        details: str = "Message failed to send.",
    ) -> None:
        """Post one status webhook and mark the phone."""
        now = self._clock.now()
        error = webhook_error(code or 131000, details) if status == "failed" else None
        mark(message, status, now, error)
        entry = status_entry(message, customer, status, now, error)
        value: Json = {"statuses": [entry]}
        if customer.user_id:
            value["contacts"] = [contact_of(customer)]
        self._notifier.notify(Change(number, "messages", value))

    def _deliver(self, accepted: Accepted) -> None:
        number, customer, message = accepted.number, accepted.customer, accepted.message
        if customer is None or message is None:
            return
        failure = accepted.failure
        try:
            self._fetch_link(number, message)
        except MediaRejected as rejected:
            failure = GraphError(rejected.code, rejected.details)
        if failure is not None:
            self.tell(number, customer, message, "failed", failure.code, failure.details)
            return
        statuses = coming(message, customer)
        for status in statuses:  # the phone has them, whatever the business hears
            mark(message, status, self._clock.now())
        told = [status for status in statuses if is_told(status, customer)]
        for status in self._knobs.in_order(told):
            self.tell(number, customer, message, status)

    def _check_media_id(self, number: Number, kind: str, body: Json) -> None:
        media_id = body[kind].get("id") if kind in MEDIA_TYPES else None
        if media_id is None:
            return
        media = self._media.get(media_id, self._clock.now())
        if media is None or media.phone_number_id != number.phone_number_id:
            raise GraphError(
                100,
                f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID",
            )
        try:
            check_media(kind, media.content, media.mime_type)
        except MediaRejected as rejected:
            raise GraphError(rejected.code, rejected.details) from rejected

    def _recipient(self, number: Number, body: Json, to: str) -> tuple[Customer, Json]:
        if to:
            digits = "".join(c for c in to if c.isdigit())
            if not 7 <= len(digits) <= 15 or any(c not in "+-() " and not c.isdigit() for c in to):
                raise invalid("to", "is not a valid phone number")
            if digits == number.digits:
                raise GraphError(131021, "Recipient phone number cannot be sender phone number.")
            return number.customer(digits), {"input": to, "wa_id": digits}
        recipient = str(body["recipient"])
        if not BUSINESS_SCOPED_ID.fullmatch(recipient):
            raise invalid("recipient", "is not a business-scoped user id")
        customer = number.by_user_id(recipient)
        if customer is None:
            raise GraphError(131026, "Message Undeliverable.")
        return customer, {"input": recipient, "user_id": recipient}

    def _check_recipient(self, customer: Customer, kind: str) -> None:
        now, spacing = self._clock.now(), self._knobs.now.pair_rate_seconds
        last = customer.last_outbound_at
        if spacing and last is not None and (now - last).total_seconds() < spacing:
            raise GraphError(131056, "Too many messages sent to this recipient; try again later.")
        if not customer.reachable:
            raise GraphError(131026, "Message Undeliverable.")
        if kind != "template" and not customer.in_window(now):
            raise GraphError(
                131047,
                "Message failed to send because more than 24 hours have passed since the customer"
                " last replied to this number.",
            )

    def _message(self, customer: Customer, kind: str, body: Json, definition: Json | None) -> PhoneMessage:
        now: datetime = self._clock.now()
        return PhoneMessage(
            new_wamid(customer.wa_id, inbound=False),
            "business",
            kind,
            _on_the_screen(kind, body, definition),
            body,
            now,
            state="accepted",
            reply_to=(body.get("context") or {}).get("message_id"),
            tracker=body.get("biz_opaque_callback_data"),
            category=category(definition) if definition is not None else "service",
        )

    def _fetch_link(self, number: Number, message: PhoneMessage) -> None:
        part = message.body.get(message.type) if message.type in MEDIA_TYPES else None
        if part is None or "link" not in part:
            return
        content, mime_type = fetch(part["link"], message.type)
        check_media(message.type, content, mime_type)
        expires = self._clock.now() + UPLOAD_LIFETIME
        media = self._media.put(number.phone_number_id, content, mime_type, expires)
        message.body = {**message.body, "fetched": {"id": media.id, "mime_type": mime_type}}


def _dropped(number: Number, body: Json, to: str) -> Accepted:
    """A business-scoped id in `to` is answered like a success and goes nowhere (observed in
    production by integrators; such ids belong into `recipient`).
    """
    wamid = new_wamid("0" * 10, inbound=False)
    number.dropped.append({"id": wamid, "to": to, "body": body})
    del number.dropped[:-MAX_DROPPED]
    contact = {"input": to, "wa_id": to}
    messages = [{"id": wamid}]
    return Accepted({"messaging_product": "whatsapp", "contacts": [contact], "messages": messages}, number)


def _on_the_screen(kind: str, body: Json, definition: Json | None) -> str:
    if definition is not None:
        return rendered(definition, body["template"])
    return shown_text({"type": kind, **body})


def _react(customer: Customer, reaction: Json) -> GraphError | None:
    target = customer.find(reaction["message_id"])
    if target is None or target.deleted:
        return GraphError(131009, "The message to react to is not in this conversation.")
    target.reactions["business"] = reaction["emoji"]
    return None
