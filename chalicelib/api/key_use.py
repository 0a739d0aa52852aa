"""Notes that an API key is used."""

from datetime import UTC, datetime

from chalice.app import Request

from chalicelib.wiring import api as wiring


def note(request: Request) -> None:
    """Where it is a key that asks, as the authorizer says."""
    asked = request.context.get("authorizer") or {}
    if asked.get("kind") == "api":
        wiring.key_uses().note(str(asked["id"]), datetime.now(UTC))
