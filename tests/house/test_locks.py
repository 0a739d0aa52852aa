"""The locks hold what was asked for, and development runs what is deployed."""

import re

import pytest
from packaging.utils import canonicalize_name

from tests.house.locks import SOURCES, asked, pinned
from tests.house.tree import ROOT


@pytest.mark.parametrize(("source", "lock"), SOURCES.items())
def test_everything_asked_for_is_locked_in_a_version_that_fits(source: str, lock: str) -> None:
    pins = pinned(lock)

    for requirement in asked(source):
        versions = pins.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement.name} of {source} is not in {lock}: make lock"
        assert all(version in requirement.specifier for version in versions), requirement


def test_development_runs_the_versions_that_are_deployed() -> None:
    runtime, development = pinned("requirements.txt"), pinned("requirements-dev.txt")

    differing = {name for name, versions in runtime.items() if development.get(name) != versions}

    assert not differing


@pytest.mark.parametrize("lock", SOURCES.values())
def test_every_pin_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.findall(r"^[A-Za-z0-9].*(?:\n    \S.*)*", text, re.MULTILINE)

    assert entries
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


@pytest.mark.parametrize("lock", SOURCES.values())
def test_no_lock_names_a_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
