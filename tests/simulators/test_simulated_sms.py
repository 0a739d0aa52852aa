"""The simulated Twilio: the REST API the desk calls, and the signed forms it posts."""

from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from simulators import Simulators
from simulators.sms import signature
from tests.simulators.desk import Answer, Client, Received, Receiver, settled

SID, TOKEN, PHONE, NUMBER = "AC1", "twilio-token", "+5511987650001", "+15550100002"
API = f"/twilio/2010-04-01/Accounts/{SID}"


@pytest.fixture
def account(sim: Simulators, receiver: Receiver) -> str:
    sim.sms.register(SID, auth_token=TOKEN, webhook_url=receiver.base_url + "/sms?a=1")
    return SID


def proof(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{SID}:{token}".encode()).decode()}


def send(client: Client, token: str = TOKEN, **fields: Any) -> Answer:
    form = {"To": PHONE, "From": NUMBER, "Body": "Hello", **fields}
    headers = {"Content-Type": "application/x-www-form-urlencoded", **proof(token)}
    return client.raw("POST", f"{API}/Messages.json", urlencode(form, doseq=True).encode(), **headers)


def forms(receiver: Receiver) -> list[dict[str, str]]:
    return [fields(request) for request in receiver.received]


def fields(request: Received) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}


@pytest.mark.usefixtures("account")
def test_a_form_is_posted_signed_when_a_phone_writes(client: Client, sim: Simulators, receiver: Receiver) -> None:
    sid = client.call("POST", f"/sim/sms/{SID}/phones/{PHONE}/messages", {"text": "Hi"}).json["sid"]
    settled(sim)
    (request,) = receiver.received
    url = receiver.base_url + "/sms?a=1"
    assert request.headers["x-twilio-signature"] == signature(TOKEN, url, request.body)
    form = fields(request)
    assert (form["MessageSid"], form["From"], form["To"], form["Body"]) == (sid, PHONE, NUMBER, "Hi")
    assert (form["NumMedia"], form["FromCity"]) == ("0", "")


@pytest.mark.usefixtures("account")
def test_marks_come_to_the_callback_when_a_message_was_taken(
    client: Client, sim: Simulators, receiver: Receiver
) -> None:
    answer = send(client, StatusCallback=receiver.base_url + "/marks?tracker=t")
    settled(sim)
    assert (answer.status, answer.json["status"]) == (201, "queued")
    assert [form["MessageStatus"] for form in forms(receiver)] == ["sent", "delivered"]
    for request in receiver.received:
        url = receiver.base_url + "/marks?tracker=t"
        assert request.headers["x-twilio-signature"] == signature(TOKEN, url, request.body)
        assert request.query == {"tracker": "t"}
    (shown,) = client.call("GET", f"/sim/sms/{SID}/phones/{PHONE}/phone").json["messages"]
    assert (shown["text"], shown["state"], shown["sid"]) == ("Hello", "delivered", answer.json["sid"])


@pytest.mark.usefixtures("account")
def test_no_marks_come_when_no_callback_was_given(client: Client, sim: Simulators, receiver: Receiver) -> None:
    assert send(client).status == 201
    settled(sim)
    assert receiver.received == []


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"From": "+1999"}, 21606),
        ({"To": "PADARIA"}, 21211),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"MediaUrl": ["https://files.example/1"] * 11}, 21623),
    ],
)
def test_a_message_is_refused_when_it_is_wrong(client: Client, given: dict[str, Any], code: int) -> None:
    answer = send(client, **given)
    assert (answer.status, answer.json["code"]) == (400, code)


@pytest.mark.usefixtures("account")
def test_nothing_is_sent_when_the_phone_has_opted_out(client: Client, sim: Simulators) -> None:
    sim.sms.say(SID, PHONE, text="Stop", opt_out_type="STOP")
    assert send(client).json["code"] == 21610
    sim.sms.say(SID, PHONE, text="START")
    assert send(client).status == 201


@pytest.mark.usefixtures("account")
def test_a_service_may_send_when_it_is_named(client: Client) -> None:
    assert send(client, From="", MessagingServiceSid="MG1").status == 201


@pytest.mark.usefixtures("account")
def test_nothing_is_given_when_the_token_is_wrong(client: Client) -> None:
    assert send(client, token="no").json["code"] == 20003
    assert client.call("GET", f"{API}.json").status == 401
    assert client.call("GET", f"{API}.json", **proof()).json["status"] == "active"


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("knob", "status", "code"),
    [("rate_limit_next", 429, 20429), ("server_error_next", 500, 20500), ("provider_error_next", 400, 30007)],
)
def test_a_call_fails_when_the_knobs_say_so(client: Client, knob: str, status: int, code: int) -> None:
    client.call("PUT", "/sim/sms/knobs", {knob: 1, "retry_after_seconds": 7, "provider_error_code": 30007})
    answer = send(client)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert send(client).status == 201


@pytest.mark.usefixtures("account")
def test_a_failure_comes_as_a_mark_when_the_knobs_say_so(client: Client, sim: Simulators, receiver: Receiver) -> None:
    sim.knobs["sms"].turn(errors_by_status=True, provider_error_code=30003, statuses_before_answer=True)
    assert send(client, StatusCallback=receiver.base_url + "/marks").status == 201
    settled(sim)
    sent, failed = forms(receiver)
    assert (sent["MessageStatus"], failed["MessageStatus"], failed["ErrorCode"]) == ("sent", "undelivered", "30003")


@pytest.mark.usefixtures("account")
def test_a_file_is_elsewhere_when_the_credentials_are_right(
    client: Client, sim: Simulators, receiver: Receiver
) -> None:
    sim.sms.say(SID, PHONE, media=[{"mime": "image/png", "content": "aGk="}])
    settled(sim)
    (form,) = forms(receiver)
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
    assert client.call("GET", form["MediaUrl0"]).status == 401
    place = f"/twilio/cdn/{SID}/" + form["MediaUrl0"].rpartition("/")[2]
    assert client.call("GET", place).body == b"hi"
    assert client.call("GET", place, **proof()).status == 400


@pytest.mark.usefixtures("account")
def test_a_repeat_is_the_same_form_when_it_is_asked_for(client: Client, sim: Simulators, receiver: Receiver) -> None:
    sid = sim.sms.say(SID, PHONE, text="Hi")
    assert client.call("POST", f"/sim/sms/{SID}/messages/{sid}/repeat").status == 202
    settled(sim)
    first, second = receiver.received
    assert first.body == second.body
    assert client.call("POST", f"/sim/sms/{SID}/messages/SM0/repeat").status == 404


@pytest.mark.usefixtures("account")
def test_a_form_is_signed_wrongly_when_the_knobs_say_so(sim: Simulators, receiver: Receiver) -> None:
    sim.knobs["sms"].turn(bad_signature_next=1)
    sim.sms.say(SID, PHONE, text="Hi")
    settled(sim)
    (request,) = receiver.received
    assert request.headers["x-twilio-signature"] != signature(TOKEN, receiver.base_url + "/sms?a=1", request.body)


@pytest.mark.usefixtures("account")
def test_secrets_stay_inside_when_accounts_are_listed(client: Client, sim: Simulators) -> None:
    for path in ("/sim/sms", f"/sim/sms/{SID}"):
        shown = client.call("GET", path).body.decode()
        assert SID in shown and TOKEN not in shown
    assert client.call("PUT", "/sim/sms/X1", {}).status == 400
    assert client.call("PUT", f"/sim/sms/{SID}", {"number": 5}).status == 400
    assert client.call("DELETE", f"/sim/sms/{SID}").status == 200
    assert client.call("GET", f"/sim/sms/{SID}").status == 404
    sim.reset(accounts=True)
    assert not sim.sms.accounts
