"""The layer: what deployed code imports and is not ours, for Lambda's Python and processor."""

import shutil
import subprocess
import sys
from pathlib import Path

from infra.parts import ROOT

PLATFORM = "aarch64-manylinux_2_28"

# Chalice's package brings its own runtime along; the rest of it is a command line.
NOT_DEPLOYED = {"chalice"}

# Whose descriptions botocore keeps: what chalicelib/aws makes clients of, and X-Ray for the tracer.
SERVICES = {
    "apigatewaymanagementapi",
    "cognito-idp",
    "dynamodb",
    "events",
    "s3",
    "scheduler",
    "secretsmanager",
    "sesv2",
    "sqs",
    "xray",
}

USELESS = ("*.pyi", "*.c", "*.h", "*.pyx", "examples-1.json.gz")
METADATA = {"METADATA", "entry_points.txt"}


def requirements(path: Path = ROOT / "requirements" / "runtime.in") -> list[str]:
    """The direct requirements that the layer holds; requirements.txt pins all of them."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and line.split("=")[0].split("[")[0] not in NOT_DEPLOYED]


def install(folder: Path, python_version: str) -> None:
    """Wheels only, for another machine than this one, of exactly the locked versions and hashes."""
    folder.mkdir(parents=True)
    subprocess.run(
        [
            sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(folder),
            "--python-platform", PLATFORM, "--python-version", python_version,
            "--only-binary", ":all:", "--no-compile-bytecode",
            "--requirement", "-", "--constraint", str(ROOT / "requirements.txt"),
        ],
        check=True,
        input="\n".join(requirements()),
        text=True,
    )  # fmt: skip


def _prune_botocore(data: Path) -> None:
    for service in data.iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)


def _prune_metadata(folder: Path) -> None:
    """Versions and entry points are read at run time; licences go along with what they license."""
    for info in folder.glob("*.dist-info"):
        for file in [one for one in info.iterdir() if one.is_file()]:
            if file.name not in METADATA and not file.name.startswith(("LICEN", "NOTICE", "COPY")):
                file.unlink()


def prune(folder: Path) -> None:
    """Takes away what no handler reads."""
    _prune_botocore(folder / "botocore" / "data")
    _prune_metadata(folder)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    # Files that uv leaves of its own.
    for file in [folder / ".lock", *(one for pattern in USELESS for one in folder.rglob(pattern))]:
        file.unlink(missing_ok=True)
    for tests in [one for one in folder.rglob("*") if one.is_dir() and one.name in ("tests",)]:
        shutil.rmtree(tests, ignore_errors=True)
    for stubs in folder.glob("*-stubs"):
        shutil.rmtree(stubs)
