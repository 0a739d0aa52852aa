"""Conversations over HTTP: views, threads, replies, notes, status, assignment."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.desk import INBOX, Desk


def test_whoever_signs_in_is_told_who_they_are(desk: Desk) -> None:
    answer = desk.call("GET", "/me", role="supervisor")

    assert answer.status == 200
    assert answer.json == {
        "kind": "agent",
        "id": "agt_0spv",
        "name": "Supervisor",
        "role": "supervisor",
        "listed": True,
        "settings": {},
    }


def test_an_api_key_signs_in_a_machine(desk: Desk) -> None:
    answer = desk.gateway.request("GET", "/me", token=desk.keys["agent"])

    assert answer.json["kind"] == "api"
    assert answer.json["id"].startswith("key_")


def test_a_customers_message_is_listed_read_and_answered(desk: Desk) -> None:
    conversation = desk.customer_says("Where is my parcel?", "alice")

    listed = desk.call("GET", f"/conversations?inbox_id={INBOX}").json["items"]
    row = next(each for each in listed if each["id"] == conversation)
    assert (row["contact_name"], row["unread"], row["last_message"]["preview"]) == ("Alice", 1, "Where is my parcel?")

    whole = desk.call("GET", f"/conversations/{conversation}").json
    leg = whole["legs"][0]
    assert (leg["inbox_id"], leg["window_open"]) == (INBOX, True)

    body = {"client_id": "c-1", "text": "On its way.", "leg_id": leg["id"]}
    answer = desk.call("POST", f"/conversations/{conversation}/messages", body)
    assert (answer.status, answer.json["state"], answer.json["author"]["id"]) == (202, "queued", "agt_0agent")

    thread = desk.call("GET", f"/conversations/{conversation}/messages").json
    assert [entry["text"] for entry in thread["items"]] == ["Where is my parcel?", "On its way."]
    assert (thread["before"], thread["after"]) == (None, None)


def test_a_reply_is_stored_once_when_it_is_sent_twice(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "twice")
    body = {"client_id": "same", "text": "Hello!"}
    path = f"/conversations/{conversation}/messages"

    first, second = desk.call("POST", path, body), desk.call("POST", path, body)
    other = desk.call("POST", path, {**body, "text": "Something else"})

    assert (first.status, second.status) == (202, 202)
    assert first.json == second.json
    assert (other.status, other.json["code"], other.json["field"]) == (409, "client_id_reused", "client_id")
    assert len(desk.call("GET", path).json["items"]) == 2


def test_a_note_is_kept_beside_the_messages(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "noted")
    body = {"client_id": "n", "text": "Ask the warehouse"}

    made = desk.call("POST", f"/conversations/{conversation}/notes", body)
    again = desk.call("POST", f"/conversations/{conversation}/notes", body)

    assert made.status == again.status == 201
    assert made.json == again.json
    kinds = [entry["type"] for entry in desk.call("GET", f"/conversations/{conversation}/messages").json["items"]]
    assert kinds == ["message", "note"]


def test_status_goes_its_way_and_refuses_what_changes_nothing(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "status")
    path = f"/conversations/{conversation}/status"
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()

    assert desk.call("POST", path, {"status": "snoozed", "snoozed_until": until}).json["status"] == "snoozed"
    assert desk.call("POST", path, {"status": "resolved"}).json["resolved_at"] is not None
    refused = desk.call("POST", path, {"status": "resolved"})
    assert (refused.status, refused.json["code"]) == (409, "transition_refused")
    assert desk.call("POST", path, {"status": "open"}).json["episode"] == 2


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_snooze_ends_within_a_year(desk: Desk, until: str) -> None:
    conversation = desk.customer_says("Hello", "snoozed")
    body = {"status": "snoozed", "snoozed_until": until}

    answer = desk.call("POST", f"/conversations/{conversation}/status", body)

    assert answer.status in (400, 409)
    assert answer.json["field"] == "snoozed_until"


def test_work_is_given_to_agents_who_are_there(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "assigned")
    path = f"/conversations/{conversation}/assignment"

    assert desk.call("POST", path, {"assignee_id": "agt_0agent"}).json["assignee_id"] == "agt_0agent"
    mine = desk.call("GET", "/conversations?view=mine").json["items"]
    assert conversation in [row["id"] for row in mine]
    unknown = desk.call("POST", path, {"assignee_id": "agt_0n0b0dy"})
    assert (unknown.status, unknown.json["field"]) == (400, "assignee_id")
    unknown = desk.call("POST", path, {"team_id": "team_0n0b0dy"})
    assert (unknown.status, unknown.json["field"]) == (400, "team_id")


def test_reading_clears_what_is_unread(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "unread")

    assert desk.call("POST", f"/conversations/{conversation}/read").json["unread"] == 0
    assert desk.call("POST", f"/conversations/{conversation}/read").status == 200


def test_typing_is_passed_on(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "typing")

    answer = desk.call("POST", f"/conversations/{conversation}/typing")

    assert (answer.status, answer.body) == (204, "")


def test_counts_are_those_of_the_views(desk: Desk) -> None:
    before = desk.call("GET", f"/conversations/counts?inbox_ids={INBOX}").json
    desk.customer_says("Hello", "counted")
    after = desk.call("GET", f"/conversations/counts?inbox_ids={INBOX}").json

    assert after["desk"]["open"] == before["desk"]["open"] + 1
    assert after["inboxes"][INBOX]["unassigned"] == before["inboxes"][INBOX]["unassigned"] + 1


def test_filters_that_no_list_has_are_refused(desk: Desk) -> None:
    both = desk.call("GET", f"/conversations?inbox_id={INBOX}&team_id=team_0a")
    mine = desk.call("GET", f"/conversations?view=mine&inbox_id={INBOX}")

    assert (both.status, both.json["field"]) == (400, "team_id")
    assert (mine.status, mine.json["field"]) == (400, "view")


def test_pages_of_a_thread_meet_without_gap_or_overlap(desk: Desk) -> None:
    start = datetime.now(UTC) - timedelta(minutes=10)
    for number in range(7):
        conversation = desk.customer_says(str(number), "pages", start + timedelta(seconds=number))
    path = f"/conversations/{conversation}/messages?limit=3"

    newest = desk.call("GET", path).json
    middle = desk.call("GET", f"{path}&before={newest['before']}").json
    oldest = desk.call("GET", f"{path}&before={middle['before']}").json
    back = desk.call("GET", f"{path}&after={oldest['items'][-1]['id']}").json

    texts = [[entry["text"] for entry in page["items"]] for page in (oldest, middle, newest)]
    assert texts == [["0"], ["1", "2", "3"], ["4", "5", "6"]]
    assert oldest["before"] is None
    assert [entry["text"] for entry in back["items"]] == ["1", "2", "3"]


def test_a_failed_message_only_is_sent_again(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "retried")
    path = f"/conversations/{conversation}/messages"
    sent = desk.call("POST", path, {"client_id": "r", "text": "Hi"}).json

    refused = desk.call("POST", f"{path}/{sent['id']}/retry")
    missing = desk.call("POST", f"{path}/msg_00000000000000000000000000000/retry")

    assert (refused.status, refused.json["code"]) == (409, "retry_refused")
    assert (missing.status, missing.json["code"]) == (404, "message_not_found")
