"""Builds and deploys the stack into the emulator, and leaves both out when nothing changed."""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra import deployment, package
from infra.local.emulator import REGION, ROOT_KEY, ROOT_SECRET
from infra.local.processes import HOST
from infra.local.progress import LocalCloudError, Progress
from infra.parts import ROOT

STAGE = "local"
# What the package and the template are made of.
SOURCES = (
    "app.py", ".chalice/config.json", "chalicelib", "functions", "infra", "pyproject.toml", "requirements.txt",
)  # fmt: skip
LEFT_OUT = {"__pycache__", "local"}


@dataclass(frozen=True, slots=True)
class Stack:
    """Where it is deployed to. `root` holds the sources, `work_dir` what is built and remembered."""

    port: int
    simulators_port: int
    work_dir: Path
    root: Path = ROOT
    web_port: int = 4580

    @property
    def endpoint_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def parameters(self) -> dict[str, str]:
        """The template's, beyond those that deploy() sets itself."""
        return {
            "TrustedHosts": f"{HOST}:{self.simulators_port}",
            "EmulatorUrl": self.endpoint_url,
            "EmulatorSocketUrl": f"ws://{HOST}:{self.port}",
            "EmulatorWebUrl": f"http://{HOST}:{self.web_port}",
            # Who tries something wants to see its number soon.
            "NumbersLagSeconds": "2",
        }

    def up_to_date(self) -> dict[str, str] | None:
        """The outputs of the last deployment, if it was of these sources, parameters and Python."""
        try:
            kept = json.loads(self._kept.read_text())
        except (OSError, ValueError):
            return None
        if kept.get("digest") != self.digest() or not self._is_there(kept["outputs"]):
            return None
        outputs: dict[str, str] = kept["outputs"]
        return outputs

    def deploy(self, progress: Progress) -> dict[str, str]:
        """Build, deploy and remember; answers the outputs."""
        digest = self.digest()
        self._kept.unlink(missing_ok=True)
        with progress.step("packaging the code and the template"):
            package.build(local=True, root=self.root, out=self.work_dir / "build")
        with progress.step("deploying the stack"):
            try:
                outputs = package.deploy(
                    session(),
                    STAGE,
                    self.parameters,
                    endpoint_url=self.endpoint_url,
                    build_dir=self.work_dir / "build",
                    say=lambda _: None,
                )
            except package.DeploymentError as refused:
                raise LocalCloudError(f"the stack could not be deployed: {refused}") from refused
        self._kept.write_text(json.dumps({"digest": digest, "outputs": outputs}, indent=1))
        return outputs

    def digest(self) -> str:
        """Of everything a deployment depends on."""
        found = hashlib.sha256()
        found.update(json.dumps([self.port, self.parameters, sys.version]).encode())
        for name in SOURCES:
            source = self.root / name
            if not source.exists():
                # A root of its own (tests) brings the code; the template's parts are ours.
                source = ROOT / name
            files = [source] if source.is_file() else sorted(source.rglob("*"))
            for file in files:
                inside = file.relative_to(source).parts
                if file.is_file() and not LEFT_OUT & set(inside):
                    found.update(f"{name}/{'/'.join(inside)}".encode())
                    found.update(hashlib.sha256(file.read_bytes()).digest())
        return found.hexdigest()

    @property
    def _kept(self) -> Path:
        return self.work_dir / "deployed.json"

    def _is_there(self, outputs: dict[str, str]) -> bool:
        """The emulator's state may be gone although our note of it is not."""
        try:
            name = deployment.stack_name(STAGE)
            found = client("cloudformation", self.endpoint_url).describe_stacks(StackName=name)
        except client("cloudformation", self.endpoint_url).exceptions.ClientError:
            return False
        stack = found["Stacks"][0]
        ids = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
        return bool(ids) and ids.get("HttpApiId") == outputs.get("HttpApiId")


def session() -> boto3.Session:
    """The emulator's root: may do everything, here only."""
    return boto3.Session(aws_access_key_id=ROOT_KEY, aws_secret_access_key=ROOT_SECRET, region_name=REGION)


def client(service: str, endpoint_url: str) -> Any:
    """A client with every right."""
    config = Config(s3={"addressing_style": "path"}, signature_version=_signature(service))
    # The stubs know each service by a literal name; here it is a parameter.
    make: Any = session().client
    return make(service, endpoint_url=endpoint_url, config=config)


def _signature(service: str) -> str:
    return "s3v4" if service == "s3" else "v4"
