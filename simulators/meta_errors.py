"""Graph API errors as the Send API of Messenger and Instagram answers them.

Source: Messenger Platform, "Error codes".
"""

import secrets

from simulators.wire import Json, Refused

TITLES = {
    2: "Service temporarily unavailable",
    10: "Application does not have permission for this action",
    100: "Invalid parameter",
    190: "Invalid OAuth access token",
    551: "This person isn't available right now.",
    613: "Calls to this api have exceeded the rate limit.",
    10900: "Activity already replied to",
}
STATUSES = {2: 503, 10: 403, 190: 401, 613: 429}


class MetaRefused(Refused):
    """A refusal in Meta's shape."""

    def __init__(
        self,
        code: int,
        details: str,
        *,
        subcode: int | None = None,
        status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        error: Json = {
            "message": f"(#{code}) {TITLES.get(code, 'Unknown error')}: {details}",
            "type": "OAuthException",
            "code": code,
            "fbtrace_id": "A" + secrets.token_urlsafe(16),
        }
        if subcode is not None:
            error["error_subcode"] = subcode
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        super().__init__(status or STATUSES.get(code, 400), {"error": error}, headers)
        self.code = code


def invalid(details: str) -> MetaRefused:
    """A parameter is missing or not acceptable."""
    return MetaRefused(100, details)
