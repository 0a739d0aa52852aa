"""Uploading and changing a stack."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, WaiterError
from moto import mock_aws

from infra.deployment import DeploymentError, _Deployment

TEMPLATE: dict[str, Any] = {
    "Parameters": {"Stage": {}, "LogRetentionDays": {}},
    "Resources": {
        "A": {"Properties": {"CodeUri": "artefacts/a.zip"}},
        "B": {"Properties": {"CodeUri": "artefacts/a.zip"}},
        "Layer": {"Properties": {"ContentUri": "artefacts/layer.zip"}},
        "Api": {"Properties": {"DefinitionBody": {}}},
    },
}


@pytest.fixture
def aws() -> Iterator[boto3.Session]:
    with mock_aws():
        yield boto3.Session("testing", "testing", region_name="eu-central-1")


@pytest.fixture
def run(aws: boto3.Session) -> _Deployment:
    made = _Deployment(aws, "test", None)
    made.make_bucket()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "artefacts").mkdir()
    (tmp_path / "artefacts" / "a.zip").write_bytes(b"code")
    (tmp_path / "artefacts" / "layer.zip").write_bytes(b"layer")
    return tmp_path


def keys(run: _Deployment) -> list[str]:
    return [one["Key"] for one in run.s3.list_objects_v2(Bucket=run.bucket).get("Contents", [])]


def test_the_bucket_is_named_by_account_and_region_and_closed(run: _Deployment) -> None:
    run.make_bucket()

    assert run.bucket == "parley-artefacts-123456789012-eu-central-1"
    closed = run.s3.get_public_access_block(Bucket=run.bucket)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}


def test_artefacts_are_uploaded_once_under_their_own_hash(run: _Deployment, folder: Path) -> None:
    first, second = copy.deepcopy(TEMPLATE), copy.deepcopy(TEMPLATE)

    run.upload_artefacts(first, folder)
    run.upload_artefacts(second, folder)

    assert first == second
    assert len(keys(run)) == 2
    address = first["Resources"]["A"]["Properties"]["CodeUri"]
    assert address == first["Resources"]["B"]["Properties"]["CodeUri"]
    assert address.startswith(f"s3://{run.bucket}/")
    assert address.endswith(".zip")


def test_a_missing_artefact_stops_a_deployment_to_aws(run: _Deployment, folder: Path) -> None:
    (folder / "artefacts" / "layer.zip").unlink()

    with pytest.raises(DeploymentError, match=r"layer\.zip is missing"):
        run.upload_artefacts(copy.deepcopy(TEMPLATE), folder)


def test_an_emulator_needs_no_layer(aws: boto3.Session, run: _Deployment, folder: Path) -> None:
    (folder / "artefacts" / "layer.zip").unlink()
    run.endpoint_url = "http://127.0.0.1:1"
    template = copy.deepcopy(TEMPLATE)

    run.upload_artefacts(template, folder)

    assert template["Resources"]["Layer"]["Properties"]["ContentUri"].startswith("s3://")


class Stacks:
    """CloudFormation, as far as a change needs it."""

    def __init__(self, status: str | None, reason: str = "") -> None:
        self.status = status
        self.reason = reason
        self.calls: list[str] = []
        self.asked: dict[str, Any] = {}

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        if self.status is None:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        known = [{"ParameterKey": key, "ParameterValue": "1"} for key in ("Stage", "LogRetentionDays", "Gone")]
        return {"Stacks": [{"StackStatus": self.status, "Parameters": known}]}

    def create_change_set(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        return {"Id": "change"}

    def describe_change_set(self, **_: Any) -> dict[str, Any]:
        return {"StatusReason": self.reason}

    def describe_stack_events(self, **_: Any) -> dict[str, Any]:
        failed = {"LogicalResourceId": "DeskTable", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "why"}
        return {"StackEvents": [failed]}

    def delete_stack(self, **_: Any) -> None:
        self.calls.append("delete_stack")
        self.status = None

    def delete_change_set(self, **_: Any) -> None:
        self.calls.append("delete_change_set")

    def execute_change_set(self, **_: Any) -> None:
        self.calls.append("execute")

    def get_waiter(self, name: str) -> Any:
        failing = name == "change_set_create_complete" and self.reason

        class Waiter:
            def wait(self, **_: Any) -> None:
                if failing:
                    raise WaiterError(name, "failed", {})

        self.calls.append(name)
        return Waiter()


@pytest.mark.parametrize(
    ("status", "kind", "calls"),
    [
        (None, "CREATE", ["change_set_create_complete", "execute", "stack_create_complete"]),
        ("REVIEW_IN_PROGRESS", "CREATE", ["change_set_create_complete", "execute", "stack_create_complete"]),
        ("UPDATE_COMPLETE", "UPDATE", ["change_set_create_complete", "execute", "stack_update_complete"]),
        (
            "ROLLBACK_COMPLETE",
            "CREATE",
            [
                "delete_stack",
                "stack_delete_complete",
                "change_set_create_complete",
                "execute",
                "stack_create_complete",
            ],
        ),
    ],
)
def test_a_stack_is_made_or_changed_as_it_stands(
    run: _Deployment, status: str | None, kind: str, calls: list[str]
) -> None:
    run.cloudformation = stacks = Stacks(status)

    run.change(TEMPLATE, {"Stage": "test"})

    assert stacks.asked["ChangeSetType"] == kind
    assert stacks.asked["Capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert stacks.calls == calls


def test_what_a_stack_was_told_before_stays(run: _Deployment) -> None:
    run.cloudformation = stacks = Stacks("UPDATE_COMPLETE")

    run.change(TEMPLATE, {"Stage": "test"})

    assert stacks.asked["Parameters"] == [
        {"ParameterKey": "Stage", "ParameterValue": "test"},
        {"ParameterKey": "LogRetentionDays", "UsePreviousValue": True},
    ]


def test_nothing_to_change_is_fine(run: _Deployment) -> None:
    run.cloudformation = stacks = Stacks("UPDATE_COMPLETE", "The submitted information didn't contain changes.")

    run.change(TEMPLATE, {})

    assert "execute" not in stacks.calls
    assert "delete_change_set" in stacks.calls


def test_a_refused_template_is_reported(run: _Deployment) -> None:
    run.cloudformation = Stacks(None, "Template error: no such thing")

    with pytest.raises(DeploymentError, match="no such thing"):
        run.change(TEMPLATE, {})


def test_a_failure_names_what_failed(run: _Deployment) -> None:
    run.cloudformation = Stacks("ROLLBACK_COMPLETE")

    assert run.failures() == "DeskTable: why"
