"""Following TwiML: what a caller hears, verb by verb, until the call waits for somebody.

Source: Twilio's reference, one page for each verb.
"""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin
from xml.etree.ElementTree import Element, fromstring

from simulators.voice_calls import KEYS, MESSAGE, PHONES, QUEUE, TALK, Account, Call

if TYPE_CHECKING:
    from simulators.voice import Voice

# What Twilio reads to a caller whose desk has failed.
FAULT = "We are sorry, an application error has occurred."
WAITS = {"Gather": KEYS, "Record": MESSAGE}
MAX_DOCUMENTS = 20


class Script:
    """Runs calls of a simulated Twilio."""

    def __init__(self, voice: "Voice") -> None:
        self._voice = voice

    def fetch(self, account: Account, call: Call, url: str, **more: str) -> None:
        """Ask the desk what comes next, and follow it."""
        call.url = urljoin(call.url, url)
        call.waiting, call.verb = "", None
        verbs = self._voice.ask(account, call.url, self._voice.form(account, call, **more))
        if verbs is None:
            call.heard.append(FAULT)
        call.verbs = verbs or []
        if call.is_over:
            return
        call.status = "in-progress"
        self.follow(account, call)

    def go_on(self, account: Account, call: Call) -> None:
        """What stands behind a verb that had no result."""
        call.waiting, call.verb = "", None
        self.follow(account, call)

    def follow(self, account: Account, call: Call, documents: int = 0) -> None:
        """Verb by verb, until somebody has to do something."""
        call.waiting = ""
        while call.verbs:
            verb = call.verbs.pop(0)
            if verb.tag == "Redirect" and documents < MAX_DOCUMENTS:
                self.fetch(account, call, verb.text or "")
                return
            if self._stops(account, call, verb):
                return
        self._voice.end(account, call)

    def _stops(self, account: Account, call: Call, verb: Element) -> bool:
        if verb.tag in ("Say", "Play"):
            call.heard.append(verb.text or "")
        elif verb.tag == "Start":
            call.live_url = verb[0].get("statusCallbackUrl", "") if len(verb) else ""
        elif verb.tag in ("Hangup", "Reject"):
            call.verbs = []
            self._voice.end(account, call)
            return True
        elif verb.tag in ("Gather", "Record", "Dial", "Enqueue"):
            call.heard += [part.text or "" for part in verb if part.tag == "Say"]
            self._wait_for(account, call, verb)
            return True
        return False

    def _wait_for(self, account: Account, call: Call, verb: Element) -> None:
        call.verb = verb
        if verb.tag == "Enqueue":
            call.waiting, call.queue, call.waited = QUEUE, verb.text or "", 0
            self.wait(account, call)
        elif verb.tag == "Dial" and len(verb) and verb[0].tag == "Queue":
            self._take(account, call, verb[0])
        else:
            call.waiting = PHONES if verb.tag == "Dial" else WAITS[verb.tag]

    def wait(self, account: Account, call: Call) -> None:
        """One round of what those hear who wait."""
        others = account.waiting_in(call.queue)
        told = {"QueueSid": "QU1", "QueuePosition": str(others.index(call) + 1), "QueueTime": str(call.waited)}
        told |= {"CurrentQueueSize": str(len(others)), "AvgQueueTime": "0"}
        url = urljoin(call.url, call.attribute("waitUrl"))
        for verb in self._voice.ask(account, url, self._voice.form(account, call, **told)) or []:
            if verb.tag == "Leave":
                result = {"QueueResult": "leave", "QueueTime": str(call.waited)}
                self.fetch(account, call, call.attribute("action"), **result)
                return
            if verb.tag == "Say":
                call.heard.append(verb.text or "")

    def _take(self, account: Account, agent: Call, queue: Element) -> None:
        """The one who has waited longest is put through, after what the desk has for them."""
        found = next(iter(account.waiting_in(queue.text or "")), None)
        agent.waiting = PHONES
        if found is None:
            return
        told = {"QueueSid": "QU1", "QueueTime": str(found.waited), "DequeingCallSid": agent.sid}
        self._voice.ask(account, urljoin(agent.url, queue.get("url", "")), self._voice.form(account, found, **told))
        found.waiting, agent.waiting = TALK, TALK
        found.partner, agent.partner = agent.sid, found.sid


def encoded(value: Any, *, form: bool = False) -> str:
    """As a form, or as JSON in a field of one."""
    return urlencode(value) if form else json.dumps(value)


def parsed(twiml: str) -> list[Element]:
    """The verbs of a document. ValueError where it declares anything, ParseError where it is no XML."""
    if "<!" in twiml:
        raise ValueError("TwiML declares nothing")
    return list(fromstring(twiml))  # noqa: S314  without declarations there is nothing to expand
