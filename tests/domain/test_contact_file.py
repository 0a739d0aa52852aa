"""Files of contacts, read in windows: whatever is in them, every row is told of once, and reading comes to an end."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.contact_file import MAX_ROW, WINDOW, FileForm, FileRow, Place
from chalicelib.domain.contact_file_rows import NoHeader, form_of, rows_of
from chalicelib.domain.contact_file_text import DECLARED


def read(data: bytes, file_format: str = "csv", encoding: str = "auto", window: int = WINDOW, limit: int = 7):
    """Every row of a file, read as a job reads it: a window and some rows at a time."""
    form, place = form_of(data[:WINDOW], file_format, encoding, None)
    rows: list[FileRow] = []
    while not place.ended:
        piece = data[place.offset : place.offset + window]
        at_end = place.offset + len(piece) >= len(data)
        found, after = rows_of(piece, form, place, at_end=at_end, limit=limit)
        assert after.ended or after != place, "reading stands still"
        rows, place = rows + found, after
    return rows


def values(rows: list[FileRow]) -> list[dict]:
    assert [row.fault for row in rows if row.fault] == []
    return [dict(row.values) for row in rows]


def test_a_row_has_the_number_that_a_spreadsheet_shows() -> None:
    rows = read(b"name,email\nAda,a@x.io\n\n,\nBob,b@x.io\n")

    assert [(row.number, row.values["name"]) for row in rows] == [(2, "Ada"), (5, "Bob")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found_out(delimiter: str, end: str) -> None:
    text = end.join([f"name{delimiter}city", f'Ada{delimiter}"Lond{delimiter}on"', f"Bob{delimiter}Rome"])

    found = values(read(text.encode()))

    assert found == [{"name": "Ada", "city": f"Lond{delimiter}on"}, {"name": "Bob", "city": "Rome"}]


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        ("name\nZoë 王\n".encode(), "auto"),
        ("name\nZoë 王\n".encode("utf-8-sig"), "auto"),
        ("name\nZoë 王\n".encode("utf-8-sig"), "utf-8"),
        ("name\nZoë 王\n".encode("utf-16"), "auto"),
        ("name\nZoë 王\n".encode("utf-16-le"), "utf-16"),
        (b"\xfe\xff" + "name\nZoë 王\n".encode("utf-16-be"), "utf-16"),
    ],
)
def test_encodings_are_read_when_marked_or_declared(data: bytes, declared: str) -> None:
    assert values(read(data, encoding=declared)) == [{"name": "Zoë 王"}]


def test_old_encodings_are_read_when_declared() -> None:
    assert values(read("name\nZoë\n".encode("latin-1"), encoding="latin-1")) == [{"name": "Zoë"}]
    assert values(read("name\n€5\n".encode("cp1252"), encoding="windows-1252")) == [{"name": "€5"}]


def test_a_row_in_another_encoding_is_that_rows_fault() -> None:
    rows = read(b"name\nAda\nZo\xeb\nBob\n")

    assert [bool(row.fault) for row in rows] == [False, True, False]
    assert "encoding" in rows[1].fault


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only() -> None:
    body = "".join(f"Ada {number},a{number}@x.io\n" for number in range(20_000))

    rows = read(f'name,email\n"Eve,e@x.io\n{body}'.encode(), limit=500)

    assert rows[0].number == 2
    assert rows[0].fault
    assert values(rows[1:])[0] == {"name": "Ada 0", "email": "a0@x.io"}
    assert len(rows) == 20_001


@pytest.mark.parametrize("size", [MAX_ROW + 1, WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW + 17])
@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_a_line_without_an_end_is_one_fault(size: int, file_format: str) -> None:
    last = b"name\nAda\n" if file_format == "csv" else b'{"name": "Ada"}\n'
    data = (b"name\n" if file_format == "csv" else b"") + b"x" * size + b"\n" + last

    rows = read(data, file_format)

    assert [bool(row.fault) for row in rows] == ([True, False, False] if file_format == "csv" else [True, False])


def test_more_cells_than_columns_are_a_fault_unless_they_are_empty() -> None:
    rows = read(b"name,email\nAda,a@x.io,,\nBob,b@x.io,what\nCy\n")

    assert [bool(row.fault) for row in rows] == [False, True, False]
    assert dict(rows[2].values) == {"name": "Cy"}


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\x00" * 10 + b"\xff", b",,,\n1,2", b"x" * (WINDOW + 5), b'"name\n'])
def test_a_file_without_a_header_is_refused(data: bytes) -> None:
    with pytest.raises(NoHeader):
        form_of(data[:WINDOW], "csv", "auto", None)


def test_objects_are_named_one_level_deep() -> None:
    rows = read(b'[{"name": "Ada", "attributes": {"tier": "gold", "n": 3}}, {"name": null}]', "json")

    assert values(rows) == [{"name": "Ada", "attributes.tier": "gold", "attributes.n": 3}, {"name": None}]


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        (b"[]", []),
        (b"", [True]),
        (b"{}", [True]),
        (b'[{"a": 1}', [False, True]),
        (b'[{"a": 1}, nonsense, {"a": 2}]', [False, True]),
        (b'[{"a": 1}, 7, "x", [1], {"a": 2}]', [False, True, True, True, False]),
        (b'[{"a": NaN}, {"a": 2}]', [True, False]),
        (b'[{"a": ' + b"9" * 5000 + b'}, {"a": 2}]', [True, False]),
        (b'[{"a": "\xff"}, {"a": 2}]', [True, False]),
        (b'[{"a": ' + b"[" * 50_000 + b"]" * 50_000, [True]),
    ],
)
def test_a_list_that_is_hostile_gives_faults_and_ends(data: bytes, kinds: list[bool]) -> None:
    assert [bool(row.fault) for row in read(data, "json")] == kinds


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ['"', "\n", "\r\n", ",", ";", '""', " ", "=1+1"]
)


@settings(max_examples=150)
@given(st.lists(st.tuples(cells, cells), max_size=12), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.data())
def test_what_a_csv_writer_wrote_is_read_again_whatever_the_windows(rows, encoding, data) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("one", "two"), *rows])
    raw = text.getvalue().encode(encoding)
    # A window takes a whole record at least, as it does in earnest.
    window = data.draw(st.integers(600, 1500))

    found = values(read(raw, window=window, limit=data.draw(st.integers(1, 5))))

    assert found == [{"one": one, "two": two} for one, two in rows if one.strip() or two.strip()]


plain = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


@settings(max_examples=150)
@given(
    st.lists(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), plain, max_size=3)),
    st.booleans(),
    st.data(),
)
def test_what_a_json_writer_wrote_is_read_again_whatever_the_windows(items, lines, data) -> None:
    ascii_only = data.draw(st.booleans())
    texts = [json.dumps(each, ensure_ascii=ascii_only) for each in items]
    text = (
        "\n".join(texts)
        if lines
        else json.dumps(items, ensure_ascii=ascii_only, indent=data.draw(st.none() | st.just(2)))
    )

    found = values(read(text.encode(), "jsonl" if lines else "json", window=data.draw(st.integers(900, 1500))))

    assert found == items


@settings(max_examples=300)
@given(
    st.binary(max_size=400) | st.text(alphabet='ab,;"\n\r\t[]{}:\\\0é=', max_size=400).map(str.encode),
    st.sampled_from(["csv", "json", "jsonl"]),
    st.sampled_from(DECLARED),
    st.integers(1, 5),
)
def test_no_bytes_break_the_reader(data: bytes, file_format: str, declared: str, limit: int) -> None:
    try:
        rows = read(data, file_format, declared, limit=limit)
    except NoHeader:
        return

    numbers = [row.number for row in rows]
    assert numbers == sorted(set(numbers))


def test_reading_goes_on_where_it_stopped() -> None:
    data = b"name\n" + "".join(f"Ada {number}\n" for number in range(50)).encode()
    form, place = form_of(data, "csv", "auto", None)

    first, middle = rows_of(data[place.offset :], form, place, at_end=True, limit=20)
    again, _ = rows_of(data[place.offset :], form, place, at_end=True, limit=20)
    rest, end = rows_of(data[middle.offset :], form, Place(middle.offset, middle.row), at_end=True, limit=100)

    assert first == again
    assert [row.values["name"] for row in first + rest] == [f"Ada {number}" for number in range(50)]
    assert end.ended
    assert form == FileForm("csv", form.encoding, 0, ",", ("name",))
