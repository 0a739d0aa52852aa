"""What happens to conversations is told in Slack: in one thread each, once, and nothing that is meant for few."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.stores.desk import DeskStore
from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.snapshots import conversation_snapshot
from chalicelib.services import desk as desk_service
from chalicelib.services.assignment import Wish, assign
from chalicelib.services.team_slack_api import SlackFailed
from tests.services.leg_room import ANA, SMS
from tests.services.room import who
from tests.services.slack_office import APP, CHANNEL, OTHER, Office

SUE = who("agt_sue", Role.SUPERVISOR)


def event(kind: str, conversation: Conversation, identifier: str = "evt_1", **data: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "type": kind,
        "aggregate": {"kind": "conversation", "id": conversation.id, "version": conversation.version},
        "data": data,
        "snapshot": json.loads(json.dumps(conversation_snapshot(conversation))),
    }


def tells(office: Office, told: dict[str, Any], times: int = 1) -> None:
    for _ in range(times):
        office.news.react(told, office.room.now)


def breached(conversation: Conversation, identifier: str = "evt_1") -> dict[str, Any]:
    return event("sla.breached", conversation, identifier, conversation_id=conversation.id, clock="first_response")


def assigned(office: Office, conversation: Conversation) -> dict[str, Any]:
    assign(DeskStore(office.room.desk), SUE, conversation.id, Wish(ANA.id, None), office.room.now)
    data = {"previous_assignee_id": None, "assignee_id": ANA.id, "previous_team_id": None, "team_id": None}
    return event("conversation.assigned", office.room.conversation(conversation.id), "evt_a", **data)


def test_a_conversation_has_one_thread_and_everything_is_told_there_once() -> None:
    office = Office()
    conversation = office.conversation()
    tells(office, assigned(office, conversation), times=2)
    tells(office, breached(conversation), times=2)
    opening, first, second = office.web.channels[CHANNEL]
    assert f"<https://desk.example/c/{conversation.id}|Bob>" in opening["text"]
    assert "thread_ts" not in opening
    assert [each["thread_ts"] for each in (first, second)] == [opening["ts"]] * 2
    assert "Ana has this conversation now" in first["text"]
    # Somebody has to come: that stands in the channel too.
    assert [each["reply_broadcast"] for each in (first, second)] == [False, True]
    place = office.places.at(CHANNEL, opening["ts"])
    assert place is not None
    assert place == office.places.of_conversation(conversation.id, CHANNEL)


def test_a_thread_is_opened_once_when_its_answer_is_lost() -> None:
    office = Office()
    conversation = office.conversation()
    office.web.fates["chat.postMessage"] = ["lost"]
    with pytest.raises(SlackFailed):
        tells(office, breached(conversation))
    office.pass_(minutes=3)
    tells(office, breached(conversation))
    assert len(office.web.channels[CHANNEL]) == 2


def test_a_teams_conversations_are_told_in_its_own_channel() -> None:
    office = Office(app=replace(APP, channels={"team_vip": OTHER}))
    conversation = office.conversation()
    assign(DeskStore(office.room.desk), SUE, conversation.id, Wish(None, "team_vip"), office.room.now)
    tells(office, breached(conversation))
    assert office.web.said(CHANNEL) == []
    assert len(office.web.said(OTHER)) == 2


@pytest.mark.parametrize("app", [None, replace(APP, posts=frozenset()), replace(APP, default_channel="")])
def test_nothing_is_told_where_nobody_asked_for_it(app: Any) -> None:
    office = Office(app=app)
    conversation = office.conversation()
    for told in (breached(conversation), assigned(office, conversation)):
        tells(office, told)
    assert office.web.calls == []


def test_a_mention_is_told_with_its_words_and_a_whisper_is_not() -> None:
    office = Office()
    conversation = office.conversation()
    data = {"note_id": "nte_1", "author_id": ANA.id, "text": "Refund <!channel>?", "mentions": ["agt_eve"]}
    tells(office, event("note.created", conversation, "evt_w", **data, audience=["agt_eve"]))
    tells(office, event("note.created", conversation, "evt_n", **{**data, "mentions": []}, audience=[]))
    assert office.web.calls == []
    tells(office, event("note.created", conversation, "evt_m", **data, audience=[]))
    _opening, told = office.web.said()
    assert "Ana asks Eve in a note" in told
    # What people wrote is never Slack's markup.
    assert "Refund &lt;!channel&gt;?" in told


def waits(office: Office, conversation: Conversation) -> None:
    tells(office, event("conversation.created", conversation, message_id="msg_1"))
    ((detail, delay),) = office.later
    assert (delay, detail["type"]) == (300, "slack.waited")
    office.later.clear()
    office.pass_(seconds=delay)
    tells(office, detail, times=2)


def test_a_conversation_that_nobody_takes_is_told_once() -> None:
    office = Office()
    conversation = office.conversation()
    waits(office, conversation)
    _opening, told = office.web.channels[CHANNEL]
    assert "Nobody has taken" in told["text"]
    assert told["reply_broadcast"] is True
    waits(office, conversation)
    assert len(office.web.said()) == 2


def test_a_conversation_that_was_taken_or_is_over_is_not_told() -> None:
    office = Office()
    taken = office.conversation()
    assigned(office, taken)
    waits(office, taken)
    over = office.room.conversation(office.room.hears(SMS, "Hi", "+491700000000"))
    desk_service.set_status(DeskStore(office.room.desk), SUE, over.id, Status.RESOLVED, office.room.now)
    waits(office, over)
    assert office.web.calls == []


def test_nobody_is_waited_for_where_somebody_has_it() -> None:
    office = Office()
    conversation = office.conversation()
    told = assigned(office, conversation)
    tells(office, event("conversation.status_changed", office.room.conversation(conversation.id), previous="pending"))
    tells(office, told)
    assert office.later == []


def written(
    conversation: Conversation, text: str, direction: str = "inbound", identifier: str = "evt_x"
) -> dict[str, Any]:
    data = {"conversation_id": conversation.id, "leg_id": "", "direction": direction}
    return event("message.created", conversation, identifier, **data) | {"snapshot": {"text": text, "attachments": []}}


def test_what_the_customer_writes_is_repeated_where_the_settings_say_so() -> None:
    office = Office(app=replace(APP, mirror=True))
    conversation = office.conversation()
    tells(office, written(conversation, "Nobody listens yet"))
    tells(office, breached(conversation))
    tells(
        office, written(conversation, "Is <https://evil.example|this> *you* & me?\nHello?", identifier="evt_y"), times=3
    )
    tells(office, written(conversation, "Our own answer", "outbound", "evt_z"))
    opening, _breach, told = office.web.said()
    # The thread begins with what was said last.
    assert "> Where is my parcel?" in opening
    assert told.endswith("> Is &lt;https://evil.example|this&gt; *you* &amp; me?\n> Hello?")


def test_nothing_is_repeated_where_the_settings_do_not_say_so() -> None:
    office = Office()
    conversation = office.conversation()
    tells(office, breached(conversation))
    tells(office, written(conversation, "Secret"))
    assert "Where is my parcel?" not in " ".join(office.web.said())
    assert len(office.web.said()) == 2


def test_a_long_text_is_cut_with_a_pointer() -> None:
    office = Office(app=replace(APP, mirror=True))
    conversation = office.conversation()
    tells(office, breached(conversation))
    tells(office, written(conversation, "<" * 5000))
    told = office.web.said()[-1]
    assert told.endswith("(the rest is in the desk)")
    assert told.count("&lt;") == 3000


def test_what_slack_refuses_for_good_is_dropped_and_what_may_pass_comes_back() -> None:
    office = Office()
    conversation = office.conversation()
    office.web.fates["chat.postMessage"] = ["not_in_channel", "service_unavailable"]
    tells(office, breached(conversation))
    assert [failed.code for failed in office.refused] == ["not_in_channel"]
    with pytest.raises(SlackFailed):
        tells(office, breached(conversation))
    assert office.web.said() == []


def test_what_we_say_ourselves_goes_no_further() -> None:
    """What is mirrored comes back from Slack as an event of the app's own: nobody answers it."""
    office = Office(app=replace(APP, mirror=True))
    conversation = office.conversation()
    tells(office, breached(conversation))
    root = office.web.channels[CHANNEL][0]["ts"]
    for mine in office.web.channels[CHANNEL]:
        payload = office.says(mine["text"], root, user=APP.bot_user_id, bot_id="B0BOT", ts=f"{float(root) + 1:.6f}")
        assert office.calls_in(payload).outcome == "ignored"
    assert office.queue == []
