"""Phone calls, by Twilio's Programmable Voice. One inbox is one number. A call is a card; what happens to it is told by
silent updates beside it (chalicelib/domain/call.py folds them); what the caller hears is our answer, TwiML.

Source: Twilio's reference ("TwiML for Programmable Voice", "Call", "Recordings", "Webhooks Security").
What nobody has confirmed is marked in docs/channels/voice.md.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.channels import plain, twilio_api, twilio_signing, untrusted, voice_fields, voice_flow, voice_outbound
from chalicelib.channels.base import (
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    MediaLocation,
    Outgoing,
    PayloadNotUnderstood,
    ProviderError,
    Reply,
    SendResult,
    WebhookRequest,
)
from chalicelib.channels.twilio_signing import fields_of
from chalicelib.channels.voice_errors import ERRORS
from chalicelib.channels.voice_form import TRY, Form
from chalicelib.channels.voice_inbound import HANDLERS
from chalicelib.channels.voice_twiml import document, escaped, verb
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

NAME = "voice"
XML = "text/xml"
# While nothing of ours can be read, the caller waits this long, this often.
PAUSE_SECONDS, TRIES = 3, 3
SORRY = "We cannot take your call just now. Please call again later."

# A recording that is still being made; anything else but `completed` will never be one.
_UNREADY = frozenset({"in-progress", "processing", "paused", "stopped"})

CAPABILITIES = Capabilities(
    kinds_out=voice_outbound.KINDS,
    max_text=voice_outbound.MAX_WHISPER,
    delivered=True,
    speaks=True,
    inbox_per_second=1,
)

ACCOUNT = voice_fields.ACCOUNT
CREDENTIALS = twilio_api.CREDENTIALS
SETTINGS = voice_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = HANDLERS


verify = twilio_signing.verify
challenge = plain.no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One call of Twilio's, about one step of one phone call. The inbox called is the account."""
    form = _form(request)
    handler = EVENT_TYPES.get(form.kind)
    if handler is None:
        return [Ignored(f"type.{untrusted.label(form.kind)}")]
    items: list[Inbound] = handler(form)
    return items


def _form(request: WebhookRequest) -> Form:
    """The first value of each parameter. A body without any is no form."""
    return Form(plain.inbox_called(request, NAME), fields_of(request), _query(request), request.received_at)


def _query(request: WebhookRequest) -> dict[str, str]:
    """Fit to be stored: what is no character becomes a question mark."""
    return {name: value.encode("utf-8", "replace").decode("utf-8") for name, value in request.query.items()}


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """What the caller hears next."""
    return Reply(200, voice_flow.heard(_form(request), request, inbox), XML)


def spoken(request: WebhookRequest, inbox: Inbox | None) -> Reply | None:
    """What the caller hears where nothing can be kept: all the same, as the steps do not need the store; the card comes
    with the call's last status, if not before. Without `inbox` not even that is known, and nothing is proven: the
    caller waits a little, and the same step is tried again."""
    try:
        form = _form(request)
    except PayloadNotUnderstood:
        form = Form("", {}, _query(request), request.received_at)
    if form.fields and form.kind not in voice_flow.STEPS:
        return None
    if inbox is not None and form.fields:
        return answer(request, inbox, ())
    return Reply(200, _once_more(request), XML)


def _once_more(request: WebhookRequest) -> str:
    tries = untrusted.whole(request.query.get(TRY)) or 0
    if tries >= TRIES:
        return document(verb("Say", escaped(SORRY)), verb("Hangup"))
    base, _, _ = request.url.partition("?")
    again = f"{base or request.path}?{urlencode({**request.query, TRY: tries + 1}, errors='replace')}"
    return document(verb("Pause", length=PAUSE_SECONDS), verb("Redirect", escaped(again)))


def check_send(message: Outgoing) -> None:
    """Only calls go by phone."""
    voice_outbound.check(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`Calls.json`."""
    return twilio_api.send("Calls", voice_outbound.form_of(message, inbox), inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    """Taken with a sid, refused with a class, or (2xx, unreadable) taken without our knowing its id."""
    payload = twilio_api.payload(response)
    if not 200 <= response.status < 300:
        wait = untrusted.retry_after(response.headers)
        return SendResult(error=ERRORS.refusal(payload, response.status), retry_after_seconds=wait)
    sid = untrusted.identifier(payload.get("sid"))
    return SendResult(external_id=sid, uncertain=sid is None)


build_signal = plain.no_signal


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Whether a recording is ready: it may be told of before it is."""
    url = f"{_recording(media_id, inbox)}.json"
    return HttpRequest("GET", url, secret_headers=twilio_api.basic(inbox, credentials))


def _recording(media_id: str, inbox: Inbox) -> str:
    """At the account's own address, whatever a payload says: the credentials go nowhere else."""
    return f"{twilio_api.account_url(inbox)}/Recordings/{quote(media_id, safe='')}"


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """Where the sound is, or that it is not there yet."""
    payload = twilio_api.payload(response)
    told = untrusted.text(payload.get("status")).lower()
    if response.status == 404 or told in _UNREADY:
        return ProviderError("not_ready", FailureClass.RETRY, "Twilio does not have the recording yet.")
    if not 200 <= response.status < 300:
        return ERRORS.refusal(payload, response.status)
    if told and told != "completed":
        return ProviderError(f"recording_{untrusted.label(told)}", FailureClass.CONTENT, "There is no such recording.")
    return MediaLocation(f"{_recording(media_id, inbox)}.mp3", twilio_api.basic(inbox, credentials), mime="audio/mpeg")


# Recordings are found by their id.
media_location = twilio_api.media_location
build_health = twilio_api.health_request


def parse_health(response: HttpResponse) -> Health:
    """The account's name and state, or why it cannot be used."""
    return twilio_api.health(response, ERRORS)
