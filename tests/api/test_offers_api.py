"""Offers by API: what is offered to whom, accepting, declining, and the refusals once an offer is over. The router runs
as its function does, on the events that the desk's own writes announce."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.desk import AGENTS, Desk

ME, OTHER = AGENTS["agent"], AGENTS["supervisor"]


@pytest.fixture(scope="module", autouse=True)
def offering(desk: Desk) -> Iterator[None]:
    """Everybody's queue offers; whoever is there is asked."""
    from chalicelib.wiring import routing, timer_calls

    desk.world.routes = True
    body = {"version": 0, "modes": {"fallback": "offer"}, "offer_seconds": 120}
    answer = desk.call("PUT", "/routing/rules", body, role="admin")
    assert (answer.status, answer.json["modes"], answer.json["offer_seconds"]) == (200, {"fallback": "offer"}, 120)
    assert (answer.json["mode"], answer.json["missed_offers"]) == ("direct", 2)
    # Rules are remembered for a while.
    routing.routing.cache_clear()
    routing.reactions.cache_clear()
    timer_calls.timer_calls.cache_clear()
    yield


def there(desk: Desk, role: str, intent: str = "online") -> None:
    desk.call("PUT", "/me/presence", {"intent": intent}, role=role)
    desk.world.pump()


def waiting(desk: Desk, name: str) -> str:
    conversation = desk.customer_says("Hello", name)
    desk.world.pump()
    return conversation


def offers(desk: Desk, role: str = "agent") -> list[str]:
    return [one["conversation_id"] for one in desk.call("GET", "/me/offers", role=role).json["items"]]


def answer(desk: Desk, conversation: str, word: str, role: str = "agent", **body: Any) -> Any:
    said = body if word == "decline" else None
    found = desk.call("POST", f"/conversations/{conversation}/offer/{word}", said, role=role)
    desk.world.pump()
    return found


def test_what_waits_is_offered_and_accepted(desk: Desk) -> None:
    there(desk, "agent")
    conversation = waiting(desk, "accepted")

    (offer,) = desk.call("GET", "/me/offers").json["items"]
    assert (offer["conversation_id"], offer["attempt"], offer["units"]) == (conversation, 1, 2)
    assert offer["conversation"]["id"] == conversation
    assert offer["conversation"]["assignee_id"] is None
    assert desk.call("GET", "/me/presence").json["used"] == 2
    found = desk.call("GET", f"/conversations/{conversation}/routing").json
    assert (found["entry"]["offered_to"], found["entry"]["offer_until"]) == (ME, offer["until"])
    assert found["decisions"][0]["outcome"] == "offered"
    assert " is offered it: 100 % of their capacity is free" in found["decisions"][0]["sentence"]

    accepted = answer(desk, conversation, "accept")

    assert (accepted.status, accepted.json["assignee_id"]) == (200, ME)
    assert (offers(desk), desk.call("GET", "/me/presence").json["used"]) == ([], 2)
    again = answer(desk, conversation, "accept")
    assert (again.status, again.json["version"]) == (200, accepted.json["version"])
    newest = desk.call("GET", f"/conversations/{conversation}/routing").json["decisions"][0]
    assert (newest["outcome"], newest["agent_id"]) == ("assigned", ME)
    assert "accepted it after" in newest["sentence"]
    assert (newest["facts"]["kind"], newest["facts"]["reason"]) == ("accepted", "")


def test_who_declines_is_passed_over_and_somebody_else_is_asked(desk: Desk) -> None:
    conversation = waiting(desk, "declined")
    assert offers(desk) == [conversation]
    there(desk, "supervisor")

    declined = answer(desk, conversation, "decline", reason="Italian")

    assert (declined.status, declined.json["assignee_id"]) == (200, None)
    assert (offers(desk), offers(desk, "supervisor")) == ([], [conversation])
    entry = desk.call("GET", f"/conversations/{conversation}/routing").json["entry"]
    assert (entry["declined"], entry["offered_to"]) == ([ME], OTHER)
    assert desk.call("GET", "/me/presence").json["used"] == 2


@pytest.mark.parametrize("word", ["accept", "decline"])
def test_only_whom_it_is_offered_to_answers(desk: Desk, word: str) -> None:
    (conversation,) = offers(desk, "supervisor")

    refused = answer(desk, conversation, word)
    administrator = answer(desk, conversation, word, role="admin")

    assert (refused.status, refused.json["code"]) == (409, "offer_over")
    assert administrator.json["code"] == "offer_over"
    assert offers(desk, "supervisor") == [conversation]


def test_an_offer_that_is_over_is_neither_accepted_nor_declined(desk: Desk) -> None:
    (conversation,) = offers(desk, "supervisor")
    desk.call("POST", f"/conversations/{conversation}/status", {"status": "resolved"}, role="admin")

    assert offers(desk, "supervisor") == []
    for word in ("accept", "decline"):
        refused = answer(desk, conversation, word, role="supervisor")
        assert (refused.status, refused.json["code"]) == (409, "offer_over")
    assert desk.call("GET", f"/agents/{OTHER}/presence").json["used"] == 0


def test_by_hand_it_goes_to_whom_it_is_offered_though_the_offer_has_their_last_room(desk: Desk) -> None:
    there(desk, "supervisor", "away")
    ids = [waiting(desk, f"full{place}") for place in range(3)]
    assert offers(desk) == ids
    for conversation in ids[:2]:
        answer(desk, conversation, "accept")
    # Two more of two units by hand: eight are held, and two are kept for the offer.
    more = waiting(desk, "full4")
    desk.call("POST", f"/conversations/{more}/assignment", {"assignee_id": ME})
    assert desk.call("GET", "/me/presence").json["used"] == 10

    given = desk.call("POST", f"/conversations/{ids[2]}/assignment", {"assignee_id": ME})
    desk.world.pump()

    assert (given.status, given.json["assignee_id"]) == (200, ME)
    assert (offers(desk), desk.call("GET", "/me/presence").json["used"]) == ([], 10)


def test_a_conversation_that_does_not_exist_is_not_offered(desk: Desk) -> None:
    for word in ("accept", "decline"):
        refused = answer(desk, "cnv_0000", word)
        assert (refused.status, refused.json["code"]) == (404, "conversation_not_found")


def test_a_reason_has_an_end(desk: Desk) -> None:
    refused = answer(desk, "cnv_0000", "decline", reason="x" * 121)

    assert (refused.status, refused.json["field"]) == (400, "reason")
