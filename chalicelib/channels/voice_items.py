"""The items that a call is made of: its card, and silent updates beside it.

What an update may hold is laid down in chalicelib/domain/call.py.
"""

from typing import Any

from chalicelib.channels.base import Ignored, Inbound, InboundMessage
from chalicelib.channels.untrusted import MAX_ID, known, whole
from chalicelib.channels.voice_form import OVER, Form
from chalicelib.domain.ids import is_id
from chalicelib.domain.message import Attachment, MessageKind


def card_of(form: Form) -> InboundMessage | None:
    """The same card of whatever is told of the call, so that a lost webhook loses no call."""
    sid, peer = form.sid, form.peer
    if sid is None or peer is None:
        return None
    direction = "outbound" if form.is_outbound else "inbound"
    more = known(
        forwarded_from=form.word("ForwardedFrom"), city=form.word("FromCity"), country=form.word("FromCountry")
    )
    return InboundMessage(
        account_id=form.account_id,
        external_id=sid,
        peer=peer,
        occurred_at=form.received_at,
        kind=MessageKind.CALL,
        content={"direction": direction, "from": form.caller, "to": form.callee, "state": "ringing", **more},
        echo=form.is_outbound,
        untimed=True,
    )


def update(
    form: Form, external_id: str, said: str, files: tuple[Attachment, ...] = (), /, **content: Any
) -> list[Inbound]:
    """A silent item beside the card; `said` is what a list shows of it in one line. Twilio tells the time of some, to
    the second and by a clock of its own: it is kept, but all of a call is ordered by when it came here."""
    peer, target, at = form.peer, form.call_id, form.told_at
    if peer is None or target is None:
        return [Ignored("update.unattributed")]
    item = InboundMessage(
        account_id=form.account_id,
        external_id=external_id[:MAX_ID],
        peer=peer,
        occurred_at=form.received_at,
        kind=MessageKind.CALL_UPDATE,
        text=said,
        attachments=files,
        content={"target": target, **_placed(form), **known(at=at.isoformat() if at else None, **content)},
        # That somebody of ours took the call answers the customer: it is the business's doing.
        echo=content.get("answered") is True and form.tracker is None,
        untimed=True,
    )
    return [item]


def _placed(form: Form) -> dict[str, Any]:
    """Which of our messages, and which attempt, where we placed the call."""
    _, _, rest = (form.tracker or "").partition(".")
    message_id, _, attempt = rest.partition(".")
    return {"message_id": message_id, "attempt": whole(attempt) or 1} if is_id("msg", message_id) else {}


def is_over(form: Form) -> str | None:
    return "ended" if form.word("CallStatus").lower() in OVER else None
