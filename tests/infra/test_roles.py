"""Every role allows what its function's code calls, and nothing else."""

from functools import cache

import pytest

from infra.parts import ROOT
from tests.infra.actions import called
from tests.infra.reach import Program, Walk
from tests.infra.views import FUNCTIONS, Resources, names_in, text

ENTRIES = {
    name: (f"functions.{name}.handler", "handler") for name in FUNCTIONS if name not in ("api", "authorizer")
} | {"api": ("app", "app"), "authorizer": ("app", "authorize")}

# What Lambda itself does with the role, for each kind of trigger.
TRIGGERS = {
    "SQS": {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
    "DynamoDB": {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    },
}
EVERYONE = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


@cache
def program() -> Program:
    return Program(ROOT)


@cache
def walk_of(name: str) -> Walk:
    module, entry = ENTRIES[name]
    assert module in program().modules, f"{module} is missing"
    # Chalice calls routes by their decorators; the authorizer is called by name.
    return Walk(program(), registered=name == "api").start(module, entry)


def allowed(resources: Resources, name: str) -> set[str]:
    found: set[str] = set()
    for statement in resources.statements(name):
        found |= set(statement["Action"])
    return found


def triggered(resources: Resources, name: str) -> set[str]:
    found: set[str] = set()
    for event in resources.events(name):
        found |= TRIGGERS[event["Type"]]
        if "DestinationConfig" in event["Properties"]:
            found.add("sqs:SendMessage")
    return found


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_role_allows_what_the_code_calls(resources: Resources, name: str) -> None:
    ways = called(walk_of(name))

    missing = {action: way for action, way in ways.items() if action not in allowed(resources, name)}

    assert not missing, f"infra/roles.yaml, {name}: {missing}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_role_allows_nothing_else(resources: Resources, name: str) -> None:
    used = set(called(walk_of(name))) | triggered(resources, name) | EVERYONE

    assert allowed(resources, name) - used == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_role_is_open(resources: Resources, name: str) -> None:
    """X-Ray's two actions know no resources; everything else names its own."""
    for statement in resources.statements(name):
        assert statement["Effect"] == "Allow"
        assert all("*" not in action for action in statement["Action"])
        if not set(statement["Action"]) <= {a for a in EVERYONE if a.startswith("xray:")}:
            of_resource = statement["Resource"]
            assert of_resource != "*" and "*" not in (of_resource if isinstance(of_resource, list) else [])
            assert names_in(of_resource), f"{name}: {text(of_resource)} names nothing of the stack"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_role_reaches_only_what_the_function_is_told_of(resources: Resources, name: str) -> None:
    """A table, queue or bucket that is in a role is in a variable, or it is the trigger's."""
    function = resources.function(name)
    told = names_in(function["Environment"]) | names_in(function.get("Events", {}))
    named = set().union(*(names_in(statement["Resource"]) for statement in resources.statements(name)))
    kinds = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Cognito::UserPool")

    assert {one for one in named if resources.all.get(one, {}).get("Type") in kinds} <= told


def test_every_function_has_a_role_of_its_own(resources: Resources) -> None:
    roles = [names_in(resources.function(name)["Role"]) for name in FUNCTIONS]

    assert len({next(iter(role)) for role in roles}) == len(FUNCTIONS)


def test_files_of_notes_are_out_of_reach_of_what_sends(resources: Resources) -> None:
    """Whatever a record says, the sender and what customers call cannot read them, nor make a link that works."""
    reach: dict[str, set[str]] = {}
    for name in FUNCTIONS:
        for statement in resources.statements(name):
            if "AttachmentsBucket.Arn}/notes/" in text(statement["Resource"]):
                reach.setdefault(name, set()).update(statement["Action"])
            assert "${AttachmentsBucket.Arn}/*" not in text(statement["Resource"])

    assert reach == {
        "api": {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
        "jobs": {"s3:DeleteObject"},
        "collaboration": {"s3:PutObject"},
    }


def test_secrets_are_read_under_the_stacks_own_prefix(resources: Resources) -> None:
    for name in FUNCTIONS:
        for statement in resources.statements(name):
            if any(action.startswith("secretsmanager:") for action in statement["Action"]):
                assert ":secret:parley/${Stage}/" in text(statement["Resource"])


# What is called on which table the walk does not tell: of functions that use both, what only one of them is asked.
ON_A_TABLE = (
    ("agent_socket", "DeskTable", {"GetItem", "UpdateItem"}),  # a sign of life changes a workload
    ("agent_socket", "LiveTable", {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"}),
    ("fanout", "LiveTable", {"GetItem", "PutItem", "DeleteItem", "Query"}),
    ("notifications", "LiveTable", {"GetItem", "PutItem", "DeleteItem", "Query"}),  # rooms, and claims given back
    ("collaboration", "LiveTable", {"GetItem", "PutItem", "DeleteItem"}),
    ("signals", "LiveTable", {"GetItem", "DeleteItem", "Query"}),
)


@pytest.mark.parametrize(("name", "table", "wanted"), ON_A_TABLE)
def test_a_role_allows_it_on_the_table_it_is_called_on(
    resources: Resources, name: str, table: str, wanted: set[str]
) -> None:
    given: set[str] = set()
    for statement in resources.statements(name):
        places = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        if {"Fn::GetAtt": [table, "Arn"]} in places:
            given |= {action.removeprefix("dynamodb:") for action in statement["Action"]}

    assert wanted <= given
