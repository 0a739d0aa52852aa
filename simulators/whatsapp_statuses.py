"""Delivery statuses: which ones a message gets, and their `statuses[]` entries.

Source: "WhatsApp Cloud API, webhooks, status messages webhook"; for reactions "Reaction messages":
only `sent` follows, and a reaction to an unknown message fails with 131009.
"""

from datetime import datetime, timedelta

from simulators.clock import iso_text, unix_seconds
from simulators.whatsapp_accounts import Customer, PhoneMessage
from simulators.whatsapp_errors import webhook_error
from simulators.wire import Json

STATES = ("accepted", "sent", "delivered", "read", "played", "failed")
CONVERSATION_LIFETIME = timedelta(hours=24)


def coming(message: PhoneMessage, customer: Customer) -> list[str]:
    """The statuses this message will go through by itself."""
    if message.type == "reaction" or not customer.online:
        return ["sent"]
    return ["sent", "delivered", "read"] if customer.auto_read else ["sent", "delivered"]


def is_told(status: str, customer: Customer) -> bool:
    """Whether the business hears of this status: people may switch read receipts off."""
    return status not in ("read", "played") or customer.read_receipts


def mark(message: PhoneMessage, status: str, now: datetime, error: Json | None = None) -> None:
    """Note on the phone that the message has come this far (never back)."""
    message.marks.setdefault(status, iso_text(now) or "")
    if status == "failed":
        message.error = error
    if STATES.index(status) > STATES.index(message.state):
        message.state = status


def status_entry(
    message: PhoneMessage, customer: Customer, status: str, now: datetime, error: Json | None = None
) -> Json:
    """One entry of `statuses[]`."""
    entry: Json = {"id": message.id, "status": status, "timestamp": unix_seconds(now)}
    if not customer.hide_number:
        entry["recipient_id"] = customer.wa_id
    if customer.user_id:
        entry["recipient_user_id"] = customer.user_id
    if customer.parent_user_id:
        entry["recipient_parent_user_id"] = customer.parent_user_id
    if message.tracker is not None:
        entry["biz_opaque_callback_data"] = message.tracker
    if status == "failed":
        entry["errors"] = [error or webhook_error(131000, "Message failed to send.")]
        return entry
    return entry | _billing(message, customer, status, now)


def _billing(message: PhoneMessage, customer: Customer, status: str, now: datetime) -> Json:
    conversation: Json = {
        "id": f"{abs(int(customer.wa_id or '0')):032x}"[-32:],
        "origin": {"type": message.category},
    }
    if status == "sent":
        conversation["expiration_timestamp"] = unix_seconds(now + CONVERSATION_LIFETIME)
    free = message.category == "service"
    pricing = {
        "billable": not free,
        "pricing_model": "PMP",
        "category": message.category,
        "type": "free_customer_service" if free else "regular",
    }
    return {"conversation": conversation, "pricing": pricing}
