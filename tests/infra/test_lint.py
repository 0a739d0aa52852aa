"""Other people's rules for templates: cfn-lint and checkov, on the whole template."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.parts import ROOT

CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"


@pytest.mark.slow
def test_cfn_lint_finds_nothing(built: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), built / "parley.json"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_checkov_finds_nothing_unexplained(built: Path) -> None:
    checkov = str(CHECKOV) if CHECKOV.exists() else shutil.which("checkov")
    if checkov is None:
        pytest.skip("checkov is not installed: `make security` installs and runs it")

    done = subprocess.run(
        [checkov, "--compact", "--skip-download", "--framework", "cloudformation", "--output", "json"]
        + ["--file", str(built / "parley.json")],
        capture_output=True,
        text=True,
        check=False,
    )

    results = json.loads(done.stdout)["results"]
    assert len(results["passed_checks"]) > 100
    assert [(one["check_id"], one["resource"]) for one in results["failed_checks"]] == []


def test_every_exception_gives_its_reason(packaged: dict[str, Any]) -> None:
    for name, one in packaged["Resources"].items():
        for skipped in one.get("Metadata", {}).get("checkov", {}).get("skip", []):
            assert len(skipped["comment"]) > 30, f"{name}: {skipped['id']}"
