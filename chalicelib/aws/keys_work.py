"""Keys of what colleagues do together: drafts, tasks, threads, followers, views, texts, hooks, notices. Same rules as
`keys`."""

from datetime import datetime
from zlib import crc32

from chalicelib.aws.keys import HEAD, Key
from chalicelib.domain.ids import digest, time_part

__all__ = ["HEAD", "Key"]

# Of a conversation's collection, before its notes: `KT#` heads of side threads, `KM#` their messages, `KO#` once-marks.
SIDE_THREAD = "KT#"
SIDE_MESSAGE = "KM#"
SIDE_ONCE = "KO#"
MACRO_RUN = "MR#"
SLACK_THREAD = "M#"
TASK = "K#"
AGENT_DRAFT = "KD#"
MENTION = "N#"
RECEIPT = "R#"
SEEN_NOTICE, UNSEEN_NOTICE = "S#", "U#"
PUSH_SUBSCRIPTION = "W#"
ANNOUNCEMENTS = "announcement"  # partition of index `by_kind`
WARNINGS = "warning"  # another one
# What is due is written with every message: one partition of an index would not take a busy day.
DUE_SHARDS = 4


def side_thread(conversation_id: str, thread_id: str) -> Key:
    """What is asked behind the scenes, with whom, and how far it is."""
    return f"CNV#{conversation_id}", f"{SIDE_THREAD}{thread_id}"


def side_message(conversation_id: str, message_id: str) -> Key:
    """One message of a side thread; those of a thread stand together, in their order."""
    return f"CNV#{conversation_id}", f"{SIDE_MESSAGE}{message_id}"


def side_once(conversation_id: str, thread_id: str, name: str) -> Key:
    """That something was said in a side thread: by a client's own id, or the other side's; it may hold anything."""
    return f"CNV#{conversation_id}", f"{SIDE_ONCE}{digest(thread_id, name)}"


def side_place(thread_id: str) -> Key:
    """Which conversation a side thread is of: answers from outside name the thread alone."""
    return f"STH#{thread_id}", HEAD


# --- texts: canned responses, macros, views; announcements -------------------------------------------------------


def text(text_id: str) -> Key:
    """A canned response, a macro or a view."""
    return f"TXT#{text_id}", HEAD


def text_name(kind: str, scope: str, owner_id: str, name: str) -> Key:
    """Which text of an owner has a name; digested, for it may hold anything. Upper and lower case are the same."""
    return f"TXN#{kind}#{scope}#{owner_id}", digest(name.casefold())


def texts(kind: str, scope: str, owner_id: str) -> str:
    """Index `by_kind`: an owner's texts of a kind, by name."""
    return f"text#{kind}#{scope}#{owner_id}"


def macro_run(conversation_id: str, run_id: str) -> Key:
    """What a macro did with a conversation."""
    return f"CNV#{conversation_id}", f"{MACRO_RUN}{run_id}"


def announcement(announcement_id: str) -> Key:
    return f"ANN#{announcement_id}", HEAD


def announcement_place(ends_at: datetime, announcement_id: str) -> str:
    """Within index `by_kind`: what has ended comes before what has not."""
    return f"{time_part(ends_at)}{announcement_id}"


def receipt(announcement_id: str, agent_id: str) -> Key:
    """That an agent has read an announcement."""
    return f"ANN#{announcement_id}", f"{RECEIPT}{agent_id}"


# --- the Slack app for teams -------------------------------------------------------------------------------------


def slack_health() -> Key:
    """Whether Slack takes the token of the app for teams."""
    return "SLACKAPP", HEAD


def slack_link(agent_id: str) -> Key:
    """Which person of the Slack workspace an agent is."""
    return f"SLKA#{agent_id}", HEAD


def slack_user(workspace_id: str, user_id: str) -> Key:
    """Which agent a person of the Slack workspace is. Both ids are Slack's, of capitals and digits."""
    return f"SLKU#{workspace_id}#{user_id}", HEAD


def slack_thread(conversation_id: str, channel: str) -> Key:
    """The Slack thread of a conversation in a channel; "": what all of them begin with."""
    return f"CNV#{conversation_id}", f"{SLACK_THREAD}{channel}"


def slack_place(channel: str, ts: str) -> Key:
    """What a Slack thread is about. Slack's ids: capitals and digits, a number with a dot."""
    return f"SLKT#{channel}#{ts}", HEAD


def slack_post(name: str) -> Key:
    """In the live table: that something was posted to Slack, by what it tells of, digested: it may hold anything."""
    return f"SLKP#{digest(name)}", HEAD


# --- mentions, followers, tasks, drafts --------------------------------------------------------------------------


def mention(agent_id: str, note_id: str) -> Key:
    """That a note means an agent: by the time of the note."""
    return f"MEN#{agent_id}", f"{MENTION}{note_id}"


def mentions_seen(agent_id: str) -> Key:
    """Up to which note an agent has seen all that mentions them."""
    return f"MEN#{agent_id}", HEAD


def followers(conversation_id: str) -> Key:
    """All who follow a conversation: they are few, and told together."""
    return f"CNV#{conversation_id}", "F"


def follows(agent_id: str, conversation_id: str) -> Key:
    """A conversation that an agent has chosen to follow."""
    return f"FLW#{agent_id}", conversation_id


def task(conversation_id: str, task_id: str) -> Key:
    """A task about a conversation."""
    return f"CNV#{conversation_id}", f"{TASK}{task_id}"


def own_task(task_id: str) -> Key:
    """A task about no conversation."""
    return f"TSK#{task_id}", HEAD


def tasks(owner_id: str, *, over: bool) -> str:
    """Index `by_kind`: an agent's or a team's tasks, open ones by when they are due, others by when they ended."""
    return f"tasks#{owner_id}#{'over' if over else 'open'}"


def task_place(at: datetime | None, task_id: str) -> str:
    """Within index `by_kind`; what has no time stands last."""
    return f"{time_part(at) if at else HEAD}{task_id}"


def agent_draft(conversation_id: str, agent_id: str) -> Key:
    """What an agent is writing in a conversation."""
    return f"CNV#{conversation_id}", f"{AGENT_DRAFT}{agent_id}"


def agent_drafts(agent_id: str) -> str:
    """Index `by_kind`: an agent's drafts, by when they were begun."""
    return f"draft#{agent_id}"


# --- notices, browsers, customers who are back -------------------------------------------------------------------


def notice(agent_id: str, notice_id: str, *, seen: bool) -> Key:
    """What an agent is told of. What is unseen stands behind what is seen: a page read backwards begins there."""
    return f"NTC#{agent_id}", f"{SEEN_NOTICE if seen else UNSEEN_NOTICE}{notice_id}"


def notice_preferences(agent_id: str) -> Key:
    """How an agent wants to be told."""
    return f"NTC#{agent_id}", "P"


def notice_digest(agent_id: str) -> Key:
    """When an agent is sent their next e-mail of notices, and was sent the last."""
    return f"NTC#{agent_id}", "D"


def push_subscription(agent_id: str, subscription_id: str) -> Key:
    """A browser of an agent's."""
    return f"NTC#{agent_id}", f"{PUSH_SUBSCRIPTION}{subscription_id}"


def push_owner(subscription_id: str) -> Key:
    """Whose browser it is: of who signed in there last."""
    return f"PSH#{subscription_id}", HEAD


def returned(conversation_id: str) -> Key:
    """The newest return of a conversation's customer."""
    return f"CNV#{conversation_id}", "M"


def signs(conversation_id: str) -> Key:
    """In the live table: when a conversation's customer last gave a sign."""
    return f"SGN#{conversation_id}", HEAD


# --- outbound webhooks -------------------------------------------------------------------------------------------


def webhook_endpoint(endpoint_id: str = "") -> Key:
    """An integrator's address. They are few: one partition for all."""
    return "WHK", endpoint_id


def webhook_health(endpoint_id: str) -> Key:
    """How an endpoint fares."""
    return f"WHH#{endpoint_id}", HEAD


def webhook_delivery(owner: str, event_id: str = "", endpoint_id: str = "") -> Key:
    """What an endpoint is told of one event. All that is told of a conversation or a contact stands together: with it,
    it goes."""
    return f"WHD#{owner}", f"{event_id}#{endpoint_id}" if event_id else ""


def webhook_deliveries(endpoint_id: str) -> str:
    """Index `by_kind`: an endpoint's deliveries, by the time of their events."""
    return f"webhook#{endpoint_id}"


def webhook_pending(endpoint_id: str, state: str) -> str:
    """Index `by_status`: those that wait, by when they are due, and those that were given up, by when."""
    return f"webhook#{endpoint_id}#{state}"


# --- what is about to go wrong -----------------------------------------------------------------------------------


def warning(warning_id: str) -> Key:
    """An early warning, however often it was given."""
    return f"WRN#{warning_id}", HEAD


def due_shard(conversation_id: str) -> int:
    """The shard that a conversation's clocks and promises stand in."""
    return crc32(conversation_id.encode()) % DUE_SHARDS


def due_clocks(shard: int) -> str:
    """Index `by_kind`: clocks of service levels that run, by when their time is up."""
    return f"clocks#{shard}"


def due_promises(shard: int) -> str:
    """Index `by_kind`: promises that are open, by when they are due."""
    return f"promises#{shard}"


def due_place(at: datetime, name: str = "") -> str:
    """Within these; without a name before all of that moment."""
    return f"{time_part(at)}{name}"


# --- reports that come by themselves -----------------------------------------------------------------------------


def report_schedule(schedule_id: str = "") -> Key:
    """What report comes when, and to whom. They are few: one partition for all."""
    return "RPS", schedule_id


def report_run(run_id: str) -> Key:
    """One report that is made and sent."""
    return f"RPR#{run_id}", HEAD


def report_runs(schedule_id: str = "", owner_id: str = "") -> str:
    """Indexes `by_kind` (all), `by_status` (a schedule's) and `by_owner` (an agent's): runs, by when they were due."""
    return f"report_run#{schedule_id or owner_id}" if schedule_id or owner_id else "report_run"
