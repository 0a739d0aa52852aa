"""The user pool: agents' accounts. An account's user name is the agent's id; people type their e-mail address."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.border import store_errors
from chalicelib.domain.agent import Agent, Role


class People:
    def __init__(self, client: Any, pool_id: str) -> None:
        self._client = client
        self._pool_id = pool_id

    def keys_url(self) -> str:
        """Where the pool publishes the keys that sign its tokens (in AWS: below the issuer's address)."""
        return f"{self._client.meta.endpoint_url}/{self._pool_id}/.well-known/jwks.json"

    def invite(self, agent: Agent, temporary_password: str | None) -> None:
        attributes = {"email": agent.email, "email_verified": "true", "name": agent.name}
        request: dict[str, Any] = {
            "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
            "DesiredDeliveryMediums": ["EMAIL"],
        }
        if temporary_password is not None:
            request |= {"TemporaryPassword": temporary_password, "MessageAction": "SUPPRESS"}
        try:
            self._call(self._client.admin_create_user, agent.id, **request)
        except _AccountExists:
            if temporary_password is not None:
                self._call(
                    self._client.admin_set_user_password,
                    agent.id,
                    Password=temporary_password,
                    Permanent=False,
                )

    def set_role(self, agent_id: str, role: Role) -> None:
        """In the group of the role, and in no other."""
        self._call(self._client.admin_add_user_to_group, agent_id, GroupName=role.value)
        for other in Role:
            if other is not role:
                self._call(self._client.admin_remove_user_from_group, agent_id, GroupName=other.value)

    def set_enabled(self, agent_id: str, *, enabled: bool) -> None:
        change = self._client.admin_enable_user if enabled else self._client.admin_disable_user
        self._call(change, agent_id)

    def _call(self, operation: Callable[..., Any], agent_id: str, **request: Any) -> None:
        with store_errors():
            try:
                operation(UserPoolId=self._pool_id, Username=agent_id, **request)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "UsernameExistsException":
                    raise _AccountExists from error
                # Deleted by hand: who has no account cannot sign in, and there is nothing to change.
                if code != "UserNotFoundException":
                    raise


class _AccountExists(Exception):
    """The account was made by an earlier try."""
