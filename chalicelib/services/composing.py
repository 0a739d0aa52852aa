"""Before and beyond one message: what would become of a draft, and a draft that goes as several messages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.channels import registry
from chalicelib.channels.base import CannotSay, Channel, Outgoing, OutgoingAttachment
from chalicelib.channels.sms_text import Segments, segments
from chalicelib.channels.untrusted import text
from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.errors import ConversationNotFound, InboxDisabled, InvalidInput, MessageUnfit, Refusal
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Message, MessageKind, preview, said_in
from chalicelib.domain.window import window_closes_at, window_is_open
from chalicelib.services.alternatives import Alternative, alternatives, leg_window_seconds, measured, other_legs
from chalicelib.services.followed import check_unmerged
from chalicelib.services.ports import InboxReader, ReplyStore
from chalicelib.services.rendering import needs_quotation
from chalicelib.services.reply import closed, inbox_named_by, is_message_id, leg_of, reply, unfit
from chalicelib.services.reply_draft import Draft, Portion
from chalicelib.services.splitting import Part, parts, whole
from chalicelib.services.template_check import check as check_template


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of a draft: the messages it goes as, in the form the customer gets, or why it does not go.
    `length` is of its text, as the channel counts; `segments` of each message, where the channel charges by them;
    `closes_at`: until when it goes, None where that is always (or it never went)."""

    leg: Leg
    channel: Channel
    length: int
    closes_at: datetime | None = None
    parts: Sequence[Part] = ()
    segments: Sequence[Segments] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Composing:
    """Drafts of one conversation."""

    store: ReplyStore
    inboxes: InboxReader
    principal: Principal
    conversation_id: str
    now: datetime

    def judged(self, draft: Draft, *, split: bool) -> Verdict:
        """Nothing is stored. One read of the conversation, and one of the message that is answered where its words or
        its name are needed. Raises ConversationNotFound, InboxDisabled, InvalidInput."""
        conversation = self._conversation()
        leg = leg_of(conversation, draft.leg_id)
        inbox = self._inbox(leg.inbox_id)
        channel = registry.load(inbox.channel)
        out, quoted = self._proposal(draft, leg.id, channel)
        length = measured(text(draft.content.get("body")) or draft.text, channel.CAPABILITIES)
        window = leg_window_seconds(leg, inbox, draft.kind, by_a_person=self._by_a_person)
        verdict = Verdict(leg, channel, length, window_closes_at(leg, window))
        try:
            found = parts(out, channel, quoted) if split else [whole(out, channel, quoted)]
        except CannotSay as cannot:
            instead = [*alternatives(out, channel, cannot, quoted), *self._other_legs(out, conversation)]
            return replace(verdict, refusal=unfit(out, channel, cannot, instead))
        if not window_is_open(leg, window, self.now):
            return replace(verdict, refusal=closed(leg, inbox, window, self._other_legs(out, conversation)))
        if draft.kind is MessageKind.TEMPLATE:
            try:
                check_template(self.store.templates, inbox, draft.content)
            except MessageUnfit as misfit:
                return replace(verdict, refusal=misfit)
        charged = [segments(part.shown.text) for part in found] if channel.CAPABILITIES.segmented else []
        return replace(verdict, parts=found, segments=charged)

    def sent(self, draft: Draft) -> Sequence[Message]:
        """Store a draft as one message where it goes, else as several, in one order on its leg. A repeat gives the same
        messages, and completes what was cut short. Raises what a reply raises."""
        draft = replace(draft, leg_id=draft.leg_id or self._leg_id(draft))
        channel = registry.load(self._inbox(inbox_named_by(draft.leg_id or "")).channel)
        out, quoted = self._proposal(draft, draft.leg_id or "", channel)
        try:
            found = parts(out, channel, quoted)
        except CannotSay:
            # The way of a single message refuses it, with what would go instead.
            return (self._reply(draft),)
        return self._replies(draft, found) if len(found) > 1 else (self._reply(draft),)

    def _replies(self, draft: Draft, found: Sequence[Part]) -> Sequence[Message]:
        """One after the other: the next is stored once the one before it is, so that they are sent in this order."""
        stored: list[Message] = []
        for place, part in enumerate(found):
            first = stored[0] if stored else None
            portion = replace(
                draft,
                client_id=portion_name(draft.client_id, place),
                text=part.message.text,
                kind=part.message.kind,
                content=part.message.content,
                attachments=tuple(draft.attachments[index] for index in part.files),
                reply_to=part.message.reply_to,
                leg_id=first.leg_id if first else draft.leg_id,
                portion=Portion(place, draft.digest, first.id if first else None),
            )
            stored.append(self._reply(portion))
        return stored

    def _reply(self, draft: Draft) -> Message:
        return reply(self.store, self.inboxes, self.principal, self.conversation_id, draft, self.now)

    def _leg_id(self, draft: Draft) -> str:
        """The leg it was stored on before, else the active one: a repeat must not move."""
        for client_id in (draft.client_id, portion_name(draft.client_id, 0)):
            once = self.store.once(self.conversation_id, client_id)
            if once is not None:
                return once.leg_id
        return leg_of(self._conversation(), None).id

    def _proposal(self, draft: Draft, leg_id: str, channel: Channel) -> tuple[Outgoing, str | None]:
        """The draft as the channel would see it, and the beginning of the message it answers or is about."""
        out = Outgoing(
            message_id="",
            tracker="",
            to="",
            kind=draft.kind,
            text=draft.text,
            content=draft.content,
            attachments=tuple(
                OutgoingAttachment("", part.mime, part.name, part.size_bytes) for part in draft.attachments
            ),
            reply_to=draft.reply_to,
            human=self._by_a_person,
            author_name=self.principal.name,
            leg_id=leg_id,
            conversation_id=self.conversation_id,
        )
        target = text(draft.content.get("target"))
        about = target if draft.reply_to is None and is_message_id(target) else None
        named = about or (draft.reply_to if needs_quotation(out, channel) else None)
        if named is None:
            return out, None
        found = self.store.message(leg_id, named) if is_message_id(named) else None
        if found is None:
            raise InvalidInput("There is no such message on this leg.", field="content.target" if about else "reply_to")
        quoted = preview(found.kind, said_in(found))
        if about is None:
            return out, quoted
        return replace(out, content={**draft.content, "target": found.external_id or found.id}), quoted

    def _conversation(self) -> Conversation:
        conversation = self.store.conversation(self.conversation_id)
        if conversation is None:
            raise ConversationNotFound("There is no such conversation.")
        check_unmerged(self.store, conversation)
        return conversation

    def _inbox(self, inbox_id: str) -> Inbox:
        inbox = self.inboxes.inbox(inbox_id)
        if inbox is None:
            raise InvalidInput("This leg is not one of the conversation.", field="leg_id")
        if not inbox.enabled:
            raise InboxDisabled(f"The inbox {inbox.name} is disabled: enable it or choose another leg.")
        return inbox

    def _other_legs(self, out: Outgoing, conversation: Conversation) -> list[Alternative]:
        return other_legs(out, conversation, self.inboxes, self.now, by_a_person=self._by_a_person)

    @property
    def _by_a_person(self) -> bool:
        return self.principal.kind == "agent"


def portion_name(client_id: str, place: int) -> str:
    """The client id of one of the messages that a draft was split into."""
    return f"{client_id}/{place + 1}"
