"""Every key of every table: builders and parsers, round-trip tested. Rows of docs/access_patterns.md name them.

A key is (pk, sk). Ids are safe inside keys by their alphabet; anything else is digested first.
"""

from datetime import UTC, datetime, timedelta

from chalicelib.domain.ids import TIME_LENGTH, decode, digest, time_part

Key = tuple[str, str]

HEAD = "~"  # sorts after every other sort key of a collection
MESSAGE = "M#"
PARKED = "S#"
NOTE = "N#"
ONCE = "A#"
CONTACTS = "contact"  # partition of index `by_kind`
AGENTS = "agent"

# Counters of busy scopes are spread over this many items; one conversation always counts in the same one.
COUNT_SHARDS = 16
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


def inbox(inbox_id: str) -> Key:
    return "INBOX", inbox_id


def account(channel: str, account_id: str) -> Key:
    """Which inbox a provider's account is; one inbox per account."""
    return f"ACC#{channel}#{digest(account_id)}", HEAD


def agent(agent_id: str) -> Key:
    return f"AGT#{agent_id}", HEAD


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


def proof(key: str) -> Key:
    """In the live table: a proof that counts once."""
    return f"PRF#{digest(key)}", HEAD


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


def view_key(at: datetime) -> str:
    return time_part(at)


def view_time(key: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=decode(key[:TIME_LENGTH]))
