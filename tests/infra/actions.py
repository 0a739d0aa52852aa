"""From what code calls on an AWS client to the actions that a role must allow for it."""

import ast
import re
from functools import cache

from botocore import xform_name
from botocore.session import Session

from infra.layer import SERVICES
from tests.infra.reach import Use, Walk, last

CLIENT = re.compile(r"(^|_)client$")

# Where an operation's action has another name, or more than one.
OTHERWISE = {
    "send_message_batch": {"sqs:SendMessage"},
    "delete_message_batch": {"sqs:DeleteMessage"},
    "change_message_visibility_batch": {"sqs:ChangeMessageVisibility"},
    "head_object": {"s3:GetObject"},
    "copy_object": {"s3:GetObject", "s3:PutObject"},
    "upload_fileobj": {"s3:PutObject"},
    "create_multipart_upload": {"s3:PutObject"},
    "upload_part": {"s3:PutObject"},
    "complete_multipart_upload": {"s3:PutObject"},
    "download_fileobj": {"s3:GetObject"},
    "list_objects_v2": {"s3:ListBucket"},
    "batch_write_item": {"dynamodb:BatchWriteItem"},
    "transact_get_items": {"dynamodb:GetItem"},
    # A transaction needs the actions of its parts: `VERBS`.
    "transact_write_items": set(),
    # It needs the action of the request it signs: its first argument.
    "generate_presigned_url": set(),
    # SES asks for the older action too where the mail is raw.
    "send_email": {"ses:SendEmail", "ses:SendRawEmail"},
    # Its actions have the name of what calls the gateways.
    "post_to_connection": {"execute-api:ManageConnections"},
    # A schedule is given the role by which it acts.
    "create_schedule": {"scheduler:CreateSchedule", "iam:PassRole"},
}

# The desk table's one door takes any write: which kinds there are, its callers' classes tell.
DOOR = "chalicelib.aws.transaction"
VERBS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "Check": "dynamodb:ConditionCheckItem",
}
# What a model's methods ask of DynamoDB.
TABLES = "chalicelib.aws.tables"
MODELS = {"Model", "GlobalSecondaryIndex", "LocalSecondaryIndex"}
MODEL_VERBS = {
    "save": "dynamodb:PutItem",
    "update": "dynamodb:UpdateItem",
    "delete": "dynamodb:DeleteItem",
    "get": "dynamodb:GetItem",
    "refresh": "dynamodb:GetItem",
    "query": "dynamodb:Query",
    "count": "dynamodb:Query",
    "batch_get": "dynamodb:BatchGetItem",
    "scan": "dynamodb:Scan",
}

DIRECT = {"put_item", "update_item", "delete_item", "transact_write_items"}


@cache
def operations() -> dict[str, set[str]]:
    """Client method -> actions, for the services that the layer keeps."""
    session = Session()
    found: dict[str, set[str]] = {}
    for service in sorted(SERVICES):
        for operation in session.get_service_model(service).operation_names:
            found.setdefault(xform_name(operation), set()).add(f"{service}:{operation}")
    return found | OTHERWISE


def _signed(call: ast.Call | None) -> set[str]:
    first = call.args[0] if call and call.args else None
    return operations()[str(first.value)] if isinstance(first, ast.Constant) else set()


def _is_client(node: ast.AST) -> bool:
    named = last(node.func if isinstance(node, ast.Call) else node)
    return bool(named and CLIENT.search(named))


def _of_model(walk: Walk, use: Use) -> set[str]:
    """What PynamoDB does for a method of a model or of its index."""
    imports = walk.program.imports[use.module].values()
    imported = {module for targets in imports for module, _ in targets}
    if use.node.attr not in MODEL_VERBS or TABLES not in imported:
        return set()
    kinds = walk.program.types(use.node.value, use.owner)
    bases = {base for kind in kinds for one in walk.program.classes[kind] for base in one.bases}
    return {MODEL_VERBS[use.node.attr]} if bases & MODELS else set()


def _of_client(walk: Walk, use: Use) -> set[str]:
    name = use.node.attr
    if name not in operations() or not _is_client(use.node.value):
        return set()
    if name == "generate_presigned_url":
        return _signed(use.call)
    if use.module == DOOR and name in DIRECT:
        made = {key.split(":")[1] for key in walk.made if key.startswith(f"{DOOR}:")}
        return {VERBS[kind] for kind in made & set(VERBS)}
    return operations()[name]


def called(walk: Walk) -> dict[str, str]:
    """The actions that a walk's code comes to, and how it came to each."""
    found: dict[str, str] = {}
    for use in walk.uses:
        if use.module.startswith("chalicelib.aws"):
            for action in _of_client(walk, use) | _of_model(walk, use):
                found.setdefault(action, walk.way(use.scope))
    return found
