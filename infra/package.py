"""Packages and deploys the desk.

python -m infra.package build [--local]     build/parley.json and build/artefacts/*.zip
python -m infra.package deploy --stage X    build, upload, change the stack, print its outputs
python -m infra.package sizes               what the zip files weigh, and what they may
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import boto3

from infra import layer
from infra.archives import compile_code, copy_code, drop_sources, find_interpreter, write_zip
from infra.build import BUILD, write
from infra.deployment import DeploymentError, deploy
from infra.parts import ROOT, lambda_runtime
from infra.web import NoWorkspace
from infra.web import build as build_web
from infra.web_upload import upload as upload_web

__all__ = ["BUILD", "DeploymentError", "build", "deploy", "main", "sizes"]

BUDGETS_MB = {"functions.zip": 5, "chalice.zip": 5, "layer.zip": 60}
CODE = "/var/task"
LAYER = "/opt/python"
# Stands for the web application's origin while Chalice packages.
ORIGIN = "https://web-origin.invalid"


def _compile(folder: Path, interpreter: str | None) -> None:
    """What we wrote ships as byte code alone: a quarter less to fetch at each cold start."""
    if interpreter:
        compile_code(folder, interpreter, CODE)
        drop_sources(folder)


def _package_functions(root: Path, stage: Path, out: Path, interpreter: str | None) -> None:
    folder = stage / "functions"
    for package in ("functions", "chalicelib"):
        copy_code(root / package, folder / package)
    _compile(folder, interpreter)
    write_zip(folder, out / "artefacts" / "functions.zip")


def _package_chalice(root: Path, stage: Path, out: Path, interpreter: str | None) -> None:
    """Chalice packages a copy that asks for no dependencies: those are the layer's."""
    source = stage / "chalice"
    copy_code(root / "chalicelib", source / "chalicelib")
    shutil.copyfile(root / "app.py", source / "app.py")
    (source / ".chalice").mkdir()
    shutil.copyfile(ROOT / ".chalice" / "config.json", source / ".chalice" / "config.json")
    (source / "requirements.txt").write_text("")
    subprocess.run(
        [
            sys.executable, "-c", "from chalice.cli import main; main()", "package",
            "--stage", "parley", "--template-format", "json",
            "--merge-template", str(out / "extension.json"), str(stage / "packaged"),
        ],
        check=True,
        cwd=source,
        stdout=subprocess.DEVNULL,
        env={"AWS_DEFAULT_REGION": "us-east-1", **os.environ, "PARLEY_WEB_ORIGIN": ORIGIN},
    )  # fmt: skip
    folder = stage / "unpacked"
    with zipfile.ZipFile(stage / "packaged" / "deployment.zip") as archive:
        archive.extractall(folder)
    # Most of it: the functions' copy is compiled already.
    shutil.rmtree(folder / "chalicelib")
    _compile(folder, interpreter)
    shutil.copytree(stage / "functions" / "chalicelib", folder / "chalicelib")
    write_zip(folder, out / "artefacts" / "chalice.zip")


def _package_layer(stage: Path, out: Path, version: str, interpreter: str | None) -> None:
    folder = stage / "layer"
    layer.install(folder / "python", version)
    layer.prune(folder / "python")
    if interpreter:
        compile_code(folder / "python", interpreter, LAYER)
    write_zip(folder, out / "artefacts" / "layer.zip")


def _with_origin(value: Any) -> Any:
    """Chalice writes the web application's origin into answers to preflights: make it the parameter's."""
    if isinstance(value, dict):
        return {name: _with_origin(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_origin(one) for one in value]
    if isinstance(value, str) and ORIGIN in value:
        return {"Fn::Sub": value.replace(ORIGIN, "${WebOrigin}")}
    return value


def _write_template(stage: Path, out: Path) -> Path:
    """Chalice's outputs name what ours name already."""
    template = _with_origin(json.loads((stage / "packaged" / "sam.json").read_text()))
    ours = json.loads((out / "extension.json").read_text())["Outputs"]
    template["Outputs"] = {name: template["Outputs"][name] for name in ours}
    path = out / "parley.json"
    # Lines without indentation: what is checked and deployed has at most a million bytes.
    path.write_text(json.dumps(template, indent=0, separators=(",", ":"), sort_keys=True) + "\n")
    return path


def _interpreter(local: bool, version: str) -> str | None:
    """The local cloud runs functions on the interpreter that runs it, and us."""
    if local:
        return sys.executable
    found = find_interpreter(version)
    if found is None:
        print(f"package: no Python {version} here: sources ship without byte code (slower to start)")
    return found


def build(*, local: bool = False, root: Path = ROOT, out: Path = BUILD) -> Path:
    """Writes the template and its artefacts; `root` holds app.py, chalicelib/ and functions/."""
    out = out.resolve()
    stage = out / "stage"
    for leftover in (stage, out / "artefacts"):
        shutil.rmtree(leftover, ignore_errors=True)
    version = lambda_runtime().removeprefix("python")
    interpreter = _interpreter(local, version)
    write(out)
    _package_functions(root, stage, out, interpreter)
    _package_chalice(root, stage, out, interpreter)
    if not local:
        _package_layer(stage, out, version, interpreter)
    path = _write_template(stage, out)
    shutil.rmtree(stage)
    return path


def sizes(out: Path = BUILD) -> dict[str, float]:
    """Megabytes of every artefact that is there."""
    return {path.name: path.stat().st_size / 1_000_000 for path in sorted((out / "artefacts").glob("*.zip"))}


def _print_sizes(out: Path) -> int:
    found = sizes(out)
    for name, size in found.items():
        print(f"{name}: {size:.2f} MB of {BUDGETS_MB[name]}")
    return 1 if any(size > BUDGETS_MB[name] for name, size in found.items()) else 0


def _parameters(pairs: list[str]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in pairs)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra.package", description="Package and deploy.")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build")
    building.add_argument("--local", action="store_true", help="code only, for the local cloud")
    building.add_argument("--out", type=Path, default=BUILD)
    deploying = commands.add_parser("deploy")
    deploying.add_argument("--stage", required=True)
    deploying.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE")
    deploying.add_argument("--endpoint-url", help="an emulator's address")
    deploying.add_argument("--out", type=Path, default=BUILD)
    commands.add_parser("sizes").add_argument("--out", type=Path, default=BUILD)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    asked = _arguments(arguments)
    if asked.command == "sizes":
        return _print_sizes(asked.out)
    local = asked.local if asked.command == "build" else bool(asked.endpoint_url)
    print(build(local=local, out=asked.out))
    code = _print_sizes(asked.out)
    if asked.command == "build" or code:
        return code
    try:
        # First, so that nothing is changed where the workspace cannot be built. An emulator's is served beside it.
        pages = None if asked.endpoint_url else build_web()
        outputs = deploy(
            boto3.Session(),
            asked.stage,
            _parameters(asked.parameter),
            endpoint_url=asked.endpoint_url,
            build_dir=asked.out,
        )
    except (DeploymentError, NoWorkspace) as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 1
    if pages is not None:
        upload_web(boto3.Session(), pages, outputs, asked.stage)
    for name, value in outputs.items():
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
