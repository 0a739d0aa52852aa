"""What keeps servers from outliving their starter, and commands from getting in each other's way. No cloud needed."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.home import Home, read_private, write_private
from infra.local.processes import Child, require_free_port, wait_until
from infra.local.progress import LocalCloudError
from infra.local.stack import Stack
from infra.parts import ROOT
from tests.local_cloud.groups import processes_of

STARTER = """
import os, sys, time
from pathlib import Path
from infra.local.processes import Child
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
child = Child("sleeper", sleeper, dict(os.environ), Path(sys.argv[1]), Path.cwd())
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_server_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as starter:
        assert starter.stdout is not None
        group = int(starter.stdout.readline())
        assert processes_of([group])
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    wait_until(lambda: not processes_of([group]), 20, "the server outlived its starter")


def test_a_crash_is_told_with_the_last_words(tmp_path: Path) -> None:
    child = Child(
        "the oracle",
        [sys.executable, "-c", "import sys; sys.exit('no more answers')"],
        dict(os.environ),
        tmp_path / "log",
        tmp_path,
    )
    wait_until(lambda: not child.alive(), 20, "it did not end")
    with pytest.raises(LocalCloudError, match=r"the oracle ended with code 1: no more answers"):
        child.require_alive()
    assert child.stop(1)


def test_stopping_kills_what_ignores_the_request(tmp_path: Path) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    child = Child("stubborn", [sys.executable, "-c", stubborn], dict(os.environ), tmp_path / "log", tmp_path)
    wait_until(lambda: "up" in child.tail(), 20, "it did not start")
    assert not child.stop(0.2)
    assert not processes_of([child.pid])


def test_a_taken_port_is_told_with_the_option_to_change_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(LocalCloudError, match=rf"port {port} \(local cloud\) is in use.*PARLEY_CLOUD_PORT"):
            require_free_port(port, "local cloud", "PARLEY_CLOUD_PORT")


def test_a_second_command_is_refused_while_one_has_the_folder(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with (
        home.locked(),
        pytest.raises(LocalCloudError, match=f"running already \\(process {os.getpid()}\\)"),
        home.locked(),
    ):
        pass
    with home.locked():
        home.wipe()


def test_wiping_removes_all_but_the_lock(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    with home.locked():
        (home.path / "state").mkdir()
        (home.path / "state" / "x.json").touch()
        (home.path / "link").symlink_to(outside)
        home.wipe()
        assert [entry.name for entry in home.path.iterdir()] == ["lock"]
    assert (outside / "kept").exists()


def test_passwords_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    write_private(path, {"a": 1})
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_private(path) == {"a": 1}
    path.write_text("{cut")
    assert read_private(path) == {}


def test_the_digest_changes_with_the_code_and_the_ports(tmp_path: Path) -> None:
    (tmp_path / "functions").mkdir()
    code = tmp_path / "functions" / "handler.py"
    code.write_text("a = 1")
    before = Stack(1, 2, tmp_path, tmp_path).digest()
    assert Stack(1, 2, tmp_path, tmp_path).digest() == before
    assert Stack(1, 3, tmp_path, tmp_path).digest() != before
    code.write_text("a = 2")
    assert Stack(1, 2, tmp_path, tmp_path).digest() != before


def test_the_first_start_is_remembered(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.note_start(80.0) == 80.0
    assert home.note_start(5.0) == 80.0
