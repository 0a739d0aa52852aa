"""Links to files: only ours, only whole, only for a week."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.file_link import MAX_NAME, VALID_FOR, issue, read, short

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "attachments/upl_3k9m5h2vq8w0c4n1x7r4"


@given(name=st.text(st.characters(exclude_categories=["Cs"]), max_size=80), seconds=st.integers(0, 7 * 86400 - 1))
def test_a_link_leads_to_its_file_for_a_week(name: str, seconds: int) -> None:
    found = read("secret", issue("secret", KEY, name, NOW), NOW + timedelta(seconds=seconds))
    assert found is not None
    assert (found.object_key, found.name, found.until) == (KEY, short(name), NOW + VALID_FOR)


def test_a_link_ends() -> None:
    assert read("secret", issue("secret", KEY, "a.pdf", NOW), NOW + VALID_FOR) is None


@given(place=st.integers(0, 200), letter=st.sampled_from("abcXYZ019-_"), token=st.text(max_size=60))
def test_what_is_not_ours_leads_nowhere(place: int, letter: str, token: str) -> None:
    genuine = issue("secret", KEY, "a.pdf", NOW)
    place %= len(genuine) - 1  # the last letter has bits that say nothing
    changed = genuine[:place] + letter + genuine[place + 1 :]
    assert changed == genuine or read("secret", changed, NOW) is None
    assert read("secret", genuine[:place], NOW) is None
    assert read("secret", token, NOW) is None
    assert read("another", genuine, NOW) is None


@pytest.mark.parametrize("key", ["", "uploads/upl_1", "quarantine/1", "attachments/a\0b"])
def test_only_what_is_kept_to_be_sent_gets_a_link(key: str) -> None:
    with pytest.raises(ValueError, match="no stored file"):
        issue("secret", key, "a.pdf", NOW)


def test_a_long_name_keeps_its_ending() -> None:
    assert short("a" * 100 + ".pdf") == "a" * (MAX_NAME - 4) + ".pdf"
    assert len(short("a" * 100)) == len(short("a." + "b" * 100)) == MAX_NAME
