"""schemathesis against the app: generated requests, valid and not, find no fault and no undocumented answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.domain.verification import GOOD_FOR, Verification
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.writes import Written
from chalicelib.services.calls import Calls
from chalicelib.services.webhook_attempts import WebhookCalls
from chalicelib.wiring import api as wiring
from chalicelib.wiring import legs, webhooks
from chalicelib.wiring.jobs import jobs
from tests.api import schema
from tests.api.desk import AGENTS, INBOX, Desk, Providers
from tests.api.test_people_api import suggested_pair

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# The public point of a browser (RFC 8291, section 5).
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
CLOSED = [operation for operation in schema.operations() if operation.role]
# The same requests in every run.
BOUNDED = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def things(desk: Desk) -> dict[str, str]:
    """Ids of things that are there, for generated requests to meet."""
    conversation = desk.customer_says("Hello", "fuzzed")
    thread = desk.call("GET", f"/conversations/{conversation}/messages").json
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    promise = {"text": "I will call", "due_at": tomorrow}
    later = {"client_id": "later", "text": "Did it arrive?", "send_at": tomorrow}
    segment = {"name": "Fuzzed", "condition": {"field": "contact.tier", "is": "gold"}}
    source = {"key": "crm", "name": "CRM", "url": "https://crm.invalid/{email}", "mapping": {"a": {"path": "a"}}}
    day = {"source": {"generated": {"hours": 1, "arrivals_per_hour": 5, "agents": 2}}}
    recurrence = {"rule": "FREQ=DAILY;BYHOUR=8", "zone": "UTC"}
    section = {"title": "Fuzzed", "period": "yesterday", "metrics": ["arrivals"]}
    report = {"name": "Fuzzed", "sections": [section], "recurrence": recurrence, "formats": ["mail"]}
    report["recipients"] = [{"way": "email", "address": "fuzzed@example.com"}]
    pushes = {"endpoint": "https://push.example.com/fuzzed", "keys": {"p256dh": P256DH, "auth": "A" * 22}}
    browser = desk.call("POST", "/me/push-subscriptions", pushes).json["id"]
    other, suggestion = suggested_pair(desk)
    contact = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    return {
        "agent_id": AGENTS["agent"],
        "contact_id": contact,
        "conversation_id": conversation,
        "inbox_id": INBOX,
        "key_id": desk.call("GET", "/api-keys", role="admin").json["items"][0]["id"],
        "message_id": thread["items"][0]["id"],
        "team_id": desk.call("POST", "/teams", {"name": "Fuzzed"}, role="admin").json["id"],
        "index": "0",
        "hours_id": desk.call("POST", "/hours", {"name": "Office", "zone": "UTC"}, role="admin").json["id"],
        "queue_id": "fallback",
        "scheduled_id": desk.call("POST", f"/conversations/{conversation}/scheduled", later).json["id"],
        "task_id": desk.call("POST", "/tasks", {"title": "Call", "conversation_id": conversation}).json["id"],
        **fuzzed_texts(desk, conversation),
        **fuzzed_aside(desk, conversation),
        "promise_id": desk.call("POST", f"/conversations/{conversation}/promises", promise).json["id"],
        "replay_id": desk.call("POST", "/routing/replays", day, role="supervisor").json["id"],
        "note_id": desk.call("POST", f"/contacts/{contact}/notes", {"client_id": "f", "text": "Note"}).json["id"],
        "other_id": other,
        "notice_id": "ntc_0000",
        "subscription_id": browser,
        "suggestion_id": suggestion,
        "segment_id": desk.call("POST", "/segments", segment, role="admin").json["id"],
        "source_id": desk.call("POST", "/data-sources", source, role="admin").json["id"],
        "verification_id": asked_verification(contact, conversation),
        "endpoint_id": webhook_endpoint(),
        "delivery_id": "whd_0000",
        "schedule_id": desk.call("POST", "/report-schedules", report, role="admin").json["id"],
        "report_run_id": "rrn_0000",
        "erasure_id": "era_0000",
        "request_id": "prq_0000",
        "job_id": jobs().ask("fuzzed", AGENTS["admin"], {}, datetime.now(UTC)).id,
    }


def fuzzed_texts(desk: Desk, conversation: str) -> dict[str, str]:
    response = {"shortcut": "fuzzed", "title": "Fuzzed", "body": "Hello"}
    macro = {"name": "Fuzzed", "actions": [{"do": "note", "text": "Fuzzed"}]}
    view = {"name": "Fuzzed", "source": {"list": "mine"}}
    told = {"client_id": "fuzzed", "title": "Fuzzed", "body": "Fuzzed"}
    macro_id = desk.call("POST", "/macros", macro).json["id"]
    run = desk.call("POST", f"/conversations/{conversation}/macro-runs", {"client_id": "f", "macro_id": macro_id})
    return {
        "canned_response_id": desk.call("POST", "/canned-responses", response).json["id"],
        "macro_id": macro_id,
        "run_id": run.json["id"],
        "view_id": desk.call("POST", "/views", view).json["id"],
        "announcement_id": desk.call("POST", "/announcements", told, role="supervisor").json["id"],
    }


def fuzzed_aside(desk: Desk, conversation_id: str) -> dict[str, str]:
    asked = {"client_id": "a", "kind": "colleague", "subject": "Stock", "text": "Any?"}
    whom = {"with": {"agent_ids": [AGENTS["supervisor"]]}}
    at = f"/conversations/{conversation_id}/side-threads"
    thread = desk.call("POST", at, {**asked, **whom}).json["id"]
    return {"thread_id": thread, "side_message_id": desk.call("GET", f"{at}/{thread}").json["items"][0]["id"]}


def asked_verification(contact_id: str, conversation_id: str) -> str:
    """One whose code was sent a moment ago."""
    now, whose = datetime.now(UTC), ("email", "fuzzed@customer.example", conversation_id, "leg_0n0ne", "", "agt_0agent")
    found = Verification("vrf_0fuzzed", contact_id, *whose, now, now + GOOD_FOR)
    assert legs.verifications().save(found) is Written.DONE
    return found.id


def webhook_endpoint() -> str:
    """One whose address nobody resolves: made without asking."""
    endpoint = Endpoint(
        "whk_0fuzzed", "https://crm.invalid/", ("*",), AGENTS["admin"], datetime.now(UTC), enabled=False
    )
    assert webhooks.endpoints().put(endpoint, 0) is Written.DONE
    return endpoint.id


@pytest.fixture(scope="module")
def generated(desk: Desk) -> Any:
    # 413: what is too long may be so for the whole body's limit.
    expected = [400, 401, 403, 404, 409, 413, 415]
    config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": expected}}})
    return schemathesis.openapi.from_wsgi("/openapi.json", app=desk.gateway.wsgi, config=config)


@pytest.fixture(autouse=True)
def no_provider(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    real = wiring.inboxes()
    quiet = replace(real, calls=Calls(Providers(), monotonic))
    monkeypatch.setattr(wiring, "inboxes", lambda: quiet)
    calls = WebhookCalls(Providers(), lambda endpoint: {}, monotonic)
    unresolved = replace(webhooks.managing(), calls=calls, check_url=lambda url: None)
    monkeypatch.setattr(webhooks, "managing", lambda: unresolved)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", CLOSED, ids=lambda operation: operation.name)
def test_generated_requests_find_no_fault(
    desk: Desk, generated: Any, things: dict[str, str], operation: schema.Operation, mode: GenerationMode
) -> None:
    wanted = {name: things[name] for name in operation.path_names}
    call = generated[operation.path][operation.method]
    headers = {"Authorization": f"Bearer {desk.as_('admin')}"}

    @given(case=call.as_strategy(generation_mode=mode, path_parameters=wanted or None))
    @BOUNDED
    def requests_of_one_operation(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    requests_of_one_operation()
