"""Chat apps: the customer writes, the desk answers, the customer's screen shows it. All alike, but for what stands in
APPS: how a simulator's people are reached, and how far the provider tells of a message."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from infra.local.accounts import place_of
from infra.local.cloud import LocalCloud
from infra.local.desk import Json
from infra.local.flows import hops
from infra.local.flows.hops import PNG, Flows, tag
from infra.local.play import Play

PICTURE: Json = {"content_base64": hops.encoded(PNG), "mime_type": "image/png"}


def _text(message: Json) -> Any:
    return message.get("text")


@dataclass(frozen=True, slots=True)
class App:
    """One app. `people`: their place below the account's; `address`: somebody no other run has met; `ours`: who has
    written our messages, on the customer's screen; `looks`: a message counts as read when the chat is looked at."""

    people: str
    address: Callable[[], str]
    ours: str
    picture: Json
    marks: tuple[str, ...] = ("sent",)
    text: Callable[[Json], Any] = _text
    looks: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with the app in their hand."""

    cloud: LocalCloud
    channel: str
    address: str

    @property
    def app(self) -> App:
        return APPS[self.channel]

    @property
    def place(self) -> str:
        """In the simulators' control API."""
        return f"{place_of(self.channel)}/{self.app.people}/{self.address}"

    def says(self, text: str, **more: Any) -> None:
        self.cloud.providers.call("POST", f"{self.place}/messages", {"text": text, **more})

    def sends_picture(self) -> None:
        self.cloud.providers.call("POST", f"{self.place}/messages", self.app.picture)

    def looks(self) -> None:
        """At the chat."""
        if self.app.looks:
            self.cloud.providers.call("POST", f"{self.place}/read", {})

    def sees(self, text: str) -> Json | None:
        """A message of ours, on the screen."""
        shown: list[Json] = self.cloud.providers.call("GET", f"{self.place}/phone")["messages"]
        return next((m for m in shown if m.get("author") == self.app.ours and self.app.text(m) == text), None)


def _somebody(play: Play, channel: str) -> Customer:
    return Customer(play.cloud, channel, APPS[channel].address())


def there_and_back(channel: str, play: Play) -> None:
    """A question, its answer on the customer's screen, and the marks."""
    customer, said, answer = _somebody(play, channel), f"Is it in stock? {tag()}", f"Yes, it is. {tag()}"
    play.begin()
    post = play.post(channel)
    customer.says(said)
    play.hop("signed webhook accepted", post.accepted)
    row = play.hop("conversation visible in the API", lambda: play.newest_is(said))
    hops.expect(row["unread"] == 1, f"unread is {row['unread']}, not 1")
    sent = hops.answered(play, row["id"], answer)
    play.hop("message on the customer's screen", lambda: customer.sees(answer))
    customer.looks()
    hops.marked(play, row["id"], sent["id"], APPS[channel].marks)


def picture(channel: str, play: Play) -> None:
    """A picture comes into the conversation that is under way."""
    customer, said = _somebody(play, channel), f"Here it comes. {tag()}"
    play.begin()
    customer.says(said)
    row = play.hop("conversation visible in the API", lambda: play.newest_is(said))
    post = play.post(channel)
    customer.sends_picture()
    play.hop("signed webhook with a picture accepted", post.accepted)
    hops.file_kept(play, row["id"], PNG)


def duplicates(channel: str, play: Play) -> None:
    """Every webhook three times: one message."""
    customer, said = _somebody(play, channel), f"Only once, please. {tag()}"
    play.begin()
    hops.repeated(play, channel, lambda: customer.says(said))
    row = play.hop("conversation visible in the API", lambda: play.newest_is(said))
    play.hop("it has one message, unread once", lambda: hops.is_alone(play, row["id"], said))


def _named(**more: Any) -> Json:
    return {"name": "picture.png", "mime": "image/png", **more}


READ = ("sent", "delivered", "read")
APPS: Mapping[str, App] = {
    "messenger": App(
        "customers", partial(hops.digits, 16), "business", {"type": "image", **PICTURE}, marks=READ, looks=True
    ),
    "instagram": App(
        "customers",
        partial(hops.digits, 16),
        "business",
        {"type": "image", **PICTURE},
        marks=("sent", "read"),
        looks=True,
    ),
    "telegram": App("chats", partial(hops.digits, 10), "bot", {"type": "document", **PICTURE}),
    "line": App("chats", lambda: f"U{secrets.token_hex(16)}", "account", {"type": "image", **PICTURE}),
    "viber": App("people", lambda: f"{secrets.token_hex(11)}==", "bot", {"type": "picture", **PICTURE}, marks=READ),
    "wechat": App(
        "followers",
        lambda: f"o{secrets.token_hex(13)}",
        "account",
        {"type": "image", **PICTURE},
        text=lambda message: message["text"].get("content") if isinstance(message.get("text"), dict) else None,
    ),
    "apple": App(
        "customers",
        lambda: f"urn:mbid:{secrets.token_hex(16)}",
        "business",
        {"files": [_named(content_base64=PICTURE["content_base64"])]},
    ),
    "slack": App(
        "people",
        lambda: f"U{secrets.token_hex(5).upper()}",
        "app",
        {"text": "A picture", "files": [_named(content=PICTURE["content_base64"])]},
    ),
    "sms": App(
        "phones",
        lambda: f"+{hops.phone_number()}",
        "desk",
        {"text": "A picture", "media": [{"mime": "image/png", "content": PICTURE["content_base64"]}]},
        marks=("sent", "delivered"),
    ),
}


def flows(channel: str) -> Flows:
    """What is played of an app."""
    return {
        "a message there and back": partial(there_and_back, channel),
        "an attachment": partial(picture, channel),
        "redelivered webhooks": partial(duplicates, channel),
    }
