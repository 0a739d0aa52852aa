"""The OpenAPI document as tests read it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.api import openapi
from chalicelib.api.resources import RESOURCES
from chalicelib.api.routing import Route, all_routes

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
# Ids of the right form, of things that do not exist.
IDS = {
    "agent_id": "agt_0000",
    "contact_id": "con_0000",
    "conversation_id": "cnv_0000",
    "inbox_id": "ibx_0000",
    "index": "0",
    "key_id": "key_0000",
    "message_id": "msg_" + "0" * 29,
    "team_id": "team_0000",
    "hours_id": "hrs_0000",
    "queue_id": "team_0000",
    "scheduled_id": "sch_0000",
    "task_id": "tsk_0000",
    "promise_id": "prm_0000",
    "replay_id": "rpl_0000",
    "schedule_id": "rps_0000",
    "report_run_id": "rrn_0000",
    "job_id": "job_0000",
    "source_id": "dts_0000",
    "segment_id": "seg_0000",
    "erasure_id": "era_0000",
    "request_id": "prq_0000",
    "other_id": "con_0000",
    "suggestion_id": "sug_0101",
    "note_id": "nte_" + "0" * 29,
    "thread_id": "sth_0000",
    "side_message_id": "sdm_" + "0" * 24,
    "verification_id": "vrf_0000",
    "canned_response_id": "can_0000",
    "macro_id": "mac_0000",
    "run_id": "mrn_0000",
    "view_id": "view_0000",
    "announcement_id": "ann_0000",
    "notice_id": "ntc_0000",
    "subscription_id": "psh_0000",
    "endpoint_id": "whk_0000",
    "delivery_id": "whd_0000",
}


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    role: str | None
    people_only: bool
    has_body: bool
    responses: dict[str, Any]

    @property
    def path_names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def example_path(self) -> str:
        return self.path.format(**IDS)


def routes() -> list[Route]:
    return all_routes(RESOURCES)


@cache
def document() -> dict[str, Any]:
    return openapi.document(routes())


def operations() -> list[Operation]:
    return [
        Operation(
            name=operation["operationId"],
            method=method.upper(),
            path=path,
            role=operation.get("x-role"),
            people_only=operation["security"] == [{"token": []}],
            has_body="requestBody" in operation,
            responses=operation["responses"],
        )
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]
