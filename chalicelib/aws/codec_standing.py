"""Where a conversation stands on its escalation path, and who took it over: parts of its item."""

from chalicelib.aws.codec import Item, moment
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.standing import Standing, Taken


def tier_map(tier: Standing | None) -> Item | None:
    """One letter each: p path, n tier, i place, a at, e episode, t team, s skills, k ticket, b left by."""
    if tier is None:
        return None
    return {
        "p": tier.path,
        "n": tier.tier,
        "i": tier.place,
        "a": tier.at,
        "e": tier.episode,
        "t": tier.team_id,
        "s": dict(tier.skills),
        "k": tier.ticket or None,
        "b": tier.left_by,
    }


def tier_from(item: Item | None) -> Standing | None:
    if item is None:
        return None
    return Standing(
        path=item["p"],
        tier=item["n"],
        place=item["i"],
        at=moment(item["a"]),
        episode=item["e"],
        team_id=item.get("t"),
        skills=item.get("s", {}),
        ticket=item.get("k", False),
        left_by=item.get("b"),
    )


def taken_map(conversation: Conversation) -> Item | None:
    """Whoever else gets it has not taken it over: it is forgotten with the write that gives it to them."""
    taken = conversation.taken_over
    if taken is None:
        return None
    return {"b": taken.by, "p": taken.previous, "a": taken.at}


def taken_from(item: Item | None) -> Taken | None:
    return None if item is None else Taken(item["b"], item.get("p"), moment(item["a"]))
