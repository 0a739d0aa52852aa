"""Calls to the WeChat API: where it is, the access token, and files.

Source: Official Accounts documents, "Get stable access token", "Get access token", "Temporary media". The access token
is a part of the url of every call: such a url is a secret as a whole. It is made when it is used, and never stored,
shown or logged.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.channels.base import (
    Credentials,
    HttpRequest,
    HttpResponse,
    Keep,
    PayloadNotUnderstood,
    ProviderError,
    StepRefused,
    first,
)
from chalicelib.channels.untrusted import identifier, json_object, text
from chalicelib.channels.wechat_errors import SENTENCES, code_of, failure_of
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

API_BASE = "https://api.weixin.qq.com"
# A token lives two hours. The stable one is shared by all who ask, and may be near its end when we get it; every one
# of the other kind ends those before it, so it is asked for as rarely as can be.
STABLE_SECONDS, SINGLE_SECONDS = 1500, 6900
UPLOAD_SECONDS = 30.0


def token_step(inbox: Inbox, credentials: Credentials) -> Keep:
    """The access token, which may be used again for a while."""
    seconds = STABLE_SECONDS if _is_stable(inbox) else SINGLE_SECONDS
    return Keep(token_request(inbox, credentials), seconds)


def token_request(inbox: Inbox, credentials: Credentials) -> HttpRequest:
    app_id, secret = first(credentials, "app_id"), first(credentials, "app_secret")
    asked = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    if _is_stable(inbox):
        return _post(f"{_base(inbox)}/cgi-bin/stable_token", asked)
    return HttpRequest("GET", f"{_base(inbox)}/cgi-bin/token?{urlencode(asked)}")


def _is_stable(inbox: Inbox) -> bool:
    return inbox.settings.get("stable_token") is not False


def token_of(response: HttpResponse) -> str | ProviderError:
    """The access token of an answer."""
    payload = payload_of(response)
    found = identifier(payload.get("access_token"))
    if found is None or not 200 <= response.status < 300:
        return _no_token(payload, response.status)
    return found


def _no_token(payload: Mapping[str, Any], status: int) -> ProviderError:
    """Here 40001 is about the secret: no token was given that could be dead."""
    error = _refusal(payload, status)
    if error.code != "40001":
        return error
    return ProviderError(error.code, FailureClass.REAUTH, SENTENCES[FailureClass.REAUTH])


def accepted_token(response: HttpResponse) -> str:
    """The same for a step of a send. Raises StepRefused."""
    found = token_of(response)
    if isinstance(found, ProviderError):
        raise StepRefused(found)
    return found


def call(path: str, payload: Mapping[str, Any], token: str, inbox: Inbox) -> HttpRequest:
    return _post(f"{_base(inbox)}{path}?{urlencode({'access_token': token})}", payload)


def upload(kind: str, name: str, mime: str, content: bytes, token: str, inbox: Inbox) -> HttpRequest:
    """A temporary file, which WeChat keeps for three days: more than enough to send it once."""
    boundary = f"parley-{hashlib.sha256(content).hexdigest()}"
    shown = "".join("_" if character in '"\\\r\n' else character for character in name) or "file"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="{shown}"\r\n'
        f"Content-Type: {mime}\r\n\r\n"
    )
    return HttpRequest(
        method="POST",
        url=f"{_base(inbox)}/cgi-bin/media/upload?{urlencode({'access_token': token, 'type': kind})}",
        headers={"content-type": f"multipart/form-data; boundary={boundary}"},
        body=head.encode("utf-8", "replace") + content + f"\r\n--{boundary}--\r\n".encode(),
        timeout_seconds=UPLOAD_SECONDS,
    )


def uploaded_id(response: HttpResponse) -> str:
    """What an uploaded file is known by. Raises StepRefused."""
    payload = payload_of(response)
    found = identifier(payload.get("media_id"))
    if found is None or not 200 <= response.status < 300:
        raise StepRefused(_refusal(payload, response.status))
    return found


def _refusal(payload: Mapping[str, Any], status: int) -> ProviderError:
    """A step's answer that nobody can read is asked for again."""
    unreadable = 200 <= status < 300 and code_of(payload) is None
    sentence = "WeChat's answer could not be read. It will be tried again."
    return ProviderError("unreadable", FailureClass.RETRY, sentence) if unreadable else failure_of(payload, status)


def media_url(media_id: str, token: str, inbox: Inbox) -> str:
    return f"{_base(inbox)}/cgi-bin/media/get?{urlencode({'access_token': token, 'media_id': media_id})}"


def file_in(body: bytes) -> bytes:
    """What was fetched, where it is a file. Refusals come with 200 like files, and a video may be an address only.
    Raises ValueError."""
    try:
        answer = json_object(body) if body[:1] == b"{" else {}
    except PayloadNotUnderstood:
        return body
    if "errcode" in answer:
        raise ValueError(failure_of(answer, 200).detail)
    if "video_url" in answer:
        raise ValueError("WeChat tells only an address of this video, which cannot be fetched.")
    return body


def payload_of(response: HttpResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none (a proxy's page, a cut answer)."""
    try:
        return json_object(response.body)
    except PayloadNotUnderstood:
        return {}


def _post(url: str, payload: Mapping[str, Any]) -> HttpRequest:
    """Unescaped: customers would be shown the escapes of any character that is not ASCII."""
    return HttpRequest(
        method="POST",
        url=url,
        headers={"content-type": "application/json"},
        body=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
    )


def _base(inbox: Inbox) -> str:
    return (text(inbox.settings.get("api_base")) or API_BASE).rstrip("/")
