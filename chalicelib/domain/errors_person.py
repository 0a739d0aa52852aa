"""What linking contacts refuses. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class LinkRefused(Refusal):
    """These two cannot become one person: `facts.because` says why (itself, size, links, apart)."""

    code = "link_refused"
    kind = "conflict"


class LinkNotFound(Refusal):
    """There is no link between these two contacts."""

    code = "link_not_found"
    kind = "missing"


class SuggestionNotFound(Refusal):
    """These two contacts were never suggested as one person."""

    code = "suggestion_not_found"
    kind = "missing"


class SuggestionOver(Refusal):
    """Somebody has decided already, or what it rested on holds no longer: `facts.state` says which."""

    code = "suggestion_over"
    kind = "conflict"
