"""Path parameters: the ids they take, and what is said where there is no such thing."""

from collections.abc import Mapping

from chalicelib.domain.errors import (
    AgentNotFound,
    ApiKeyNotFound,
    ContactNotFound,
    ConversationNotFound,
    DataSourceNotFound,
    ErasureNotFound,
    HoursNotFound,
    InboxNotFound,
    JobNotFound,
    MessageNotFound,
    NoticeNotFound,
    PrivacyRequestNotFound,
    PushSubscriptionNotFound,
    QueueNotFound,
    Refusal,
    ReplayNotFound,
    SegmentNotFound,
    SideMessageNotFound,
    SideThreadNotFound,
    SuggestionNotFound,
    TaskNotFound,
    TeamNotFound,
    VerificationNotFound,
    WebhookDeliveryNotFound,
    WebhookEndpointNotFound,
)
from chalicelib.domain.errors_profile import ContactNoteNotFound
from chalicelib.domain.errors_report_schedules import ReportRunNotFound, ReportScheduleNotFound
from chalicelib.domain.errors_texts import (
    AnnouncementNotFound,
    CannedResponseNotFound,
    MacroNotFound,
    MacroRunNotFound,
    ViewNotFound,
)
from chalicelib.domain.promise import PromiseNotFound
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.scheduled import ScheduledNotFound

# Path parameters: the prefix of the id, and what is said where there is no such thing.
PATH_IDS: Mapping[str, tuple[str, type[Refusal]]] = {
    "agent_id": ("agt", AgentNotFound),
    "contact_id": ("con", ContactNotFound),
    "other_id": ("con", ContactNotFound),
    "suggestion_id": ("sug", SuggestionNotFound),
    "conversation_id": ("cnv", ConversationNotFound),
    "inbox_id": ("ibx", InboxNotFound),
    "key_id": ("key", ApiKeyNotFound),
    "message_id": ("msg", MessageNotFound),
    "team_id": ("team", TeamNotFound),
    "hours_id": ("hrs", HoursNotFound),
    "replay_id": ("rpl", ReplayNotFound),
    "job_id": ("job", JobNotFound),
    "erasure_id": ("era", ErasureNotFound),
    "request_id": ("prq", PrivacyRequestNotFound),
    "source_id": ("dts", DataSourceNotFound),
    "segment_id": ("seg", SegmentNotFound),
    "note_id": ("nte", ContactNoteNotFound),
    "promise_id": ("prm", PromiseNotFound),
    "scheduled_id": ("sch", ScheduledNotFound),
    "task_id": ("tsk", TaskNotFound),
    "thread_id": ("sth", SideThreadNotFound),
    "side_message_id": ("sdm", SideMessageNotFound),
    "verification_id": ("vrf", VerificationNotFound),
    "canned_response_id": ("can", CannedResponseNotFound),
    "macro_id": ("mac", MacroNotFound),
    "run_id": ("mrn", MacroRunNotFound),
    "view_id": ("view", ViewNotFound),
    "announcement_id": ("ann", AnnouncementNotFound),
    "notice_id": ("ntc", NoticeNotFound),
    "subscription_id": ("psh", PushSubscriptionNotFound),
    "endpoint_id": ("whk", WebhookEndpointNotFound),
    "delivery_id": ("whd", WebhookDeliveryNotFound),
    "schedule_id": ("rps", ReportScheduleNotFound),
    "report_run_id": ("rrn", ReportRunNotFound),
}
# What may be named besides, where a route says that it takes notes too.
NOTES: Mapping[str, str] = {"message_id": "nte"}
# Ids with one word beside those of their prefix.
PATH_WORDS: Mapping[str, tuple[str, str, type[Refusal]]] = {"queue_id": ("team", FALLBACK, QueueNotFound)}
PATH_NUMBERS: Mapping[str, type[Refusal]] = {"index": MessageNotFound}
