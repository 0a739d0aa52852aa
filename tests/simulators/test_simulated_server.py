"""The server around the providers: control API, state file, clock, handshake, loopback only."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3

from simulators import Simulators, running
from simulators.signing import is_signed, meta_signature, timestamped_signature
from tests.simulators.desk import CUSTOMER, PNID, Client, Receiver

NUMBER = f"/sim/whatsapp/numbers/{PNID}"


def corpus() -> Path:
    where = os.environ.get("CHANNEL_CORPUS")
    if not where:
        pytest.skip("CHANNEL_CORPUS is not set")
    return Path(where) / "signature_vectors.json"


def test_the_signature_is_metas_when_a_recorded_body_is_signed() -> None:
    vector = json.loads(corpus().read_text())["meta_x_hub_signature_256"]

    assert meta_signature(vector["app_secret"], vector["raw_body"].encode()) == vector["value"]


def test_the_timestamped_signature_fits_when_a_recorded_body_is_signed() -> None:
    vector = json.loads(corpus().read_text())["timestamp_dot_body"]
    raw = vector["raw_body"].encode()

    signature = timestamped_signature(vector["secret"], vector["timestamp"], raw)

    assert signature == vector["value"]


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [("", ""), ("soon", "x"), ("²", "x"), ("9" * 5000, "x"), ("1700000000", "sha256=é")],
)
def test_a_signature_is_refused_when_it_is_malformed(timestamp: str, signature: str) -> None:
    now = datetime.fromtimestamp(1_700_000_000, UTC)

    assert not is_signed("secret", timestamp, b"{}", signature, now)


def test_health_tells_who_is_registered_when_asked(client: Client) -> None:
    health = client.call("GET", "/sim/health").json

    assert health["status"] == "ok"
    assert (health["whatsapp"], health["custom"]) == ([PNID], ["acme"])


def test_secrets_are_not_shown_when_numbers_are_listed(client: Client) -> None:
    listed = client.call("GET", "/sim/whatsapp/numbers")

    assert listed.json["numbers"][0]["phone_number_id"] == PNID
    assert b"app-secret" not in listed.body
    assert b"token-1" not in listed.body
    assert b"custom-secret" not in client.call("GET", "/sim/custom").body


def test_only_the_given_fields_change_when_a_number_is_registered_again(sim: Simulators, client: Client) -> None:
    changed = client.call("PUT", NUMBER, {"verified_name": "Bakery"})

    assert changed.json["verified_name"] == "Bakery"
    assert sim.whatsapp.number(PNID).access_token == "token-1"
    assert client.call("PUT", NUMBER, {"nonsense": 1}).status == 400
    assert client.call("PUT", NUMBER, {"app_secret": 1}).status == 400
    assert client.call("PUT", NUMBER, {"templates": [{}]}).status == 400


def test_own_templates_are_used_when_they_are_registered(client: Client) -> None:
    own = {"name": "greeting", "language": "pt_PT", "body": "Olá {{1}}"}

    shown = client.call("PUT", NUMBER, {"templates": [own]}).json["templates"]

    assert [t["name"] for t in shown] == ["greeting"]
    sent = {"name": "greeting", "language": {"code": "pt_PT"}}
    assert client.send("template", template=sent).json["error"]["code"] == 132000


def test_a_number_is_unknown_when_it_was_deleted(client: Client) -> None:
    assert client.call("DELETE", NUMBER).status == 200
    assert client.call("GET", NUMBER).status == 404
    assert client.call("DELETE", "/sim/custom/acme").status == 200
    assert client.call("GET", "/sim/custom/acme").status == 404


@pytest.mark.parametrize(("token", "verified"), [("verify-me", True), ("other", False)])
def test_the_handshake_succeeds_when_the_verify_token_fits(
    sim: Simulators, client: Client, token: str, verified: bool
) -> None:
    sim.whatsapp.register(PNID, verify_token=token)

    answer = client.call("POST", f"{NUMBER}/handshake").json

    assert answer["verified"] is verified
    sim.whatsapp.register(PNID, webhook_url="http://127.0.0.1:9/")
    assert "error" in client.call("POST", f"{NUMBER}/handshake").json


def test_accounts_stay_and_the_rest_goes_when_it_is_reset(sim: Simulators, client: Client, receiver: Receiver) -> None:
    sim.whatsapp.say(PNID, CUSTOMER, text="Hi")
    sim.custom.act("acme", "u1", text="Hi")
    sim.knobs["whatsapp"].turn(duplicates=2)
    sim.clock.advance(3600)
    assert sim.settle()

    client.call("POST", "/sim/reset", {})

    assert client.call("GET", f"{NUMBER}/customers/{CUSTOMER}/phone").json["messages"] == []
    assert sim.custom.phone("acme", "u1")["messages"] == []
    assert sim.webhooks.log() == []
    assert sim.knobs["whatsapp"].now.duplicates == 1
    assert abs((sim.clock.now() - sim.clock.wall()).total_seconds()) < 1
    assert client.text().json["error"]["code"] == 131047


def test_accounts_go_too_when_the_reset_says_so(client: Client) -> None:
    client.call("POST", "/sim/reset", {"accounts": True})

    assert client.call("GET", "/sim/health").json["whatsapp"] == []
    assert client.text().status == 401


def test_the_clock_runs_on_from_there_when_it_is_set(client: Client, receiver: Receiver) -> None:
    answer = client.call("PUT", "/sim/clock", {"now": "2026-08-01T10:00:00+00:00"}).json
    assert answer["now"].startswith("2026-08-01T10:00:0")

    moved = client.call("PUT", "/sim/clock", {"advance_seconds": 86400}).json
    assert moved["now"].startswith("2026-08-02T10:00:0")

    assert client.call("PUT", "/sim/clock", {"now": "2026-08-01T10:00:00"}).status == 400
    back = client.call("DELETE", "/sim/clock").json["now"]
    assert abs(datetime.fromisoformat(back) - datetime.now(UTC)).total_seconds() < 5


def test_events_carry_the_set_time_when_now_is_given() -> None:
    moment = datetime(2026, 8, 1, 10, tzinfo=UTC)
    with running(now=lambda: moment) as simulators:
        simulators.whatsapp.register(PNID)
        simulators.whatsapp.say(PNID, CUSTOMER, text="Hi")

        (entry,) = simulators.webhooks.log()

    message = json.loads(entry["body"])["entry"][0]["changes"][0]["value"]["messages"][0]
    assert message["timestamp"] == str(int(moment.timestamp()))
    assert entry["state"] == "no_url"


def test_accounts_and_windows_survive_when_there_is_a_state_file(tmp_path: Path) -> None:
    state = tmp_path / "local" / "state.json"
    with running(state=state) as first:
        first.whatsapp.register(PNID, access_token="kept", app_secret="kept-too")
        first.whatsapp.say(PNID, CUSTOMER, text="Hi", name="Ana")
        first.custom.register("acme", secret="s", webhook_url="http://127.0.0.1:9/")
        first.save()
    with running(state=state) as second:
        number = second.whatsapp.number(PNID)
        customer = number.customers[CUSTOMER]

        assert (number.access_token, number.app_secret) == ("kept", "kept-too")
        assert customer.name == "Ana"
        assert customer.in_window(second.clock.now())
        assert second.custom.far_end("acme").secret == "s"
    assert [p.name for p in state.parent.iterdir()] == ["state.json"]


def test_an_address_is_refused_when_it_is_not_loopback() -> None:
    with pytest.raises(ValueError, match="loopback"):
        Simulators(host="0.0.0.0")


def test_a_request_is_refused_when_it_names_another_host(client: Client) -> None:
    assert client.call("GET", "/sim/health", Host="desk.example:4570").status == 403
    assert client.call("GET", "/sim/health", Host="localhost").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/sim/health", 405),
        ("GET", f"{NUMBER}x", 404),
        ("PUT", "/sim/clock", 200),
        ("GET", "/sim/pigeon/knobs", 404),
    ],
)
def test_errors_are_json_when_a_call_is_wrong(client: Client, method: str, path: str, status: int) -> None:
    answer = client.call(method, path, {})

    assert answer.status == status
    assert isinstance(answer.json, dict)


def test_a_control_call_is_refused_when_its_body_is_no_object(client: Client) -> None:
    assert client.raw("PUT", NUMBER, b"[1]").status == 400
    assert client.raw("PUT", NUMBER, b"x" * (2 * 1024 * 1024 + 1)).status == 413


def test_the_server_goes_on_when_a_call_fails_inside(
    sim: Simulators, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    del sim.whatsapp.numbers[PNID].customers

    assert client.call("GET", NUMBER).status == 500
    assert "AttributeError" in caplog.text
    assert client.call("GET", "/sim/health").status == 200
    assert sim.settle()


def test_waiting_ends_when_everything_is_out(sim: Simulators, client: Client) -> None:
    sim.whatsapp.say(PNID, CUSTOMER, text="Hi")

    assert client.call("POST", "/sim/webhooks/wait", {"seconds": 5}).json == {"idle": True}
    assert len(client.call("GET", "/sim/webhooks?limit=1").json["deliveries"]) == 1


def test_the_command_serves_when_it_is_started() -> None:
    command = [sys.executable, "-m", "simulators", "--port", "0"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().split()[-1]
        answer = urllib3.request("GET", f"{base_url}/sim/health")
        process.terminate()

        assert answer.status == 200
        assert process.wait(timeout=10) == 0
    command += ["--host", "0.0.0.0"]
    refused = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert refused.returncode == 2
