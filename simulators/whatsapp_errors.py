"""Graph API errors as the WhatsApp Cloud API answers them, and as it puts them into failed
statuses.

Codes and titles: "WhatsApp Cloud API, error codes". Its advice is to decide by code, not by HTTP
status; the statuses here are the documented ones where they were known, else 400.
"""

import secrets

from simulators.wire import Json, Refused

HELP_URL = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"

# code: (HTTP status, title)
ERRORS: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "API Method"),
    4: (429, "API Too Many Calls"),
    10: (403, "Permission Denied"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Access token has expired"),
    200: (403, "API Permission"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (429, "Rate limit issues"),
    130429: (429, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country."),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (
        400,
        "WhatsApp provided number needs display name approval before message can be sent.",
    ),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (429, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped marketing messages"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (429, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (503, "Account in maintenance mode"),
    131062: (400, "Business-scoped user id recipients are not supported for this message"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Template hydrated text too long"),
    132007: (400, "Template format character policy violated"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    135000: (400, "Generic user error"),
}
# What a business can get only after acceptance as well: these may come as a failed status instead.
RECIPIENT_ERRORS = frozenset({130472, 131026, 131047, 131049, 131050})


class GraphError(Refused):
    """A refusal in Meta's shape."""

    def __init__(
        self,
        code: int,
        details: str,
        *,
        status: int | None = None,
        subcode: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        known_status, title = ERRORS.get(code, (400, "Unknown error"))
        error: Json = {
            "message": f"(#{code}) {title}" if code != 190 else "Authentication Error",
            "type": "GraphMethodException" if subcode == 33 else "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details},
            "fbtrace_id": "A" + secrets.token_urlsafe(16),
        }
        if subcode is not None:
            error["error_subcode"] = subcode
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        super().__init__(status or known_status, {"error": error}, headers)
        self.code = code
        self.details = details


def missing(parameter: str) -> GraphError:
    """A required parameter is not there."""
    return GraphError(131008, f"Parameter {parameter} is required.")


def invalid(parameter: str, reason: str) -> GraphError:
    """A parameter is there, but not acceptable."""
    return GraphError(131009, f"Param {parameter} {reason}")


def no_such_object(object_id: str) -> GraphError:
    """Graph's answer for ids that do not exist or are not the token's to see."""
    return GraphError(
        100,
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due to"
        " missing permissions, or does not support this operation.",
        subcode=33,
    )


def webhook_error(code: int, details: str) -> Json:
    """An error as it stands in `statuses[].errors` and `messages[].errors`."""
    title = ERRORS.get(code, (400, "Unknown error"))[1]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details},
        "href": HELP_URL,
    }
