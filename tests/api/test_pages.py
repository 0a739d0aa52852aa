"""Paging: complete whatever the page size, and cursors that nobody can make, change or carry elsewhere."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import cursors
from chalicelib.api.schemas import PageQuery
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import CursorInvalid
from tests.api.desk import INBOX, Desk

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANA = Principal("agent", "agt_0ana", "Ana", Role.AGENT)
BO = Principal("agent", "agt_0b0", "Bo", Role.AGENT)
LIST = cursors.list_name("contacts", ANA, PageQuery())
START = {"pk": "CON#con_1", "sk": "~", "kind_key": "contact"}
KEY = "a secret"


def walk(desk: Desk, path: str, limit: int) -> list[str]:
    """Every id of a list, page by page."""
    found: list[str] = []
    cursor = ""
    for _ in range(100):
        page = desk.call("GET", f"{path}{'&' if '?' in path else '?'}limit={limit}{cursor}", role="admin")
        assert page.status == 200, page.body
        assert len(page.json["items"]) <= limit
        found += [row["id"] for row in page.json["items"]]
        if page.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json['next_cursor']}"
    raise AssertionError("the list does not end")


@pytest.fixture(scope="module")
def crowd(desk: Desk) -> set[str]:
    start = datetime.now(UTC) - timedelta(hours=1)
    return {desk.customer_says("Hello", f"p{number}", start + timedelta(minutes=number)) for number in range(11)}


@pytest.mark.parametrize("limit", [1, 2, 5, 11, 100])
@pytest.mark.parametrize(
    "path", ["/conversations", f"/conversations?inbox_id={INBOX}", "/conversations?view=unassigned"]
)
def test_every_conversation_is_on_one_page_and_only_one(desk: Desk, crowd: set[str], path: str, limit: int) -> None:
    found = walk(desk, path, limit)

    assert len(found) == len(set(found))
    assert set(found) >= crowd


@pytest.mark.parametrize("path", ["/agents", "/api-keys", "/contacts"])
def test_every_list_is_complete_whatever_the_page(desk: Desk, crowd: set[str], path: str) -> None:
    assert walk(desk, path, 1) == walk(desk, path, 2) == walk(desk, path, 100)


def cursor_of(desk: Desk, path: str, role: str = "admin") -> str:
    return desk.call("GET", f"{path}{'&' if '?' in path else '?'}limit=1", role=role).json["next_cursor"]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/conversations?status=pending", "admin"),
        (f"/conversations?inbox_id={INBOX}", "admin"),
        ("/conversations?view=unassigned", "admin"),
        ("/contacts?limit=1", "admin"),
        ("/agents?limit=1", "admin"),
        ("/conversations?view=all", "agent"),
        ("/conversations?view=all", "supervisor"),
    ],
)
def test_a_cursor_of_another_list_filter_or_caller_is_refused(
    desk: Desk, crowd: set[str], path: str, role: str
) -> None:
    cursor = cursor_of(desk, "/conversations")

    answer = desk.call("GET", f"{path}&cursor={cursor}", role=role)

    assert (answer.status, answer.json["code"], answer.json["field"]) == (400, "cursor_invalid", "cursor")


def test_a_cursor_goes_with_any_page_size(desk: Desk, crowd: set[str]) -> None:
    cursor = cursor_of(desk, "/conversations")

    assert desk.call("GET", f"/conversations?limit=7&status=open&cursor={cursor}", role="admin").status == 200


@pytest.mark.parametrize("cursor", ["", "x", "0", "====", "%00", "a" * 2049, "e30", "Li4", "é"])
def test_nonsense_is_no_cursor(desk: Desk, cursor: str) -> None:
    answer = desk.call("GET", f"/conversations?cursor={cursor}")

    assert (answer.status, answer.json["field"]) == (400, "cursor")


def test_a_cursor_ends_after_a_day() -> None:
    cursor = cursors.issue(KEY, LIST, START, NOW)

    assert cursors.read(KEY, LIST, cursor, NOW + timedelta(hours=23, minutes=59)) == START
    with pytest.raises(CursorInvalid):
        cursors.read(KEY, LIST, cursor, NOW + timedelta(hours=24))


def test_a_cursor_of_another_secret_is_refused() -> None:
    with pytest.raises(CursorInvalid):
        cursors.read("another secret", LIST, cursors.issue(KEY, LIST, START, NOW), NOW)


def test_lists_are_told_apart_by_name_filters_and_caller() -> None:
    same = cursors.list_name("contacts", ANA, PageQuery(limit=7, cursor="x"))
    others = [cursors.list_name("contacts", BO, PageQuery()), cursors.list_name("agents", ANA, PageQuery())]

    assert same == LIST
    assert LIST not in others


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_cursor_with_one_bit_changed_is_refused(place: int, bit: int) -> None:
    cursor = cursors.issue(KEY, LIST, START, NOW)
    assert cursor is not None
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[place % len(raw)] ^= 1 << bit
    changed = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()

    with pytest.raises(CursorInvalid):
        cursors.read(KEY, LIST, changed, NOW)


@given(text=st.text(max_size=200))
def test_no_text_is_a_cursor_and_none_is_a_fault(text: str) -> None:
    with pytest.raises(CursorInvalid):
        cursors.read(KEY, LIST, text, NOW)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=4))
def test_what_is_issued_is_what_is_read(start: dict[str, str]) -> None:
    assert cursors.read(KEY, LIST, cursors.issue(KEY, LIST, start, NOW), NOW) == start
