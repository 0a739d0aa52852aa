"""What data sources refuse. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class DataSourceNotFound(Refusal):
    code = "data_source_not_found"
    kind = "missing"
