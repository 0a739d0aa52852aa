"""The measures reckoned a second time, from what the clock by hand sees in each minute."""

from collections.abc import Iterator
from itertools import pairwise

from tests.domain.clock_by_hand import WEEK, Hand, Told, is_open, minute

Episode = tuple[int, int, int | None, int | None]


def by_hand(hand: Hand) -> list[Told]:
    found = list(_said(hand))
    if not hand.is_away:
        for episode in hand.episodes:
            found += _case(hand, episode)
    return sorted(found, key=repr)


def _said(hand: Hand) -> Iterator[Told]:
    for at, who, _, author, inbox in hand.words:
        number = ([1] + [each[0] for each in hand.episodes if each[1] <= at])[-1]
        if who < 2:
            kind, agent = (("messages_in", hand.post(at)[0]), ("messages_out", author))[who]
            yield kind, number, at, None, None, None, agent, hand.post(at)[1], inbox


def _case(hand: Hand, episode: Episode) -> Iterator[Told]:
    number, began, ended, until = episode
    yield "arrivals", number, began, None, None, None, None, hand.post(began)[1], hand.inbox(began)
    yield from _responses(hand, episode)
    yield from _stays(hand, episode)
    for (_, _, before), (at, of, after) in pairwise(hand.posts):
        bots = {word[3] for word in hand.words if word[1] == 2}
        left = before[0] is not None and before[0] not in bots and before[0] != after[0]
        if of == number and left and (ended is None or at < ended):
            yield "handovers", number, at, None, None, None, before[0], before[1], hand.inbox(at)
    if ended is not None:
        yield from _resolution(hand, episode, ended)


def _part(hand: Hand, episode: Episode, at: int, since: int) -> str:
    if at < episode[1]:
        return "queue"
    _, has = hand.look(episode, at)
    if has == "customer":
        return "snoozed" if hand.is_pending(episode, at) else "queue"
    if has != "agent":
        return has
    agent = hand.post(at)[0]
    stint = episode[1]
    for (_, _, before), (time, _, after) in pairwise(hand.posts):
        if time <= at and before[0] != after[0]:
            stint = max(time, episode[1])
    from_ = min(stint, since)
    looks = [word[0] for word in hand.words if word[1] == 1 and word[3] == agent]
    looks += [
        minute(event["occurred_at"])
        for event in hand.events
        if event["type"] == "conversation.read" and event["actor"]["id"] == agent
    ]
    return "agent" if any(from_ <= time <= at for time in looks) else "pick_up"


def _responses(hand: Hand, episode: Episode) -> Iterator[Told]:
    number, began, ended, _ = episode
    waits = hand.waits(episode, 10**9)
    for place, (since, end, by) in enumerate(waits):
        if end is None:
            continue
        under = (by[3], hand.post(end)[1], by[4])
        both = (end - since, hand.open(since, end, began))
        yield "response", number, end, *both, None, *under
        yield "next_response" if place else "first_response", number, end, *both, None, *under
        parts = [(_part(hand, episode, at, since), at) for at in range(since, end)]
        for name in {part for part, _ in parts}:
            of = [at for part, at in parts if part == name]
            business = 0 if name == "closed" else sum(is_open(hand.calendar(max(at, began)), at) for at in of)
            yield f"wait_{name}", number, end, len(of), business, None, *under
        if not place:
            bots = [at for at in range(max(since, began), end) if hand.look(episode, at)[1] == "bot"]
            start = bots[-1] + 1 if bots else since
            yield "first_response_without_bot", number, end, end - start, hand.open(start, end, began), None, *under
    if waits:
        since, end, by = waits[0]
        for at, who, _, author, inbox in hand.said(episode):
            if who and at >= since and (ended is None or at <= ended):
                agent = author if who < 3 else None
                both = (at - since, hand.open(since, at, began))
                yield "first_response_any", number, at, *both, None, agent, hand.post(at)[1], inbox
                break
        if end is not None:
            yield "answered", number, end, None, None, True, by[3], hand.post(end)[1], by[4]
        elif ended is not None:
            yield "answered", number, ended, None, None, False, *hand.post(ended)[:2], hand.inbox(ended)


def _stays(hand: Hand, episode: Episode) -> Iterator[Told]:
    number, _, ended, _ = episode
    horizon = hand.last + 1
    stay: list[int] = []
    walk = [*hand.minutes(episode, horizon)]
    for place, (at, who, _) in enumerate(walk):
        if who not in ("queue", "offered"):
            continue
        stay.append(at)
        after = walk[place + 1] if place + 1 < len(walk) else None
        team = hand.post(at)[1]
        if after and after[1] in ("queue", "offered") and team in (None, hand.post(after[0])[1]):
            continue
        end, taken = at + 1, None
        is_over = after is not None or end == ended
        answers = [by for _, until, by in hand.waits(episode, 10**9) if until == end]
        if after is not None and after[1] not in ("queue", "offered"):
            taken = hand.post(end)[0]
        if is_over and not (after is not None and after[1] == "bot"):
            agent = taken or (answers[0][3] if answers else None)
            under = (agent, team, hand.inbox(end))
            yield "queue_time", number, end, len(stay), hand.open(stay[0], end), None, *under
            yield "abandoned", number, end, None, None, end == ended and not answers, *under
        stay = []


def _resolution(hand: Hand, episode: Episode, ended: int) -> Iterator[Told]:
    number, began, _, until = episode
    answers = [word for word in hand.said(episode) if word[1] == 1 and word[0] <= ended]
    owner, team = hand.post(ended)[:2]
    under = (owner or (answers[-1][3] if answers else None), team, hand.inbox(ended))
    walk = [*hand.minutes(episode, ended)]
    yield "resolution", number, ended, ended - began, hand.open(began, ended), None, *under
    people = [at for at, _, has in walk if has != "bot"]
    business = sum(is_open(hand.calendar(at), at) for at in people)
    yield "resolution_without_bot", number, ended, len(people), business, None, *under
    for part in {has for _, _, has in walk}:
        of = [at for at, _, has in walk if has == part]
        business = 0 if part == "closed" else sum(is_open(hand.calendar(at), at) for at in of)
        yield f"held_{part}", number, ended, len(of), business, None, *under
    for agent in {hand.post(at)[0] for at, who, _ in walk if who == "agent"}:
        turn = [(at, has) for at, who, has in walk if who == "agent" and hand.post(at)[0] == agent]
        under_agent = (agent, hand.post(turn[-1][0])[1], hand.inbox(ended))
        yield "handling", number, ended, len(turn), sum(has == "agent" for _, has in turn), None, *under_agent
    yield "one_touch", number, ended, None, None, len(answers) == 1, *under
    yield "reopened", number, ended, None, None, until is not None, *under
    back = any(who == 0 and ended < at <= ended + WEEK for at, who, *_ in hand.words)
    yield "first_contact", number, ended, None, None, not back, *under
    waits = hand.waits(episode, 10**9)
    answered = not waits or waits[0][1] is not None
    outcome = "came_back" if back else "one_touch" if len(answers) == 1 else "resolved"
    yield f"ended_{outcome if answered else 'unanswered'}", number, ended, None, None, None, *under
