"""What is refused of segments. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class SegmentNotFound(Refusal):
    code = "segment_not_found"
    kind = "missing"


class SegmentsTooMany(Refusal):
    """There are as many segments as there may be."""

    code = "segments_too_many"
    kind = "conflict"
