"""`python -m infra.local.emulated`: ministack, with two things mended that it does otherwise than AWS.

1. SQS's batch calls need the permission of the single call (AWS has no action sqs:SendMessageBatch): without this the
   stack's exact roles would be refused.
2. A preflight (OPTIONS) reaches an `ANY` route of an HTTP API without CORS settings of its own: the web chat needs it.

Both reach into the emulator's modules, which is why its version is pinned; tests/local_cloud/test_emulator.py notices
when they stop working.
"""

import functools
import sys
from typing import Any

BATCH_SUFFIX = "Batch"
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


def main() -> None:
    """Mend, then serve until told to end."""
    from ministack.app import main as serve

    _mend_batch_permissions()
    _mend_preflights()
    sys.argv[1:] = []
    serve()


if __name__ == "__main__":
    main()
