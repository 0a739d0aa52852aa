"""Looks at the machine before anything is installed, and says in one line each what is missing.

Runs on any Python 3 from 3.6 on, so keep it to the standard library and to old syntax.

    python3 infra/preflight.py python   print the interpreter to build .venv with
    python3 infra/preflight.py run      the same, and check that the local ports are free
"""

import os
import socket
import subprocess
import sys

OLDEST = (3, 11)
CANDIDATES = ("python3.13", "python3.12", "python3.11", "python3")
PORTS = (
    ("PARLEY_CLOUD_PORT", 4566, "local cloud"),
    ("PARLEY_SIMULATORS_PORT", 4570, "simulators"),
    ("PARLEY_WEB_PORT", 4580, "workspace"),
)

PROBE = """
import sys
try:
    import ensurepip, venv
    can_build = "venv"
except ImportError:
    can_build = "no-venv"
print("%d.%d" % sys.version_info[:2], can_build, sys.executable)
"""


def probe(command):
    # type: (str) -> tuple[tuple[int, ...], bool, str] | None
    """Version, ability to build environments, path; None for an interpreter that does not run."""
    try:
        answer = subprocess.check_output([command, "-c", PROBE], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    version, can_build, path = answer.decode().strip().split(" ", 2)
    return tuple(int(part) for part in version.split(".")), can_build == "venv", path


def find_python():
    # type: () -> tuple[str | None, str | None]
    """The path of the first interpreter that will do, or the one line that says why none does."""
    found = [answer for answer in map(probe, CANDIDATES) if answer]
    for version, can_build, path in found:
        if version >= OLDEST and can_build:
            return path, None
    wanted = "Python {}.{} or newer".format(*OLDEST)
    if not found:
        return None, "{} is needed, and none was found: install it and try again".format(wanted)
    version, _, path = max(found)
    if version >= OLDEST:
        remedy = "install its venv module (Debian: apt-get install python{}.{}-venv)".format(*version)
        return None, "{} cannot build environments: {}".format(path, remedy)
    newest = "{}.{} ({})".format(version[0], version[1], path)
    return None, "{} is needed; the newest found is {}".format(wanted, newest)


def is_free(port):
    # type: (int) -> bool
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def check_ports(environ):
    # type: (os._Environ[str] | dict[str, str]) -> list[str]
    """One line for each port that cannot be used."""
    complaints = []
    users = {}  # type: dict[int, str]
    for variable, usual, purpose in PORTS:
        text = environ.get(variable) or str(usual)
        if not text.isdigit() or not 1 <= int(text) <= 65535:
            complaints.append("{} is {!r}: it must be a port number".format(variable, text))
            continue
        port = int(text)
        if port in users:
            complaints.append(
                "port {} is asked for twice, by the {} and the {}: set {} to another".format(
                    port, users[port], purpose, variable
                )
            )
        elif not is_free(port):
            complaints.append(
                "port {} ({}) is taken: stop what listens there, or set {} to a free port".format(
                    port, purpose, variable
                )
            )
        users[port] = purpose
    return complaints


def main(arguments):
    # type: (list[str]) -> int
    if arguments not in (["python"], ["run"]):
        print("usage: preflight.py python|run", file=sys.stderr)
        return 2
    path, complaint = find_python()
    complaints = [complaint] if complaint else []
    if arguments == ["run"]:
        complaints += check_ports(os.environ)
    for line in complaints:
        print("parley: " + line, file=sys.stderr)
    if not complaints and arguments == ["python"]:
        print(path)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
