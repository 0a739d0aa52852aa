"""The simulated Apple Messages for Business: the gateway for service providers, and the customers' devices.

Apple tells of no marks, and the customer has to write first. Source: MSP REST API 4.0.3.
"""

import base64
import binascii
import gzip
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from datetime import datetime
from threading import RLock
from typing import Any

from simulators.apple_accounts import BUSINESS, Business, Device
from simulators.apple_files import Store
from simulators.apple_messages import PLACEHOLDER, AppleError, chosen, shown
from simulators.clock import machine_time
from simulators.knobs import KnobBoard
from simulators.webhooks import WebhookPoster
from simulators.wire import Json

PROVIDER = "apple"
TOKEN_SECONDS = 3600
SETTINGS = {"msp_id": str, "secret": str, "webhook_url": str, "gzip": bool}


class UnknownBusiness(LookupError):
    """No such business is registered."""


class Apple:
    """The provider, in memory. Every public method is safe to call from any thread."""

    def __init__(self, knobs: KnobBoard, poster: WebhookPoster, *, base_url: Callable[[], str]) -> None:
        self.knobs = knobs
        self.businesses: dict[str, Business] = {}
        self.store = Store()
        self.lock = RLock()
        self.base_url = base_url
        self._poster = poster

    def register(self, business_id: str, **settings: Any) -> Business:
        """Create or change a business; ValueError says what is wrong with the settings."""
        if not business_id.startswith(BUSINESS) or not settings.keys() <= SETTINGS.keys():
            raise ValueError(f"a business's id begins with {BUSINESS}, its settings are {', '.join(SETTINGS)}")
        for name, value in settings.items():
            if not isinstance(value, SETTINGS[name]):
                raise ValueError(f"{name} must be a {SETTINGS[name].__name__}")
        if "secret" in settings and not _key(settings["secret"]):
            raise ValueError("secret must be base64")
        with self.lock:
            business = self.businesses.setdefault(business_id, Business(business_id))
            for name, value in settings.items():
                setattr(business, name, value)
        return business

    def business(self, business_id: str) -> Business:
        """A registered business."""
        try:
            return self.businesses[business_id]
        except KeyError:
            raise UnknownBusiness(business_id) from None

    def caller(self, business_id: str, token: str) -> Business:
        """The business that a call is for; AppleError where the token does not prove it."""
        business = self.businesses.get(business_id)
        if business is None or not is_genuine(token, business, machine_time()):
            raise AppleError(401, "the token does not prove this business's provider")
        return business

    def say(self, business_id: str, customer_id: str, /, text: str = "", **spec: Any) -> str:
        """The customer writes (with `files`, `capabilities`, `intent`, `group`); returns the message's id."""
        business = self.business(business_id)
        with self.lock:
            device = business.device(customer_id)
            device.closed = False
            device.capabilities = str(spec.get("capabilities", device.capabilities))
            files = [self._file(given) for given in spec.get("files", ())]
            body: Json = {"type": "text", "body": PLACEHOLDER * len(files) + text}
            body |= {"attachments": files} if files else {}
            body |= {name: str(spec[name]) for name in ("intent", "group", "locale") if name in spec}
            message_id = self._tell(business, device, body)
            device.keep({"id": message_id, "author": "customer", "type": "text", "text": text})
            return message_id

    def act(self, business_id: str, customer_id: str, /, type: str, **spec: Any) -> str:
        """The customer types, stops typing, closes, or picks (`message_id`, `choices`, `large`); returns the id."""
        business = self.business(business_id)
        with self.lock:
            device = business.device(customer_id)
            if type == "pick":
                return self._pick(business, device, spec)
            if type not in ("typing_start", "typing_end", "close"):
                raise ValueError("type must be typing_start, typing_end, close or pick")
            device.closed = device.closed or type == "close"
            return self._tell(business, device, {"type": type})

    def post_event(self, business_id: str, body: Json) -> None:
        """Post a body of the caller's making, with a genuine token."""
        self._post(self.business(business_id), body, {})

    def take(self, business: Business, body: Json, headers: Json) -> None:
        """A message of the desk's; AppleError where it is not taken."""
        told = {"id": body.get("id"), "source-id": body.get("sourceId"), "destination-id": body.get("destinationId")}
        with self.lock:
            device = business.devices.get(str(body.get("destinationId")))
            try:
                if headers != told or not told["id"] or body.get("v") != 1:
                    raise AppleError(400, "the headers and the body disagree")
                if device is None:
                    raise AppleError(404, "the customer has never written")
                if device.closed:
                    raise AppleError(403, "the customer has closed the conversation")
                found = shown(body, device, self.store)
            except AppleError:
                if device is not None:
                    device.refused.append(body)
                raise
            device.typing = found["type"] == "typing_start"
            if not found["type"].startswith("typing"):
                repeat = {"repeat": True} if any(each["id"] == body["id"] for each in device.messages) else {}
                device.keep({"id": body["id"], "author": "business", **found, **repeat})

    def phone(self, business_id: str, customer_id: str) -> Json:
        """What the customer sees; files with their length and digest."""
        with self.lock:
            device = self.business(business_id).device(customer_id)
            messages = [_readable(message) for message in device.messages]
            refused = [body.get("type") for body in device.refused]
            return {"messages": messages, "typing": device.typing, "closed": device.closed, "refused": refused}

    def reset(self, *, accounts: bool = False) -> None:
        """Forget messages and files; the businesses too if wanted."""
        with self.lock:
            self.store = Store()
            if accounts:
                self.businesses.clear()
            for business in self.businesses.values():
                business.devices.clear()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [business.saved() for business in self.businesses.values()]

    def _file(self, given: Json) -> Json:
        content = base64.b64decode(given.get("content_base64", ""))
        named = {"name": str(given.get("name", "file.bin")), "mimeType": str(given.get("mime", "image/jpeg"))}
        return {**named, **self.store.encrypted(content, self.base_url())}

    def _pick(self, business: Business, device: Device, spec: Json) -> str:
        message = device.find(spec.get("message_id"))
        wanted = [str(choice) for choice in spec.get("choices", ())]
        large = spec.get("large") is True
        body = {"type": "interactive", **chosen(message, wanted, self.store, self.base_url(), large=large)}
        return self._tell(business, device, body)

    def _tell(self, business: Business, device: Device, body: Json) -> str:
        message_id = str(uuid.uuid4())
        ends = {"id": message_id, "v": 1, "sourceId": device.id, "destinationId": business.id, "locale": "en_US"}
        headers = {"id": message_id, "source-id": device.id, "destination-id": business.id, "locale": "en_US"}
        headers |= {"capability-list": device.capabilities, "device-agent": "iPhone OS"}
        self._post(business, {**ends, **body}, headers)
        return message_id

    def _post(self, business: Business, body: Json, headers: dict[str, str]) -> None:
        is_forged = self.knobs.spend("bad_signature_next")

        def sign(raw: bytes) -> dict[str, str]:
            packed = {"content-encoding": "gzip"} if business.gzip else {}
            claims = {"aud": business.msp_id, "iat": int(machine_time().timestamp())}
            key = _key(business.secret)[::-1] + b"x" if is_forged else _key(business.secret)
            return {**headers, **packed, "authorization": f"Bearer {token(claims, key)}"}

        raw = json.dumps(body, ensure_ascii=False).encode()
        url = f"{business.webhook_url.rstrip('/')}/message" if business.webhook_url else ""
        packed = gzip.compress(raw) if business.gzip else raw
        self._poster.post(PROVIDER, business.id, url, packed, sign, self.knobs.now.duplicates)


def token(claims: Json, key: bytes) -> str:
    """A JSON Web Token, HS256."""
    parts = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{parts}.{_encoded(hmac.new(key, parts.encode(), hashlib.sha256).digest())}"


def is_genuine(given: str, business: Business, now: datetime) -> bool:
    """Whether the business's provider made this token within the last hour."""
    parts, _, mac = given.rpartition(".")
    key = _key(business.secret)
    expected = _encoded(hmac.new(key, parts.encode(), hashlib.sha256).digest())
    if not hmac.compare_digest(mac.encode(), expected.encode()):
        return False
    payload = parts.partition(".")[2]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    fresh = abs(now.timestamp() - claims.get("iat", 0)) <= TOKEN_SECONDS
    return bool(fresh and claims.get("iss") == business.msp_id)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _readable(message: Json) -> Json:
    files = [
        {"name": f["name"], "mime": f["mime"], "size": len(f["content"]), "sha256": _digest(f["content"])}
        for f in message.get("files", ())
    ]
    kept = {name: part for name, part in message.items() if name not in ("files", "data", "bid")}
    return {**kept, **({"files": files} if files else {})}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
