"""Writes the golden OpenAPI document anew:

python -m tests.api.golden
"""

import json
from pathlib import Path

from tests.api import schema

GOLDEN = Path(__file__).parents[1] / "golden" / "openapi.json"


def text() -> str:
    return json.dumps(schema.document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(text(), "utf-8")
