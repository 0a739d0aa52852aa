"""Says which table the PynamoDB models are on; the models themselves never leave this room."""

from chalicelib.aws import tables


def bind_models(table: str) -> None:
    """Once per process, before the first use of an administrators' store."""
    tables.bind(table)
