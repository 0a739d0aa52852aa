"""The reference clients do the same: both are put through the vectors of clients/conformance."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conformance import VECTORS, faults, vectors
from tests.clients.schema import fault_of

TYPESCRIPT = VECTORS.parent / "typescript"


@pytest.mark.parametrize("path", vectors(), ids=lambda path: path.stem)
def test_the_python_client_does_what_a_vector_says(path: Path) -> None:
    assert list(faults(json.loads(path.read_text("utf-8")))) == []


def test_the_vectors_can_fail() -> None:
    vector = json.loads((VECTORS / "gap.json").read_text("utf-8"))
    vector["steps"][-1]["then"]["seqs"] = {"conversation:cnv_1": 13}
    vector["steps"][2]["out"] = []

    assert [fault.partition(" (")[0] for fault in faults(vector)] == ["step 2", f"step {len(vector['steps']) - 1}"]


def test_the_vectors_speak_the_protocol() -> None:
    """What clients say in them, and what they are told, is in the AsyncAPI document."""
    frames = [frame for path in vectors() for frame in _frames(json.loads(path.read_text("utf-8")))]

    assert len(frames) > 100
    assert {text for frame in frames if (text := fault_of(frame))} == set()


def _frames(vector: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in vector["steps"]:
        if step["in"] == "received" and "type" in step["with"][0]:
            yield step["with"][0]
        yield from (effect["frame"] for effect in step["out"] if effect["do"] == "say")


@pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="the TypeScript client needs Node 20")
def test_the_typescript_client_does_what_the_vectors_say() -> None:
    lock = TYPESCRIPT / "package-lock.json"
    installed = TYPESCRIPT / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _install()
    _run("npx", "--no-install", "tsc")

    told = _run("node", "--test", "dist/test/")

    assert f"# pass {len(vectors())}\n" in told and "# fail 0\n" in told


# What npm says where its registry cannot be reached.
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")


def _install() -> None:
    try:
        _run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    except AssertionError as failed:
        if any(code in str(failed) for code in OFFLINE):
            pytest.skip("the TypeScript compiler is to be had from npm's registry, which is out of reach")
        raise


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd=TYPESCRIPT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
    return done.stdout
