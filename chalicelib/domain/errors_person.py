"""What linking contacts refuses. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class LinkRefused(Refusal):
    """These two cannot become one person: `facts.because` says why (itself, size)."""

    code = "link_refused"
    kind = "conflict"


class LinkNotFound(Refusal):
    """There is no link between these two contacts."""

    code = "link_not_found"
    kind = "missing"
