"""One process with every simulated provider: the WSGI application and the loopback server around
it.
"""

import ipaddress
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from simulators.apple import Apple
from simulators.apple_http import AppleHttp
from simulators.clock import Clock, machine_time
from simulators.control import PROVIDERS, Control
from simulators.custom import Custom
from simulators.custom_http import CustomHttp
from simulators.email import Email
from simulators.email_http import EmailHttp
from simulators.fronts import AccountsFront
from simulators.instagram import INSTAGRAM, InstagramHttp
from simulators.knobs import KnobBoard
from simulators.line import Line
from simulators.line_http import LineHttp
from simulators.messenger import MESSENGER, MessengerHttp
from simulators.meta import MetaMessaging
from simulators.meta_accounts import Flavour
from simulators.push import Push
from simulators.push_http import PushHttp
from simulators.receiver import Receiver
from simulators.receiver_http import ReceiverHttp
from simulators.shopify import Shopify
from simulators.shopify_http import ShopifyHttp
from simulators.slack import Slack
from simulators.slack_http import SlackHttp
from simulators.sms import Sms
from simulators.sms_http import SmsHttp
from simulators.state_file import StateFile
from simulators.telegram import Telegram
from simulators.telegram_http import TelegramHttp
from simulators.traffic import Traffic
from simulators.viber import Viber
from simulators.viber_http import ViberHttp
from simulators.voice import Voice
from simulators.voice_http import VoiceHttp
from simulators.webhooks import RETRY_DELAYS_SECONDS, WebhookPoster
from simulators.wechat import WeChat
from simulators.wechat_http import WeChatHttp
from simulators.whatsapp import WhatsApp
from simulators.whatsapp_control import WhatsAppControl
from simulators.whatsapp_graph import GraphApi
from simulators.wire import Json, Refused, json_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)
# How soon the server notices that it should stop; werkzeug's half second adds up over many tests.
STOP_POLL_SECONDS = 0.02


@cache
def url_map() -> Map:
    """Every route; made once, as compiling them takes longer than a test."""
    fronts = (
        Control,
        GraphApi,
        WhatsAppControl,
        CustomHttp,
        MessengerHttp,
        InstagramHttp,
        TelegramHttp,
        SlackHttp,
        LineHttp,
        SmsHttp,
        EmailHttp,
        ShopifyHttp,
        ViberHttp,
        WeChatHttp,
        VoiceHttp,
        AppleHttp,
        ReceiverHttp,
        PushHttp,
    )
    rules = [
        Rule(path, endpoint=(front, method), methods=[verb]) for front in fronts for verb, path, method in front.routes
    ]
    return Map(rules, merge_slashes=False)


class QuietHandler(WSGIRequestHandler):
    """Requests are logged at debug level only: a demonstration makes thousands."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Take werkzeug's log line."""
        logger.debug(message, *args)


class Simulators:
    """All providers, their server, and direct access to their state."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        now: Callable[[], datetime] = machine_time,
        retry_delays: tuple[float, ...] = RETRY_DELAYS_SECONDS,
        webhook_workers: int = 1,
        state: Path | None = None,
    ) -> None:
        require_loopback(host)
        self.clock = Clock(now)
        self.knobs = {name: KnobBoard() for name in PROVIDERS}
        self._state = StateFile(state)
        self._traffic = Traffic()
        saved = self._state.load()
        self._server: BaseWSGIServer = make_server(
            host, port, self._application, threaded=True, request_handler=QuietHandler
        )
        name = f"[{host}]" if ":" in host else host
        self.base_url = f"http://{name}:{self._server.server_port}"
        self.webhooks = WebhookPoster(self.clock, retry_delays=retry_delays, workers=webhook_workers)
        self.whatsapp = WhatsApp(
            self.clock,
            self.knobs["whatsapp"],
            self.webhooks,
            base_url=lambda: self.base_url,
            changed=self.save,
        )
        self.custom = Custom(self.clock, self.knobs["custom"], self.webhooks)
        self.messenger, self.instagram = (self._meta(flavour) for flavour in (MESSENGER, INSTAGRAM))
        self.telegram = Telegram(self.clock, self.knobs["telegram"], self.webhooks)
        self.line = Line(self.clock, self.knobs["line"], self.webhooks)
        self.slack = Slack(self.clock, self.knobs["slack"], self.webhooks, base_url=lambda: self.base_url)
        self.sms = Sms(self.clock, self.knobs["sms"], self.webhooks, base_url=lambda: self.base_url)
        self.email = Email(self.clock, self.knobs["email"], self.webhooks, base_url=lambda: self.base_url)
        self.voice = Voice(self.clock, self.knobs["voice"], self.webhooks, base_url=lambda: self.base_url)
        self.apple = Apple(self.knobs["apple"], self.webhooks, base_url=lambda: self.base_url)
        self.shopify = Shopify(self.clock, self.knobs["shopify"], self.webhooks)
        self.viber = Viber(self.clock, self.knobs["viber"], self.webhooks)
        self.wechat = WeChat(self.clock, self.knobs["wechat"], self.webhooks)
        self.receiver = Receiver(self.clock)
        self.push = Push()
        self._restore(saved)
        self._fronts: dict[type, Any] = {
            Control: Control(self),
            GraphApi: GraphApi(self.whatsapp),
            WhatsAppControl: WhatsAppControl(self.whatsapp),
            MessengerHttp: MessengerHttp(self.messenger),
            InstagramHttp: InstagramHttp(self.instagram),
            ReceiverHttp: ReceiverHttp(self.receiver),
            PushHttp: PushHttp(self.push),
        }
        registering: tuple[tuple[type[AccountsFront], Any], ...] = (
            (CustomHttp, self.custom),
            (TelegramHttp, self.telegram),
            (LineHttp, self.line),
            (SlackHttp, self.slack),
            (SmsHttp, self.sms),
            (EmailHttp, self.email),
            (ShopifyHttp, self.shopify),
            (ViberHttp, self.viber),
            (WeChatHttp, self.wechat),
            (VoiceHttp, self.voice),
            (AppleHttp, self.apple),
        )
        for front, provider in registering:
            self._fronts[front] = front(provider, self.save, self.webhooks.wait_idle)
        self._thread = Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        """Serve from a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and posting; waiting calls end at once."""
        for board in self.knobs.values():
            board.stop()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(timeout=5)
        self.webhooks.stop()
        self._server.server_close()

    def wait(self) -> None:
        """Block until the server stops."""
        self._thread.join()

    def settle(self, timeout_seconds: float = 15.0, *, besides: int = 0) -> bool:
        """Wait until every call is answered and every webhook out; False when that took too long.
        `besides` calls may stay under way (the one that asks, say)."""
        deadline = time.monotonic() + timeout_seconds
        quiet = self._traffic.wait_quiet(timeout_seconds, besides)
        return quiet and self.webhooks.wait_idle(max(0.0, deadline - time.monotonic()))

    def reset(self, *, accounts: bool = False) -> None:
        """Forget messages, faults and the set time; with `accounts` who is registered too."""
        self.webhooks.clear()
        for board in self.knobs.values():
            board.reset()
        self.clock.reset()
        self.whatsapp.reset(accounts=accounts)
        self.custom.reset(accounts=accounts)
        self.messenger.reset(accounts=accounts)
        self.instagram.reset(accounts=accounts)
        self.telegram.reset(accounts=accounts)
        self.line.reset(accounts=accounts)
        self.slack.reset(accounts=accounts)
        self.sms.reset(accounts=accounts)
        self.email.reset(accounts=accounts)
        self.viber.reset(accounts=accounts)
        self.shopify.reset(accounts=accounts)
        self.wechat.reset(accounts=accounts)
        self.voice.reset(accounts=accounts)
        self.apple.reset(accounts=accounts)
        self.receiver.clear()
        self.push.clear()
        self.save()

    def flush(self, provider: str) -> None:
        """Post a provider's incomplete batches now."""
        flushes = {
            "whatsapp": self.whatsapp.notifier.batches.flush,
            "custom": self.custom.batches.flush,
            "line": self.line.batches.flush,
            "messenger": self.messenger.notifier.batches.flush,
            "instagram": self.instagram.notifier.batches.flush,
        }
        flushes[provider]()

    def save(self) -> None:
        """Write the registered accounts to the state file, if there is one."""
        self._state.save(
            {
                "version": 1,
                "whatsapp": self.whatsapp.saved(),
                "custom": [far_end.saved() for far_end in list(self.custom.far_ends.values())],
                "telegram": self.telegram.saved(),
                "line": self.line.saved(),
                "slack": self.slack.saved(),
                "sms": self.sms.saved(),
                "email": self.email.saved(),
                "viber": self.viber.saved(),
                "shopify": self.shopify.saved(),
                "wechat": self.wechat.saved(),
                "voice": self.voice.saved(),
                "apple": self.apple.saved(),
                "messenger": self.messenger.saved(),
                "instagram": self.instagram.saved(),
            }
        )

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=STOP_POLL_SECONDS)

    def _restore(self, saved: Json) -> None:
        for name in ("whatsapp", "shopify", "messenger", "instagram"):
            getattr(self, name).restore(saved.get(name, []))
        for name in ("telegram", "line", "sms", "voice", "email", "slack", "custom"):
            for entry in saved.get(name, []):
                getattr(self, name).register(**entry)
        for name in ("apple", "viber", "wechat"):
            for entry in saved.get(name, []):
                getattr(self, name).register(entry.pop("id"), **entry)

    def _meta(self, flavour: Flavour) -> MetaMessaging:
        knobs = self.knobs[flavour.provider]
        return MetaMessaging(
            flavour, self.clock, knobs, self.webhooks, base_url=lambda: self.base_url, changed=self.save
        )

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        self._traffic.begin()
        request = Request(environ)
        response = self._answer(request)
        response.call_on_close(request.close)
        response.call_on_close(self._traffic.end)  # the last of them: what follows is queued by then
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            _require_local_name(request)
            (front, method), arguments = url_map().bind_to_environ(request.environ).match()
            response: Response = method(self._fronts[front], request, **arguments)
        except Refused as refused:
            return refused.answer()
        except HTTPException as fault:
            status = fault.code or 500
            error = {"code": fault.name, "detail": fault.description}
            return json_answer({"error": error}, status)
        except Exception:  # a fault of ours is a 500 like any other server's, and stays in the log
            logger.exception("%s %s failed", request.method, request.path)
            return json_answer({"error": {"code": "simulator_fault"}}, 500)
        return response


def require_loopback(host: str) -> None:
    """The simulators know no passwords of their own: they must not be reachable from elsewhere."""
    if host == "localhost":
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise ValueError(f"{host} is not a loopback address")


def _require_local_name(request: Request) -> None:
    """Refuse names that merely resolve to us: a foreign web page could steer us so."""
    host = request.host.rpartition(":")[0] if request.host[-1:].isdigit() else request.host
    try:
        require_loopback(host.strip("[]") or request.host)
    except ValueError:
        detail = "the Host header must name the loopback interface"
        raise Refused(403, {"error": {"code": "not_local", "detail": detail}}) from None


@contextmanager
def running(**options: Any) -> Iterator[Simulators]:
    """The simulators on a free port of this process, for tests; options as for `Simulators`."""
    simulators = Simulators(**options)
    simulators.start()
    try:
        yield simulators
    finally:
        simulators.stop()
