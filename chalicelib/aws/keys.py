"""Every key of every table: builders and parsers, round-trip tested. Rows of docs/access_patterns.md name them.

A key is (pk, sk). Ids are safe inside keys by their alphabet; anything else is digested first.
"""

import re
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.ids import TIME_LENGTH, decode, digest, time_part
from chalicelib.domain.line_ids import LINE, line_parts

Key = tuple[str, str]

HEAD = "~"  # sorts after every other sort key of a collection
MESSAGE = "M#"
PARKED = "S#"
NOTE = "N#"
ONCE = "A#"
WAITING = "P#"
WORKLOAD = "W"
POOL = "P#"
OFFER = "O#"
# Before the notes: a page of a thread reads from there to the head.
QUEUE = "E"
DECISION = "D#"
LEDGER = "C"
SCHEDULED = "L#"
CLOCK = "C#"
PROMISE = "G#"
MERGER = "B#"
WAIT = "H#"
CONTACTS = "contact"  # partition of index `by_kind`
AGENTS = "agent"

# Counters of busy scopes are spread over this many items; one conversation always counts in the same one.
COUNT_SHARDS = 16
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{0,200}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def leg(leg_id: str) -> Key:
    return f"LEG#{leg_id}", HEAD


def message(leg_id: str, message_id: str) -> Key:
    return f"LEG#{leg_id}", f"{MESSAGE}{message_id}"


def parked(leg_id: str, external_id: str) -> Key:
    """Marks (and the message) of an external id; the id is digested, for it may hold anything."""
    return f"LEG#{leg_id}", f"{PARKED}{digest(external_id)}"


def seen(inbox_id: str, external_id: str) -> Key:
    """When a provider's message that has no time came for the first time."""
    return f"SEEN#{digest(inbox_id, external_id)}", HEAD


def conversation(conversation_id: str) -> Key:
    return f"CNV#{conversation_id}", HEAD


def note(conversation_id: str, note_id: str) -> Key:
    return f"CNV#{conversation_id}", f"{NOTE}{note_id}"


def once(conversation_id: str, client_id: str) -> Key:
    """A client's own message id; digested, for it may hold anything."""
    return f"CNV#{conversation_id}", f"{ONCE}{digest(client_id)}"


def contact(contact_id: str) -> Key:
    return f"CON#{contact_id}", HEAD


def identity(identity_id: str) -> Key:
    return f"IDN#{identity_id}", HEAD


def evidence(kind: str, value: str, contact_id: str) -> Key:
    """A contact that has this e-mail address or phone number; several may. The value is digested: it is personal."""
    return f"KEY#{kind}#{digest(kind, value)}", contact_id


def contact_timeline(contact_id: str) -> Key:
    return f"TML#{contact_id}", ""


def timeline(contact_id: str, line_id: str, kind: str) -> Key:
    """A line of a contact's timeline; `kind` holds letters, digits, dots and underscores."""
    at, name = line_parts(line_id)
    return f"TML#{contact_id}", f"{at}#{kind}#{name}"


def timeline_line(sk: str) -> str:
    """The id of the line that has this sort key."""
    at, _, rest = sk.partition("#")
    return f"{LINE}_{at}{rest.rpartition('#')[2]}"


def counted(inbox_id: str, external_id: str) -> Key:
    """That an event is on a timeline, whoever's: it counts once."""
    return f"EVT#{digest(inbox_id, external_id)}", HEAD


def subject(inbox_id: str, name: str) -> Key:
    """What a system's events happened to, as it is now."""
    return f"SUB#{digest(inbox_id, name)}", HEAD


def waiting(inbox_id: str, name: str, line_id: str) -> Key:
    """An event that came before anybody was known to own its subject."""
    return subject(inbox_id, name)[0], f"{WAITING}{line_id}"


def inbox(inbox_id: str) -> Key:
    return "INBOX", inbox_id


def account(channel: str, account_id: str) -> Key:
    """Which inbox a provider's account is; one inbox per account."""
    return f"ACC#{channel}#{digest(account_id)}", HEAD


def template(inbox_id: str, name: str, language: str) -> Key:
    """Templates of one name stand together, whatever their language."""
    return f"TPL#{inbox_id}", f"{template_name(name)}{_plain(language)}"


def template_name(name: str) -> str:
    """What the sort keys of all templates of a name begin with."""
    return f"{_plain(name)}#"


def template_list(inbox_id: str) -> Key:
    """When an inbox's templates were last listed at the provider."""
    return f"TPL#{inbox_id}", HEAD


def _plain(word: str) -> str:
    """Providers' names are plain words; any other is digested, for it may hold anything."""
    return word if _PLAIN.fullmatch(word) else f"={digest(word)}"


def inbox_health(inbox_id: str) -> Key:
    """Whether the provider takes an inbox's credentials, what it says of the account, how webhooks are registered."""
    return f"IBH#{inbox_id}", HEAD


def agent(agent_id: str) -> Key:
    return f"AGT#{agent_id}", HEAD


def document(kind: str, identifier: str) -> Key:
    """What administrators edit as a whole: rules, calendars, policies."""
    return f"DOC#{kind}", identifier


def workload(agent_id: str) -> Key:
    """An agent's presence, capacity and units in use, apart from the record that administrators edit."""
    return f"AGT#{agent_id}", WORKLOAD


def pool_place(agent_id: str, team_id: str) -> Key:
    """An agent's place in the pool of one of their teams."""
    return f"AGT#{agent_id}", f"{POOL}{team_id}"


def offer(agent_id: str, conversation_id: str) -> Key:
    """A conversation that is offered to an agent, for as long as the offer stands."""
    return f"AGT#{agent_id}", f"{OFFER}{conversation_id}"


def queue_entry(conversation_id: str) -> Key:
    """Why and since when a conversation waits for somebody."""
    return f"CNV#{conversation_id}", QUEUE


def ledger(conversation_id: str) -> Key:
    """What a conversation's clocks follow from."""
    return f"CNV#{conversation_id}", LEDGER


def clock(conversation_id: str, name: str) -> Key:
    """A promise of service of one episode; `name` holds letters, digits, dashes and underscores."""
    return f"CNV#{conversation_id}", f"{CLOCK}{name}"


def merger(conversation_id: str, source_id: str) -> Key:
    """What a merge into this conversation was made of."""
    return f"CNV#{conversation_id}", f"{MERGER}{source_id}"


def scheduled(conversation_id: str, scheduled_id: str) -> Key:
    """A message that goes out later: of the conversation, for its leg may be chosen when it goes."""
    return f"CNV#{conversation_id}", f"{SCHEDULED}{scheduled_id}"


def promise(conversation_id: str, promise_id: str) -> Key:
    """What a customer was told will happen by when."""
    return f"CNV#{conversation_id}", f"{PROMISE}{promise_id}"


def wait(conversation_id: str, epoch: int) -> Key:
    """One wait in a queue: how it began, what was told of it, how it ended."""
    return f"CNV#{conversation_id}", f"{WAIT}{epoch:06d}"


def waits(team_id: str, day: date, kind: str) -> Key:
    """How long waits in a queue took on a day: of a class of places, or of those who left."""
    return f"WTS#{team_id}", f"{day:%Y%m%d}#{kind}"


def arrivals(team_id: str, at: datetime) -> Key:
    """In the live table: how many joined a queue in a minute."""
    return f"ARR#{team_id}", at.astimezone(UTC).strftime("%Y%m%d%H%M")


def decision(conversation_id: str, at: datetime) -> Key:
    return f"CNV#{conversation_id}", f"{DECISION}{time_part(at)}"


def team(team_id: str) -> Key:
    return "TEAM", team_id


def api_key(key_id: str) -> Key:
    return "APIKEY", key_id


def upload(upload_id: str) -> Key:
    return f"UPL#{upload_id}", HEAD


def typing(leg_id: str, who: str) -> Key:
    """In the live table."""
    return f"TYP#{leg_id}", who


def rate(key: str, minute: str) -> Key:
    """In the live table: how often something was done in one minute."""
    return f"RATE#{digest(key)}", minute


def pace(bucket: str) -> Key:
    """In the live table: when the next message of a bucket is due."""
    return f"PACE#{digest(bucket)}", HEAD


def paced(inbox_id: str) -> Key:
    """In the live table: until when an inbox's messages were last held back."""
    return f"PACED#{inbox_id}", HEAD


def vitals(inbox_id: str, hour: str = HEAD) -> Key:
    """In the live table: what last came and went by an inbox, and how often it went wrong in an hour."""
    return f"VIT#{inbox_id}", hour


def proof(key: str) -> Key:
    """In the live table: a proof that counts once."""
    return f"PRF#{digest(key)}", HEAD


def trail(at: datetime, line: str, *, agents: bool) -> Key:
    """In the live table: a line of routing's trail, by hour; of `agents`, who change rarely, by day."""
    day = at.astimezone(UTC).strftime("%Y%m%d" if agents else "%Y%m%d%H")
    return f"{'TRA' if agents else 'TRL'}#{day}", f"{time_part(at)}{line}"


def replay(replay_id: str) -> Key:
    """In the live table: a replay, by id; ids sort by when they were asked for."""
    return "REPLAYS", replay_id


def replay_rows(replay_id: str, portion: int) -> Key:
    """In the live table: a portion of a replay's conversations."""
    return f"RPL#{replay_id}", f"{portion:04d}"


def count(scope: tuple[str, str], shard: int) -> Key:
    kind, identifier = scope
    return f"CNT#{kind}#{identifier}", f"{shard:02d}"


def count_shard(scope: tuple[str, str], conversation_id: str) -> int:
    """One agent's counters are never busy; the others are spread."""
    return 0 if scope[0] == "agent" else decode(conversation_id[-4:]) % COUNT_SHARDS


def identifier(pk: str) -> str:
    """The id inside a partition key of the form `KIND#id`."""
    return pk.partition("#")[2]


def sort_identifier(sk: str) -> str:
    """The id inside a sort key of the form `X#id`."""
    return sk.partition("#")[2]


# --- indexes -----------------------------------------------------------------------------------------------------


def owner_key(assignee_id: str | None, status: str) -> str:
    """Index `by_owner`: an agent's conversations of a status, or everybody's that nobody owns."""
    return f"{assignee_id or HEAD}#{status}"


def inbox_key(inbox_id: str, status: str) -> str:
    return f"{inbox_id}#{status}"


def team_key(team_id: str, status: str) -> str:
    return f"{team_id}#{status}"


def subjects(contact_id: str, kind: str) -> str:
    """Index `by_kind`: what a contact's events happened to, of one type."""
    return f"subject#{contact_id}#{kind}"


def pool(team_id: str) -> str:
    """Index `by_kind`: the agents of a team who are there, most free first."""
    return f"pool#{team_id}"


def queue(team_id: str) -> str:
    """Index `by_kind`: the conversations that wait for a team, the next one first."""
    return f"queue#{team_id}"


def queue_place(effective_at: datetime, conversation_id: str) -> str:
    return f"{time_part(effective_at)}{conversation_id}"


def view_key(at: datetime) -> str:
    return time_part(at)


def view_time(key: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=decode(key[:TIME_LENGTH]))
