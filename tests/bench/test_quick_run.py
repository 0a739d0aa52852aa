"""`python -m bench --quick` as a person runs it: every figure that is counted, from our real handlers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.budgets import SKIPPED
from infra.parts import ROOT

COUNTED = ["inbound.calls", "inbound.first_contact.calls", "inbound.wcu", "inbound.reads_before_write"]
COUNTED += ["receipt.calls", "outbound.api_calls", "outbound.sender_calls"]
TIMED = ["inbound.cpu_ratio", "inbound.normalise_us_ratio"]


@pytest.mark.slow
def test_a_quick_run_counts_the_path_of_a_message(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--quick", "--only", "inbound", "receipt", "outbound", "--out", str(out)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(out.read_text())}
    assert set(rows) == {*COUNTED, *TIMED}
    assert all(rows[name]["value"] >= 1 for name in COUNTED)
    assert [(rows[name]["value"], rows[name]["note"]) for name in TIMED] == [(None, SKIPPED)] * 2
    assert "inbound.first_contact.calls" in done.stdout


def test_an_unknown_name_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--only", "no.such"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "no.such" in done.stderr
