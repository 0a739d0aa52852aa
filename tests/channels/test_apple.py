"""Apple Messages for Business: what Apple posts."""

import gzip
import json
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels import apple
from chalicelib.channels.apple_envelope import MAX_PLAIN
from chalicelib.channels.apple_files import reference_named
from chalicelib.channels.apple_inbound import CLOSED
from chalicelib.channels.base import (
    AccountNotice,
    HttpRequest,
    HttpResponse,
    InboundMessage,
    Outgoing,
    OutgoingAttachment,
    PayloadNotUnderstood,
    PeerTyping,
    ReachabilityChanged,
    ReadFile,
    Reply,
    Step,
    WebhookRequest,
)
from chalicelib.domain.message import MessageKind
from tests.channels.cases import ChannelCases, check_request, outgoing
from tests.channels.kits import KITS, NEW, NOW

KIT = KITS["apple"]
BIZ, ANA = KIT.account_id, "urn:mbid:AQAAYexampleAna0001="
KEY = "0123456789abcdef" * 4
FILES = {
    MessageKind.IMAGE: OutgoingAttachment("https://files.example/1.png", "image/png", "1.png", 9),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/1.m4a", "audio/mp4", "1.m4a", 9),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/1.mp4", "video/mp4", "1.mp4", 9),
    MessageKind.DOCUMENT: OutgoingAttachment("https://files.example/1.pdf", "application/pdf", "1.pdf", 9),
}
PLACE = {"upload-url": "https://up.example/1", "mmcs-url": "https://mmcs.example/1", "mmcs-owner": "M1.owner"}
STORED = {"singleFile": {"fileChecksum": "AWWn5bHw0sPk9QYX"}}
BUTTONS = {"body": "?", "buttons": [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]}
LIST = {"body": "?", "button": "Open", "sections": [{"title": "A", "rows": [{"id": "1", "title": "One"}]}]}


def to_apple(kind: MessageKind = MessageKind.TEXT, **values: Any) -> Outgoing:
    return outgoing(kind, **{"to": ANA, **values})


def step_answer(step: Step) -> HttpResponse | bytes:
    """Apple's side of an upload that goes well."""
    if isinstance(step, ReadFile):
        return b"the file!"
    assert isinstance(step, HttpRequest)
    return HttpResponse(200, {}, json.dumps(PLACE if step.method == "GET" else STORED).encode())


def came(payload: Any = None, body: bytes | None = None, **headers: str) -> WebhookRequest:
    raw = json.dumps(KIT.payload("text") | (payload or {})).encode() if body is None else body
    request = KIT.signed(raw)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(request, headers={**request.headers, **named})


def message_of(request: WebhookRequest) -> InboundMessage:
    (item,) = apple.normalise(request)
    assert isinstance(item, InboundMessage)
    return item


class TestApple(ChannelCases):
    name = "apple"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("text"), method="GET"), None

    def stale(self) -> WebhookRequest | None:
        return KIT.signed(b"{}", at=NOW - timedelta(minutes=61))

    def sendable(self) -> Iterable[Outgoing]:
        yield to_apple(text="Olá")
        for kind, file in FILES.items():
            yield to_apple(kind, text="Look", attachments=(file,))
        yield to_apple(MessageKind.BUTTONS, content=BUTTONS)
        yield to_apple(MessageKind.LIST, content=LIST)

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200)

    def step_answer(self, step: Step) -> HttpResponse | bytes:
        return step_answer(step)

    def test_what_is_sent_is_accepted_under_the_providers_id(self) -> None:
        """As everywhere, save that Apple's answer names nothing: the id is the one that we gave it."""
        for message in self.sendable():
            apple.check_send(message)
            request = self.built(message)
            assert request is not None
            check_request(request, self.kit)
            result = apple.parse_send(self.accepting(request))
            assert (result.accepted, result.external_id) == (True, None)

    def test_a_repeat_gives_the_same_ids_and_times(self) -> None:
        """As everywhere, save that Apple tells no times: messages say so, and the store keeps the first one's."""
        for name in KIT.fixtures():
            first = KIT.fixture(name)
            later = replace(first, received_at=NOW + timedelta(minutes=30))
            for one, other in zip(apple.normalise(first), apple.normalise(later), strict=True):
                if isinstance(one, InboundMessage) and isinstance(other, InboundMessage):
                    assert one.untimed and (one.occurred_at, other.occurred_at) == (NOW, later.received_at)
                    assert replace(other, occurred_at=NOW) == one

    # What.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "content"),
        [
            ("text", "text", "Do you bake without gluten? 🥖", {}),
            ("text__tapback", "text", "Liked “We open at eight.”", {}),
            ("text__unheard_of_fields", "text", "Hi", {"extra": {"mood": "curious"}}),
            ("interactive__list_picker", "postback", "Rye", {"payload": "rye", "title": "Rye", "source": "list"}),
            (
                "interactive__list_picker_several",
                "postback",
                "Rye, Plum",
                {
                    "payload": "rye,plum",
                    "selected": [{"id": "rye", "title": "Rye"}, {"id": "plum", "title": "Plum"}],
                },
            ),
            ("interactive__quick_reply", "postback", "Deliver", {"payload": "b", "source": "button"}),
            ("interactive__quick_reply_by_place", "postback", "Pick up", {"payload": "a", "source": "button"}),
            (
                "interactive__time_picker",
                "postback",
                "2026-08-03T15:00+0000",
                {
                    "payload": "slot-2",
                    "source": "time",
                    "time": {"starts_at": "2026-08-03T15:00+0000", "duration_seconds": 1800},
                },
            ),
            (
                "interactive__form",
                "form",
                "Your name: Ana\nCake: plum, nut",
                {"name": "messageForms", "values": {"name": ["Ana"], "cake": ["plum", "nut"]}},
            ),
            (
                "interactive__authenticated",
                "form",
                "You signed in",
                {"name": "authentication", "values": {"status": "authenticated"}},
            ),
            ("interactive__payment", "unsupported", "", {"type": "interactive"}),
            ("interactive__of_nothing", "unsupported", "", {"type": "interactive"}),
            ("interactive__large", "unsupported", "Selected: Rye", {"type": "interactiveDataRef"}),
            ("unknown__type", "unsupported", "", {"type": "telepathy"}),
            ("unknown__without_type", "unsupported", "", {"type": "unknown"}),
            ("text__empty", "unsupported", "", {"type": "text"}),
        ],
    )
    def test_a_message_becomes_its_neutral_form(
        self, fixture: str, kind: str, text: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        assert (item.kind.value, item.text, item.account_id) == (kind, text, BIZ)
        assert item.peer.addresses == (ANA,) and item.peer.profile.locale == item.content["apple"].get("locale")
        assert {name: item.content.get(name) for name in content} == content
        if item.kind is MessageKind.UNSUPPORTED:
            assert item.content["raw"] == KIT.payload(fixture)

    def test_an_answer_names_its_question_and_keeps_its_data(self) -> None:
        item = self.one("interactive__list_picker")
        assert item.reply_to == "5f0c9d1e-0000-4000-8000-000000000001"
        assert item.content["session"] == "6a8a3000-0000-4000-8000-000000000001"
        assert item.content["data"] == KIT.payload("interactive__list_picker")["interactiveData"]

    def test_what_surrounds_a_message_is_kept(self) -> None:
        item = message_of(came(capability_list="QUICK, list,TIME,<b>", device_agent="iPhone OS", locale="xx"))
        assert item.content["apple"] == {
            "capabilities": ["QUICK", "LIST", "TIME"],
            "device": "iPhone OS",
            "intent": "question",
            "group": "sales",
            "locale": "en_US",
        }
        assert item.peer.facts == {"device": "iPhone OS", "capabilities": ["QUICK", "LIST", "TIME"]}
        assert "capabilities" not in self.one("text").content["apple"]

    # Files.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "files"),
        [
            ("text__attachment", "image", "This one, please", [("image/heic", "photo.heic", 68541)]),
            (
                "text__attachments",
                "document",
                "",
                [("application/pdf", "bill.pdf", 68541), ("image/heic", "photo.heic", 68541)],
            ),
            ("text__attachment_base64", "video", "", [("video/quicktime", "clip.mov", 68541)]),
            ("text__attachment_old_names", "audio", "", [("audio/x-m4a", "note.m4a", 2048)]),
        ],
    )
    def test_files_are_named_by_what_their_lookup_needs(
        self, fixture: str, kind: str, text: str, files: list[tuple[str, str, int]]
    ) -> None:
        item = self.one(fixture)
        assert (item.kind.value, item.text) == (kind, text)
        assert [(file.mime, file.name, file.size_bytes) for file in item.attachments] == files
        for file in item.attachments:
            found = reference_named(file.media_id)
            assert found and (found.key, found.owner) == (KEY, "M1.1c0ffee")
            assert found.signature.startswith("AWWn5bHw0sPk9QYX")
            assert found.media_id == file.media_id

    def test_bad_files_do_not_lose_their_neighbours(self) -> None:
        item = self.one("text__bad_attachments")
        assert (item.text, len(item.attachments)) == ("See both", 1)
        lost = item.content["unusable_attachments"]
        assert [part["url"][:9] for part in lost] == ["https://p", "https://x"]
        assert self.one("text__only_bad_attachments").kind is MessageKind.UNSUPPORTED

    # Signs, and the end.

    @pytest.mark.parametrize(("fixture", "active"), [("typing_start", True), ("typing_end", False)])
    def test_typing_is_a_sign_and_no_message(self, fixture: str, active: bool) -> None:
        item = self.one(fixture)
        assert isinstance(item, PeerTyping) and item.active is active and item.peer.primary == ANA

    def test_a_close_is_a_line_and_ends_the_reach(self) -> None:
        line, change = self.items("close")
        assert isinstance(line, InboundMessage) and line.kind is MessageKind.SYSTEM
        assert (line.text, line.content["type"]) == (CLOSED, "closed")
        assert change == ReachabilityChanged(BIZ, ANA, False, "closed", NOW, CLOSED)

    # Whose, and which.

    def test_the_business_is_the_destination(self) -> None:
        assert self.one("text").account_id == BIZ
        assert self.one("text__without_ids").account_id == "inb_1"

    def test_a_message_of_nobody_is_kept_as_a_notice(self) -> None:
        item = self.one("text__without_source")
        assert isinstance(item, AccountNotice) and item.kind == "message.unattributed"
        assert item.detail["body"] == "Who am I?"

    def test_headers_fill_what_the_body_lacks(self) -> None:
        raw = json.dumps({"type": "text", "body": "Hi"}).encode()
        item = message_of(came(body=raw, id="id-1", source_id=ANA, destination_id=BIZ))
        assert (item.external_id, item.peer.primary, item.account_id) == ("id-1", ANA, BIZ)

    def test_the_body_counts_where_the_headers_disagree(self) -> None:
        agreeing = came(id=KIT.payload("text")["id"].upper(), source_id=ANA)
        assert "headers_disagree" not in message_of(agreeing).content["apple"]
        item = message_of(came(id="other", source_id="urn:mbid:other"))
        assert (item.external_id, item.peer.primary) == (KIT.payload("text")["id"], ANA)
        assert item.content["apple"]["headers_disagree"] == ["id", "sourceId"]

    def test_a_message_without_an_id_is_known_by_what_it_says(self) -> None:
        assert self.one("text__without_ids").external_id.startswith("derived:")

    # Compressed bodies.

    def test_a_body_may_be_compressed(self) -> None:
        packed = came(body=gzip.compress(json.dumps(KIT.payload("text")).encode()), content_encoding="gzip")
        apple.verify(packed, KIT.credentials)
        assert message_of(packed) == self.one("text")
        assert message_of(apple.opened(packed, KIT.credentials)) == self.one("text")
        assert apple.opened(KIT.fixture("text"), KIT.credentials) == KIT.fixture("text")

    def test_a_bomb_is_not_unpacked(self) -> None:
        bomb = gzip.compress(b" " * (200 * 1024 * 1024), compresslevel=9)
        assert len(bomb) < 256 * 1024
        with pytest.raises(PayloadNotUnderstood) as refusal:
            apple.normalise(came(body=bomb))
        assert str(MAX_PLAIN) in refusal.value.reason

    def test_a_body_may_have_the_greatest_length_unpacked(self) -> None:
        raw = json.dumps(KIT.payload("text")).encode()
        full = raw + b" " * (MAX_PLAIN - len(raw))
        assert message_of(came(body=gzip.compress(full))) == self.one("text")
        with pytest.raises(PayloadNotUnderstood):
            apple.normalise(came(body=gzip.compress(full + b" ")))

    @pytest.mark.parametrize("place", range(2, 60, 3))
    def test_a_broken_or_cut_archive_is_not_understood(self, place: int) -> None:
        packed = gzip.compress(json.dumps(KIT.payload("text")).encode())
        with pytest.raises(PayloadNotUnderstood):
            apple.normalise(came(body=packed[:place]))
        broken = bytearray(packed)
        broken[place] ^= 0xFF
        self.survives(came(body=bytes(broken)))

    def test_what_follows_an_archive_is_not_read(self) -> None:
        packed = gzip.compress(json.dumps(KIT.payload("text")).encode())
        assert message_of(came(body=packed + zlib.compress(b"x"))) == self.one("text")

    def test_the_secret_is_read_as_base64(self) -> None:
        """Not as the text that it is shown as."""
        text_as_key = replace(
            KIT.fixture("text"), headers=KIT.signed(b"{}", secret=KIT.credentials["api_secret"][0]).headers
        )
        self.refused(text_as_key)
        self.refused(KIT.fixture("text"), {**KIT.credentials, "api_secret": (NEW,)})
