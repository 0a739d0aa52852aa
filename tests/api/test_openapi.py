"""The document is valid, is what the app does, and changes only on purpose."""

import json

import msgspec
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.api import asyncapi
from chalicelib.domain.agent import Role
from tests.api import golden, schema
from tests.api.desk import Desk


def test_the_document_has_not_changed_by_accident() -> None:
    stored = json.loads(golden.GOLDEN.read_text("utf-8")) if golden.GOLDEN.exists() else {}

    assert schema.document() == stored, (
        "The API's document has changed. If that is meant, write it anew (python -m tests.api.golden), "
        "read the difference, and commit it with the change."
    )


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(schema.document()).validate()


def test_the_app_serves_the_documents_routes_and_no_others(desk: Desk) -> None:
    served = {(method, path) for path, methods in desk.app.app.routes.items() for method in methods}

    assert served == {(operation.method, operation.path) for operation in schema.operations()}


def test_every_route_but_the_documents_asks_the_authorizer(desk: Desk) -> None:
    entries = {
        (path, method): entry for path, methods in desk.app.app.routes.items() for method, entry in methods.items()
    }

    open_ones = [key for key, entry in entries.items() if entry.authorizer is None]

    assert sorted(open_ones) == [("/asyncapi.json", "GET"), ("/openapi.json", "GET")]
    assert desk.app.authorize.config.ttl_seconds == 60


def test_the_document_is_served_to_anybody(desk: Desk) -> None:
    answer = desk.gateway.request("GET", "/openapi.json")

    assert answer.status == 200
    assert answer.json == json.loads(msgspec.json.encode(schema.document()))


def test_the_document_of_live_views_is_served_to_anybody(desk: Desk) -> None:
    answer = desk.gateway.request("GET", "/asyncapi.json")

    assert (answer.status, answer.json["asyncapi"]) == (200, "3.0.0")
    assert answer.json == json.loads(msgspec.json.encode(asyncapi.document()))


def test_every_operation_says_what_it_does_and_refuses() -> None:
    for path, methods in schema.document()["paths"].items():
        for method, operation in methods.items():
            named = f"{method} {path}"
            assert operation["summary"], named
            assert operation["operationId"], named
            assert {"500", "503", "429", "400"} <= set(operation["responses"]), named
            if "x-role" in operation:
                assert operation["x-role"] in set(Role), named
                assert {"401", "403"} <= set(operation["responses"]), named
            if "{" in path:
                assert "404" in operation["responses"], named
            if "requestBody" in operation:
                assert {"413", "415"} <= set(operation["responses"]), named
            assert any(200 <= int(status) < 300 for status in operation["responses"]), named


def test_operation_ids_are_unique() -> None:
    names = [operation.name for operation in schema.operations()]

    assert len(names) == len(set(names))


def test_examples_are_valid_bodies() -> None:
    bodies = [(route.body, route.example) for route in schema.routes() if route.body and route.example]

    assert len(bodies) >= 15
    for body, example in bodies:
        msgspec.convert(example, body, strict=True) if "snoozed_until" not in example else msgspec.json.decode(
            msgspec.json.encode(example), type=body
        )


def test_answers_secrets_only_where_they_are_made() -> None:
    """Property names that would carry a secret, by schema."""
    secret = {"key", "temporary_password", "generated", "secret", "secret_ref", "secret_hash", "password"}
    schemas = schema.document()["components"]["schemas"]

    found = {(name, field) for name, each in schemas.items() for field in each.get("properties", {}) if field in secret}

    assert found == {
        ("AgentCreated", "temporary_password"),
        ("ApiKeyCreated", "key"),
        ("CredentialFieldView", "generated"),
        ("CredentialFieldView", "secret"),  # whether it is one
        ("InboxCreated", "generated"),
        ("RotationView", "generated"),
        ("SourceBody", "generated"),  # a day made by a seed
        ("AttributeBody", "key"),  # what it is called in rules, and the next three
        ("EntitlementRuleBody", "key"),
        ("EntitlementView", "key"),
        ("LabelBody", "key"),
        ("DataSourceBody", "key"),
        ("DataSourceChanges", "key"),
        ("DataSourceView", "key"),
        ("EndpointWithSecretView", "secret"),  # as it is made, and as it is changed
    }
