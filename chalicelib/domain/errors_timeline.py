"""Refusals about timelines. `domain/errors.py` has them all."""

from chalicelib.domain.refusal import Refusal


class ExternalIdReused(Refusal):
    """The id was used for something else on this contact's timeline."""

    code = "external_id_reused"
    kind = "conflict"
