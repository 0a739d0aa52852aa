"""Item forms of templates and of an inbox's health: rarely written, so their names are plain words."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, events_of, from_json, moment, moment_or_none, to_json
from chalicelib.aws.transaction import ABSENT, Put
from chalicelib.domain.inbox_health import InboxHealth, Notice, Registration, TokenState
from chalicelib.domain.template import Button, Header, Parts, Template, TemplateStatus
from chalicelib.domain.writes import Recorded


def template_item(template: Template) -> Item:
    pk, sk = keys.template(template.inbox_id, template.name, template.language)
    return {
        "pk": pk,
        "sk": sk,
        "name": template.name,
        "language": template.language,
        "external_id": template.external_id,
        "status": template.status.value,
        "reason": template.reason,
        "quality": template.quality,
        "category": template.category,
        "parts": None if template.parts is None else to_json(asdict(template.parts)),
        "told": dict(template.told),
        "version": template.version,
        "revision": template.revision,
    }


def template_from(item: Item) -> Template:
    parts = item.get("parts")
    return Template(
        inbox_id=keys.identifier(item["pk"]),
        name=item.get("name", ""),
        language=item.get("language", ""),
        external_id=item.get("external_id"),
        status=TemplateStatus(item["status"]),
        reason=item.get("reason"),
        quality=item.get("quality"),
        category=item.get("category"),
        parts=None if parts is None else _parts(from_json(parts)),
        told={piece: moment(at) for piece, at in item.get("told", {}).items()},
        version=item["version"],
        revision=item["revision"],
    )


def _parts(stored: Mapping[str, Any]) -> Parts:
    header = stored["header"]
    return Parts(
        body=stored["body"],
        header=None if header is None else Header(**header),
        footer=stored["footer"],
        buttons=tuple(Button(**button) for button in stored["buttons"]),
        others=tuple(stored["others"]),
    )


def health_item(health: InboxHealth) -> Item:
    pk, sk = keys.inbox_health(health.inbox_id)
    registration = health.registration
    return {
        "pk": pk,
        "sk": sk,
        "token": health.token.value,
        "token_at": health.token_at,
        "reason": health.reason,
        "registration": None if registration is None else asdict(registration),
        "notices": tuple({"kind": one.kind, "at": one.at, "detail": to_json(one.detail)} for one in health.notices),
        "version": health.version,
        "revision": health.revision,
    }


def health_from(item: Item) -> InboxHealth:
    registration = item.get("registration")
    return InboxHealth(
        inbox_id=keys.identifier(item["pk"]),
        token=TokenState(item["token"]),
        token_at=moment_or_none(item.get("token_at")),
        reason=item.get("reason"),
        registration=None
        if registration is None
        else Registration(moment(registration["at"]), registration["url"], registration["ok"], registration["detail"]),
        notices=tuple(
            Notice(one["kind"], moment(one["at"]), from_json(one.get("detail"))) for one in item.get("notices", ())
        ),
        version=item["version"],
        revision=item["revision"],
    )


def next_put(item: Item, recorded: Recorded | None) -> Put:
    """The item's next revision, where the one that was read is still there; a new version only where something is
    announced."""
    read = item["revision"]
    after = item | {"revision": read + 1}
    if recorded is not None:
        after |= {"version": item["version"] + 1, "events": events_of(recorded)}
    return Put(after, ABSENT) if read == 0 else Put(after, "revision = :read", {":read": read})
