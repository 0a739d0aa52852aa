"""The far end of the generic custom channel: some other system that is connected to the desk.

It takes the desk's signed `message.send` calls, answers with its own message id (the same for every
attempt of a delivery), and posts signed events back. Source: the custom channel contract.
"""

import hashlib
from threading import RLock
from typing import Any
from uuid import uuid4

from simulators.batching import Batcher
from simulators.clock import Clock, iso_text, unix_seconds
from simulators.custom_accounts import KEPT, FarEnd, Screen
from simulators.custom_events import PARTS, event
from simulators.knobs import KnobBoard
from simulators.signing import is_signed, timestamped_signature
from simulators.webhooks import WebhookPoster
from simulators.wire import Json, Refused, dump, parse_object

PROVIDER = "custom"


class UnknownFarEnd(LookupError):
    """No such custom system is registered."""


class Custom:
    """All connected systems, in memory."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster) -> None:
        self.clock = clock
        self.knobs = knobs
        self.far_ends: dict[str, FarEnd] = {}
        self.lock = RLock()
        self._poster = poster
        self.batches: Batcher[tuple[str, Json]] = Batcher(poster, knobs, self._post)

    def register(self, name: str, *, secret: str | None = None, webhook_url: str | None = None) -> FarEnd:
        """Create or change a connected system."""
        if not isinstance(secret or "", str) or not isinstance(webhook_url or "", str):
            raise ValueError("secret and webhook_url must be strings")
        with self.lock:
            far_end = self.far_ends.setdefault(name, FarEnd(name))
            far_end.secret = secret or far_end.secret
            far_end.webhook_url = far_end.webhook_url if webhook_url is None else webhook_url
        return far_end

    def far_end(self, name: str) -> FarEnd:
        """A registered system."""
        try:
            return self.far_ends[name]
        except KeyError:
            raise UnknownFarEnd(name) from None

    def receive(self, name: str, raw: bytes, timestamp: str, signature: str) -> Json:
        """A `message.send` of the desk: `{"external_id"}` for our answer, or Refused."""
        far_end = self.far_ends.get(name)
        if far_end is None:
            raise _refusal(404, "unknown_channel", f"no {name} here")
        if not is_signed(far_end.secret, timestamp, raw, signature, self.clock.wall()):
            raise _refusal(401, "bad_signature", "X-Signature or X-Timestamp does not fit")
        body = parse_object(raw)
        if body is None:
            raise _refusal(400, "not_json", "the body is not a JSON object")
        self._spoil()
        message = body.get("message")
        if body.get("type") != "message.send" or not body.get("id") or not isinstance(message, dict):
            raise _refusal(422, "not_understood", "id, type message.send and message are needed")
        return self._kept(far_end, body, message)

    def settle(self, name: str, delivery_id: str) -> None:
        """After the answer: tell the desk how far the message came."""
        with self.lock:
            far_end = self.far_ends.get(name)
            delivery = far_end.deliveries.get(delivery_id) if far_end else None
            if delivery is None or delivery["told"]:
                return
            delivery["told"] = True
        delay = self.knobs.now.status_delay_seconds
        self._poster.schedule(delay, lambda: self._tell(name, delivery))

    def act(
        self,
        name: str,
        contact_id: str,
        /,
        type: str = "message",
        **spec: Any,
    ) -> str:
        """The contact does something; returns the id of the message concerned ("" for typing)."""
        if type not in PARTS:
            raise ValueError(f"type must be one of {', '.join(PARTS)}")
        far_end = self.far_end(name)
        with self.lock:
            screen = far_end.screen(contact_id)
            screen.contact |= spec.pop("contact", {})
            conversation = str(spec.pop("conversation", contact_id))
            parts = PARTS[type](spec)
            self._show(screen, type, parts)
            posted = event(type, self.clock.now(), dict(screen.contact), conversation, **parts)
        self.batches.add(name, (name, posted))
        return str(parts.get("message", {}).get("external_id", ""))

    def post_event(self, name: str, raw_event: Json) -> None:
        """Post an event of the caller's making."""
        self.far_end(name)
        self.batches.add(name, (name, raw_event))

    def phone(self, name: str, contact_id: str) -> Json:
        """What the contact sees."""
        with self.lock:
            screen = self.far_end(name).screens.get(contact_id) or Screen({"external_id": contact_id})
            return {"contact": dict(screen.contact), "messages": [dict(m) for m in screen.messages]}

    def reset(self, *, accounts: bool = False) -> None:
        """Forget contacts, messages and deliveries; the systems too if wanted."""
        with self.lock:
            self.batches.clear()
            if accounts:
                self.far_ends.clear()
            for far_end in self.far_ends.values():
                far_end.screens.clear()
                far_end.deliveries.clear()

    def _kept(self, far_end: FarEnd, body: Json, message: Json) -> Json:
        with self.lock:
            known = far_end.deliveries.get(str(body["id"]))
            if known is not None:
                known["attempts"] += 1
                return {"external_id": known["external_id"]}
            contact_id = _contact_of(body, message)
            external_id = f"x_{uuid4().hex[:16]}"
            far_end.deliveries[str(body["id"])] = {
                "external_id": external_id,
                "contact": contact_id,
                "attempts": 1,
                "told": False,
                "body": body,
            }
            while len(far_end.deliveries) > KEPT:
                del far_end.deliveries[next(iter(far_end.deliveries))]
            shown = {**message, "external_id": external_id, "author": "business"}
            shown |= {"at": iso_text(self.clock.now()), "state": "sent"}
            far_end.screen(contact_id).keep(shown)
            return {"external_id": external_id}

    def _tell(self, name: str, delivery: Json) -> None:
        far_end = self.far_ends.get(name)
        if far_end is None:
            return
        shown = far_end.screen(delivery["contact"]).find(delivery["external_id"])
        if shown is not None:
            shown["state"] = "read"
        for state in self.knobs.in_order(["delivered", "read"]):
            target = delivery["external_id"]
            self.act(name, delivery["contact"], "status", message_external_id=target, state=state)

    def _show(self, screen: Screen, kind: str, parts: Json) -> None:
        if kind == "message":
            shown = {**parts["message"], "author": "contact", "at": iso_text(self.clock.now())}
            screen.keep(shown)
            return
        change = parts.get("message") or parts.get("reaction") or {}
        target = screen.find(change.get("external_id") or change.get("message_external_id") or "")
        if target is None:
            return
        if kind == "message.edited":
            target |= {"text": change["text"], "edited": True}
        elif kind == "message.deleted":
            target["deleted"] = True
        else:
            target["reaction"] = change["emoji"]

    def _post(self, events: list[tuple[str, Json]]) -> None:
        far_end = self.far_ends.get(events[0][0])
        if far_end is None:
            return
        secret = far_end.secret
        if self.knobs.spend("bad_signature_next"):
            secret = hashlib.sha256(secret.encode()).hexdigest()

        def sign(raw: bytes) -> dict[str, str]:
            # Anew for each attempt: a late retry with the first timestamp would be stale.
            timestamp = unix_seconds(self.clock.wall())
            signature = timestamped_signature(secret, timestamp, raw)
            return {"X-Timestamp": timestamp, "X-Signature": signature}

        body = dump({"events": [posted for _, posted in events]})
        copies = self.knobs.now.duplicates
        self._poster.post(PROVIDER, far_end.name, far_end.webhook_url, body, sign, copies)

    def _spoil(self) -> None:
        knobs = self.knobs.now
        self.knobs.wait(knobs.latency_seconds)
        if self.knobs.spend("rate_limit_next"):
            headers = {"Retry-After": str(knobs.retry_after_seconds)}
            raise Refused(429, {"error": {"code": "rate_limited"}}, headers)
        if self.knobs.spend("server_error_next"):
            raise _refusal(knobs.server_error_status, "server_error", "try again")
        if self.knobs.spend("provider_error_next"):
            code = knobs.provider_error_code
            raise _refusal(code if 400 <= code < 600 else 422, str(code), "set with the knobs")


def _contact_of(body: Json, message: Json) -> str:
    for contact in (body.get("contact"), message.get("contact")):
        if isinstance(contact, dict) and contact.get("external_id"):
            return str(contact["external_id"])
    raise _refusal(422, "no_contact", "contact.external_id is needed")


def _refusal(status: int, code: str, detail: str) -> Refused:
    return Refused(status, {"error": {"code": code, "message": detail}})
