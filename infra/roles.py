"""Makes a role and a log group for every function in roles.yaml."""

from typing import Any

from infra.parts import ROOT, Template, camel, load

LOG_GROUP_METADATA = {
    "checkov": {
        "skip": [
            {
                "id": "CKV_AWS_158",
                "comment": "CloudWatch's own encryption; logs hold no message text, no secrets",
            },
            {
                "id": "CKV_AWS_338",
                "comment": "LogRetentionDays decides; logs kept without need are a risk",
            },
        ]
    }
}


def granted() -> dict[str, list[dict[str, Any]]]:
    """roles.yaml: function -> what it may do ({to, allow})."""
    return load(ROOT / "infra" / "roles.yaml")


def _log_group(name: str) -> Template:
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Metadata": LOG_GROUP_METADATA,
        "Properties": {
            "LogGroupName": {"Fn::Sub": f"/parley/${{Stage}}/{name.replace('_', '-')}"},
            "RetentionInDays": {"Ref": "LogRetentionDays"},
        },
    }


def _role(name: str, grants: list[dict[str, Any]]) -> Template:
    own = [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": [f"{camel(name)}LogGroup", "Arn"]},
        },
        # X-Ray knows no resources: these two actions can be granted on everything only.
        {
            "Effect": "Allow",
            "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
            "Resource": "*",
        },
    ]
    asked = [{"Effect": "Allow", "Action": grant["allow"], "Resource": grant["to"]} for grant in grants]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": name,
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": own + asked},
                }
            ],
        },
    }


def resources() -> Template:
    """`<Function>Role` and `<Function>LogGroup` of every function."""
    made: Template = {}
    for name, grants in granted().items():
        made[f"{camel(name)}Role"] = _role(name, grants)
        made[f"{camel(name)}LogGroup"] = _log_group(name)
    return made
