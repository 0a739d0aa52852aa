"""`python -m bench.child MODULE ATTRIBUTE EVENT_FILE`: one function, one event, and the memory that took.

Imports nothing of ours before the function, so that the memory is the function's.
"""

import importlib
import json
import resource
import sys
from typing import Any


class Context:
    """Lambda's context, as far as anybody reads it."""

    aws_request_id = "8f5e6a4e-1c2f-4c57-9a39-000000000000"
    function_name = "bench"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:bench"


def main(module: str, attribute: str, event_file: str) -> None:
    handler = getattr(importlib.import_module(module), attribute)
    with open(event_file, encoding="utf-8") as file:  # noqa: PTH123 - pathlib would be memory of ours
        answer: Any = handler(json.load(file), Context())
    print(json.dumps({"peak_mb": _peak_kb() / 1024, "answer": answer}))


def _peak_kb() -> int:
    """Of this program alone: `ru_maxrss` would, on Linux, count what the process was before it became this program."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - as above
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(*sys.argv[1:])
