"""Modules are small enough to be read in one go, functions simple enough to be held in mind."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.house import tree

# The first pattern that fits a file sets its limit.
LIMITS = (
    ("app.py", 60),
    ("functions/*/handler.py", 60),
    ("chalicelib/domain/*.py", 200),
    ("chalicelib/channels/*.py", 250),
    ("chalicelib/aws/stores/*.py", 250),
    ("chalicelib/api/*.py", 250),
    ("*", 400),
)


def limit_of(name: str) -> int:
    return next(limit for pattern, limit in LIMITS if fnmatch(name, pattern))


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("app.py", 60),
        ("functions/webhook_intake/handler.py", 60),
        ("functions/webhook_intake/refusals.py", 400),
        ("chalicelib/domain/routing.py", 200),
        ("chalicelib/channels/whatsapp.py", 250),
        ("chalicelib/aws/stores/conversations.py", 250),
        ("chalicelib/aws/keys.py", 400),
        ("chalicelib/api/inboxes.py", 250),
        ("web/workspace/timeline.js", 400),
    ],
)
def test_every_room_has_its_limit(name: str, limit: int) -> None:
    assert limit_of(name) == limit


def test_no_file_is_longer_than_its_room_allows() -> None:
    sizes = {tree.name(path): lines_of(path) for path in tree.code()}

    too_long = [
        f"{name}: {size} lines, at most {limit_of(name)}" for name, size in sizes.items() if size > limit_of(name)
    ]

    assert not too_long, "\n".join(too_long)


def test_complexity_is_limited_to_ten() -> None:
    lint = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]

    assert "C90" in lint["select"]
    assert lint["mccabe"]["max-complexity"] == 10
    assert not [rule for rules in lint["per-file-ignores"].values() for rule in rules if rule[0] == "C"]


def test_no_function_is_excused_from_the_limit() -> None:
    excuse = re.compile(r"noqa:[^\n]*\bC9")

    excused = [tree.name(path) for path in tree.code() if excuse.search(path.read_text("utf-8"))]

    assert excused in ([], ["tests/house/test_sizes.py"])


def test_every_folder_of_code_is_a_package() -> None:
    """The import contracts see packages only: a folder without `__init__.py` would escape them."""
    roots = ("chalicelib", "functions", "infra", "simulators")
    folders = {path.parent for path in tree.code() if path.suffix == ".py"}

    loose = [
        tree.name(folder)
        for folder in sorted(folders)
        if folder.relative_to(tree.ROOT).parts[:1] in {(root,) for root in roots}
        and not (folder / "__init__.py").is_file()
    ]

    assert not loose, f"without __init__.py: {loose}"
