"""Keys of what belongs to contacts and persons, and of long work: builders, round-trip tested like those in `keys`."""

from datetime import datetime

from chalicelib.aws.keys import HEAD, Key
from chalicelib.domain.ids import TIME_LENGTH, decode, digest, time_part

JOBS = "job"  # partition of index `by_kind`
SUGGESTIONS = "suggestion"  # partition of index `by_kind`
WINDOWS = "window"  # partition of index `by_kind`
ERASURES = "erasure"  # partition of index `by_kind`
PRIVACY_REQUESTS = "privacy_request"  # partition of index `by_kind`
PAIR = "P#"
LINK_LINE = "H#"
# Members are counted in this many items, each with all segments: two contacts seldom meet in one.
SEGMENT_SHARDS = 16


def person(person_id: str) -> Key:
    """A person of several contacts: its members, and the links that make it one."""
    return f"PRS#{person_id}", HEAD


def pair(contact_id: str, other_id: str) -> Key:
    """What is known of two contacts as a pair: kept under each of them, so that either finds it."""
    return f"PAR#{contact_id}", f"{PAIR}{other_id}"


def link_line(contact_id: str, other_id: str, at: datetime, what: str, nth: str) -> Key:
    """A line of a contact's history of links; the same change always makes the same one."""
    name = digest(*sorted((contact_id, other_id)), what, nth)
    return f"PAR#{contact_id}", f"{LINK_LINE}{time_part(at)}{name}"


def suggestion_place(strength: int, at: datetime) -> str:
    """In the order of strength (0 to 100), then of time."""
    return f"{strength:03d}{time_part(at)}"


def job(job_id: str) -> Key:
    """Long work that is carried out in portions."""
    return f"JOB#{job_id}", HEAD


def erasure(erasure_id: str) -> Key:
    """How the erasure of a person goes on, and its certificate."""
    return f"ERA#{erasure_id}", HEAD


def privacy_request(request_id: str) -> Key:
    """What a provider asked for the sake of a person's privacy."""
    return f"PRQ#{request_id}", HEAD


def held(owner_id: str) -> str:
    """Index `by_kind`: what is a contact's by its own key alone (identities, evidence, heads of legs), or a leg's (its
    aliases): all of it is found again without knowing the addresses that made it."""
    return f"held#{owner_id}"


def held_place(owner_id: str, pk: str) -> dict[str, str]:
    """An item's place among what its owner holds. Of what the index shows of it nothing ever changes."""
    return {"kind_key": held(owner_id), "kind_sort": pk}


def window(conversation_id: str, leg_id: str) -> Key:
    """The messaging window of one leg of a conversation, as it is watched."""
    return f"CNV#{conversation_id}", f"I#{leg_id}"


def window_place(closes_at: datetime, conversation_id: str, leg_id: str) -> str:
    """In the order in which windows close."""
    return f"{time_part(closes_at)}{conversation_id}{leg_id}"


def question(conversation_id: str, leg_id: str) -> Key:
    """What the customer was last asked on a leg."""
    return f"CNV#{conversation_id}", f"J#{leg_id}"


def opened(contact_id: str, at: datetime, conversation_id: str) -> Key:
    """A conversation of a contact, by when it came to be."""
    return opened_by(contact_id), f"{time_part(at)}{conversation_id}"


def opened_by(contact_id: str) -> str:
    """The partition of a contact's conversations."""
    return f"CVS#{contact_id}"


def opened_id(sk: str) -> str:
    """The conversation that has this sort key among those of its contact."""
    return sk[TIME_LENGTH:]


def found_by(kind: str, text: str, contact_id: str = "") -> Key:
    """A text that a contact is found by, among those of a kind that begin alike: phone numbers (their digits turned
    round) with two digits, all others with one character. In clear, for beginnings are looked for."""
    begins = text[:2] if kind == "p" else text[:1]
    return f"WRD#{kind}#{begins}", f"{text}#{contact_id}" if contact_id else text


def labelled(label: str, made: datetime | None = None, contact_id: str = "") -> Key:
    """A contact that has a label, among those that have it by when they were made."""
    return f"WRD#l#{label}", f"{time_part(made)}#{contact_id}" if made else ""


def found_contact(sk: str) -> str:
    """The contact of such a row (of a text or a label)."""
    return sk.rpartition("#")[2]


def indexed(contact_id: str) -> Key:
    """Which rows a contact is found by: what has to be taken away with it."""
    return f"IDX#{contact_id}", "W"


def order_number(number: str, contact_id: str = "") -> Key:
    """A contact that has an order of this number; `number` in its folded form."""
    return f"ORD#{digest(number)}", contact_id


def ordered(contact_id: str, number: str = "") -> Key:
    """That a contact is found by this order's number."""
    return f"IDX#{contact_id}", f"O#{number}"


def belonging(contact_id: str) -> Key:
    """Which segments a contact is counted in."""
    return f"IDX#{contact_id}", "S"


def member(segment_id: str, created_at: datetime, contact_id: str) -> Key:
    """A member of a segment, by when the contact was made."""
    return f"SEG#{segment_id}", f"{time_part(created_at)}{contact_id}"


def member_id(sk: str) -> str:
    """The contact that has this sort key among the members of a segment."""
    return sk[TIME_LENGTH:]


def segment_counts(shard: int) -> Key:
    """How many members each segment has, of the contacts that count here."""
    return "SEGCNT", f"{shard:02d}"


def segment_shard(contact_id: str) -> int:
    return decode(digest(contact_id)[-4:]) % SEGMENT_SHARDS


def contact_note(contact_id: str, note_id: str) -> Key:
    """What a colleague noted on a contact."""
    return f"CON#{contact_id}", f"N#{note_id}"


def contact_once(contact_id: str, client_id: str) -> Key:
    """Which note a client's own id was used for; digested, for it may hold anything."""
    return f"CON#{contact_id}", f"A#{digest(client_id)}"


def pinned_notes(contact_id: str) -> str:
    """Index `by_kind`: the notes on a contact that are shown first."""
    return f"pinned#{contact_id}"


def habits(contact_id: str) -> Key:
    """By which channel and when a contact begins to write."""
    return f"CON#{contact_id}", "H"


def verification(contact_id: str, verification_id: str) -> Key:
    """That a contact is asked to show that an address is theirs."""
    return f"CON#{contact_id}", f"V#{verification_id}"


def verification_point(contact_id: str, kind: str, value: str) -> Key:
    """Which verification of a contact's address is the newest. The address is digested: it may hold anything."""
    return f"CON#{contact_id}", f"VP#{digest(kind, value)}"


def verifications_asked(contact_id: str) -> Key:
    """When codes were last asked for, of a contact."""
    return f"CON#{contact_id}", "VA"


def verifications_sent(kind: str, value: str) -> Key:
    """When codes were last sent to an address, whoever's. Digested: it is personal."""
    return f"VAD#{digest(kind, value)}", HEAD


def verification_on(leg_id: str) -> Key:
    """The verification whose code was last sent on a leg."""
    return f"VLG#{leg_id}", HEAD


def external(contact_id: str, source_id: str) -> Key:
    """In the live table: what a data source last said of a contact."""
    return f"XFC#{contact_id}", source_id


def source_fared(source_id: str) -> Key:
    """In the live table: how often a data source failed in a row."""
    return f"XSB#{source_id}", HEAD


def pushed(contact_id: str, name: str) -> Key:
    """A fact of a contact that another system told us; `name` holds small letters, digits, _ and one dot."""
    return f"FCT#{contact_id}", name
