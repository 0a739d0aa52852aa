"""Who reacts to what: each purpose is a queue of its own, fed by a rule of the bus (infra/parts/bus.yaml), and a
function that serves it. A reaction is added by a row here, its rule and its function; a test compares the three."""

from collections.abc import Mapping

from chalicelib.domain.events import (
    AgentCapacityChanged,
    AgentPresenceChanged,
    ContactCreated,
    ConversationAssigned,
    ConversationCreated,
    ConversationMerged,
    ConversationOfferEnded,
    ConversationPriorityChanged,
    ConversationRead,
    ConversationSplit,
    ConversationStatusChanged,
    ConversationUnmerged,
    MessageCreated,
    MessageScheduleChanged,
    MessageScheduled,
    PromiseBroken,
    PromiseMade,
    SlaBreached,
    SlaWarned,
)

SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "attachments": (MessageCreated.TYPE,),
    "signals": (ConversationRead.TYPE, ContactCreated.TYPE),
    "routing": (
        ConversationCreated.TYPE,
        ConversationStatusChanged.TYPE,
        ConversationAssigned.TYPE,
        ConversationPriorityChanged.TYPE,
        ConversationMerged.TYPE,
        ConversationOfferEnded.TYPE,
        AgentPresenceChanged.TYPE,
        AgentCapacityChanged.TYPE,
        PromiseBroken.TYPE,
        SlaWarned.TYPE,
        SlaBreached.TYPE,
    ),
    "sla": (
        ConversationCreated.TYPE,
        ConversationMerged.TYPE,
        ConversationUnmerged.TYPE,
        ConversationSplit.TYPE,
        ConversationStatusChanged.TYPE,
        ConversationAssigned.TYPE,
        MessageCreated.TYPE,
        MessageScheduled.TYPE,
        MessageScheduleChanged.TYPE,
        PromiseMade.TYPE,
    ),
}
