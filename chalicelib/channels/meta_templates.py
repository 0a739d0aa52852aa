"""Meta's message templates, as WhatsApp and Messenger list them and tell of them.

Sources: "WhatsApp Business Account, message_templates", "Page message templates", and the webhook fields
`message_template_status_update`, `message_template_quality_update`, `message_template_components_update` and
`template_category_update`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from chalicelib.channels.base import (
    AccountNotice,
    Credentials,
    HttpRequest,
    HttpResponse,
    ProviderError,
    TemplatePage,
)
from chalicelib.channels.meta_api import get, payload_of
from chalicelib.channels.untrusted import identifier, mapping, objects, optional, text
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.template import Button, Header, Parts, TemplateNews, TemplateStatus
from chalicelib.domain.template_fit import UNTOLD

FIELDS = "id,name,language,status,category,components,quality_score,rejected_reason"
PAGE = 100
# Both what lists say and what webhooks do.
STATUSES = {
    "PENDING": TemplateStatus.PENDING,
    "IN_APPEAL": TemplateStatus.PENDING,
    "APPROVED": TemplateStatus.APPROVED,
    "REINSTATED": TemplateStatus.APPROVED,
    "UNPAUSED": TemplateStatus.APPROVED,
    "FLAGGED": TemplateStatus.FLAGGED,
    "PAUSED": TemplateStatus.PAUSED,
    "LIMIT_EXCEEDED": TemplateStatus.PAUSED,
    "REJECTED": TemplateStatus.REJECTED,
    "DISABLED": TemplateStatus.DISABLED,
    "LOCKED": TemplateStatus.DISABLED,
    "ARCHIVED": TemplateStatus.DISABLED,
    "PENDING_DELETION": TemplateStatus.DELETED,
    "DELETED": TemplateStatus.DELETED,
}
FORMATS = {"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"}
MAX_REASON = 500


def build_list(owner_id: str, inbox: Inbox, credentials: Credentials, after: str | None) -> HttpRequest:
    query = {"fields": FIELDS, "limit": str(PAGE)} | ({"after": after} if after else {})
    request = get(owner_id, inbox, credentials)
    return HttpRequest(
        "GET", f"{request.url}/message_templates?{urlencode(query)}", secret_headers=request.secret_headers
    )


def parse_list(response: HttpResponse, at: datetime) -> TemplatePage | ProviderError:
    """Of an answer that is no error. `next` is only there where there is more."""
    payload = payload_of(response)
    if not isinstance(payload.get("data"), list):
        return ProviderError("unreadable", FailureClass.RETRY, "The provider's list of templates cannot be read.")
    paging = mapping(payload.get("paging"))
    after = identifier(mapping(paging.get("cursors")).get("after")) if optional(paging.get("next")) else None
    found = [_listed(entry, at) for entry in objects(payload.get("data"))]
    usable = tuple(news for news in found if news.name and news.language)
    return TemplatePage(usable, after, unread=len(payload["data"]) - len(usable))


def _listed(entry: Mapping[str, Any], at: datetime) -> TemplateNews:
    status = STATUSES.get(text(entry.get("status")).upper(), TemplateStatus.UNKNOWN)
    quality = text(mapping(entry.get("quality_score")).get("score")) or text(entry.get("quality_score"))
    return TemplateNews(
        at=at,
        name=identifier(entry.get("name")),
        language=identifier(entry.get("language")),
        external_id=identifier(entry.get("id")),
        status=status,
        reason=_reason(entry.get("rejected_reason")),
        quality=quality.lower() or None,
        category=text(entry.get("category")).lower() or None,
        parts=_parts(entry.get("components")),
    )


def _parts(components: Any) -> Parts | None:
    if not isinstance(components, list):
        return None
    body, footer, header = "", "", None
    buttons: tuple[Button, ...] = ()
    others: list[str] = []
    for one in objects(components):
        kind = text(one.get("type")).upper()
        if kind == "BODY":
            body = text(one.get("text"))
        elif kind == "FOOTER":
            footer = text(one.get("text"))
        elif kind == "HEADER":
            header = _header(one)
        elif kind == "BUTTONS":
            buttons = tuple(_button(button) for button in objects(one.get("buttons")))
        else:
            others.append(kind.lower()[:40])
    return Parts(body, header, footer, buttons, tuple(others))


def _header(component: Mapping[str, Any]) -> Header:
    kind = text(component.get("format")).upper() or "TEXT"
    # A format of tomorrow needs a value too, and only the provider knows which.
    return Header(kind.lower() if kind in FORMATS else UNTOLD, text(component.get("text")))


def _button(button: Mapping[str, Any]) -> Button:
    kind = text(button.get("type")).lower()
    return Button(kind, text(button.get("text")), text(button.get("url")))


def news(notice: AccountNotice) -> TemplateNews | None:
    read = NEWS.get(notice.kind)
    return read(notice) if read else None


def _status(notice: AccountNotice) -> TemplateNews:
    detail = notice.detail
    told = mapping(detail.get("rejection_info"))
    reason = (
        text(told.get("reason"))
        or _reason(detail.get("reason"))
        or text(mapping(detail.get("other_info")).get("title"))
    )
    return _named(
        notice,
        status=STATUSES.get(text(detail.get("event")).upper(), TemplateStatus.UNKNOWN),
        reason=reason[:MAX_REASON] or None,
        category=text(detail.get("message_template_category")).lower() or None,
    )


def _quality(notice: AccountNotice) -> TemplateNews:
    return _named(notice, quality=text(notice.detail.get("new_quality_score")).lower() or None)


def _category(notice: AccountNotice) -> TemplateNews:
    return _named(notice, category=text(notice.detail.get("new_category")).lower() or None)


def _components(notice: AccountNotice) -> TemplateNews:
    """Text parts only are told; where there may be a header of another kind, the parts are known by a list alone."""
    detail = notice.detail
    title = text(detail.get("message_template_title"))
    buttons = [
        Button(
            text(button.get("message_template_button_type")).lower(),
            text(button.get("message_template_button_text")),
            text(button.get("message_template_button_url")),
        )
        for button in objects(detail.get("message_template_buttons"))
    ]
    parts = Parts(
        body=text(detail.get("message_template_element")),
        header=Header("text", title) if title else Header(UNTOLD),
        footer=text(detail.get("message_template_footer")),
        buttons=tuple(buttons),
    )
    return _named(notice, parts=parts)


def _named(notice: AccountNotice, **told: Any) -> TemplateNews:
    detail = notice.detail
    return TemplateNews(
        at=notice.occurred_at,
        name=identifier(detail.get("message_template_name")),
        language=identifier(detail.get("message_template_language")),
        external_id=identifier(detail.get("message_template_id")),
        **told,
    )


def _reason(value: Any) -> str | None:
    word = text(value)
    return word[:MAX_REASON] if word and word.upper() != "NONE" else None


NEWS = {
    "template.status": _status,
    "template.quality": _quality,
    "template.category": _category,
    "template.components": _components,
}
