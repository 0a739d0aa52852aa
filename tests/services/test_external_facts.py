"""What other systems say of contacts: had in time, shown with its age, and never at the price of a secret."""

import base64
import json
import logging
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.codec_contact import identity_item
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.external_facts import FactStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.channels.http import HttpRequest, HttpResponse, NotSent
from chalicelib.domain.conditions import holds
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.conversation import Status
from chalicelib.domain.data_source import Auth, Consumer, DataSource, FactType, Mapped, Method
from chalicelib.domain.errors import InvalidInput, StoreUnavailable, VersionConflict
from chalicelib.domain.external_fact import FAILURES_TO_OPEN, Breaker, Fact
from chalicelib.domain.routing_policy import RouteRule, RoutingPolicy
from chalicelib.egress.http import HttpSender
from chalicelib.services import data_sources
from chalicelib.services.external_facts import (
    RETRY_AFTER,
    WANTED,
    ExternalFacts,
    FactsReaction,
    push,
    pushed_fact,
)
from chalicelib.services.facts import facts_of
from chalicelib.services.known_facts import KnownFacts
from chalicelib.services.source_calls import MASK, MAX_ANSWER
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.domain.test_folding import conversation
from tests.egress.test_http import says, server

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TOKEN = "s3cret-token/that never leaves"
ADA = Contact("con_0ada", NOW, NOW, name="Ada", email="ada+1@example.com", identities=("idn_1",))
CRM = DataSource(
    "dts_1",
    "crm",
    "CRM",
    "https://crm.example/c/{email}",
    {"score": Mapped("rating.score", FactType.INTEGER), "owner": Mapped("owner", FactType.TEXT)},
    auth=Auth.BEARER,
    ttl_seconds=60,
    stale_seconds=600,
)


@dataclass
class System:
    """The other side: answers what it is told to."""

    answer: Any = field(default_factory=lambda: {"rating": {"score": 7}, "owner": "Eve"})
    asked: list[HttpRequest] = field(default_factory=list)
    seconds: float = 0.0

    def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        time.sleep(self.seconds)
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, HttpResponse):
            return self.answer
        return HttpResponse(200, {}, json.dumps(self.answer).encode())

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        raise AssertionError("redirects are not followed")


class Office:
    def __init__(self, *sources: DataSource, http: Any = None, patience: float = 1.0) -> None:
        client = MemoryDynamoDB({"desk": MemoryTable({}), "live": MemoryTable({})})
        self.desk = Desk(client, "desk")
        self.store = FactStore(self.desk, Desk(client, "live"))
        self.system = System()
        self.sources = list(sources or (CRM,))
        self.wanted: list[str] = []
        self.facts = ExternalFacts(
            self.store,
            lambda: self.sources,
            lambda source: {"token": ("old", TOKEN), "value": (TOKEN,), "user": ("u",), "password": (TOKEN,)},
            http or self.system,
            self,
            time.monotonic,
            patience,
        )

    def put(self, contact_id: str) -> None:
        self.wanted.append(contact_id)

    def read(self, seconds: float = 0, consumer: Consumer = Consumer.AGENTS) -> dict[str, Fact]:
        return self.facts.read(ADA, consumer, NOW + timedelta(seconds=seconds))


def said(facts: dict[str, Fact]) -> dict[str, Any]:
    return {name: fact.value for name, fact in facts.items()}


def test_a_source_is_asked_for_what_is_missing_and_signs_in() -> None:
    office = Office()

    found = office.read()

    assert said(found) == {"crm.owner": "Eve", "crm.score": 7}
    assert (found["crm.score"].at, found["crm.score"].stale, found["crm.score"].error) == (NOW, False, "")
    (request,) = office.system.asked
    assert request.url == "https://crm.example/c/ada%2B1%40example.com"
    assert request.secret_headers == {"Authorization": f"Bearer {TOKEN}"}


def test_what_is_fresh_is_not_asked_again_and_rules_never_ask() -> None:
    office = Office()
    before = office.facts.known(ADA, Consumer.RULES, NOW)
    office.read()

    again = office.read(59)
    rules = office.facts.known(ADA, Consumer.RULES, NOW + timedelta(seconds=59))

    assert said(again) == said(rules) == {"crm.owner": "Eve", "crm.score": 7}
    assert said(before) == {"crm.owner": None, "crm.score": None}
    assert len(office.system.asked) == 1
    assert office.wanted == []


def test_what_is_stale_is_shown_with_its_age_and_asked_for_behind_the_answer() -> None:
    office = Office()
    office.read()
    office.system.answer = {"rating": {"score": 8}}

    stale = office.read(100)
    asked_before = len(office.system.asked)
    reaction = FactsReaction(office.facts, lambda contact_id: ADA if contact_id == ADA.id else None)
    event = {"type": WANTED, "aggregate": {"id": ADA.id}, "data": {}}
    reaction.react(event, NOW + timedelta(seconds=101))
    reaction.react(event, NOW + timedelta(seconds=102))
    fresh = office.read(103)

    assert (stale["crm.score"].value, stale["crm.score"].stale) == (7, True)
    assert stale["crm.score"].age_seconds(NOW + timedelta(seconds=100)) == 100
    assert (asked_before, office.wanted) == (1, [ADA.id])
    assert (fresh["crm.score"].value, fresh["crm.score"].stale) == (8, False)
    assert len(office.system.asked) == 2


def test_what_is_too_old_is_gone_when_the_source_fails() -> None:
    office = Office()
    office.read()
    office.system.answer = HttpResponse(500, {}, b"")

    shown = office.read(659)
    office.read(700 - RETRY_AFTER.seconds)
    gone = office.read(700)

    assert (shown["crm.score"].value, shown["crm.score"].stale) == (7, True)
    assert (gone["crm.score"].value, gone["crm.score"].error) == (None, "It answers with status 500.")


def test_a_source_that_failed_is_not_asked_again_at_once() -> None:
    office = Office()
    office.system.answer = NotSent("no")

    first = office.read()
    office.read(1)
    asked = len(office.system.asked)
    office.system.answer = {"owner": "Eve"}
    later = office.read(RETRY_AFTER.seconds + 1)

    assert first["crm.owner"].error == "It cannot be reached: no."
    assert asked == 1
    assert (later["crm.owner"].value, later["crm.owner"].error) == ("Eve", "")


def test_a_source_that_keeps_failing_is_left_alone_and_tried_again() -> None:
    office = Office()
    office.system.answer = HttpResponse(503, {}, b"")
    people = [replace(ADA, id=f"con_{number}") for number in range(20)]

    for person in people:
        found = office.facts.read(person, Consumer.AGENTS, NOW)
    asked = len(office.system.asked)
    office.system.answer = {"owner": "Eve"}
    later = office.facts.read(people[-1], Consumer.AGENTS, NOW + timedelta(minutes=2))

    assert asked == FAILURES_TO_OPEN
    assert "left alone" in found["crm.owner"].error
    assert later["crm.owner"].value == "Eve"
    assert office.store.answered("con_0", ["dts_1"])[1]["dts_1"] == Breaker()


def test_who_is_late_is_not_waited_for_and_harms_nobody_else() -> None:
    quick = replace(CRM, id="dts_2", key="shop", url="https://shop.example/{email}")
    slow = System(seconds=2.0)
    fast = System()

    class Both(System):
        def send(self, request: HttpRequest) -> HttpResponse:
            return (slow if "crm." in request.url else fast).send(request)

    office = Office(CRM, quick, http=Both(), patience=0.3)
    began = time.monotonic()

    found = office.read()

    assert time.monotonic() - began < 1.5
    assert found["shop.owner"].value == "Eve"
    assert (found["crm.owner"].value, found["crm.owner"].error) == (None, "It did not answer in time.")


def test_a_contact_without_what_it_is_asked_by_is_no_failure_of_the_source() -> None:
    office = Office(replace(CRM, url="https://crm.example/{phone}"))

    for number in range(FAILURES_TO_OPEN + 2):
        found = office.facts.read(replace(ADA, id=f"con_{number}"), Consumer.AGENTS, NOW)

    assert found["crm.owner"].error == "The contact has no phone."
    assert office.store.answered(ADA.id, ["dts_1"])[1] == {}


def test_external_ids_are_those_of_the_sources_system() -> None:
    office = Office(replace(CRM, url="https://crm.example/{external_id}", system="crm"))
    for name, address in (("idn_0", "shop:9"), ("idn_1", "crm:K/1")):
        office.desk.write(Put(identity_item(ContactIdentity(name, "import", address, ADA.id, NOW))))
    contact = replace(ADA, identities=("idn_0", "idn_1"))

    office.facts.read(contact, Consumer.AGENTS, NOW)

    assert office.system.asked[0].url == "https://crm.example/K%2F1"


def test_consumers_see_what_is_theirs() -> None:
    office = Office(
        replace(CRM, consumers=frozenset({Consumer.AGENTS})), replace(CRM, id="dts_2", key="b", enabled=False)
    )

    assert said(office.read(consumer=Consumer.BOTS)) == {}
    assert set(said(office.read())) == {"crm.owner", "crm.score"}


def test_a_changed_source_is_asked_anew() -> None:
    office = Office()
    office.read()
    office.sources = [replace(CRM, version=2, mapping={"owner": Mapped("rating.score", FactType.TEXT)})]

    assert said(office.read(1)) == {"crm.owner": "7"}


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


# --- rules --------------------------------------------------------------------------------------------------------


def rules_about(name: str) -> RoutingPolicy:
    return RoutingPolicy(routes=(RouteRule("VIP", {"field": name, "at_least": 5}),))


def test_rules_see_what_is_known_when_they_ask_for_it_and_nobody_is_called() -> None:
    office = Office()
    office.read()
    push(office.store, ADA, [Fact("billing.overdue", True, "billing", NOW)])
    known = KnownFacts(office.store, lambda: office.sources)

    asked = known.for_rules(rules_about("external.crm.score"), ADA, NOW + timedelta(days=9))
    fresh = known.for_rules(rules_about("external.crm.score"), ADA, NOW)
    facts = facts_of(conversation(Status.OPEN), ADA, external=fresh)

    assert known.for_rules(rules_about("contact.tier"), ADA, NOW) == {}
    assert known.for_rules(rules_about("external.crm.score"), None, NOW) == {}
    assert asked == {"external.billing.overdue": True}
    assert fresh == {"external.crm.score": 7, "external.crm.owner": "Eve", "external.billing.overdue": True}
    assert holds(rules_about("external.crm.score").routes[0].condition, facts)
    assert len(office.system.asked) == 1


def test_no_conversation_waits_for_facts_that_cannot_be_read() -> None:
    class Broken(FactStore):
        def pushed(self, contact_id: str) -> Sequence[Fact]:
            raise StoreUnavailable("throttled")

    office = Office()
    known = KnownFacts(Broken(office.desk, office.desk), lambda: [])

    assert known.for_rules(rules_about("external.crm.score"), ADA, NOW) == {}


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


# --- pushed facts ------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["a", "b", None])), min_size=1, max_size=8))
def test_of_pushed_facts_the_newest_holds_in_whatever_order_they_come(words: Sequence[tuple[int, Any]]) -> None:
    office = Office()
    for minute, value in words:
        push(office.store, ADA, [Fact("billing.state", value, "billing", NOW + timedelta(minutes=minute))])

    latest = max(minute for minute, _ in words)
    first = next(value for minute, value in words if minute == latest)
    (kept,) = office.store.pushed(ADA.id)
    assert (kept.value, kept.at) == (first, NOW + timedelta(minutes=latest))


@pytest.mark.parametrize(
    ("name", "value", "minutes", "at"),
    [
        ("billing", True, 0, "name"),
        ("Billing.x", True, 0, "name"),
        ("billing.x#y", True, 0, "name"),
        ("billing.x", {"a": 1}, 0, "value"),
        ("billing.x", "x" * 1001, 0, "value"),
        ("billing.x", float("nan"), 0, "value"),
        ("billing.x", "\ud800", 0, "value"),
        ("billing.x", True, 6, "at"),
    ],
)
def test_a_pushed_fact_that_cannot_be_is_refused(name: str, value: Any, minutes: int, at: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        pushed_fact(name, value, "billing", NOW + timedelta(minutes=minutes), NOW, "facts[0]")

    assert refused.value.field == f"facts[0].{at}"


def test_a_contact_has_only_so_many_pushed_facts() -> None:
    office = Office()
    push(office.store, ADA, [Fact(f"s.f{number}", 1, "s", NOW) for number in range(100)])

    with pytest.raises(InvalidInput):
        push(office.store, ADA, [Fact("s.more", 1, "s", NOW)])
    assert push(office.store, ADA, [Fact("s.f0", 2, "s", NOW + timedelta(seconds=1))]) == [True]


# --- the administrators' documents -------------------------------------------------------------------------------

BODY: dict[str, Any] = {
    "key": "crm",
    "name": "CRM",
    "url": "https://crm.example/c/{email}?x={attribute.size}",
    "mapping": {"score": {"path": "a.b[0]", "type": "integer"}},
}


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"url": "ftp://x"}, "url"),
        ({"url": "https://{email}.example/"}, "url"),
        ({"url": "https://u:p@crm.example/"}, "url"),
        ({"url": "https://crm.example/{password}"}, "url"),
        ({"url": "https://crm.example/{email"}, "url"),
        ({"url": "https://crm.example:99999/"}, "url"),
        ({"url": "https://crm.example/#{email}"}, "url"),
        ({"url": "https:///x"}, "url"),
        ({"mapping": {}}, "mapping"),
        ({"mapping": {"Big": {"path": "a"}}}, "mapping.Big"),
        ({"mapping": {"a": {"path": "a..b"}}}, "mapping.a.path"),
        ({"mapping": {"a": {"path": "(" * 190}}}, "mapping.a.path"),
        ({"mapping": {"a": {"path": "a", "type": "secret"}}}, "mapping.a.type"),
        ({"auth": "header", "header": "Host"}, "header"),
        ({"auth": "header", "header": "X\r\nY"}, "header"),
        ({"body": {"a": "x"}}, "body"),
        ({"method": "DELETE"}, "method"),
        ({"ttl_seconds": 0}, "ttl_seconds"),
        ({"timeout_seconds": 3.1}, "timeout_seconds"),
        ({"timeout_seconds": float("nan")}, "timeout_seconds"),
        ({"consumers": []}, "consumers"),
        ({"surprise": 1}, "source.surprise"),
    ],
)
def test_a_source_that_cannot_be_is_refused_with_the_field(change: Any, at: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        data_sources.source_from("dts_1", {**BODY, **change}, 1)

    assert refused.value.field == at


def test_a_source_comes_back_as_it_was_kept() -> None:
    body = {**BODY, "method": "POST", "body": {"mail": "{email}"}, "timeout_seconds": 1.5, "consumers": ["bots"]}
    source = data_sources.source_from("dts_1", body, 3)

    assert data_sources.source_from("dts_1", data_sources.source_body(source), 3) == source
    assert (source.method, source.consumers) == (Method.POST, frozenset({Consumer.BOTS}))


class Secrets(dict[str, Any]):
    def read(self, ref: str) -> Any:
        return self.get(ref, {})

    def write(self, ref: str, credentials: Any) -> None:
        self[ref] = credentials


def test_credentials_are_kept_apart_and_stay_when_none_are_given() -> None:
    documents = DocumentStore(Desk(MemoryDynamoDB({"desk": MemoryTable({})}), "desk"), data_sources.KIND)
    secrets, body = Secrets(), {**BODY, "auth": "bearer"}

    with pytest.raises(InvalidInput):
        data_sources.put(documents, secrets, "dts_1", body, None, 0)
    data_sources.put(documents, secrets, "dts_1", body, {"token": TOKEN}, 0)
    data_sources.put(documents, secrets, "dts_1", {**body, "name": "C"}, None, 1)

    assert secrets == {"source/dts_1": {"token": (TOKEN,)}}
    assert TOKEN not in json.dumps([document.body for document in documents.list()])
    with pytest.raises(VersionConflict):
        data_sources.put(documents, secrets, "dts_1", body, {"token": "other"}, 1)
    assert secrets == {"source/dts_1": {"token": (TOKEN,)}}
    for wrong in ({"token": ""}, {"token": "a\nb"}, {"password": "x"}, {}):
        with pytest.raises(InvalidInput):
            data_sources.put(documents, secrets, "dts_1", body, wrong, 2)
    with pytest.raises(InvalidInput) as taken:
        data_sources.put(documents, secrets, "dts_2", BODY, None, 0)
    assert taken.value.field == "key"


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
