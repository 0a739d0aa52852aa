"""ministack, the emulator behind the local cloud: how it is started, watched and ended."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from infra.local.processes import HOST, Child, wait_until
from infra.local.progress import LocalCloudError

VERSION = "1.5.33"
REGION = "us-east-1"
# Any 12-digit number is an account here; this one is the emulator's own.
ACCOUNT_ID = "000000000000"
# The emulator treats this pair as the account's root. It is public and opens nothing outside this machine.
ROOT_KEY, ROOT_SECRET = "test", "test"

START_SECONDS = 60.0
# Writing the state down is the last thing it does: be patient, or the data is lost.
STOP_SECONDS = 30.0
REPOSITORY = Path(__file__).resolve().parents[2]


def environment(port: int, state_dir: Path | None, tmp_dir: Path) -> dict[str, str]:
    """What the emulator is told. Variables of the caller that would lead it astray are left out."""
    unwanted = ("AWS_", "MINISTACK_", "LOCALSTACK_", "LAMBDA_", "S3_")
    env = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    tmp_dir.mkdir(parents=True, exist_ok=True)
    env |= {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
        "LOG_LEVEL": "INFO",
        # Lambda's unpacked zips and the pid file go here, so that they can be swept.
        "TMPDIR": str(tmp_dir),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }
    if state_dir is not None:
        state_dir.mkdir(parents=True, exist_ok=True)
        env |= {
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state_dir / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(state_dir / "s3"),
        }
    return env


def sdk(port: int) -> dict[str, str]:
    """What leads the SDK of another process to it, with every right."""
    return {
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
    }


def start(port: int, state_dir: Path | None, work_dir: Path, also: Mapping[str, str] | None = None) -> Child:
    """Start it and wait until it answers; LocalCloudError if it dies or stays silent. `also`: variables for it, and so
    for the functions it runs."""
    child = Child(
        "the cloud emulator",
        [sys.executable, "-m", "infra.local.emulated"],
        {**environment(port, state_dir, work_dir / "tmp"), **(also or {})},
        work_dir / "cloud.log",
        REPOSITORY,
    )
    try:
        wait_until(lambda: _ready(child, port), START_SECONDS, "the cloud emulator did not get ready")
    except BaseException:
        child.stop(STOP_SECONDS)
        raise
    return child


def stop(child: Child) -> None:
    """End it and wait until its state is written."""
    if not child.stop(STOP_SECONDS):
        raise LocalCloudError(
            f"the cloud emulator did not end within {STOP_SECONDS:.0f} s and was killed: "
            "what changed since its start is lost"
        )


def healthy(port: int) -> bool:
    """Whether an emulator answers on this port, with IAM enforced."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/_ministack/health", timeout=5) as answer:
            return json.loads(answer.read()).get("auth") == "enabled"
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _ready(child: Child, port: int) -> bool:
    child.require_alive()
    return healthy(port)
