"""The first administrator of a new desk; everybody else is made with `POST /agents` by an administrator.

    python -m infra.local.bootstrap --pool-id POOL --email EMAIL --name NAME [--endpoint-url URL]

The password is asked for, or read from PARLEY_ADMIN_PASSWORD. Works on AWS and on the local cloud alike; the caller
needs cognito-idp AdminCreateUser, AdminSetUserPassword and AdminAddUserToGroup on the pool.
"""

import argparse
import contextlib
import getpass
import os
import sys
from typing import Any

from chalicelib.services.administration import agent_id

ADMIN_GROUP = "admin"


def create_first_admin(cognito: Any, pool_id: str, email: str, name: str, password: str) -> str:
    """Make the account, with a lasting password, in the administrators' group; answers the agent's id.

    Repeating it sets the password anew."""
    # As POST /agents names its accounts: the same address is the same agent.
    username = agent_id(email)
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username=username,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": email.strip().lower()},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "name", "Value": name},
            ],
        )
    cognito.admin_set_user_password(UserPoolId=pool_id, Username=username, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=username, GroupName=ADMIN_GROUP)
    return username


def main(arguments: list[str]) -> int:
    """The command line."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    parser = argparse.ArgumentParser(
        prog="python -m infra.local.bootstrap", description="Make the first administrator."
    )
    parser.add_argument("--pool-id", required=True, help="the stack's output UserPoolId")
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--endpoint-url", help="an emulator's address")
    asked = parser.parse_args(arguments)
    password = os.environ.get("PARLEY_ADMIN_PASSWORD") or getpass.getpass("Password: ")
    try:
        cognito = boto3.client("cognito-idp", endpoint_url=asked.endpoint_url)
        print(create_first_admin(cognito, asked.pool_id, asked.email, asked.name, password))
    except (BotoCoreError, ClientError) as refused:
        print(f"bootstrap: {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
