"""Slack: what the Events API, interactions and commands send."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.channels import slack
from chalicelib.channels.base import (
    AccountNotice,
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Keep,
    Outgoing,
    OutgoingAttachment,
    ReadFile,
    Reply,
    StatusUpdate,
    Step,
    WebhookRequest,
)
from chalicelib.channels.slack_text import escaped, plain
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind
from tests.channels.cases import ChannelCases, outgoing
from tests.channels.kits import KITS, NOW, WRONG

KIT = KITS["slack"]
TEAM, USER, THREAD = "T0100000001", "U0100000001", "C0100000001:1785578300.000100"
TS = "1785578399.000200"
PICTURE = OutgoingAttachment("https://files.example/signed/1", "image/png", "one.png", 1000)
BUTTONS = {"body": "?", "buttons": [{"id": "y", "title": "Yes"}]}
SECTIONS = [{"title": "A", "rows": [{"id": "1", "title": "One"}]}]


FILES = {
    MessageKind.DOCUMENT: OutgoingAttachment("https://files.example/1.pdf", "application/pdf", "1.pdf", 3),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/1.ogg", "audio/ogg", None, 3),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/1.mp4", "video/mp4; codecs=avc1", "1.mp4"),
}
UPLOAD_URL = "https://files.slack.com/upload/v1/ABC"


def slacks_answer(step: Step) -> HttpResponse | bytes:
    """What Slack answers to the steps on the way to a message."""
    if isinstance(step, ReadFile):
        return b"abc"
    request = step.request if isinstance(step, Keep) else step
    if request.url == UPLOAD_URL:
        assert (request.method, request.body, request.secret_headers) == ("POST", b"abc", {})
        return HttpResponse(200, {}, b"OK - 3")
    if "/files.getUploadURLExternal?" in request.url:
        answer = {"ok": True, "upload_url": UPLOAD_URL, "file_id": "F0100000001"}
        return HttpResponse(200, {}, json.dumps(answer).encode())
    assert request.url == "https://slack.com/api/conversations.open"
    assert json.loads(request.body) == {"users": USER}
    return HttpResponse(200, {}, b'{"ok":true,"channel":{"id":"D0100000001"}}')


class TestSlack(ChannelCases):
    name = "slack"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        word = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
        genuine = KIT.fixture("url_verification")
        yield genuine, Reply(200, word)
        yield replace(genuine, method="GET"), None
        yield replace(genuine, received_at=NOW + timedelta(seconds=301)), None
        yield KIT.signed(genuine.body, secret=WRONG), None
        yield KIT.signed(b'{"type":"url_verification"'), None
        yield KIT.signed(b'{"type":"url_verification","challenge":""}'), None
        yield KIT.signed(b'{"type":"event_callback","challenge":"url_verification"}'), None
        yield KIT.fixture("message"), None

    def stale(self) -> WebhookRequest | None:
        return KIT.signed(b"{}", at=NOW - timedelta(seconds=301))

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(to=USER, text="Olá", reply_to=TS)
        yield outgoing(MessageKind.IMAGE, to=THREAD, text="Look", attachments=(PICTURE,))
        yield outgoing(MessageKind.BUTTONS, to=THREAD, content=BUTTONS)
        for kind, file in FILES.items():
            yield outgoing(kind, to=USER, text="Look", attachments=(file,))
        yield outgoing(MessageKind.REACTION, to=THREAD, content={"target": TS, "emoji": "👍"})
        yield outgoing(MessageKind.LIST, to=USER, content={"body": "?", "button": "Open", "sections": SECTIONS})

    def step_answer(self, step: Step) -> HttpResponse | bytes:
        return slacks_answer(step)

    def accepting(self, request: HttpRequest) -> HttpResponse:
        if request.url.endswith("files.completeUploadExternal"):
            return HttpResponse(200, {}, b'{"ok":true,"files":[{"id":"ext-1","title":"1.pdf"}]}')
        return HttpResponse(200, {}, b'{"ok":true,"channel":"D0100000001","ts":"ext-1","message":{}}')

    def types(self, name: str, payload: Any) -> Iterator[str]:
        for kind in ("ssl_check", "command"):
            if kind in payload:
                yield kind.replace("command", "slash_command")
                return
        yield payload["event"]["type"] if payload["type"] == "event_callback" else payload["type"]

    # Proof.

    @pytest.mark.parametrize("skew", [-300, 300])
    def test_five_minutes_off_is_fresh(self, skew: int) -> None:
        self.channel.verify(KIT.signed(b"{}", at=NOW + timedelta(seconds=skew)), KIT.credentials)

    def test_a_call_from_the_future_is_refused(self) -> None:
        self.refused(KIT.signed(b"{}", at=NOW + timedelta(seconds=301)))

    def test_forms_are_proven_over_their_raw_bytes(self) -> None:
        for name in ("block_actions", "slash_command"):
            request = KIT.fixture(name)
            assert not request.body.startswith(b"{")
            self.channel.verify(request, KIT.credentials)
            self.refused(replace(request, body=request.body + b"&a=b"))

    # Who.

    def test_a_direct_message_is_the_person(self) -> None:
        item = self.one("message")
        assert (item.account_id, item.peer.addresses, item.external_id) == (TEAM, (USER,), TS)
        assert item.peer.facts == {"user": USER, "channel": "D0100000001", "channel_type": "im", "team": TEAM}
        assert item.occurred_at == datetime(2026, 8, 1, 9, 59, 59, 200, UTC)
        assert "author" not in item.content

    def test_a_channels_thread_is_one_peer_and_names_who_wrote(self) -> None:
        first, reply = self.one("message__in_a_channel"), self.one("message__in_a_thread")
        assert first.peer.addresses == (f"C0100000001:{TS}",)
        assert (reply.peer.addresses, reply.reply_to) == ((THREAD,), "1785578300.000100")
        assert reply.content["author"] == {"user": USER, "team": TEAM}
        assert first.reply_to is None

    def test_a_mention_is_the_message_that_mentions(self) -> None:
        message, mention = self.one("message__in_a_channel"), self.one("app_mention")
        assert message == mention or (
            (message.external_id, message.occurred_at, message.peer.addresses)
            == (mention.external_id, mention.occurred_at, mention.peer.addresses)
        )

    def test_a_thread_in_a_direct_message_is_still_the_person(self) -> None:
        item = self.one("message__in_a_thread_of_a_dm")
        assert (item.peer.addresses, item.reply_to) == ((USER,), "1785578300.000100")

    def test_a_shared_channel_belongs_to_the_workspace_the_app_is_in(self) -> None:
        item = self.one("message__shared_customer")
        assert (item.account_id, item.echo) == (TEAM, False)
        profile = item.peer.profile
        assert (profile.name, profile.avatar_url) == ("Bia", "https://avatars.example/bia.png")
        assert item.content["author"]["team"] == "T0200000001"

    def test_our_own_people_in_a_shared_channel_are_no_customers(self) -> None:
        assert self.one("message__shared_colleague").echo

    # What.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "content"),
        [
            (
                "message",
                "text",
                "Bom dia, o pedido 1042 já saiu?",
                {"client_id": "6a1f0d5e-0001-4000-8000-000000000001"},
            ),
            ("message__broadcast", "text", "Resolvido", {"broadcast": True}),
            ("message__me", "text", "acena", {}),
            ("message__file_gone", "text", "Veja", {"missing_files": [{"id": "F0100000005", "mode": "tombstone"}]}),
            ("message__forwarded", "text", "O forno quebrou & parou", {"forwarded": True}),
            ("message__card", "text", "Pedido 1042", {"shared": [{"fallback": "Pedido 1042"}]}),
            ("message__empty", "unsupported", "", {"type": "unknown"}),
            ("message__changed", "edit", "Bom dia, o pedido 1043 já saiu?", {"target": TS, "kind": "text"}),
            ("message__changed_in_a_thread", "edit", "E o 1044?", {"target": TS}),
            ("message__deleted", "revoke", "", {"target": TS}),
            ("message__deleted_root", "revoke", "", {"target": "1785578300.000100"}),
            ("reaction_added", "reaction", "", {"target": TS, "emoji": ":+1:"}),
            ("reaction_removed", "reaction", "", {"target": TS, "emoji": "", "previous": ":+1:"}),
            ("block_actions", "postback", "Sim & já", {"payload": "yes", "source": "button", "title": "Sim & já"}),
            ("block_actions__menu", "postback", "Pão", {"payload": "bread", "source": "static_select"}),
            ("block_actions__on_the_home_tab", "postback", "Ajuda", {"payload": "help"}),
            (
                "view_submission",
                "form",
                "",
                {"values": {"message": "Ótimo pão", "category": "praise"}, "title": "Conte"},
            ),
            ("slash_command", "text", "o pedido 1042 & o 1043", {"command": "/padaria", "channel": "C0100000001"}),
        ],
    )
    def test_an_event_becomes_its_neutral_message(
        self, fixture: str, kind: str, text: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        assert (item.kind.value, item.text) == (kind, text)
        assert content.items() <= item.content.items()

    @pytest.mark.parametrize(
        ("fixture", "addresses"),
        [
            ("message__changed", (USER,)),
            ("message__changed_in_a_thread", (THREAD,)),
            ("message__deleted", (THREAD,)),
            ("message__deleted_root", (THREAD,)),
            ("reaction_added", (USER,)),
            ("block_actions", (USER,)),
            ("block_actions__in_a_thread", (THREAD,)),
            ("block_actions__on_the_home_tab", (USER,)),
            ("view_submission", (USER,)),
            ("slash_command", (USER,)),
        ],
    )
    def test_what_changes_a_message_is_in_the_same_place(self, fixture: str, addresses: tuple[str, ...]) -> None:
        item = self.one(fixture)
        assert (item.peer.addresses, item.account_id) == (addresses, TEAM)
        assert item.external_id != TS

    def test_references_are_spelt_out_and_the_original_is_kept(self) -> None:
        item = self.one("message__markup")
        assert item.text == (
            "Veja o pedido (https://padaria.example/p?a=1&b=2) & ana@padaria.example, "
            "@rui em #entregas @here 1 < 2 *já*"
        )
        assert item.content["markup"].startswith("Veja <https")

    @pytest.mark.parametrize(
        ("markup", "text"),
        [
            ("<https://a.example>", "https://a.example"),
            ("<http://a.example|a.example>", "a.example"),
            ("<tel:+5511|>", "+5511"),
            ("<@U1>", "@U1"),
            ("<#C1>", "#C1"),
            ("<!subteam^S1|@oficina>", "@oficina"),
            ("<!date^1392734382^{date}|18 de fevereiro>", "18 de fevereiro"),
            ("&amp;lt;", "&lt;"),
            ("a < b > c", "a < b > c"),
            ("<>", "<>"),
        ],
    )
    def test_markup_is_read_as_slack_shows_it(self, markup: str, text: str) -> None:
        assert plain(markup) == text

    def test_what_is_escaped_reads_as_it_was(self) -> None:
        for text in ("a & b <c> &amp;", "<@U1>", "<!channel>"):
            assert plain(escaped(text)) == text

    @pytest.mark.parametrize(
        ("fixture", "kind", "names", "voice"),
        [
            ("message__file", "image", ["pacote.png"], False),
            ("message__files", "document", ["nota.pdf", "pacote.png"], False),
            ("message__voice", "audio", ["audio_message.m4a"], True),
        ],
    )
    def test_files_come_with_their_address(self, fixture: str, kind: str, names: list[str], voice: bool) -> None:
        item = self.one(fixture)
        assert (item.kind.value, [file.name for file in item.attachments]) == (kind, names)
        for file in item.attachments:
            assert (file.source_url or "").startswith("https://files.slack.com/") and file.media_id is None
        assert item.attachments[0].voice == voice

    def test_a_file_of_a_shared_channel_is_looked_up_by_its_id(self) -> None:
        (file,) = self.one("message__file_to_look_up").attachments
        assert (file.media_id, file.source_url) == ("F0100000004", None)

    def test_every_element_that_was_used_is_an_answer(self) -> None:
        several, date = self.items("block_actions__several")
        assert isinstance(several, InboundMessage) and isinstance(date, InboundMessage)
        assert (several.content["payload"], several.text) == ("bread, cake", "Pão, Bolo")
        assert date.content["payload"] == "2026-08-02"
        assert several.external_id != date.external_id

    def test_a_reaction_in_a_channel_is_about_a_message_that_is_known_or_of_no_use(self) -> None:
        item = self.one("reaction_added__in_a_channel")
        channel = KIT.payload("reaction_added__in_a_channel")["event"]["item"]["channel"]
        target = item.content["target"]
        assert (item.kind, item.peer.addresses, item.known_only) == (
            MessageKind.REACTION,
            (f"{channel}:{target}",),
            True,
        )
        assert item.content["author"]["user"]
        assert not self.one("reaction_added").known_only

    # What is no message.

    @pytest.mark.parametrize(
        ("fixture", "reason"),
        [
            ("message__own_without_metadata", "message.own"),
            ("message__of_an_app", "message.of_an_app"),
            ("message__slackbot", "message.of_an_app"),
            ("message__joined", "message.channel_join"),
            ("message__preview", "message_changed.same_text"),
            ("message__changed_own", "edit.of_an_app"),
            ("message__deleted_unknown", "revoke.unattributed"),
            ("message_metadata_posted__of_another_app", "metadata.of_another_app"),
            ("reaction_added__own", "reaction.unattributed"),
            ("slash_command__empty", "command.empty"),
            ("member_joined_channel__other", "member_joined_channel"),
            ("url_verification", "url_verification"),
            ("ssl_check", "ssl_check"),
            ("view_closed", "view_closed"),
            ("unknown__event", "type.pin_added"),
            ("unknown__subtype", "message.hologram"),
        ],
    )
    def test_what_is_of_no_use_is_ignored_by_name(self, fixture: str, reason: str) -> None:
        item = self.one(fixture)
        assert isinstance(item, Ignored) and item.reason == reason

    @pytest.mark.parametrize("fixture", ["message__own", "message_metadata_posted"])
    def test_our_own_message_with_its_tracker_proves_that_it_was_taken(self, fixture: str) -> None:
        item = self.one(fixture)
        assert isinstance(item, StatusUpdate)
        assert (item.state, item.tracker, item.external_id) == (DeliveryState.SENT, "leg_1.msg_1.1", TS)

    @pytest.mark.parametrize(
        ("fixture", "kind"),
        [
            ("app_uninstalled", "app.uninstalled"),
            ("tokens_revoked", "tokens.revoked"),
            ("app_rate_limited", "events.rate_limited"),
            ("member_joined_channel", "bot.membership"),
            ("member_left_channel", "bot.membership"),
        ],
    )
    def test_news_of_the_app_is_told(self, fixture: str, kind: str) -> None:
        item = self.one(fixture)
        assert isinstance(item, AccountNotice) and (item.kind, item.account_id) == (kind, TEAM)
        assert "old-way" not in json.dumps(dict(item.detail))

    def test_bad_parts_of_a_message_do_not_lose_the_good_ones(self) -> None:
        item = self.one("batch")
        assert item.text == "Bom dia, o pedido 1042 já saiu?"
        assert [file.name for file in item.attachments] == ["pacote.png"]

    @pytest.mark.parametrize("broken", [{"user": ""}, {"user": None}, {"ts": "x"}, {"channel": "?"}, {"ts": None}])
    def test_a_message_of_nobody_is_ignored(self, broken: dict[str, Any]) -> None:
        payload = KIT.payload("message")
        payload["event"] |= broken
        (item,) = slack.normalise(KIT.signed(json.dumps(payload).encode()))
        assert isinstance(item, Ignored)

    def test_a_press_without_a_person_is_ignored(self) -> None:
        payload = KIT.payload("block_actions__in_a_thread")
        for user in (None, {}, {"id": True}):
            body = b"payload=" + quote(json.dumps({**payload, "user": user})).encode()
            (item,) = slack.normalise(KIT.signed(body))
            assert isinstance(item, Ignored)

    @pytest.mark.parametrize(
        "outer", [{"context_team_id": TEAM}, {"team_id": TEAM}, {"view": {"app_installed_team_id": TEAM}}]
    )
    def test_the_workspace_is_found_where_slack_tells_it(self, outer: dict[str, Any]) -> None:
        payload = {"type": "event_callback", "event": KIT.payload("message")["event"], **outer}
        (item,) = slack.normalise(KIT.signed(json.dumps(payload).encode()))
        assert isinstance(item, InboundMessage) and item.account_id == TEAM

    def test_every_call_is_answered_with_nothing(self) -> None:
        for name in ("message", "block_actions", "slash_command", "view_submission"):
            assert slack.answer(KIT.fixture(name), KIT.inbox, self.items(name)) is None
