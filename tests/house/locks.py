"""Reads the requirement files: what was asked for, and what the locks pin."""

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.tree import ROOT

SOURCES = {
    "requirements/runtime.in": "requirements.txt",
    "requirements/dev.in": "requirements-dev.txt",
    "requirements/checkov.in": "requirements/checkov.txt",
}
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)", re.MULTILINE)


def asked(source: str) -> list[Requirement]:
    """What a source names itself, without what it includes."""
    lines = (ROOT / source).read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def pinned(lock: str | Path) -> dict[str, set[Version]]:
    """The versions of each locked package; more than one where they differ by Python or system."""
    pins: dict[str, set[Version]] = {}
    for pin in PIN.finditer((ROOT / lock).read_text()):
        pins.setdefault(canonicalize_name(pin["name"]), set()).add(Version(pin["version"]))
    return pins
