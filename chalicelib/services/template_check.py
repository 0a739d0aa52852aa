"""What is to be sent as a template is held against what is known of it, before it is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.channels import registry
from chalicelib.domain.errors import MessageUnfit
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.template import SENDABLE, Template, TemplateStatus
from chalicelib.domain.template_fit import Misfit, fill
from chalicelib.domain.template_fit import check as misfits_of
from chalicelib.services.inbox_ports import TemplateReader

MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """What a send would be: what does not fit, how it would read, and which template it is (None: nobody knows it)."""

    misfits: tuple[Misfit, ...]
    preview: str | None
    template: Template | None


def check(store: TemplateReader, inbox: Inbox, content: Mapping[str, Any]) -> str:
    """How the message will read, empty where nobody knows the template. Raises MessageUnfit.

    Only what is known to be wrong is refused: an inbox whose templates were never listed sends what it likes."""
    if not registry.load(inbox.channel).CAPABILITIES.templates:
        return ""
    found = fit(store, inbox, content)
    if found.misfits:
        first = found.misfits[0]
        raise MessageUnfit(first.reason, field=first.field)
    return found.preview or ""


def fit(store: TemplateReader, inbox: Inbox, content: Mapping[str, Any]) -> Fit:
    """Everything that is wrong with a send, the first thing first. The form of `content` is the channel's to check."""
    name, language = _wanted(content)
    if not name or not language:
        return Fit((), None, None)
    template, listed_at = store.known(inbox.id, name, language)
    if template is None:
        unknown = () if listed_at is None else (_unknown(store, inbox, name, language),)
        return Fit(unknown, None, None)
    if template.status not in SENDABLE:
        return Fit((_stopped(store, template),), None, template)
    if template.parts is None:
        return Fit((), None, template)
    components = [one for one in _sequence(content.get("components")) if isinstance(one, Mapping)]
    return Fit(misfits_of(template.parts, components), fill(template.parts, components), template)


def _wanted(content: Mapping[str, Any]) -> tuple[str, str]:
    name, language = content.get("name"), content.get("language")
    code = language.get("code") if isinstance(language, Mapping) else language
    return name if isinstance(name, str) else "", code if isinstance(code, str) else ""


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _unknown(store: TemplateReader, inbox: Inbox, name: str, language: str) -> Misfit:
    others = _languages(store.named(inbox.id, name), language)
    if others:
        return Misfit("content.language", f"The template {name} is not there in {language}, but in {others}.")
    return Misfit(
        "content.name", f"The inbox {inbox.name} has no template {name} in {language}. Sync its templates if it is new."
    )


STOPPED = {
    TemplateStatus.PENDING: "waits for the provider's approval",
    TemplateStatus.PAUSED: "is paused by the provider",
    TemplateStatus.REJECTED: "was rejected by the provider",
    TemplateStatus.DISABLED: "is disabled by the provider",
    TemplateStatus.DELETED: "was deleted at the provider",
}


def _stopped(store: TemplateReader, template: Template) -> Misfit:
    why = f": {template.reason.rstrip('.')}" if template.reason else ""
    others = _languages(store.named(template.inbox_id, template.name), template.language)
    instead = f" It may be sent in {others}." if others else ""
    text = f"The template {template.name} ({template.language}) {STOPPED[template.status]}{why}.{instead}"
    return Misfit("content.name", text)


def _languages(found: Sequence[Template], but: str) -> str:
    """The languages in which a template is approved."""
    approved = (TemplateStatus.APPROVED, TemplateStatus.FLAGGED)
    there = sorted(one.language for one in found if one.status in approved and one.language not in ("", but))
    more = " and others" if len(there) > MAX_NAMED else ""
    return ", ".join(there[:MAX_NAMED]) + more if there else ""
