"""Labels: the vocabulary, the rules that put them on, and what has them."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, to_builtins

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.rules import ReadVersion
from chalicelib.api.schemas import Body, Json, Name, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ContactNotFound, ConversationIsMerged, ConversationNotFound, VersionConflict
from chalicelib.domain.labels import LabelScope, Vocabulary
from chalicelib.services import label_documents, labels
from chalicelib.services.label_documents import LABELS, MAX_PUT, MAX_RULES, MAX_VOCABULARY, RULES
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

Key = Annotated[str, Meta(min_length=1, max_length=40, description="What it is called in rules; it never changes")]
Keys = Annotated[list[Key], Meta(max_length=MAX_PUT)]

resource = Resource("labels")


class LabelBody(Body, frozen=True, kw_only=True):
    """`colour`: `#1a2b3c`. `scopes`: what it may be put on, else both."""

    key: Key
    name: Name
    colour: Annotated[str, Meta(max_length=7)] = ""
    description: Annotated[str, Meta(max_length=300)] = ""
    scopes: Annotated[list[LabelScope], Meta(min_length=1, max_length=2)] | UnsetType = UNSET


class LabelsBody(Body, frozen=True, kw_only=True):
    version: ReadVersion
    labels: Annotated[list[LabelBody], Meta(max_length=MAX_VOCABULARY)]


class LabelsView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has made any yet."""

    version: int
    labels: list[Json]


class KeywordRuleBody(Body, frozen=True, kw_only=True):
    """Where `condition` holds of what a customer writes, these labels are put on their conversation and on them."""

    name: Name
    condition: Json
    conversation_labels: Keys = []
    contact_labels: Keys = []


class KeywordRulesBody(Body, frozen=True, kw_only=True):
    version: ReadVersion
    rules: Annotated[list[KeywordRuleBody], Meta(max_length=MAX_RULES)]


class KeywordRulesView(View, frozen=True, kw_only=True):
    version: int
    rules: list[Json]


class LabelsPut(Body, frozen=True, kw_only=True):
    """Keys of the vocabulary; those that are there already stay."""

    labels: Annotated[list[Key], Meta(min_length=1, max_length=MAX_PUT)]


class LabelQuery(Query, frozen=True, kw_only=True):
    label: Annotated[str, Meta(min_length=1, max_length=60)]


class HeldLabels(View, frozen=True, kw_only=True):
    """What it has now, in the order in which they were put on."""

    labels: list[str]
    version: int


@resource.route("GET", "/labels", role=Role.AGENT, gives=LabelsView)
def get_labels(caller: Caller) -> LabelsView:
    """The labels there are."""
    return _labels_view(_vocabulary())


@resource.route(
    "PUT",
    "/labels",
    role=Role.ADMIN,
    body=LabelsBody,
    gives=LabelsView,
    refuses=(VersionConflict,),
    example={"version": 0, "labels": [{"key": "refund", "name": "Refund", "colour": "#c0392b"}]},
)
def put_labels(caller: Caller, body: LabelsBody) -> LabelsView:
    """Replace the vocabulary. A label that goes stays on what has it, and cannot be put on any more."""
    given = _without_version(body)
    return _labels_view(label_documents.put_vocabulary(work.documents(LABELS), given, body.version))


@resource.route("GET", "/label-rules", role=Role.SUPERVISOR, gives=KeywordRulesView)
def get_label_rules(caller: Caller) -> KeywordRulesView:
    """The keyword rules that hold. A change holds everywhere within 15 seconds."""
    rules, version = label_documents.keyword_rules(work.documents(RULES))
    return KeywordRulesView(version=version, rules=list(label_documents.rules_body(rules)["rules"]))


@resource.route(
    "PUT",
    "/label-rules",
    role=Role.ADMIN,
    body=KeywordRulesBody,
    gives=KeywordRulesView,
    refuses=(VersionConflict,),
    example={"version": 0, "rules": []},
)
def put_label_rules(caller: Caller, body: KeywordRulesBody) -> KeywordRulesView:
    """Replace the keyword rules. They look at each message of a customer once, as it comes."""
    documents, given = work.documents(RULES), _without_version(body)
    rules = label_documents.put_keyword_rules(documents, _vocabulary(), given, body.version)
    return KeywordRulesView(version=body.version + 1, rules=list(label_documents.rules_body(rules)["rules"]))


@resource.route(
    "POST",
    "/contacts/{contact_id}/labels",
    role=Role.AGENT,
    body=LabelsPut,
    gives=HeldLabels,
    refuses=(ContactNotFound,),
    example={"labels": ["vip"]},
)
def label_contact(caller: Caller, contact_id: str, body: LabelsPut) -> HeldLabels:
    """Put labels on a contact."""
    return _on_contact(caller, contact_id, add=body.labels)


@resource.route(
    "DELETE",
    "/contacts/{contact_id}/labels",
    role=Role.AGENT,
    query=LabelQuery,
    gives=HeldLabels,
    refuses=(ContactNotFound,),
)
def unlabel_contact(caller: Caller, contact_id: str, query: LabelQuery) -> HeldLabels:
    """Take a label off a contact; it may be off already."""
    return _on_contact(caller, contact_id, remove=[query.label])


@resource.route(
    "POST",
    "/conversations/{conversation_id}/labels",
    role=Role.AGENT,
    body=LabelsPut,
    gives=HeldLabels,
    refuses=(ConversationNotFound, ConversationIsMerged),
    example={"labels": ["refund"]},
)
def label_conversation(caller: Caller, conversation_id: str, body: LabelsPut) -> HeldLabels:
    """Put labels on a conversation; a line in its thread tells of it."""
    return _on_conversation(caller, conversation_id, add=body.labels)


@resource.route(
    "DELETE",
    "/conversations/{conversation_id}/labels",
    role=Role.AGENT,
    query=LabelQuery,
    gives=HeldLabels,
    refuses=(ConversationNotFound, ConversationIsMerged),
)
def unlabel_conversation(caller: Caller, conversation_id: str, query: LabelQuery) -> HeldLabels:
    """Take a label off a conversation; it may be off already."""
    return _on_conversation(caller, conversation_id, remove=[query.label])


def _on_contact(caller: Caller, contact_id: str, add: list[str] | None = None, remove: Any = ()) -> HeldLabels:
    words = _vocabulary() if add else Vocabulary()
    found = labels.label_contact(wiring.contacts(), caller.principal, words, contact_id, add or (), remove, caller.now)
    return HeldLabels(labels=list(found.labels), version=found.version)


def _on_conversation(
    caller: Caller, conversation_id: str, add: list[str] | None = None, remove: Any = ()
) -> HeldLabels:
    words = _vocabulary() if add else Vocabulary()
    found = labels.label_conversation(
        wiring.desk(), caller.principal, words, conversation_id, add or (), remove, caller.now
    )
    return HeldLabels(labels=list(found.labels), version=found.version)


def _vocabulary() -> Vocabulary:
    return label_documents.vocabulary(work.documents(LABELS))


def _labels_view(vocabulary: Vocabulary) -> LabelsView:
    return LabelsView(version=vocabulary.version, labels=list(label_documents.vocabulary_body(vocabulary)["labels"]))


def _without_version(body: Body) -> dict[str, Any]:
    return {name: value for name, value in to_builtins(body).items() if name != "version"}
