"""Secrets Manager: an inbox's named credentials (each with every value valid now), and the stack's own secrets."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.border import store_errors


class SecretStore:
    """`prefix` starts every name of this stack, so that a role can be held to it."""

    def __init__(self, client: Any, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def read(self, ref: str) -> Mapping[str, Sequence[str]]:
        """The credentials under `<prefix><ref>`; {} where there are none. Raises StoreUnavailable."""
        with store_errors():
            try:
                answer = self._client.get_secret_value(SecretId=f"{self._prefix}{ref}")
            except ClientError as error:
                if error.response["Error"]["Code"] == "ResourceNotFoundException":
                    return {}
                raise
        return {name: tuple(values) for name, values in json.loads(answer["SecretString"]).items()}

    def write(self, ref: str, credentials: Mapping[str, Sequence[str]]) -> None:
        """Create or replace."""
        text = json.dumps({name: list(values) for name, values in credentials.items()})
        name = f"{self._prefix}{ref}"
        with store_errors():
            try:
                self._client.create_secret(Name=name, SecretString=text)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceExistsException":
                    raise
                self._client.put_secret_value(SecretId=name, SecretString=text)

    def text(self, ref: str) -> str:
        """A secret that the template generated, as it is."""
        with store_errors():
            return str(self._client.get_secret_value(SecretId=f"{self._prefix}{ref}")["SecretString"])
