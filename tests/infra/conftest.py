"""The template as it is built, once for all tests."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.build import extension
from infra.package import build
from tests.infra.views import Resources


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """What the parts make, before Chalice adds the routes of app.py."""
    return extension()


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Resources:
    return Resources(template)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a local build."""
    out = tmp_path_factory.mktemp("build")
    build(local=True, out=out)
    return out


@pytest.fixture(scope="session")
def packaged(built: Path) -> dict[str, Any]:
    """The whole template, Chalice's part included."""
    packaged: dict[str, Any] = json.loads((built / "parley.json").read_text())
    return packaged
