"""What the project's files may not say."""

import re

import pytest

from tests.house import tree

# Folders of one person's machine: nobody else has them.
MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:work|farm|root|Users/\w+)/")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{tree.name(path)}:{number}: {line.strip()[:120]}"
        for path in tree.texts()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("folder", ["work", "farm", "root", "Users/ada"])
def test_a_path_of_one_machine_is_seen(folder: str) -> None:
    assert MACHINE_PATH.search(f"see /{folder}/notes.md")


@pytest.mark.parametrize("text", ["a homework/list", "https://parley.example/work", "../work/x", "/opt/python/lib"])
def test_a_path_that_everyone_has_is_let_be(text: str) -> None:
    assert not MACHINE_PATH.search(text)


def test_no_file_names_a_path_of_one_machine() -> None:
    found = lines_with(MACHINE_PATH)

    assert not found, "\n".join(found)


def test_nothing_is_left_for_later() -> None:
    found = lines_with(UNFINISHED)

    assert not found, "\n".join(found)
