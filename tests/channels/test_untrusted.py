"""Reading what nobody has checked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import untrusted
from chalicelib.channels.base import PayloadNotUnderstood
from tests.channels.cases import JSON, tried


@tried
@given(value=JSON)
def test_what_is_read_can_be_stored(value: Any) -> None:
    read = untrusted.json_value(json.dumps(value))
    json.dumps(read, allow_nan=False, ensure_ascii=False).encode()


@tried
@given(value=JSON)
def test_no_value_makes_a_reader_raise(value: Any) -> None:
    untrusted.mapping(value)
    untrusted.objects(value)
    untrusted.text(value)
    untrusted.identifier(value)
    untrusted.whole(value)
    untrusted.number(value)
    untrusted.seconds(value)
    untrusted.iso_time(value)
    untrusted.label(value)
    assert untrusted.content_id(value) == untrusted.content_id(value)


@tried
@given(at=st.integers(10**6, 10**10).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_times_are_read_as_they_were_written(at: datetime) -> None:
    assert untrusted.iso_time(at.isoformat()) == at
    assert untrusted.seconds(str(int(at.timestamp()))) == at


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1785578400", datetime(2026, 8, 1, 10, 0, tzinfo=UTC)),
        (1785578400, datetime(2026, 8, 1, 10, 0, tzinfo=UTC)),
        ("1785578400000", None),
        ("0", None),
        (-5, None),
        ("soon", None),
        ("nan", None),
        (True, None),
        (None, None),
        (["1785578400"], None),
    ],
)
def test_seconds(value: Any, expected: datetime | None) -> None:
    assert untrusted.seconds(value) == expected


@pytest.mark.parametrize("value", ["2026-08-01T10:00:00", "2026-08-01", "10:00Z", "9999-12-31T23:59:59-23:59", 7, ""])
def test_a_time_without_a_zone_or_a_place_in_the_calendar_is_none(value: Any) -> None:
    assert untrusted.iso_time(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("wamid.1", "wamid.1"),
        (2**63, str(2**63)),
        ("  x ", "x"),
        ("", None),
        (" ", None),
        (True, None),
        ("x" * 513, None),
    ],
)
def test_identifiers(value: Any, expected: str | None) -> None:
    assert untrusted.identifier(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("APPROVED", "approved"), ("a b", "other"), ("x" * 41, "other"), (None, "other"), ({}, "other")],
)
def test_a_label_can_name_a_metric(value: Any, expected: str) -> None:
    assert untrusted.label(value) == expected


def test_what_the_store_cannot_keep_is_made_keepable() -> None:
    read = untrusted.json_object('{"a":"\\ud800x","b":1e999,"c":1' + "0" * 60 + ',"\\udfff":[NaN]}')
    assert read == {"a": "\ufffdx", "b": None, "c": "1" + "0" * 60, "\ufffd": [None]}
    assert untrusted.json_object('{"a":"\\ud83d\\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 60 + b"]" * 60, b"\xff", b"1" * 5000, b"[" * 10**6])
def test_what_is_no_sound_json_is_not_understood(body: bytes) -> None:
    with pytest.raises(PayloadNotUnderstood) as refusal:
        untrusted.json_value(body)
    assert refusal.value.field == "body"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("30", 30),
        (" 5 ", 5),
        ("9" * 30, timedelta(days=1).total_seconds()),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("²", None),
    ],
)
def test_retry_after(header: str, expected: float | None) -> None:
    assert untrusted.retry_after({"retry-after": header}) == expected
