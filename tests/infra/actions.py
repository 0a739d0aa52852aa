"""From what code calls on an AWS client to the actions that a role must allow for it."""

import ast
import re
from functools import cache

from botocore.session import Session

from infra.layer import SERVICES
from tests.infra.reach import Walk, _last

CLIENT = re.compile(r"(^|_)client$")

# Where an operation's action has another name, or more than one.
OTHERWISE = {
    "send_message_batch": {"sqs:SendMessage"},
    "delete_message_batch": {"sqs:DeleteMessage"},
    "change_message_visibility_batch": {"sqs:ChangeMessageVisibility"},
    "head_object": {"s3:GetObject"},
    "copy_object": {"s3:GetObject", "s3:PutObject"},
    "upload_fileobj": {"s3:PutObject"},
    "download_fileobj": {"s3:GetObject"},
    "list_objects_v2": {"s3:ListBucket"},
    "batch_write_item": {"dynamodb:BatchWriteItem"},
    "transact_get_items": {"dynamodb:GetItem"},
    # A transaction needs the actions of its parts: `VERBS`.
    "transact_write_items": set(),
    # It needs the action of the request it signs: its first argument.
    "generate_presigned_url": set(),
}

# The desk table's one door takes any write: which kinds there are, its callers' classes tell.
DOOR = "chalicelib.aws.transaction"
VERBS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "Check": "dynamodb:ConditionCheckItem",
}
DIRECT = {"put_item", "update_item", "delete_item", "transact_write_items"}


@cache
def operations() -> dict[str, set[str]]:
    """Client method -> actions, for the services that the layer keeps."""
    from botocore import xform_name

    session = Session()
    found: dict[str, set[str]] = {}
    for service in sorted(SERVICES):
        for operation in session.get_service_model(service).operation_names:
            found.setdefault(xform_name(operation), set()).add(f"{service}:{operation}")
    return found | OTHERWISE


def _signed(call: ast.Call | None) -> set[str]:
    first = call.args[0] if call and call.args else None
    return operations()[first.value] if isinstance(first, ast.Constant) else set()


def _is_client(node: ast.AST) -> bool:
    named = _last(node.func if isinstance(node, ast.Call) else node)
    return bool(named and CLIENT.search(named))


def called(walk: Walk) -> set[str]:
    """The actions that a walk's code comes to."""
    found: set[str] = set()
    made = {key.split(":")[1] for key in walk.made if key.startswith(f"{DOOR}:")}
    for use in walk.uses:
        name = use.node.attr
        if not use.module.startswith("chalicelib.aws") or name not in operations():
            continue
        if not _is_client(use.node.value):
            continue
        if name == "generate_presigned_url":
            found |= _signed(use.call)
        elif use.module == DOOR and name in DIRECT:
            found |= {VERBS[kind] for kind in made & set(VERBS)}
        else:
            found |= operations()[name]
    return found
