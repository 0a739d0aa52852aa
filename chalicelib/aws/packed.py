"""Whole values as packed text: for what is written once and read rarely, and would be large as attributes.

msgspec is imported in the functions: each start of routing would pay for it, and it is needed after the decision only.
"""

import base64
import zlib
from typing import Any


def packed(value: Any) -> str:
    import msgspec  # noqa: PLC0415

    return base64.b85encode(zlib.compress(msgspec.json.encode(value), 6)).decode()


def unpacked(text: str, kind: Any) -> Any:
    """As it was packed; fields that did not exist then have their defaults."""
    import msgspec  # noqa: PLC0415

    return msgspec.json.decode(zlib.decompress(base64.b85decode(text)), type=kind)
