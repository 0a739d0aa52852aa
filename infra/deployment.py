"""Uploads what was built and brings a stack to it, on AWS or on an emulator of it."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from infra.parts import Template

POLL_SECONDS = 5
LOCAL_POLL_SECONDS = 1
PATIENCE_SECONDS = 1800
LOCATIONS = ("CodeUri", "ContentUri")


class DeploymentError(Exception):
    """The stack is not as it was to be: the message says what CloudFormation said."""


def stack_name(stage: str) -> str:
    return f"parley-{stage}"


class _Deployment:
    """One run: the clients and where the artefacts go."""

    def __init__(self, session: boto3.Session, stage: str, endpoint_url: str | None) -> None:
        # By path: an emulator's address has no host names for buckets.
        addressing: Any = {"addressing_style": "path" if endpoint_url else "virtual"}
        config = Config(s3=addressing, retries={"mode": "standard", "max_attempts": 8})

        # The stubs know each service by a literal name; here it is a parameter.
        make: Any = session.client

        def client(name: str) -> Any:
            return make(name, endpoint_url=endpoint_url, config=config)

        self.s3 = client("s3")
        self.cloudformation = client("cloudformation")
        self.account: str = client("sts").get_caller_identity()["Account"]
        self.region: str = self.s3.meta.region_name
        self.bucket = f"parley-artefacts-{self.account}-{self.region}"
        self.stack = stack_name(stage)
        self.endpoint_url = endpoint_url

    def make_bucket(self) -> None:
        """The artefacts' bucket: ours alone, even if another account took the name first."""
        owner = {"Bucket": self.bucket, "ExpectedBucketOwner": self.account}
        try:
            self.s3.head_bucket(**owner)
            return
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise DeploymentError(f"bucket {self.bucket} is not this account's") from error
        place = {} if self.region == "us-east-1" else {
            "CreateBucketConfiguration": {"LocationConstraint": self.region}
        }  # fmt: skip
        self.s3.create_bucket(Bucket=self.bucket, **place)
        self.s3.put_public_access_block(
            **owner,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )

    def upload(self, content: bytes, suffix: str) -> str:
        """Puts it under its own hash, once; answers the key."""
        key = f"{hashlib.sha256(content).hexdigest()}{suffix}"
        try:
            self.s3.head_object(Bucket=self.bucket, Key=key, ExpectedBucketOwner=self.account)
        except ClientError:
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=content, ExpectedBucketOwner=self.account)
        return key

    def upload_artefacts(self, template: Template, folder: Path) -> None:
        """Turns every path of the template into an address in the bucket."""
        uploaded: dict[str, str] = {}
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            for name in LOCATIONS:
                path = properties.get(name)
                if not isinstance(path, str) or path.startswith("s3://"):
                    continue
                if path not in uploaded:
                    uploaded[path] = self._address(folder / path)
                properties[name] = uploaded[path]

    def _address(self, path: Path) -> str:
        if path.is_file():
            return f"s3://{self.bucket}/{self.upload(path.read_bytes(), path.suffix)}"
        if self.endpoint_url:
            # The layer, which a local build leaves out, as the template does there.
            return f"s3://{self.bucket}/left-out"
        raise DeploymentError(f"{path} is missing: build first, without --local")

    def template_url(self, template: Template) -> str:
        # Without a blank: CloudFormation takes a million bytes, and most of a readable template is indentation.
        key = self.upload(json.dumps(template, separators=(",", ":")).encode(), ".json")
        if self.endpoint_url:
            return f"{self.endpoint_url}/{self.bucket}/{key}"
        return f"https://{self.bucket}.s3.{self.region}.amazonaws.com/{key}"

    def _stack(self) -> dict[str, Any] | None:
        try:
            stacks: list[dict[str, Any]] = self.cloudformation.describe_stacks(StackName=self.stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return stacks[0]

    def status(self) -> str | None:
        stack = self._stack()
        return stack["StackStatus"] if stack else None

    def _parameters(self, template: Template, given: Mapping[str, str]) -> list[dict[str, Any]]:
        """Those given, and what the stack was told before: CloudFormation would go back to defaults."""
        stack = self._stack()
        told = stack.get("Parameters", []) if stack and stack["StackStatus"] != "REVIEW_IN_PROGRESS" else []
        known = {one["ParameterKey"] for one in told}
        kept = sorted((known & set(template["Parameters"])) - set(given))
        return [
            *({"ParameterKey": key, "ParameterValue": value} for key, value in given.items()),
            *({"ParameterKey": key, "UsePreviousValue": True} for key in kept),
        ]

    def wait(self, waiter: str, **which: Any) -> None:
        delay = LOCAL_POLL_SECONDS if self.endpoint_url else POLL_SECONDS
        self.cloudformation.get_waiter(waiter).wait(
            **which, WaiterConfig={"Delay": delay, "MaxAttempts": PATIENCE_SECONDS // delay}
        )

    def change(self, template: Template, parameters: Mapping[str, str]) -> None:
        """One change set, made and carried out; nothing to change is fine."""
        url = self.template_url(template)
        exists = self._clear_failed_start() not in (None, "REVIEW_IN_PROGRESS")
        made = self.cloudformation.create_change_set(
            StackName=self.stack,
            ChangeSetName=f"parley-{time.time_ns()}",
            ChangeSetType="UPDATE" if exists else "CREATE",
            TemplateURL=url,
            Parameters=self._parameters(template, parameters),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        which = {"ChangeSetName": made["Id"], "StackName": self.stack}
        try:
            self.wait("change_set_create_complete", **which)
        except WaiterError as error:
            reason = self.cloudformation.describe_change_set(**which).get("StatusReason", "")
            self.cloudformation.delete_change_set(**which)
            if "didn't contain changes" in reason or "No updates" in reason:
                return
            raise DeploymentError(f"{self.stack}: {reason}") from error
        self.cloudformation.execute_change_set(**which)
        self._wait_for_stack(exists)

    def _clear_failed_start(self) -> str | None:
        """A stack whose creation failed can only be deleted; answers the status that there is then."""
        status = self.status()
        if status != "ROLLBACK_COMPLETE":
            return status
        self.cloudformation.delete_stack(StackName=self.stack)
        self.wait("stack_delete_complete", StackName=self.stack)
        return None

    def _wait_for_stack(self, exists: bool) -> None:
        waiter = "stack_update_complete" if exists else "stack_create_complete"
        try:
            self.wait(waiter, StackName=self.stack)
        except WaiterError as error:
            raise DeploymentError(f"{self.stack}: {self.failures()}") from error

    def failures(self) -> str:
        """What failed first, from the stack's newest events."""
        events = self.cloudformation.describe_stack_events(StackName=self.stack)["StackEvents"]
        failed = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
        ]
        return "; ".join(reversed(failed[-5:])) or f"it is {self.status()}"

    def outputs(self) -> dict[str, str]:
        stack = self._stack() or {}
        found = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
        if self.endpoint_url:
            base = f"{self.endpoint_url.rstrip('/')}/_aws/execute-api"
            found["RestApiUrl"] = f"{base}/{found['RestApiId']}/api"
            found["HttpApiUrl"] = f"{base}/{found['HttpApiId']}/$default"
        return found


def deploy(
    session: boto3.Session,
    stage: str,
    parameters: Mapping[str, str] | None = None,
    *,
    endpoint_url: str | None = None,
    build_dir: Path,
    say: Callable[[str], None] = print,
) -> dict[str, str]:
    """Deploys what `build` wrote into `build_dir`; answers the stack's outputs.

    With `endpoint_url` it goes to an emulator: `Cloud` becomes `local`, and the APIs' addresses
    are those that the emulator answers at.
    """
    asked = {"Stage": stage, "Cloud": "local" if endpoint_url else "aws", **(parameters or {})}
    run = _Deployment(session, stage, endpoint_url)
    template = json.loads((build_dir / "parley.json").read_text())
    run.make_bucket()
    say(f"uploading to {run.bucket}")
    run.upload_artefacts(template, build_dir)
    say(f"changing {run.stack}")
    run.change(template, asked)
    return run.outputs()
