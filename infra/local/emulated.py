"""`python -m infra.local.emulated`: ministack, mended where it does otherwise than AWS and the desk would notice.

1. SQS's batch calls need the permission of the single call (AWS has no action sqs:SendMessageBatch): without this the
   stack's exact roles would be refused.
2. A preflight (OPTIONS) reaches an `ANY` route of an HTTP API without CORS settings of its own: the web chat needs it.
3. A table's stream is kept across restarts with the readers' places in it: else readers wait at a place that the new,
   shorter stream reaches only much later, and miss what came before.
4. A stream's batch of which a function names failed records is given to it again (whole, where AWS begins at the first
   that failed): else they would count as done.
5. A REST API's answers to preflights are those that its OpenAPI body declares, and what the gateway refuses by itself
   is readable, as the template's GatewayResponses say: without this browsers may ask nothing, and see no refusal.

All reach into the emulator's modules, which is why its version is pinned; tests/local_cloud notices when one of them
stops working.
"""

import copy
import functools
import json
import sys
from typing import Any

BATCH_SUFFIX = "Batch"
# The stream's records and how many were dropped from its beginning: a reader's place counts from there.
STREAM_STATE = ("_stream_records", "_stream_trimmed")
# Stands for "OPTIONS, and not to be answered by the emulator" on the way through its router.
PASSED_ON = "ANY"


def _mend_batch_permissions() -> None:
    from ministack.core import iam_actions

    original = iam_actions.extract_iam_action

    @functools.wraps(original)
    def extract(service: str, *args: Any, **kwargs: Any) -> str | None:
        action: str | None = original(service, *args, **kwargs)
        return action.removesuffix(BATCH_SUFFIX) if action and service == "sqs" else action

    iam_actions.extract_iam_action = extract


def _mend_preflights() -> None:
    from ministack.services import apigateway

    execute, invoke = apigateway._handle_execute_in_scope, apigateway._invoke_lambda_proxy

    @functools.wraps(execute)
    async def executed(api_id: str, stage: str, path: str, method: str, *args: Any, **kwargs: Any) -> Any:
        api = apigateway._apis.get(api_id) or {}
        if method == "OPTIONS" and not api.get("corsConfiguration"):
            method = PASSED_ON
        return await execute(api_id, stage, path, method, *args, **kwargs)

    @functools.wraps(invoke)
    async def invoked(
        integration: Any, api_id: str, stage: str, path: str, method: str, *args: Any, **kwargs: Any
    ) -> Any:
        method = "OPTIONS" if method == PASSED_ON else method
        return await invoke(integration, api_id, stage, path, method, *args, **kwargs)

    apigateway._handle_execute_in_scope = executed
    apigateway._invoke_lambda_proxy = invoked


def _mend_streams_at_rest() -> None:
    from ministack.services import dynamodb

    save, load = dynamodb.get_state, dynamodb.load_persisted_state

    @functools.wraps(save)
    def saved() -> Any:
        kept = {name: copy.deepcopy(getattr(dynamodb, name)) for name in STREAM_STATE}
        return {**save(), **kept}

    @functools.wraps(load)
    def loaded(data: Any) -> None:
        load(data)
        for name in STREAM_STATE:
            getattr(dynamodb, name).update((data or {}).get(name, {}))

    dynamodb.get_state, dynamodb.load_persisted_state = saved, loaded


def _mend_partial_batches() -> None:
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function

    @functools.wraps(execute)
    def executed(func: Any, event: Any, *args: Any, **kwargs: Any) -> Any:
        result = execute(func, event, *args, **kwargs)
        if not _is_stream(event) or result.get("error") or not _names_failures(result.get("body")):
            return result
        refusal = {"errorType": "PartialBatch", "errorMessage": "the function named records that failed"}
        return {**result, "error": True, "body": refusal}

    lambda_svc._execute_function = executed


def _mend_mock_answers() -> None:
    from ministack.services import apigateway_v1

    take = apigateway_v1._import_operation

    @functools.wraps(take)
    def taken(api_id: str, resource_id: str, method: str, operation: Any, *args: Any, **kwargs: Any) -> None:
        take(api_id, resource_id, method, operation, *args, **kwargs)
        integration = (operation or {}).get("x-amazon-apigateway-integration") or {}
        if str(integration.get("type")).upper() != "MOCK":
            return
        for answer in (integration.get("responses") or {}).values():
            apigateway_v1._put_integration_response(api_id, resource_id, method, str(answer["statusCode"]), answer)

    apigateway_v1._import_operation = taken

    refuse = apigateway_v1._gateway_error_response

    @functools.wraps(refuse)
    def refused(*args: Any, **kwargs: Any) -> Any:
        status, headers, body = refuse(*args, **kwargs)
        return status, {"Access-Control-Allow-Origin": "*", **headers}, body

    apigateway_v1._gateway_error_response = refused


def _is_stream(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, dict) else None
    first = records[0] if isinstance(records, list) and records else None
    return isinstance(first, dict) and first.get("eventSource") == "aws:dynamodb"


def _names_failures(body: Any) -> bool:
    try:
        answer = json.loads(body) if isinstance(body, str | bytes) else body
    except ValueError:
        return False
    return isinstance(answer, dict) and bool(answer.get("batchItemFailures"))


def main() -> None:
    """Mend, then serve until told to end."""
    from ministack.app import main as serve

    _mend_batch_permissions()
    _mend_preflights()
    _mend_streams_at_rest()
    _mend_partial_batches()
    _mend_mock_answers()
    sys.argv[1:] = []
    serve()


if __name__ == "__main__":
    main()
