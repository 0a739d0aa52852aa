"""What other systems know of a contact, with its age."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Moment, View
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.data_source import Consumer
from chalicelib.domain.errors import ContactNotFound
from chalicelib.domain.external_fact import Fact
from chalicelib.services import contacts
from chalicelib.services.external_facts import push, pushed_fact
from chalicelib.wiring import api as wiring
from chalicelib.wiring import sources as made

MAX_PUSHED_AT_ONCE = 50
AGENT = "agent"

resource = Resource("facts")


class FactView(View, frozen=True, kw_only=True):
    """`value` null: the system says nothing, or could not be asked (`error` says why). `at`: when it said so. `stale`:
    older than it should be, and asked for anew just now."""

    name: str
    value: Any
    source: str
    at: datetime | None
    age_seconds: int | None
    stale: bool
    error: str


class FactList(View, frozen=True, kw_only=True):
    items: list[FactView]


class FactBody(Body, frozen=True, kw_only=True):
    """`name`: `<system>.<fact>`. `value`: a text, a number, true, false or a list of texts; null where it holds no
    more. `at`: when it became so."""

    name: Annotated[str, Meta(min_length=3, max_length=81, examples=["billing.overdue"])]
    value: Any
    at: Moment


class FactsBody(Body, frozen=True, kw_only=True):
    """`source`: who says so."""

    source: Annotated[str, Meta(min_length=1, max_length=60)]
    facts: Annotated[list[FactBody], Meta(min_length=1, max_length=MAX_PUSHED_AT_ONCE)]


class PushedView(View, frozen=True, kw_only=True):
    """Whether each of them was news, in their order: of a name the newest counts."""

    news: list[bool]


@resource.route("GET", "/contacts/{contact_id}/facts", role=Role.AGENT, gives=FactList, refuses=(ContactNotFound,))
def list_facts(caller: Caller, contact_id: str) -> FactList:
    """What other systems know of a contact. What is missing is asked for now, for three seconds at most. People see
    what agents may see, API keys what bots may."""
    contact = contacts.get(wiring.contacts(), contact_id)
    found = made.external_facts().read(contact, _consumer(caller.principal), caller.now)
    return FactList(items=[_view(fact, caller.now) for fact in found.values()])


@resource.route(
    "PUT",
    "/contacts/{contact_id}/facts",
    role=Role.AGENT,
    body=FactsBody,
    gives=PushedView,
    refuses=(ContactNotFound,),
    example={
        "source": "billing",
        "facts": [{"name": "billing.overdue", "value": True, "at": "2026-03-02T09:00:00Z"}],
    },
)
def push_facts(caller: Caller, contact_id: str, body: FactsBody) -> PushedView:
    """Tell facts of a contact. They hold until newer ones of the same name come, in whatever order."""
    contact = contacts.get(wiring.contacts(), contact_id)
    facts = [
        pushed_fact(each.name, msgspec.to_builtins(each.value), body.source, each.at, caller.now, f"facts[{place}]")
        for place, each in enumerate(body.facts)
    ]
    return PushedView(news=push(made.store(), contact, facts))


def _consumer(principal: Principal) -> Consumer:
    return Consumer.AGENTS if principal.kind == AGENT else Consumer.BOTS


def _view(fact: Fact, now: datetime) -> FactView:
    return FactView(
        name=fact.name,
        value=fact.value,
        source=fact.source,
        at=fact.at,
        age_seconds=fact.age_seconds(now),
        stale=fact.stale,
        error=fact.error,
    )
