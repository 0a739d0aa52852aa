"""What long work refuses. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class JobNotFound(Refusal):
    code = "job_not_found"
    kind = "missing"


class JobOver(Refusal):
    """It has ended already."""

    code = "job_over"
    kind = "conflict"
