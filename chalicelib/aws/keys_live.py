"""Keys of what is live: topics, their numbered entries and listeners, sockets, tickets. All in the live table: it may
be lost. Same rules as `keys`."""

from chalicelib.aws.keys import HEAD, Key
from chalicelib.domain.ids import digest

# In this order: who follows a topic is read in one stretch, entries are another.
LISTENER, LEASE, ENTRY = "C#", "D#", "E#"
# Who looks at a conversation, before who holds its composer.
VIEWER = "V#"
SEQ_DIGITS = 20


def entry(topic: str, seq: int) -> Key:
    """A numbered entry of a topic."""
    return f"TOP#{topic}", f"{ENTRY}{seq:0{SEQ_DIGITS}d}"


def entry_seq(sk: str) -> int:
    """The number of the entry that has this sort key."""
    return int(sk.removeprefix(ENTRY))


def listener(topic: str, connection_id: str) -> Key:
    """A socket that a topic's entries are pushed to."""
    return f"TOP#{topic}", f"{LISTENER}{connection_id}"


def lease(topic: str, principal_id: str) -> Key:
    """That somebody wants a topic kept going, whether connected or not."""
    return f"TOP#{topic}", f"{LEASE}{principal_id}"


def socket(connection_id: str) -> Key:
    """An open socket: whose it is, and what it follows."""
    return f"SOC#{connection_id}", HEAD


def agent_socket(agent_id: str, connection_id: str) -> Key:
    """That a socket is an agent's: all of one agent are read in one stretch."""
    return f"AGS#{agent_id}", connection_id


def ticket(secret: str) -> Key:
    """A ticket for one socket; digested, for whoever has it may connect."""
    return f"TKT#{digest(secret)}", HEAD


def viewing(conversation_id: str, connection_id: str) -> Key:
    """A socket that shows a conversation."""
    return f"VIEW#{conversation_id}", f"{VIEWER}{connection_id}"


def composer(conversation_id: str) -> Key:
    """Who holds the composer of a conversation."""
    return f"VIEW#{conversation_id}", HEAD


def floor() -> Key:
    """The floor as it was last looked at: queues, agents, what is about to be late."""
    return "FLOOR", HEAD


def floor_claim() -> Key:
    """That somebody looks at the floor anew just now."""
    return "FLOOR", "C"


def floor_watch() -> Key:
    """What early warnings have to know from one look at the floor to the next."""
    return "FLOOR", "W"


def viewed(connection_id: str) -> Key:
    """The conversation that a socket shows."""
    return f"SOC#{connection_id}", VIEWER
