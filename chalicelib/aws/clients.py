"""SDK clients: made on first use, kept for the life of the process, with time-outs a webhook's deadline can bear."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import get_session

# Intake must answer within a second or two: a slow store is given up in time for the spill queue to be tried.
CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    parameter_validation=False,
)
PATIENT = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
# What is not to be done twice: the caller says what becomes of a call that failed. A mail may have 40 MB to upload.
ONCE = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1})
# What is told again in another way if it does not arrive at once.
ONCE_SOON = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
# Links are signed like calls: some regions take no older signature, and a link must not depend on the region.
LINKS = PATIENT.merge(Config(signature_version="s3v4"))


def _make(service: str, config: Config) -> Any:
    return _session().create_client(service, config=config)


@cache
def _session() -> Any:
    """botocore's own: boto3 would only wrap it, and costs a cold start some 75 ms."""
    return get_session()


@cache
def client(service: str) -> Any:
    """The client of a service on the path of a message."""
    return _make(service, config=CONFIG)


@cache
def client_at(service: str, endpoint: str) -> Any:
    """The client of a service that has an address of its own in this stack."""
    return _session().create_client(service, config=ONCE_SOON, endpoint_url=endpoint)


@cache
def patient_client(service: str) -> Any:
    """The client of a service that is slower by nature and called off the customer's path."""
    return _make(service, config=LINKS if service == "s3" else PATIENT)


@cache
def once_client(service: str) -> Any:
    """The client of a service whose calls are never repeated by themselves."""
    return _make(service, config=ONCE)


def forget() -> None:
    """Drop every client (tests that change the endpoint or the mock)."""
    _session.cache_clear()
    client.cache_clear()
    client_at.cache_clear()
    patient_client.cache_clear()
    once_client.cache_clear()
