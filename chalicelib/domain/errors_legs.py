"""What choosing a leg and verifying an address refuse. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class LegRefused(Refusal):
    """The customer may not be written to there now: `facts.because` says why (docs/channel_switching.md), `facts.all`
    every reason, `facts.instead` what does go."""

    code = "leg_refused"
    kind = "conflict"


class LegNotFound(Refusal):
    """It is no way to reach this customer."""

    code = "leg_not_found"
    kind = "missing"


class VerificationNotFound(Refusal):
    code = "verification_not_found"
    kind = "missing"


class VerificationOver(Refusal):
    """The code is not good any more: `facts.because` says why (expired, tries, replaced)."""

    code = "verification_over"
    kind = "conflict"


class CodeWrong(Refusal):
    """It is another code: `facts.left` is how many tries there are still."""

    code = "code_wrong"


class CodesTooMany(Refusal):
    """So many codes were asked for that the next one has to wait: `facts.wait_seconds` tells how long."""

    code = "codes_too_many"
    kind = "limit"
