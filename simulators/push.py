"""A push service: takes what is meant for a browser, keeps it as sealed as it came, and fails as it is told.

Source: RFC 8030 (delivery), RFC 8292 (who sends).
"""

import base64
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.wire import Json, problem

KEPT = 100
# What every message says of itself (RFC 8030, section 5; RFC 8188; RFC 8292, section 3).
NEEDED = {"content-encoding": "aes128gcm", "authorization": "vapid t="}


@dataclass
class Browser:
    """`status` is answered to messages that are as they should be."""

    name: str
    status: int = 201
    messages: list[Json] = field(default_factory=list)


class Push:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._browsers: dict[str, Browser] = {}

    def set(self, name: str, settings: Json) -> Json:
        """A browser subscribes, or its service fares otherwise from now on."""
        status = settings.get("status", 201)
        if set(settings) - {"status"} or not isinstance(status, int) or not 200 <= status <= 599:
            raise problem(400, "bad_settings", "give a status from 200 to 599")
        with self._lock:
            browser = self._browsers.setdefault(name, Browser(name))
            browser.status = status
            return self._shown(browser)

    def look(self, name: str) -> Json:
        with self._lock:
            if name not in self._browsers:
                raise problem(404, "no_browser", f"there is no browser {name}: PUT /sim/push/{name}")
            return self._shown(self._browsers[name])

    def receive(self, name: str, raw: bytes, headers: Mapping[str, str]) -> int:
        """What the desk is answered; a browser that is not known has unsubscribed."""
        with self._lock:
            browser = self._browsers.get(name)
            if browser is None:
                return 410
            if not headers.get("ttl", "").isdigit() or not all(
                headers.get(each, "").startswith(wanted) for each, wanted in NEEDED.items()
            ):
                return 400
            if browser.status < 300:
                told = {each: headers.get(each) for each in ("ttl", "urgency", "topic")}
                browser.messages.append({**told, "body": base64.b64encode(raw).decode()})
                del browser.messages[:-KEPT]
            return browser.status

    def clear(self) -> None:
        with self._lock:
            self._browsers.clear()

    def _shown(self, browser: Browser) -> Json:
        path = f"/push/{browser.name}"
        return {"name": browser.name, "path": path, "status": browser.status, "messages": list(browser.messages)}
