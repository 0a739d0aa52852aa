"""What contacts are entitled to, and the rules that say so."""

from typing import Annotated, Any

from msgspec import Meta, to_builtins

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.rules import ReadVersion
from chalicelib.api.schemas import Body, Json, Name, View
from chalicelib.domain.agent import Role
from chalicelib.domain.entitlements import Entitlement, entitlements
from chalicelib.domain.errors import ContactNotFound, VersionConflict
from chalicelib.services import contacts, entitlement_documents
from chalicelib.services.entitlement_documents import KIND, MAX_RULES
from chalicelib.services.facts import contact_facts
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

Key = Annotated[str, Meta(min_length=1, max_length=40, description="In other rules: `entitlement.<key>`")]

resource = Resource("entitlements")


class EntitlementRuleBody(Body, frozen=True, kw_only=True):
    """Where `condition` holds, a contact has the entitlement, or with `grants` false has it not, whatever later rules
    say: of one key the first rule that holds decides. `title` is what agents read."""

    name: Name
    key: Key
    title: Annotated[str, Meta(max_length=60)] = ""
    condition: Json = {}
    grants: bool = True


class EntitlementRulesBody(Body, frozen=True, kw_only=True):
    version: ReadVersion
    rules: Annotated[list[EntitlementRuleBody], Meta(max_length=MAX_RULES)]


class EntitlementRulesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has written any yet."""

    version: int
    rules: list[Json]


class ReasonView(View, frozen=True, kw_only=True):
    """`field` `operator` `wanted`, where `found` was found (null: nothing). `is_met` false: the rule asked for it not
    to hold."""

    field: str
    operator: str
    wanted: Any
    found: Any
    is_met: bool


class EntitlementView(View, frozen=True, kw_only=True):
    """`rule` decided it, `because` of these comparisons; none: it holds for everybody."""

    key: str
    title: str
    granted: bool
    rule: str
    because: list[ReasonView]


class ContactEntitlements(View, frozen=True, kw_only=True):
    """What a rule decides; all else is not granted."""

    items: list[EntitlementView]
    rules_version: int


@resource.route("GET", "/entitlement-rules", role=Role.AGENT, gives=EntitlementRulesView)
def get_entitlement_rules(caller: Caller) -> EntitlementRulesView:
    """The rules that hold, in their order."""
    rules, version = entitlement_documents.published(work.documents(KIND))
    return _rules_view(rules, version)


@resource.route(
    "PUT",
    "/entitlement-rules",
    role=Role.ADMIN,
    body=EntitlementRulesBody,
    gives=EntitlementRulesView,
    refuses=(VersionConflict,),
    example={
        "version": 0,
        "rules": [
            {
                "name": "Premium returns",
                "key": "free_return",
                "title": "Returns are free",
                "condition": {"any": [{"field": "contact.tier", "is": "premium"}]},
            }
        ],
    },
)
def put_entitlement_rules(caller: Caller, body: EntitlementRulesBody) -> EntitlementRulesView:
    """Replace the rules. Routing and other rules know of a change within 15 seconds."""
    given = {name: value for name, value in to_builtins(body).items() if name != "version"}
    rules, version = entitlement_documents.put_published(work.documents(KIND), given, body.version)
    return _rules_view(rules, version)


@resource.route(
    "GET",
    "/contacts/{contact_id}/entitlements",
    role=Role.AGENT,
    gives=ContactEntitlements,
    refuses=(ContactNotFound,),
)
def get_contact_entitlements(caller: Caller, contact_id: str) -> ContactEntitlements:
    """What a contact is entitled to now, by which rule, and why."""
    contact = contacts.get(wiring.contacts(), contact_id)
    rules, version = entitlement_documents.published(work.documents(KIND))
    found = entitlements(rules, contact_facts(contact, caller.now))
    return ContactEntitlements(items=[_view(each) for each in found], rules_version=version)


def _view(found: Entitlement) -> EntitlementView:
    because = [
        ReasonView(field=each.field, operator=each.operator, wanted=each.wanted, found=each.found, is_met=each.is_met)
        for each in found.because
    ]
    return EntitlementView(key=found.key, title=found.title, granted=found.is_granted, rule=found.rule, because=because)


def _rules_view(rules: Any, version: int) -> EntitlementRulesView:
    return EntitlementRulesView(version=version, rules=list(entitlement_documents.rules_body(rules)["rules"]))
