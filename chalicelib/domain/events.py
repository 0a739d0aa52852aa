"""Every domain event, and its wire form.

Events are facts written with the state change they describe, in the same item: an aggregate's `events` are those of
its newest version. An event's id is aggregate + version + place, so whoever has seen it can drop it.
Wire form (golden files in tests/golden/events): {id, type, version, occurred_at, aggregate: {kind, id, version},
actor: {kind, id}, data: {...}, snapshot: {...}}. `snapshot` is the aggregate as it was at that version, taken from the
same write, so that no consumer ever needs to load "the latest".
"""

from collections.abc import Mapping
from typing import get_args

from chalicelib.domain.events_call import CallEnded, CallStarted
from chalicelib.domain.events_conversation import (
    ConversationAssigned,
    ConversationCreated,
    ConversationPriorityChanged,
    ConversationRead,
    ConversationStatusChanged,
    ConversationUpdated,
    NoteCreated,
)
from chalicelib.domain.events_escalation import (
    ConversationBriefed,
    ConversationEscalated,
    ConversationGivenBack,
    ConversationTakenOver,
)
from chalicelib.domain.events_floor import FloorEvent
from chalicelib.domain.events_legs import ContactVerified, ConversationLegSwitched
from chalicelib.domain.events_merging import ConversationMerged, ConversationSplit, ConversationUnmerged
from chalicelib.domain.events_message import (
    AttachmentStored,
    MessageCreated,
    MessageQueued,
    MessageStateChanged,
)
from chalicelib.domain.events_notices import NoticeEvent
from chalicelib.domain.events_offer import ConversationOffered, ConversationOfferEnded
from chalicelib.domain.events_other import (
    AgentCapacityChanged,
    AgentPresenceChanged,
    ContactCreated,
    ContactUpdated,
    InboxHealthChanged,
    TemplateChanged,
    TimelineEventAdded,
)
from chalicelib.domain.events_person import ContactLinked, ContactSuggested, ContactSuggestionClosed, ContactUnlinked
from chalicelib.domain.events_privacy import ContactErased, MessageRedacted, NoteRedacted
from chalicelib.domain.events_profile import ConsentChanged, ContactNoteChanged, ConversationLabelled
from chalicelib.domain.events_promise import PromiseBroken, PromiseCancelled, PromiseKept, PromiseMade
from chalicelib.domain.events_reports import ReportEvent
from chalicelib.domain.events_scheduled import (
    MessageScheduleCancelled,
    MessageScheduleChanged,
    MessageScheduled,
    MessageScheduleFailed,
    MessageScheduleSent,
)
from chalicelib.domain.events_side_threads import (
    SideMessageChanged,
    SideThreadClosed,
    SideThreadCreated,
    SideThreadJoined,
    SideThreadReopened,
    SideThreadReplied,
    SideThreadSaid,
)
from chalicelib.domain.events_sla import SlaBreached, SlaMet, SlaPaused, SlaResumed, SlaStarted, SlaWarned
from chalicelib.domain.events_slack import SlackAppHealthChanged
from chalicelib.domain.events_tasks import TaskEvent
from chalicelib.domain.events_texts import TextEvent
from chalicelib.domain.events_webhooks import WebhookEvent
from chalicelib.domain.events_windows import (
    ConversationWindowClosed,
    ConversationWindowClosing,
    QuestionAnswered,
    QuestionAsked,
)

Event = (
    ConversationCreated
    | ConversationUpdated
    | ConversationStatusChanged
    | ConversationAssigned
    | ConversationOffered
    | ConversationOfferEnded
    | ConversationPriorityChanged
    | ConversationRead
    | ConversationMerged
    | ConversationUnmerged
    | ConversationSplit
    | ConversationBriefed
    | ConversationEscalated
    | ConversationGivenBack
    | ConversationTakenOver
    | NoteCreated
    | MessageCreated
    | MessageQueued
    | MessageStateChanged
    | MessageScheduled
    | MessageScheduleChanged
    | MessageScheduleCancelled
    | MessageScheduleFailed
    | MessageScheduleSent
    | CallStarted
    | CallEnded
    | AttachmentStored
    | ContactCreated
    | ContactUpdated
    | ContactErased
    | MessageRedacted
    | NoteRedacted
    | ContactLinked
    | ContactVerified
    | ConversationLegSwitched
    | ContactUnlinked
    | ContactSuggested
    | ContactSuggestionClosed
    | ContactNoteChanged
    | ConsentChanged
    | ConversationLabelled
    | TimelineEventAdded
    | TemplateChanged
    | InboxHealthChanged
    | SlackAppHealthChanged
    | AgentPresenceChanged
    | AgentCapacityChanged
    | PromiseMade
    | PromiseKept
    | PromiseBroken
    | PromiseCancelled
    | SlaStarted
    | SlaPaused
    | SlaResumed
    | SlaWarned
    | SlaMet
    | SlaBreached
    | ConversationWindowClosing
    | ConversationWindowClosed
    | QuestionAsked
    | QuestionAnswered
    | NoticeEvent
    | SideThreadCreated
    | SideThreadSaid
    | SideThreadReplied
    | SideThreadJoined
    | SideThreadClosed
    | SideThreadReopened
    | SideMessageChanged
    | TaskEvent
    | TextEvent
    | WebhookEvent
    | ReportEvent
    | FloorEvent
)

EVENTS: Mapping[str, type[Event]] = {event.TYPE: event for event in get_args(Event)}
