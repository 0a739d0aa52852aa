"""The processes that benchmarks talk to: an emulated AWS, a fault proxy before it, a stub. All on loopback."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.local.processes import HOST, Child, free_port, wait_until
from infra.parts import ROOT

REGION = "us-east-1"
SERVICES = "dynamodb,dynamodbstreams,s3,sqs,events,secretsmanager"
START_SECONDS = 60.0
STOP_SECONDS = 10.0


def clean_environment() -> dict[str, str]:
    """Ours, without what would lead a client or an emulator elsewhere."""
    unwanted = ("AWS_", "MINISTACK_", "LOCALSTACK_", "MICROBURST_", "LAMBDA_", "S3_", "PARLEY_")
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}


def credentials() -> dict[str, str]:
    """Open nothing outside this machine."""
    return {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


@contextmanager
def emulator() -> Iterator[str]:
    """ministack; gives its address."""
    with TemporaryDirectory(prefix="parley-bench-") as folder:
        port = free_port()
        own = {
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": REGION,
            "SERVICES": SERVICES,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "ERROR",
            "TMPDIR": folder,
        }
        command = [sys.executable, "-m", "ministack"]
        health = f"http://{HOST}:{port}/_ministack/health"
        with _running("the emulator", command, own, Path(folder), health):
            yield f"http://{HOST}:{port}"


@contextmanager
def fault_proxy(upstream: str, rules: list[Mapping[str, Any]]) -> Iterator[str]:
    """microburst before `upstream`; gives its address."""
    with TemporaryDirectory(prefix="parley-bench-") as folder:
        port = free_port()
        command = [
            sys.executable, "-m", "microburst", "--host", HOST, "--port", str(port), "--upstream", upstream,
            "--no-resign",
        ]  # fmt: skip
        address = f"http://{HOST}:{port}"
        with _running("the fault proxy", command, credentials(), Path(folder), f"{address}/_microburst/health"):
            http_json("POST", f"{address}/_microburst/rules", list(rules))
            yield address


@contextmanager
def stub() -> Iterator[str]:
    """The stub; gives its address."""
    with TemporaryDirectory(prefix="parley-bench-") as folder:
        port = free_port()
        address = f"http://{HOST}:{port}"
        command = [sys.executable, "-m", "bench.stub", str(port)]
        with _running("the stub", command, {}, Path(folder), f"{address}/graph/"):
            yield address


@contextmanager
def _running(name: str, command: list[str], own: Mapping[str, str], folder: Path, health: str) -> Iterator[None]:
    child = Child(name, command, {**clean_environment(), **own}, folder / "log", ROOT)
    try:
        wait_until(lambda: _answers(child, health), START_SECONDS, f"{name} did not get ready")
        yield
    finally:
        child.stop(STOP_SECONDS)


def _answers(child: Child, url: str) -> bool:
    child.require_alive()
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def http_json(method: str, url: str, body: Any = None) -> Any:
    """One call with JSON both ways."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def until(ready: Any, seconds: float, complaint: str) -> None:
    """Poll something slow."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(complaint)
        time.sleep(0.25)
