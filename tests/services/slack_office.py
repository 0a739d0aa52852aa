"""A desk whose company works in Slack: a workspace in memory that answers as Slack's Web API does, and calls in with
requests that Slack's own SDK has signed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from slack_sdk.signature import SignatureVerifier

from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.aws.stores.slack_app import SlackHealthStore, SlackLinks, SlackPlaces
from chalicelib.aws.stores.slack_posts import SlackPosts
from chalicelib.aws.transaction import Desk
from chalicelib.channels.base import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.channels.http import WebhookRequest
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.slack_app import Happening, PlaceKind, SlackApp, SlackLink, SlackPlace
from chalicelib.services import desk as desk_service
from chalicelib.services.team_slack import TeamSlack
from chalicelib.services.team_slack_api import SlackApi, SlackFailed
from chalicelib.services.team_slack_files import SlackFiles
from chalicelib.services.team_slack_heard import SlackHeard, Spoken
from chalicelib.services.team_slack_intake import SlackIntake, Taken
from chalicelib.services.team_slack_news import SlackNews
from chalicelib.services.team_slack_ports import Connected
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.leg_room import ANA, SMS, START, LegRoom

TEAM, BOT, ANA_SLACK, EVE_SLACK, CHANNEL, OTHER = "T0TEAM", "U0BOT", "U0ANA", "U0EVE", "C0DESK", "C0VIP"
SECRET, TOKEN = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-1"
APP = SlackApp(TEAM, "Acme", BOT, default_channel=CHANNEL, link="https://desk.example/c/{conversation_id}")
PDF = b"%PDF-1.4 a bill"
FILE = {"id": "F0BILL", "name": "bill.pdf", "mimetype": "application/pdf", "size": len(PDF)}
FILE_URL = "https://files.slack.com/files-pri/T0TEAM-F0BILL/bill.pdf"


class SlackWeb:
    """Slack's Web API. `fates` are what becomes of the next calls of a method: `unreachable`, `lost` (done, but the
    answer is lost), `slow` (429), or an error's code."""

    def __init__(self) -> None:
        self.channels: dict[str, list[dict[str, Any]]] = {}
        self.whispers: list[dict[str, Any]] = []
        self.marks: list[tuple[str, str]] = []
        self.calls: list[str] = []
        self.fates: dict[str, list[str]] = {}
        self.now = START
        self.ts = 0

    def send(self, request: HttpRequest) -> HttpResponse:
        assert request.secret_headers["authorization"] == f"Bearer {TOKEN}"
        parts = urlsplit(request.url)
        assert (parts.scheme, parts.netloc, parts.path[:5]) == ("https", "slack.com", "/api/")
        method = parts.path.removeprefix("/api/")
        given = json.loads(request.body) if request.method == "POST" else dict(parse_qsl(parts.query))
        self.calls.append(method)
        fate = self.fates[method].pop(0) if self.fates.get(method) else ""
        if fate == "unreachable":
            raise NotSent("no route")
        if fate == "slow":
            return HttpResponse(429, {"retry-after": "2"}, b'{"ok":false,"error":"ratelimited"}')
        if fate and fate != "lost":
            return HttpResponse(200, {}, json.dumps({"ok": False, "error": fate}).encode())
        answer = getattr(self, "_" + re.sub(r"\.|(?=[A-Z])", "_", method).lower())(given)
        if fate == "lost":
            raise OutcomeUnknown("cut")
        return HttpResponse(200, {}, json.dumps({"ok": True, **answer}).encode())

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        assert request.url == FILE_URL
        if request.secret_headers.get("authorization") != f"Bearer {TOKEN}":
            return HttpResponse(200, {"content-type": "text/html"}, b"<!DOCTYPE html>")
        return HttpResponse(200, {"content-type": "application/pdf"}, PDF)

    def said(self, channel: str = CHANNEL) -> list[str]:
        return [message["text"] for message in self.channels.get(channel, [])]

    def next_ts(self) -> str:
        self.ts += 1
        return f"{self.now.timestamp():.0f}.{self.ts:06d}"

    def _chat_post_message(self, given: dict[str, Any]) -> dict[str, Any]:
        ts = self.next_ts()
        self.channels.setdefault(given["channel"], []).append({**given, "ts": ts})
        return {"ts": ts, "channel": given["channel"]}

    def _chat_post_ephemeral(self, given: dict[str, Any]) -> dict[str, Any]:
        self.whispers.append(given)
        return {"message_ts": self.next_ts()}

    def _conversations_open(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": "D" + given["users"][1:]}}

    def _conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self.channels.get(given["channel"], [])
        return {"messages": [each for each in found if float(each["ts"]) >= float(given["oldest"])]}

    _conversations_replies = _conversations_history

    def _reactions_add(self, given: dict[str, Any]) -> dict[str, Any]:
        self.marks.append((given["timestamp"], given["name"]))
        return {}

    def _users_info(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"user": {"id": given["user"], "team_id": TEAM, "profile": {"real_name": f"Person {given['user'][2:]}"}}}

    def _files_info(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"file": {**FILE, "id": given["file"], "url_private_download": FILE_URL}}


class Blobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, key: str, body: bytes, mime: str) -> None:
        self.kept[key] = body


@dataclass
class Office:
    """The room, the workspace, and the services between them."""

    room: LegRoom = field(default_factory=LegRoom)
    web: SlackWeb = field(default_factory=SlackWeb)
    app: SlackApp | None = APP
    secrets: tuple[str, ...] = (SECRET,)

    def __post_init__(self) -> None:
        self.live = Desk(MemoryDynamoDB({"live": MemoryTable({})}), "live")
        self.agents = {
            agent_id: Agent(agent_id, name, f"{name.lower()}@acme.example", Role.AGENT, START)
            for agent_id, name in ((ANA.id, "Ana"), ("agt_eve", "Eve"))
        }
        self.links, self.places = SlackLinks(self.room.desk), SlackPlaces(self.room.desk)
        self.health, self.api = SlackHealthStore(self.room.desk), SlackApi(self.web)
        self.queue: list[tuple[str, str, dict[str, Any]]] = []
        self.later: list[tuple[dict[str, Any], int]] = []
        self.refused: list[SlackFailed] = []
        self.asides: list[tuple[Spoken, str]] = []
        self.slept: list[float] = []
        self.blobs = Blobs()

    # The ports.

    def connected(self) -> Connected | None:
        return Connected(self.app, {"bot_token": (TOKEN,), "signing_secret": self.secrets}) if self.app else None

    def keep_heard(self, *given: Any) -> None:
        self.queue.append(given)

    def look_later(self, *given: Any) -> None:
        self.later.append(given)

    def get(self, agent_id: str) -> Agent | None:
        return self.agents.get(agent_id)

    def heard(self, spoken: Spoken, name: str, now: datetime) -> None:
        self.asides.append((spoken, name))

    # The services.

    @property
    def slack(self) -> TeamSlack:
        posts = SlackPosts(self.live)
        return TeamSlack(self, self.links, self.health, posts, self.api, lambda: self.room.now, self.slept.append)

    @property
    def hearing(self) -> SlackHeard:
        desk = self.room.desk
        files = SlackFiles(self.api, self.web, self.blobs)  # type: ignore[arg-type]
        return SlackHeard(
            self.slack, self.links, self.places, self, DeskStore(desk), ReplyStore(desk), self.room, files, self
        )

    @property
    def news(self) -> SlackNews:
        return SlackNews(self.slack, self.places, DeskStore(self.room.desk), self, self, self.refused.append)

    @property
    def intake(self) -> SlackIntake:
        return SlackIntake(self, self)

    # What happens.

    def pass_(self, **time: float) -> None:
        self.room.now += timedelta(**time)
        self.web.now = self.room.now

    def conversation(self, text: str = "Where is my parcel?") -> Conversation:
        return self.room.conversation(self.room.hears(SMS, text))

    def thread(
        self, conversation: Conversation, kind: PlaceKind = PlaceKind.CONVERSATION, ts: str = "1700.000001"
    ) -> str:
        self.places.keep(
            SlackPlace(kind, conversation.id, CHANNEL, ts, "sth_1" if kind is PlaceKind.SIDE_THREAD else "")
        )
        return ts

    def link(self, agent_id: str = ANA.id, user_id: str = ANA_SLACK) -> None:
        assert self.links.link(SlackLink(agent_id, TEAM, user_id, "ana", agent_id, START)) is None

    def calls_in(self, payload: Mapping[str, Any] | bytes, path: str = "events", **more: Any) -> Taken:
        """Slack calls, signed by its SDK."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        request = signed(body, self.room.now, self.secrets[0])
        return self.intake.take(path, replace(request, headers={**request.headers, **more.pop("headers", {})}, **more))

    def says(self, text: str, root: str = "1700.000001", user: str = ANA_SLACK, **more: Any) -> dict[str, Any]:
        """Somebody writes in a thread; gives the payload."""
        event = message(text, self.web.next_ts(), root, user) | more
        return outer(event, f"Ev{event['ts']}")

    def works(self, times: int = 1) -> None:
        """Whatever is queued is worked on, this often; what fails stays."""
        for _group, _dedupe, detail in list(self.queue):
            for _ in range(times):
                self.hearing.react(detail, self.room.now)
        self.queue.clear()

    def entries(self, conversation: Conversation) -> list[Message | Note]:
        return list(desk_service.thread(DeskStore(self.room.desk), conversation.id, limit=50).entries)

    def answers(self, conversation: Conversation) -> list[Message]:
        return [each for each in self.entries(conversation) if isinstance(each, Message) and each.client_id]


def message(text: str, ts: str, root: str, user: str) -> dict[str, Any]:
    """A message event, as the reference shows it."""
    return {
        "type": "message",
        "channel": CHANNEL,
        "channel_type": "channel",
        "user": user,
        "team": TEAM,
        "text": text,
        "ts": ts,
        "event_ts": ts,
        "thread_ts": root,
        "client_msg_id": "0199c2f4-7d0e-7c8a-b6d1-9a3f5e2c4b10",
    }


def outer(event: Mapping[str, Any], event_id: str = "Ev1") -> dict[str, Any]:
    return {
        "token": "legacy",
        "team_id": TEAM,
        "api_app_id": "A0APP",
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1700,
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        "event": dict(event),
    }


def signed(body: bytes, at: datetime, secret: str = SECRET, path: str = "/slack-app/events") -> WebhookRequest:
    """A request with the headers that Slack's own SDK makes."""
    timestamp = str(int(at.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature or ""}
    return WebhookRequest("POST", path, headers, {}, body, at, f"https://desk.example{path}")


ALL = frozenset(Happening)
