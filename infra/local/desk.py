"""The desk's API as a client sees it: sign in, then call. Used for seeding, the demo and tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from infra.local.http_json import Answer, call
from infra.local.progress import LocalCloudError

Json = dict[str, Any]
SIGN_IN_TARGET = "AWSCognitoIdentityProviderService.InitiateAuth"


class DeskRefused(LocalCloudError):
    """The API answered with an error."""

    def __init__(self, method: str, path: str, answer: Answer) -> None:
        super().__init__(f"{method} {path} answered {answer.excerpt()}")
        self.status = answer.status
        self.body = answer.body


def sign_in(endpoint_url: str, client_id: str, email: str, password: str) -> str:
    """An access token for this agent: a plain POST, as any browser can make it."""
    answer = call(
        "POST",
        f"{endpoint_url}/",
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": client_id,
            "AuthParameters": {"USERNAME": email, "PASSWORD": password},
        },
        {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": SIGN_IN_TARGET},
    )
    if not answer.ok:
        raise LocalCloudError(f"{email} could not sign in: {answer.excerpt()}")
    token: str = answer.body["AuthenticationResult"]["AccessToken"]
    return token


@dataclass(frozen=True, slots=True)
class Desk:
    """The API at `url`, called with these headers (a token, or a key)."""

    url: str
    headers: Mapping[str, str]

    @classmethod
    def with_token(cls, url: str, token: str) -> "Desk":
        return cls(url, {"Authorization": f"Bearer {token}"})

    @classmethod
    def with_key(cls, url: str, key: str) -> "Desk":
        return cls(url, {"Authorization": f"Bearer {key}"})

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Any answer, errors too."""
        return call(method, self.url + path, body, self.headers)

    def call(self, method: str, path: str, body: Any = None) -> Json:
        """The answer's JSON object; DeskRefused for an error."""
        answer = self.ask(method, path, body)
        if not answer.ok:
            raise DeskRefused(method, path, answer)
        return answer.body if isinstance(answer.body, dict) else {"items": answer.body}

    def items(self, path: str) -> list[Json]:
        """A listing's first page."""
        found = self.call("GET", path)
        listed = found.get("items")
        return listed if isinstance(listed, list) else []

    def reply(self, conversation_id: str, text: str, **more: Any) -> Json:
        """Write to the customer; `client_id` makes it happen once."""
        body = {"client_id": str(uuid4()), "text": text, **more}
        return self.call("POST", f"/conversations/{conversation_id}/messages", body)

    def messages(self, conversation_id: str) -> list[Json]:
        """The newest page of a thread."""
        return self.items(f"/conversations/{conversation_id}/messages")
