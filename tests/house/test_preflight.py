"""The look at the machine before anything is installed."""

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra import preflight
from tests.house.tree import ROOT

SCRIPT = ROOT / "infra" / "preflight.py"


def run(command: str, path: Path | str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), command],
        env={"PATH": str(path), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def an_interpreter(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def free_ports() -> dict[str, str]:
    with socket.socket() as first, socket.socket() as second, socket.socket() as third:
        for each in (first, second, third):
            each.bind(("127.0.0.1", 0))
        ports = tuple(each.getsockname()[1] for each in (first, second, third))
    return dict(zip(("PARLEY_CLOUD_PORT", "PARLEY_SIMULATORS_PORT", "PARLEY_WEB_PORT"), map(str, ports), strict=True))


def test_it_keeps_to_the_syntax_of_old_pythons() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_it_names_a_python_that_is_new_enough(tmp_path: Path) -> None:
    an_interpreter(tmp_path, "python3.13", "exit 127")
    an_interpreter(tmp_path, "python3", "echo 3.12 venv /somewhere/python3")

    result = run("python", tmp_path)

    assert (result.returncode, result.stdout, result.stderr) == (0, "/somewhere/python3\n", "")


def test_it_takes_the_next_python_when_one_cannot_build_environments(tmp_path: Path) -> None:
    an_interpreter(tmp_path, "python3.12", "echo 3.12 no-venv /distribution/python3.12")
    an_interpreter(tmp_path, "python3.11", "echo 3.11 venv /complete/python3.11")

    assert run("python", tmp_path).stdout == "/complete/python3.11\n"


@pytest.mark.parametrize("command", ["python", "run"])
def test_one_line_says_that_python_is_missing(tmp_path: Path, command: str, free_ports: dict[str, str]) -> None:
    result = run(command, tmp_path, **free_ports)

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "parley: Python 3.11 or newer is needed, and none was found: install it and try again"
    ]


def test_one_line_says_that_python_is_too_old(tmp_path: Path) -> None:
    an_interpreter(tmp_path, "python3", "echo 3.9 venv /old/python3")

    result = run("python", tmp_path)

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "parley: Python 3.11 or newer is needed; the newest found is 3.9 (/old/python3)"
    ]


def test_one_line_says_that_the_venv_module_is_missing(tmp_path: Path) -> None:
    an_interpreter(tmp_path, "python3", "echo 3.11 no-venv /distribution/python3")

    result = run("python", tmp_path)

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "parley: /distribution/python3 cannot build environments: "
        "install its venv module (Debian: apt-get install python3.11-venv)"
    ]


def test_run_says_nothing_when_all_is_well(free_ports: dict[str, str]) -> None:
    result = run("run", os.environ["PATH"], **free_ports)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_run_names_a_port_that_is_taken_and_the_way_around(taken_port: int, free_ports: dict[str, str]) -> None:
    result = run("run", os.environ["PATH"], **free_ports | {"PARLEY_CLOUD_PORT": str(taken_port)})

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"parley: port {taken_port} (local cloud) is taken: "
        "stop what listens there, or set PARLEY_CLOUD_PORT to a free port"
    ]


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1"])
def test_a_port_must_be_a_port_number(text: str, free_ports: dict[str, str]) -> None:
    complaints = preflight.check_ports(free_ports | {"PARLEY_SIMULATORS_PORT": text})

    assert complaints == [f"PARLEY_SIMULATORS_PORT is {text!r}: it must be a port number"]


def test_two_programs_cannot_share_a_port(free_ports: dict[str, str]) -> None:
    port = free_ports["PARLEY_CLOUD_PORT"]

    complaints = preflight.check_ports(free_ports | {"PARLEY_SIMULATORS_PORT": port})

    assert complaints == [
        f"port {port} is asked for twice, by the local cloud and the simulators: set PARLEY_SIMULATORS_PORT to another"
    ]


def test_the_usual_ports_are_looked_at_when_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def note(port: int) -> bool:
        looked_at.append(port)
        return True

    monkeypatch.setattr(preflight, "is_free", note)

    assert preflight.check_ports({}) == []
    assert looked_at == [4566, 4570, 4580]
