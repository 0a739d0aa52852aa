"""Macros, in the form of `texts`; and what each did with a conversation, beside that."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, moment, moment_or_none, to_json
from chalicelib.aws.stores.texts import Form, TextStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.macro import Action, ActionKind, Macro
from chalicelib.domain.macro_run import MacroRun, RunState, Step, StepState
from chalicelib.domain.macro_state import Change
from chalicelib.domain.text_scope import Whose
from chalicelib.domain.writes import Written

# Its actions' own marks outlive it: who repeats it after that does nothing twice either.
KEPT_FOR = timedelta(days=30)


def _body(macro: Macro) -> Mapping[str, Any]:
    return {
        "name": macro.name,
        "description": macro.description,
        "actions": [_action(each) for each in macro.actions],
        "changed_at": macro.changed_at.isoformat(),
        "changed_by": macro.changed_by,
    }


def _text(text_id: str, whose: Whose, version: int, used: int, body: Mapping[str, Any]) -> Macro:
    return Macro(
        id=text_id,
        whose=whose,
        name=body["name"],
        actions=tuple(_action_from(each) for each in body["actions"]),
        changed_at=datetime.fromisoformat(body["changed_at"]),
        changed_by=body["changed_by"],
        description=body["description"],
        used=used,
        version=version,
    )


class MacroStore(TextStore[Macro]):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, Form("macro", _body, _text))


class MacroRunStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, conversation_id: str, run_id: str) -> MacroRun | None:
        item = self._desk.get(keys_work.macro_run(conversation_id, run_id))
        return run_from(item) if item else None

    def add(self, run: MacroRun) -> Written:
        try:
            self._desk.write(Put(run_item(run)))
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE

    def replace(self, run: MacroRun, read_version: int) -> Written:
        try:
            self._desk.write(Put(run_item(run), "version = :read", {":read": read_version}))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE


def run_item(run: MacroRun) -> Item:
    pk, sk = keys_work.macro_run(run.conversation_id, run.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": run.version,
        "macro": run.macro_id,
        "name": run.macro_name,
        "by": run.by,
        "by_name": run.by_name,
        "at": run.at,
        "steps": to_json([_step(each) for each in run.steps]),
        "made": to_json([[each.field, each.before, each.after] for each in run.made]),
        "told": run.told,
        "state": run.state.value,
        "undone_at": run.undone_at,
        "undone_by": run.undone_by,
        "restored": list(run.restored),
        "kept": dict(run.kept),
        "expires_at": int((run.at + KEPT_FOR).timestamp()),
    }


def run_from(item: Item) -> MacroRun:
    return MacroRun(
        id=keys.sort_identifier(item["sk"]),
        conversation_id=keys.identifier(item["pk"]),
        macro_id=item["macro"],
        macro_name=item["name"],
        by=item["by"],
        by_name=item["by_name"],
        at=moment(item["at"]),
        steps=tuple(_step_from(each) for each in json.loads(item["steps"])),
        made=tuple(Change(*each) for each in json.loads(item["made"])),
        told=item["told"],
        state=RunState(item["state"]),
        undone_at=moment_or_none(item.get("undone_at")),
        undone_by=item.get("undone_by"),
        restored=tuple(item.get("restored", ())),
        kept=item.get("kept", {}),
        version=item["version"],
    )


def _step(step: Step) -> Mapping[str, Any]:
    return {
        "action": _action(step.action),
        "state": step.state.value,
        "reference": step.reference,
        "refusal": step.refusal,
    }


def _step_from(body: Mapping[str, Any]) -> Step:
    return Step(_action_from(body["action"]), StepState(body["state"]), body["reference"], body["refusal"])


def _action(action: Action) -> Mapping[str, Any]:
    return {"kind": action.kind.value, "values": dict(action.values)}


def _action_from(body: Mapping[str, Any]) -> Action:
    return Action(ActionKind(body["kind"]), body["values"])
