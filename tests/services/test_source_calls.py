"""One call to a data source: what goes out, where it may go, what its answer means, and what a trial shows."""

import base64
import json
import logging
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.http import HttpRequest, HttpResponse
from chalicelib.domain.data_source import Auth, Consumer, FactType, Mapped
from chalicelib.egress.http import HttpSender
from chalicelib.services.source_calls import MASK, MAX_ANSWER
from tests.egress.test_http import says, server
from tests.services.sources import ADA, CRM, NOW, TOKEN, Office, System, said


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (FactType.TEXT, "a", "a"),
        (FactType.TEXT, 7, "7"),
        (FactType.NUMBER, 1.5, 1.5),
        (FactType.NUMBER, "2.5", 2.5),
        (FactType.INTEGER, 3.0, 3),
        (FactType.BOOLEAN, False, False),
        (FactType.DATE, "2026-03-01T10:00:00Z", "2026-03-01"),
        (FactType.LIST, ["a", 1, None], ["a", "1"]),
        (FactType.TEXT, None, None),
    ],
)
def test_values_come_in_their_type(kind: FactType, given: Any, value: Any) -> None:
    office = Office(replace(CRM, mapping={"x": Mapped("x", kind)}))
    office.system.answer = {"x": given}

    assert said(office.read()) == {"crm.x": value}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (FactType.TEXT, ["a"]),
        (FactType.TEXT, "x" * 1001),
        (FactType.NUMBER, "9" * 5000),
        (FactType.NUMBER, 10**30),
        (FactType.INTEGER, 1.5),
        (FactType.BOOLEAN, "true"),
        (FactType.DATE, "soon"),
        (FactType.LIST, {"a": 1}),
        (FactType.LIST, ["x"] * 51),
        (FactType.LIST, [["x"]]),
    ],
)
def test_a_value_of_another_type_is_a_fault_of_that_fact_alone(kind: FactType, given: Any) -> None:
    office = Office(replace(CRM, mapping={"x": Mapped("x", kind), "owner": Mapped("owner", FactType.TEXT)}))
    office.system.answer = {"x": given, "owner": "Eve"}

    found = office.read()

    assert (found["crm.x"].value, bool(found["crm.x"].error)) == (None, True)
    assert (found["crm.owner"].value, found["crm.owner"].error) == ("Eve", "")


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(200, {}, b"not json"),
        HttpResponse(200, {}, b'{"owner": NaN}'),
        HttpResponse(200, {}, b"[" * 100_000),
        HttpResponse(200, {}, b'"' + b"x" * MAX_ANSWER + b'"'),
        HttpResponse(200, {}, b"\xff\xfe"),
        HttpResponse(200, {}, b""),
        HttpResponse(302, {"location": "https://169.254.169.254/"}, b""),
        HttpResponse(401, {}, b""),
        HttpResponse(204, {}, b""),
    ],
)
def test_an_answer_that_cannot_be_used_says_why(answer: HttpResponse) -> None:
    office = Office()
    office.system.answer = answer

    found = office.read()

    assert all(fact.value is None and fact.error.endswith(".") for fact in found.values())


def test_a_contact_that_the_system_does_not_know_has_no_facts_and_no_error() -> None:
    office = Office()
    office.system.answer = HttpResponse(404, {}, b"")

    assert [(fact.value, fact.error) for fact in office.read().values()] == [(None, ""), (None, "")]


# --- where we may connect ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1"],
)
def test_no_source_leads_inside(address: str) -> None:
    office = Office(http=HttpSender(frozenset(), lambda host, port: [address]))

    assert office.read()["crm.owner"].error == "It cannot be reached: crm.example is not a public address."


def test_a_name_that_answers_differently_the_second_time_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was checked: the name is resolved once."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    connected: list[Any] = []

    def connect(address: Any, *rest: Any, **more: Any) -> Any:
        connected.append(address[0])
        raise OSError("nobody is there")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    office = Office(http=HttpSender(frozenset(), lambda host, port: next(answers)))

    office.read()

    assert connected == ["93.184.216.34"]


def real(*scripts: Callable[[socket.socket], None], url: str = "/c/{email}", patience: float = 5.0) -> Any:
    made = server(*scripts)
    there = made.__enter__()
    source = replace(CRM, url=f"http://{there.host}{url}", timeout_seconds=0.4)
    return made, there, Office(source, http=HttpSender(frozenset({there.host})), patience=patience)


def test_a_redirect_is_not_followed_over_the_wire() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n"
    made, there, office = real(says(answer))

    found = office.read()

    made.__exit__(None, None, None)
    assert "redirect" in found["crm.owner"].error
    assert len(there.heard) == 1
    assert there.heard[0].startswith(b"GET /c/ada%2B1%40example.com HTTP/1.1\r\n")


def test_huge_and_dripping_answers_end(caplog: pytest.LogCaptureFixture) -> None:
    def drips(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.05)

    def huge(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"[" * 9_000_000)

    caplog.set_level(logging.DEBUG)
    for script in (drips, huge):
        made, _, office = real(script)
        began = time.monotonic()
        found = office.read()
        made.__exit__(None, None, None)
        assert found["crm.owner"].error.startswith("It did not answer in time, or not to the end")
        assert time.monotonic() - began < 4
    assert TOKEN not in caplog.text


# --- trials ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", [Auth.BEARER, Auth.BASIC, Auth.HEADER])
def test_a_trial_shows_everything_but_the_secrets(auth: Auth) -> None:
    office = Office(replace(CRM, auth=auth, header="X-Api-Key" if auth is Auth.HEADER else ""))

    class Echo(System):
        def send(self, request: HttpRequest) -> HttpResponse:
            answer = {"owner": f"you said {request.secret_headers} and {TOKEN}"}
            return HttpResponse(200, {}, json.dumps(answer).encode())

    office.facts = replace(office.facts, http=Echo())

    trial = office.facts.trial(office.sources[0], ADA)

    shown = json.dumps([trial.headers, trial.excerpt, trial.url, trial.body, dict(trial.facts), trial.error])
    assert TOKEN not in shown
    assert base64.b64encode(f"u:{TOKEN}".encode()).decode() not in shown
    assert MASK in trial.excerpt
    assert (trial.status, trial.method) == (200, "GET")
    assert MASK in trial.headers.values()
    assert office.store.answered(ADA.id, ["dts_1"]) == ({}, {})


def test_a_trial_tells_why_nothing_came() -> None:
    office = Office(replace(CRM, url="https://crm.example/{phone}"))

    lacking = office.facts.trial(office.sources[0], ADA)
    office.system.answer = HttpResponse(500, {}, b"<h1>Oops</h1>")
    failing = office.facts.trial(CRM, ADA)

    assert (lacking.error, lacking.status) == ("The contact has no phone.", None)
    assert (failing.error, failing.status, failing.excerpt) == ("It answers with status 500.", 500, "<h1>Oops</h1>")


@settings(max_examples=100)
@given(st.text(max_size=30))
def test_no_value_leaves_its_place_in_an_address(value: str) -> None:
    office = Office(replace(CRM, url="https://crm.example/c/{name}/x?y=1"))

    office.facts.read(replace(ADA, name=value.encode("utf-8", "replace").decode()), Consumer.AGENTS, NOW)

    for request in office.system.asked:
        assert request.url.startswith("https://crm.example/c/")
        assert request.url.endswith("/x?y=1")
        middle = request.url.removeprefix("https://crm.example/c/").removesuffix("/x?y=1")
        assert not set(middle) & set("/?#&\\ \r\n") and middle not in (".", "..")
