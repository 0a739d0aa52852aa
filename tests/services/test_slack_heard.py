"""Answers from Slack: once for the customer, whatever is repeated; nothing from whom the desk does not know."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.stores.merging import MergingStore
from chalicelib.domain.inbox_health import TokenState
from chalicelib.domain.message import MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.slack_app import PlaceKind
from chalicelib.services.merging import Rearranging
from chalicelib.services.team_slack_api import SlackFailed
from chalicelib.services.team_slack_words import ALREADY_SENT, HOW_TO_LINK, NOT_ALLOWED
from tests.services.leg_room import ANA, SMS
from tests.services.slack_office import CHANNEL, EVE_SLACK, FILE, FILE_URL, PDF, Office, outer


def test_a_reply_reaches_the_customer_once_when_slack_tells_of_it_three_times() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    payload = office.says("It left this morning.")
    for _ in range(3):
        office.calls_in(payload)
    office.works(times=2)
    (answer,) = office.answers(conversation)
    assert (answer.text, answer.author.kind, answer.author.id) == ("It left this morning.", "agent", ANA.id)
    assert office.web.marks[0] == (payload["event"]["ts"], "white_check_mark")


def test_what_is_said_in_a_row_is_sent_in_a_row() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    for text in ("One", "Two", "Three"):
        office.calls_in(office.says(text))
        office.pass_(seconds=1)
    office.works()
    assert [each.text for each in office.answers(conversation)] == ["One", "Two", "Three"]


@pytest.mark.parametrize("text", ["note: ask Eve", "NOTE:ask Eve", "  Private : ask Eve", "note:\nask Eve"])
def test_a_note_stays_inside(text: str) -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.calls_in(office.says(text))
    office.works(times=3)
    assert office.answers(conversation) == []
    (note,) = [each for each in office.entries(conversation) if isinstance(each, Note)]
    assert (note.kind, note.text.strip(), note.author_id) == ("note", "ask Eve", ANA.id)
    assert {mark for _ts, mark in office.web.marks} == {"lock"}


@pytest.mark.parametrize("text", ["notes: are in the drawer", "Please note: we close at 6", "privately: no"])
def test_a_reply_that_only_looks_like_a_note_is_a_reply(text: str) -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.calls_in(office.says(text))
    office.works()
    assert [each.text for each in office.answers(conversation)] == [text]


def test_nothing_reaches_the_customer_when_the_writer_is_not_linked() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.calls_in(office.says("Free money", user=EVE_SLACK))
    office.works(times=3)
    assert office.answers(conversation) == []
    (told,) = office.web.whispers
    assert (told["user"], told["thread_ts"], told["text"]) == (EVE_SLACK, "1700.000001", HOW_TO_LINK)


def test_nothing_reaches_the_customer_when_the_agents_access_is_gone() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.agents[ANA.id] = replace(office.agents[ANA.id], enabled=False)
    office.calls_in(office.says("Still here"))
    office.works()
    assert office.answers(conversation) == []
    assert [each["text"] for each in office.web.whispers] == [NOT_ALLOWED]


def test_a_stranger_with_a_known_id_is_a_stranger() -> None:
    """In a shared channel people of other workspaces write too."""
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.calls_in(office.says("Free money", user_team="T0OTHER"))
    office.works()
    assert office.answers(conversation) == []
    assert [each["text"] for each in office.web.whispers] == [HOW_TO_LINK]


def test_a_thread_that_is_none_of_ours_is_left_alone() -> None:
    office = Office()
    conversation = office.conversation()
    office.link()
    office.calls_in(office.says("Lunch?", "1600.000001"))
    office.works()
    assert office.answers(conversation) == []
    assert office.web.calls == []


def test_a_refusal_is_told_in_the_thread_once_and_in_plain_words() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.room.boxes[SMS] = replace(office.room.boxes[SMS], enabled=False)
    office.calls_in(office.says("Hello"))
    office.works(times=3)
    assert office.answers(conversation) == []
    (told,) = office.web.channels[CHANNEL]
    assert told["thread_ts"] == "1700.000001"
    assert "did not go to the customer" in told["text"]
    assert "is disabled" in told["text"]


def test_a_placeholder_is_never_sent_unfilled() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.calls_in(office.says("Dear {{contact.name}}"))
    office.works()
    assert office.answers(conversation) == []
    assert "is not filled in" in office.web.said()[0]


def test_an_edit_or_deletion_changes_nothing_and_its_author_is_told() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    payload = office.says("It left.")
    office.calls_in(payload)
    office.works()
    said = payload["event"]
    for subtype, after in (("message_changed", {**said, "text": "It did not."}), ("message_deleted", {})):
        change = {"type": "message", "subtype": subtype, "channel": CHANNEL, "message": after, "previous_message": said}
        assert office.calls_in(outer(change, f"Ev{subtype}")).outcome == "taken"
    office.works(times=2)
    assert [each.text for each in office.answers(conversation)] == ["It left."]
    assert [each["text"] for each in office.web.whispers] == [ALREADY_SENT]


def test_an_edit_of_what_was_never_sent_is_nothing() -> None:
    office = Office()
    office.thread(office.conversation())
    office.link()
    said = office.says("Hm")["event"]
    office.calls_in(outer({**said, "subtype": "message_changed", "message": {}, "previous_message": said}))
    office.works()
    assert office.web.calls == []


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("2 &lt; 3 &amp; 4 &gt; 1", "2 < 3 & 4 > 1"),
        ("See <https://acme.example/a?b=1&amp;c=2|our page>", "See our page (https://acme.example/a?b=1&c=2)"),
        ("Ask <@U0ANA> or <@U0JOE>", "Ask @Ana or @Person JOE"),
        ("<@U0JOE|joe> knows", "@joe knows"),
        ("`&lt;b&gt;` is code", "`<b>` is code"),
        ("<mailto:help@acme.example|help@acme.example>", "help@acme.example"),
        ("&lt;@U0ANA&gt;", "<@U0ANA>"),
    ],
)
def test_the_customer_reads_what_was_meant(markup: str, text: str) -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.calls_in(office.says(markup))
    office.works()
    assert [each.text for each in office.answers(conversation)] == [text]


@pytest.mark.parametrize("told", [{**FILE, "url_private_download": FILE_URL}, {"id": FILE["id"], "name": "bill.pdf"}])
def test_a_file_goes_along_when_it_is_slacks_own(told: dict[str, Any]) -> None:
    office = Office()
    conversation = office.room.conversation(office.room.hears("ibx_0ma11", "The bill?", "bob@customer.example"))
    office.thread(conversation)
    office.link()
    office.calls_in(office.says("Here", subtype="file_share", files=[told]))
    office.works(times=2)
    (answer,) = office.answers(conversation)
    (file,) = answer.attachments
    assert (answer.kind, answer.text, file.mime, file.name) == (
        MessageKind.DOCUMENT,
        "Here",
        "application/pdf",
        "bill.pdf",
    )
    assert office.blobs.kept[file.object_key or ""] == PDF


def test_a_file_of_a_note_is_kept_where_nothing_that_sends_may_read() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.calls_in(office.says("note: her passport", files=[{**FILE, "url_private_download": FILE_URL}]))
    office.works(times=2)
    assert office.answers(conversation) == []
    (note,) = [each for each in office.entries(conversation) if isinstance(each, Note)]
    (file,) = note.attachments
    assert (note.text, file.name, (file.object_key or "").partition("/")[0]) == ("her passport", "bill.pdf", "notes")
    assert list(office.blobs.kept) == [file.object_key]


def test_the_token_is_shown_to_nobody_when_a_file_is_elsewhere() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    for url in (
        "https://evil.example/files.slack.com",
        "https://files.slack.com@evil.example/x",
        "http://169.254.169.254/",
    ):
        office.calls_in(office.says("Here", files=[{**FILE, "url_private_download": url}]))
    office.works()
    assert office.answers(conversation) == []
    assert all("is not Slack's own" in told for told in office.web.said())


def test_an_answer_follows_its_conversation_when_that_is_merged() -> None:
    """Also where it was said just before the merge, and is told of again after it."""
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    payload = office.says("It left.")
    office.calls_in(payload)
    ((_group, _dedupe, detail),) = office.queue
    office.works()
    merged = office.room.conversation(office.room.hears("ibx_0wa", "Me again"))
    office.room.links(merged.contact_id, conversation.contact_id)
    Rearranging(MergingStore(office.room.desk), ANA, office.room.now).merge(merged.id, conversation.id)
    office.hearing.react(detail, office.room.now)
    assert [each.text for each in office.answers(merged)] == ["It left."]
    office.calls_in(office.says("And it is here."))
    office.works()
    assert [each.text for each in office.answers(merged)] == ["It left.", "And it is here."]


def test_what_failed_on_the_way_is_done_when_it_comes_back() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.room.boxes[SMS] = replace(office.room.boxes[SMS], enabled=False)
    office.link()
    office.calls_in(office.says("Hello"))
    ((_group, _dedupe, detail),) = office.queue
    office.web.fates["chat.postMessage"] = ["unreachable"]
    with pytest.raises(SlackFailed):
        office.hearing.react(detail, office.room.now)
    office.hearing.react(detail, office.room.now)
    assert len(office.web.said()) == 1


def test_a_file_that_slack_has_no_more_is_a_refusal_and_holds_up_nothing() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.web.fates["files.info"] = ["file_deleted"]
    office.calls_in(office.says("Here", files=[{"id": "F0GONE", "name": "bill.pdf"}]))
    office.calls_in(office.says("It left."))
    office.works()
    assert [each.text for each in office.answers(conversation)] == ["It left."]
    assert ["bill.pdf" in told for told in office.web.said()] == [True]


def test_an_answer_waits_when_it_is_the_token_that_slack_does_not_take() -> None:
    office = Office()
    office.thread(office.conversation())
    office.link()
    office.web.fates["files.info"] = ["token_revoked"]
    office.calls_in(office.says("Here", files=[{"id": "F0GONE", "name": "bill.pdf"}]))
    with pytest.raises(SlackFailed):
        office.works()


def test_a_refusal_that_cannot_be_told_holds_up_nothing() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation)
    office.link()
    office.web.fates["chat.postMessage"] = ["not_in_channel"]
    office.calls_in(office.says("Dear {{contact.nothing}}"))
    office.calls_in(office.says("It left."))
    office.works()
    assert [each.text for each in office.answers(conversation)] == ["It left."]


def test_an_answer_in_a_side_thread_is_handed_on_whoever_wrote_it() -> None:
    office = Office()
    conversation = office.conversation()
    office.thread(conversation, PlaceKind.SIDE_THREAD)
    office.link()
    office.calls_in(office.says("Try the back door", user=EVE_SLACK))
    office.calls_in(office.says("note: thanks"))
    office.works()
    assert office.answers(conversation) == []
    (one, name), (other, _) = office.asides
    assert (one.place.thread_id, one.agent, name, one.text) == ("sth_1", None, "Person EVE", "Try the back door")
    # There is nothing in a side thread that could reach the customer: a note is just what is said.
    assert (other.agent.id if other.agent else None, other.text) == (ANA.id, "note: thanks")


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}],
)
def test_the_app_knows_when_it_was_taken_out(event: dict[str, Any]) -> None:
    office = Office()
    office.calls_in(outer(event))
    office.works(times=2)
    health = office.health.health()
    assert (health.token, health.reason, health.version) == (TokenState.DEAD, event["type"], 1)
