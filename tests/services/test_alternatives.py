"""The conversation's other legs, where what one of them refuses would go."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.channels.base import Credentials
from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.services.alternatives import other_legs, window_seconds
from tests.channels.cases import outgoing
from tests.channels.kits import NOW


def leg(channel: str, hours_ago: float = 1) -> Leg:
    inbox = f"ibx_{channel[0]}"
    at = NOW - timedelta(hours=hours_ago)
    return Leg(f"leg_{channel[0]}", inbox, channel, "address", "msg_1", "msg_2", last_inbound_at=at)


def conversation(*legs: Leg) -> Conversation:
    return Conversation(
        id="cnv_1",
        contact_id="con_1",
        contact_name="Bob",
        inbox_id=legs[0].inbox_id,
        channel=legs[0].channel,
        active_leg_id=legs[0].id,
        opened_at=NOW,
        status_changed_at=NOW,
        last_activity_at=NOW,
        view_at=NOW,
        created_at=NOW,
        legs={each.id: each for each in legs},
    )


class Directory:
    """Inboxes of every channel."""

    def __init__(self, **more: Inbox) -> None:
        names = {"t": "telegram", "w": "whatsapp", "s": "sms", "m": "messenger"}
        made = {f"ibx_{key}": Inbox(f"ibx_{key}", name, name, "a", "s", NOW) for key, name in names.items()}
        self.inboxes = made | {f"ibx_{key}": inbox for key, inbox in more.items()}

    def inbox(self, inbox_id: str) -> Inbox | None:
        return self.inboxes.get(inbox_id)

    def inbox_for(self, channel: str, account_id: str) -> Inbox | None:
        raise AssertionError

    def credentials(self, inbox: Inbox) -> Credentials:
        raise AssertionError


def found(directory: Directory, *legs: Leg, **values: object) -> list[str]:
    message = outgoing(**{"text": "x" * 1700, "leg_id": legs[0].id, **values})  # type: ignore[arg-type]
    ways = other_legs(message, conversation(*legs), directory, NOW, by_a_person=True)
    assert all(way["kind"] == "leg" and way["inbox_id"] for way in ways)
    return [way["leg_id"] for way in ways]


def test_legs_are_named_that_take_it_as_it_is() -> None:
    legs = (leg("sms"), leg("whatsapp"), leg("telegram"), leg("messenger"))
    assert found(Directory(), *legs) == ["leg_w", "leg_t", "leg_m"]
    assert found(Directory(), *legs, text="x" * 4000) == ["leg_w", "leg_t"]
    assert found(Directory(), leg("sms")) == []


def test_legs_are_left_out_that_are_closed_or_disabled() -> None:
    legs = (leg("sms"), leg("whatsapp", hours_ago=25), leg("messenger", hours_ago=25))
    assert found(Directory(), *legs) == []
    assert found(Directory(), *legs, kind=MessageKind.TEMPLATE, content={"name": "a", "language": "en"}) == [
        "leg_w",
        "leg_m",
    ]
    disabled = replace(Directory().inboxes["ibx_t"], enabled=False)
    assert found(Directory(t=disabled), leg("sms"), leg("telegram")) == []


def test_what_is_about_a_message_of_one_leg_goes_on_no_other() -> None:
    content = {"target": "m.1", "emoji": "👍"}
    assert found(Directory(), leg("sms"), leg("whatsapp"), kind=MessageKind.REACTION, text="", content=content) == []


@pytest.mark.parametrize(
    ("approved", "by_a_person", "hours"), [(True, True, 168), (True, False, 24), (False, True, 24)]
)
def test_the_longer_window_is_for_people_of_approved_accounts(approved: bool, by_a_person: bool, hours: int) -> None:
    inbox = replace(Directory().inboxes["ibx_m"], settings={"human_agent": approved})
    assert window_seconds(inbox, MessageKind.TEXT, by_a_person=by_a_person) == hours * 3600
    assert window_seconds(inbox, MessageKind.TEMPLATE, by_a_person=by_a_person) is None
