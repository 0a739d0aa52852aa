"""What an inbox is set to say and do on the phone. Whatever is missing or makes no sense has a default: there is
somebody on the line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.channels.untrusted import items, text, whole
from chalicelib.domain.inbox import Inbox

MAX_PHONES = 10  # that `<Dial>` rings at once
MAX_CHOICES = 9
MAX_SECONDS = 3600
# A number, or a softphone of Twilio's or anybody's.
PHONE = re.compile(r"\+[1-9][0-9]{5,14}|client:[A-Za-z0-9_.+@\-]{1,120}|sip:[A-Za-z0-9_.+@:;=\-]{3,200}")
_CHOICE = re.compile(r"\s*([0-9])\s*=\s*(\S.{0,39})")
# English, for whoever sets nothing else.
SENTENCES: Mapping[str, str] = {
    "greeting": "Thank you for calling.",
    "position_text": "You are number {position} in the queue.",
    "wait_text": "Please stay on the line.",
    "voicemail_text": "Nobody can take your call just now. Please leave a message after the tone.",
    "goodbye_text": "Thank you. We will call you back. Goodbye.",
    "missed_text": "Nobody can take your call just now. We will call you back. Goodbye.",
    "closed_text": "This number takes no calls at the moment. Goodbye.",
    "menu_text": "",
    "unreached_text": "The customer could not be reached.",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone of an agent's: `owner` is the agent's id where it is known, else the phone itself."""

    address: str
    owner: str


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of a voice inbox, readable without care."""

    inbox: Inbox

    def say(self, name: str) -> str:
        """A sentence of the inbox's, or ours."""
        return self._text(name) or SENTENCES[name]

    @property
    def language(self) -> str:
        return self._text("language") or "en-US"

    @property
    def voice(self) -> str | None:
        return self._text("voice") or None

    @property
    def music(self) -> str | None:
        """Where the music for those who wait is."""
        url = self._text("hold_music")
        return url if url.startswith("https://") else None

    @property
    def queue(self) -> str:
        return self._text("queue") or self.inbox.id

    @property
    def queue_seconds(self) -> int:
        return self._seconds("queue_seconds", 120)

    @property
    def ring_seconds(self) -> int:
        return self._seconds("ring_seconds", 20) or 20

    @property
    def voicemail_seconds(self) -> int:
        return self._seconds("voicemail_seconds", 120) or 120

    @property
    def phones(self) -> tuple[Phone, ...]:
        """`+15550100010`, or `agt_…=+15550100010` where a phone is one agent's own."""
        found = (_phone(text(entry)) for entry in items(self.inbox.settings.get("agent_phones")))
        return tuple(phone for phone in found if phone)[:MAX_PHONES]

    @property
    def choices(self) -> dict[str, str]:
        """`1=Orders`: the digit, and what it stands for."""
        found = (_CHOICE.fullmatch(text(entry)) for entry in items(self.inbox.settings.get("menu_choices")))
        return {match[1]: match[2].strip() for match in found if match}

    def wants(self, name: str, *, otherwise: bool = False) -> bool:
        """A switch: `voicemail` and `transcribe` are on unless they are turned off."""
        value = self.inbox.settings.get(name)
        return value if isinstance(value, bool) else otherwise

    def _text(self, name: str) -> str:
        return text(self.inbox.settings.get(name)).strip()[:1000]

    def _seconds(self, name: str, otherwise: int) -> int:
        value: Any = whole(self.inbox.settings.get(name))
        return otherwise if value is None else min(value, MAX_SECONDS)


def _phone(entry: str) -> Phone | None:
    owner, _, address = entry.rpartition("=") if entry.startswith("agt_") else ("", "", entry)
    return Phone(address.strip(), owner.strip() or address.strip()) if PHONE.fullmatch(address.strip()) else None
