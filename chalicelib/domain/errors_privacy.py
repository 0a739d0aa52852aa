"""What is refused for the sake of privacy, or in spite of it. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class ErasureRefused(Refusal):
    """The person cannot be erased now: `facts.because` says why (confirmation, legal_hold, shared)."""

    code = "erasure_refused"
    kind = "conflict"


class ErasureNotFound(Refusal):
    code = "erasure_not_found"
    kind = "missing"


class HoldNotFound(Refusal):
    code = "legal_hold_not_found"
    kind = "missing"


class PrivacyRequestNotFound(Refusal):
    code = "privacy_request_not_found"
    kind = "missing"


class PrivacyRequestRefused(Refusal):
    """The request cannot be carried out so: `facts.because` says why (over, contact, shop)."""

    code = "privacy_request_refused"
    kind = "conflict"


class RedactionRefused(Refusal):
    """There is nothing to take out, or it has not left yet: `facts.because` says which."""

    code = "redaction_refused"
    kind = "conflict"
