"""Since when a conversation is silent, and which rule closes it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.closing import Closing, closing_for, silent_since
from chalicelib.domain.conversation import Conversation, LastMessage, Status
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.message import Direction
from chalicelib.services.documents import policy_body, policy_from
from tests.domain.test_folding import START, conversation

ANSWERED = START + timedelta(hours=1)
OPENED = START + timedelta(hours=5)


def answered(status: Status = Status.OPEN, **changes: Any) -> Conversation:
    newest = LastMessage("msg_1", "leg_1", Direction.OUTBOUND, "text", "Hello", ANSWERED, "agent")
    before = conversation(status)
    return replace(before, last_message=newest, first_response_at=ANSWERED, **changes)


@pytest.mark.parametrize(
    ("found", "since"),
    [
        (answered(), ANSWERED),
        (answered(Status.PENDING), ANSWERED),
        (answered(Status.SNOOZED, snoozed_until=None), ANSWERED),
        (answered(Status.PENDING, status_changed_at=OPENED), ANSWERED),
        # Who opens it after our word wants it open.
        (answered(status_changed_at=OPENED), OPENED),
        (answered(Status.SNOOZED), None),
        (answered(Status.RESOLVED), None),
        # Somebody waits, though a rule or a bot had the last word.
        (answered(waiting_since=START), None),
        (replace(answered(), last_message=None), None),
    ],
)
def test_silence_begins_with_our_last_word(found: Conversation, since: Any) -> None:
    assert silent_since(found) == since


@pytest.mark.parametrize(
    ("kind", "first_response_at", "since"),
    [("reaction", ANSWERED, START), ("reaction", None, None), ("text", ANSWERED, None)],
)
def test_a_reaction_is_no_question(kind: str, first_response_at: Any, since: Any) -> None:
    newest = LastMessage("msg_1", "leg_1", Direction.INBOUND, kind, "👍", START, "contact")
    found = replace(
        answered(status_changed_at=START), last_message=newest, first_response_at=first_response_at, waiting_since=None
    )
    assert silent_since(found) == since


def test_the_first_rule_that_holds_closes() -> None:
    mail = Closing("Mail", 60, {"field": "channel", "is": "email"})
    rest = Closing("Rest", 3600)
    assert closing_for((mail, rest), {"channel": "email"}) == mail
    assert closing_for((mail, rest), {"channel": "sms"}) == rest
    assert closing_for((mail,), {"channel": "sms"}) is None


def test_what_administrators_write_is_what_rules_work_with() -> None:
    body = {
        "closings": [
            {"name": "Mail", "after_seconds": 60, "condition": {"field": "channel", "is": "email"}, "farewell": None},
            {"name": "Rest", "after_seconds": 90 * 24 * 3600, "condition": {}, "farewell": "Goodbye"},
        ],
        "vip": {"field": "contact.tier", "is": "gold"},
    }
    policy = policy_from(body, 1)
    assert policy.closings[1] == Closing("Rest", 90 * 24 * 3600, {}, "Goodbye")
    written = policy_body(policy)
    assert {name: written[name] for name in body} == body
    assert policy_from(written, 1) == policy
    nothing = policy_from({}, 1)
    assert (nothing.closings, nothing.vip) == ((), None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"closings": [{"name": "x", "after_seconds": 59}]}, "closings[0].after_seconds"),
        ({"closings": [{"name": "x", "after_seconds": 90 * 24 * 3600 + 1}]}, "closings[0].after_seconds"),
        ({"closings": [{"name": "x", "after_seconds": True}]}, "closings[0].after_seconds"),
        ({"closings": [{"name": "x"}]}, "closings[0].after_seconds"),
        ({"closings": [{"name": "x", "after_seconds": 60, "farewell": "  "}]}, "closings[0].farewell"),
        ({"closings": [{"name": "x", "after_seconds": 60, "farewell": "y" * 1001}]}, "closings[0].farewell"),
        ({"closings": [{"after_seconds": 60}]}, "closings[0].name"),
        ({"closings": [{"name": "x", "after_seconds": 60, "condition": {"field": "moon", "is": 1}}]}, None),
        ({"closings": {}}, "closings"),
        ({"vip": {"field": "moon", "is": 1}}, "vip.field"),
        ({"vip": []}, "vip"),
    ],
)
def test_what_is_wrong_with_them_is_named(body: dict[str, Any], field: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        policy_from(body, 1)
    assert refused.value.field == (field or "closings[0].condition.field")
