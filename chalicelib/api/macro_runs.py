"""What macros would do with conversations, what they did, and putting it back."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api.drafts import ClientId
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, View
from chalicelib.api.text_schemas import MacroId
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ClientIdReused, ConversationIsMerged, ConversationNotFound, NotPermitted
from chalicelib.domain.errors_texts import MacroNotFound, MacroRefused, MacroRunNotFound, UndoRefused
from chalicelib.domain.macro_run import MacroRun, stays
from chalicelib.services.macro_documents import actions_body
from chalicelib.services.macro_plan import Outcome, Outlook
from chalicelib.services.macros import refusal_told
from chalicelib.wiring import texts

resource = Resource("macro-runs")


class MacroPreviewBody(Body, frozen=True, kw_only=True):
    conversation_id: Annotated[str, Meta(pattern=r"^cnv_[0-9a-hjkmnp-tv-z]{1,64}\Z")]


class MacroRunBody(Body, frozen=True, kw_only=True):
    client_id: ClientId
    macro_id: MacroId


class OutlookView(View, frozen=True, kw_only=True):
    """`outcome`: done, nothing (it is so already) or refused, with the `refusal`. `changes`: {field, before, after} of
    the conversation; `parts`: what the customer would get; `undoable`: it can be put back."""

    action: Json
    outcome: Outcome
    refusal: Json | None
    changes: list[Json]
    parts: list[str]
    undoable: bool


class MacroPreview(View, frozen=True, kw_only=True):
    """`ready`: no action would be refused."""

    ready: bool
    actions: list[OutlookView]


class MacroStepView(View, frozen=True, kw_only=True):
    """`state`: pending, done, nothing (it was so already), failed (with the `refusal`) or skipped. `reference`: the id
    of the message, note or task that was made."""

    action: Json
    state: str
    reference: str | None
    refusal: Json | None


class MacroRunView(View, frozen=True, kw_only=True):
    """`state`: running, done, partial (an action failed, those before it hold) or undone. `changes`: what it changed of
    the conversation. `undo_until`: null where nothing can be put back. After an undoing, `restored` names the fields
    that were put back, `kept` those that were not, and why; `stays` what no undoing takes back, by place of the
    action."""

    id: str
    macro_id: str
    macro_name: str
    conversation_id: str
    by: str
    by_name: str
    at: datetime
    state: str
    steps: list[MacroStepView]
    changes: list[Json]
    undo_until: datetime | None
    undone_at: datetime | None
    undone_by: str | None
    restored: list[str]
    kept: dict[str, str]
    stays: dict[str, str]


@resource.route(
    "POST",
    "/macros/{macro_id}/preview",
    role=Role.AGENT,
    body=MacroPreviewBody,
    gives=MacroPreview,
    refuses=(MacroNotFound, ConversationNotFound, ConversationIsMerged),
    example={"conversation_id": "cnv_7q2v5h8w0c4n1x6r3k9m"},
)
def preview_macro(caller: Caller, macro_id: str, body: MacroPreviewBody) -> MacroPreview:
    """What a macro would do with a conversation now, action by action. Nothing is changed."""
    seen = texts.macros().preview(texts.reader(caller.principal), macro_id, body.conversation_id, caller.now)
    ready = all(each.outcome is not Outcome.REFUSED for each in seen)
    return MacroPreview(ready=ready, actions=[_outlook(each) for each in seen])


def _outlook(seen: Outlook) -> OutlookView:
    (action,) = actions_body([seen.action])
    return OutlookView(
        action=action,
        outcome=seen.outcome,
        refusal=dict(refusal_told(seen.refusal)) if seen.refusal else None,
        changes=[{"field": name, "before": before, "after": after} for name, before, after in seen.changes],
        parts=list(seen.parts),
        undoable=seen.is_undoable,
    )


@resource.route(
    "POST",
    "/conversations/{conversation_id}/macro-runs",
    role=Role.AGENT,
    body=MacroRunBody,
    gives=MacroRunView,
    refuses=(MacroNotFound, ConversationNotFound, ConversationIsMerged, MacroRefused, ClientIdReused),
    example={"client_id": "0199c2f4-7d0e-7c8a-b6d1-9a3f5e2c4b10", "macro_id": "mac_7q2v5h8w0c4n1x6r3k9m"},
)
def apply_macro(caller: Caller, conversation_id: str, body: MacroRunBody) -> MacroRunView:
    """Carry a macro out. Where an action would be refused, nothing is done.

    The same `client_id` goes on where it was cut short, does nothing twice, and answers what was done."""
    reader = texts.reader(caller.principal)
    return _run(texts.macros().apply(reader, body.macro_id, conversation_id, body.client_id, caller.now))


@resource.route(
    "GET",
    "/conversations/{conversation_id}/macro-runs/{run_id}",
    role=Role.AGENT,
    gives=MacroRunView,
    refuses=(ConversationNotFound, MacroRunNotFound),
)
def get_macro_run(caller: Caller, conversation_id: str, run_id: str) -> MacroRunView:
    """What a macro did; kept for 30 days."""
    return _run(texts.macros().run(conversation_id, run_id))


@resource.route(
    "POST",
    "/conversations/{conversation_id}/macro-runs/{run_id}/undo",
    role=Role.AGENT,
    gives=MacroRunView,
    refuses=(ConversationNotFound, ConversationIsMerged, MacroRunNotFound, NotPermitted, UndoRefused),
)
def undo_macro(caller: Caller, conversation_id: str, run_id: str) -> MacroRunView:
    """Put back status, owner, priority and labels, as far as nobody has changed them since; within ten minutes."""
    return _run(texts.macros().undo(caller.principal, conversation_id, run_id, caller.now))


def _run(run: MacroRun) -> MacroRunView:
    actions = actions_body([step.action for step in run.steps])
    steps = [
        MacroStepView(
            action=action,
            state=step.state.value,
            reference=step.reference,
            refusal=dict(step.refusal) if step.refusal else None,
        )
        for action, step in zip(actions, run.steps, strict=True)
    ]
    return MacroRunView(
        id=run.id,
        macro_id=run.macro_id,
        macro_name=run.macro_name,
        conversation_id=run.conversation_id,
        by=run.by,
        by_name=run.by_name,
        at=run.at,
        state=run.state.value,
        steps=steps,
        changes=[{"field": each.field, "before": each.before, "after": each.after} for each in run.made],
        undo_until=run.undo_until,
        undone_at=run.undone_at,
        undone_by=run.undone_by,
        restored=list(run.restored),
        kept=dict(run.kept),
        stays=dict(stays(run)),
    )
