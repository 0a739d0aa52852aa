"""What can be done in one step about a window that closes soon: calls of the API, ready but for what is missing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.channels import registry
from chalicelib.domain import ids
from chalicelib.domain.consent import ConsentState, Purpose, consent_now
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.template import Template, TemplateStatus
from chalicelib.domain.template_fit import needs_value, placeholders
from chalicelib.domain.wait_words import language_of
from chalicelib.services.consent_asking import ADDRESSED, address_of

Way = Literal["reply", "schedule", "template", "consent", "switch"]
MOST_TEMPLATES = 3
# A last word is sent so long before the end, where there is that much time.
MARGIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WayOut:
    """`path` and `body` are the call; `needs` names what is to be
    filled in first, by its place in the body."""

    kind: Way
    title: str
    path: str
    body: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class WaysOut:
    """`templates` of an inbox and the inboxes themselves may be a minute old."""

    templates: Callable[[str], Sequence[Template]]
    inboxes: Callable[[], Sequence[Inbox]]

    def of(
        self,
        found: Conversation,
        leg: Leg,
        inbox: Inbox,
        contact: Contact | None,
        closes_at: datetime,
        now: datetime,
    ) -> Sequence[WayOut]:
        """The nearest first."""
        seed = f"{leg.id} {closes_at.isoformat()}"
        ways = [*_said(found, leg, closes_at, now, seed)]
        if contact is not None:
            ways += self._elsewhere(found, leg, contact, now, seed)
        return [*ways, *self._templates(found, leg, inbox, contact, seed)]

    def _templates(
        self, found: Conversation, leg: Leg, inbox: Inbox, contact: Contact | None, seed: str
    ) -> Iterator[WayOut]:
        if not registry.load(inbox.channel).CAPABILITIES.templates:
            return
        language = language_of((contact.language or contact.locale) if contact else None)
        fit = [each for each in self.templates(inbox.id) if each.status is TemplateStatus.APPROVED]
        ranked = sorted(
            fit, key=lambda each: (_language(each) != language, len(_needs(each)), each.name, each.language)
        )
        for template in ranked[:MOST_TEMPLATES]:
            content = {"name": template.name, "language": template.language, "components": _components(template)}
            body = {
                "client_id": _client_id(seed, "template", template.name, template.language),
                "leg_id": leg.id,
                "kind": "template",
                "content": content,
            }
            title = f"Send the template {template.name} ({template.language}), now or after the window has closed"
            yield WayOut("template", title, _path(found, "messages"), body, _needs(template))

    def _elsewhere(self, found: Conversation, leg: Leg, contact: Contact, now: datetime, seed: str) -> Iterator[WayOut]:
        """On a channel without a window: by their consent, or after asking for it."""
        if contact.do_not_contact is not None:
            return
        for inbox in self._open_inboxes(leg):
            address = address_of(contact, ADDRESSED[inbox.channel], now)
            said = consent_now(contact.consents, inbox.channel, Purpose.SERVICE)
            if not address or (said is not None and said.state is ConsentState.WITHDRAWN):
                continue
            name = "e-mail" if inbox.channel == "email" else inbox.channel.upper()
            client_id = _client_id(seed, inbox.channel)
            if said is not None and said.state is ConsentState.GRANTED:
                body = {"client_id": client_id, "inbox_id": inbox.id, "address": address, "purpose": "service"}
                yield WayOut("switch", f"Go on by {name}: they agreed", _path(found, "legs"), body)
            elif said is None:
                body = {"client_id": client_id, "channel": inbox.channel, "leg_id": leg.id}
                title = f"Ask whether we may write by {name}"
                yield WayOut("consent", title, _path(found, "consent-requests"), body)

    def _open_inboxes(self, leg: Leg) -> list[Inbox]:
        """One of each channel that has addresses and no window."""
        by_channel: dict[str, Inbox] = {}
        for inbox in sorted(self.inboxes(), key=lambda each: each.id):
            usable = inbox.enabled and inbox.channel in ADDRESSED and inbox.channel != leg.channel
            if usable and registry.load(inbox.channel).CAPABILITIES.window_seconds is None:
                by_channel.setdefault(inbox.channel, inbox)
        return [by_channel[name] for name in sorted(by_channel)]


def _said(found: Conversation, leg: Leg, closes_at: datetime, now: datetime, seed: str) -> Iterator[WayOut]:
    """What can be said in the window itself."""
    reply = {"client_id": _client_id(seed, "reply"), "leg_id": leg.id, "text": ""}
    yield WayOut("reply", "Answer now", _path(found, "messages"), reply, ("text",))
    margin = min(MARGIN, (closes_at - now) / 2)
    send_at = (closes_at - margin).replace(microsecond=0)
    if send_at > now:
        later = {
            "client_id": _client_id(seed, "schedule"),
            "leg_id": leg.id,
            "text": "",
            "send_at": send_at.isoformat(),
        }
        title = "Write the last word now; it is sent before the window closes, unless the customer writes first"
        yield WayOut("schedule", title, _path(found, "scheduled"), later, ("text",))


def _path(found: Conversation, what: str) -> str:
    return f"/conversations/{found.id}/{what}"


def _client_id(*seed: str) -> str:
    """The same way of the same window is the same call: pressed twice, it is done once."""
    return f"way_{ids.digest(*seed)}"


def _language(template: Template) -> str:
    return template.language.replace("-", "_").partition("_")[0].lower()


def _needs(template: Template) -> tuple[str, ...]:
    """The values that a template needs, by their place in its components."""
    found: list[str] = []
    for place, component in enumerate(_components(template)):
        found += [f"content.components[{place}].parameters[{nth}]" for nth, _ in enumerate(component["parameters"])]
    return tuple(found)


def _components(template: Template) -> list[Mapping[str, Any]]:
    parts = template.parts
    if parts is None:
        return []
    made: list[Mapping[str, Any]] = []
    if parts.header is not None and parts.header.kind != "text":
        made.append({"type": "header", "parameters": [{"type": parts.header.kind}]})
    elif parts.header is not None and placeholders(parts.header.text):
        made.append({"type": "header", "parameters": _texts(placeholders(parts.header.text))})
    if placeholders(parts.body):
        made.append({"type": "body", "parameters": _texts(placeholders(parts.body))})
    for place, button in enumerate(parts.buttons):
        if needs_value(button):
            kind = {"type": "button", "sub_type": button.kind, "index": str(place)}
            made.append({**kind, "parameters": [{"type": "text", "text": ""}]})
    return made


def _texts(names: Sequence[str]) -> list[Mapping[str, str]]:
    return [{"type": "text", "text": ""} | ({} if name.isdecimal() else {"parameter_name": name}) for name in names]
