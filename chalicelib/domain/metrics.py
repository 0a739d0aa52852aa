"""Every business number there is: one row each, named as the kind of measure that it is made of. docs/metrics.md shows
them, and so does whatever prints a number.

Words that the rows share: *answer* is a person's (an agent's, or the company's own app's); an *episode* is one opening
of a conversation; a *wait* begins with the customer's first word that nobody has answered and ends with the answer. Who
held the clock when is explained in docs/clock.md.
"""

from collections.abc import Iterator, Mapping

from chalicelib.domain.definition import (
    AMOUNT,
    HELD,
    LOWER,
    MERGED,
    NEITHER,
    OWNERS,
    SAID,
    TURNS,
    UNANSWERED,
    WAITED,
    Definition,
    count,
    duration,
    rate,
)

__all__ = ["DEFINITIONS", "Definition"]

_COUNTS = (
    count("arrivals", "episodes", "episodes that began, when they began", TURNS, MERGED),
    count(
        "messages_in",
        "messages",
        "messages of customers, where they were said",
        SAID,
        "reactions, edits, deletions and what a channel tells by itself",
    ),
    count(
        "messages_out", "messages", "answers: messages of people, by who wrote them", SAID, "bots, rules and reactions"
    ),
    count(
        "handovers",
        "handovers",
        "times an agent's conversation went to another agent or back to a queue, for the agent who had it",
        OWNERS,
        f"what is over; {MERGED}",
    ),
)

_RESPONSES = (
    duration(
        "first_response",
        "from the episode's first word of the customer's that nobody had answered to the answer; one an episode, for"
        " who answered",
        WAITED,
        f"bots and automatic messages do not answer; {UNANSWERED}; {MERGED}",
    ),
    duration(
        "first_response_any",
        "from the same word to whatever was said first, by people, bots or rules",
        WAITED,
        f"episodes in which nothing was said; {MERGED}",
    ),
    duration(
        "first_response_without_bot",
        "the first response, counted from the moment at which the bot last gave it to people; the same where no bot had"
        " it",
        HELD,
        f"{UNANSWERED}; {MERGED}",
    ),
    duration("next_response", "each later wait of an episode, for who answered", WAITED, f"{UNANSWERED}; {MERGED}"),
    duration("response", "each wait, first or later, for who answered", WAITED, f"{UNANSWERED}; {MERGED}"),
    duration(
        "queue_time",
        "each stay in a queue, from when it was nobody's to when somebody got it or it was over, offers and closed"
        " hours among it; for who got it; going on to another team is another stay",
        HELD,
        f"stays that still last, and those that a bot ended; {MERGED}",
    ),
    duration(
        "handling",
        "how long it was an agent's turn in an episode, closed hours among it, told when the episode is resolved",
        HELD,
        "the time in which a colleague, the customer or a snooze had it",
    ),
    duration("resolution", "from the beginning of an episode to its resolution", TURNS, MERGED),
    duration(
        "resolution_without_bot",
        "the resolution without the time in which a bot had it",
        HELD,
        MERGED,
    ),
)

# What a part of a wait or of an episode says; the parts of one add up to it, to the millisecond.
PARTS: Mapping[str, str] = {
    "bot": "a bot had it",
    "queue": "it was nobody's, in a queue (a wait: or it was waited for in a conversation merged into this one)",
    "offered": "it was offered to an agent who had not said yes",
    "pick_up": "an agent had it and had not looked at it yet",
    "agent": "it was an agent's turn",
    "colleague": "its agent waited for the answer to a side thread",
    "customer": "nobody owed an answer, or it was pending and the customer had not written since",
    "snoozed": "it was snoozed (a wait: or pending)",
    "closed": "a queue, an offer, an agent or a colleague had it outside business hours",
}


def _parts() -> Iterator[Definition]:
    for family, whole, left_out in (("wait", "each answered wait", "customer"), ("held", "each resolution", "pick_up")):
        for part, words in PARTS.items():
            if part != left_out:
                formula = f"of {whole}, the part in which {words}; left out where there was none"
                yield duration(f"{family}_{part}", formula, HELD, MERGED, LOWER if part != "customer" else NEITHER)


_OUTCOMES = tuple(
    count(f"ended_{outcome}", "episodes", f"of the resolutions: {words}", WAITED, MERGED)
    for outcome, words in (
        ("unanswered", "those in which nobody had answered a customer who waited"),
        ("came_back", "those that were answered, after which the customer wrote again within seven days"),
        ("one_touch", "those with exactly one answer, after which the customer did not write again within seven days"),
        ("resolved", "all others, after which the customer did not write again within seven days"),
    )
)

_RATES = (
    rate(
        "answered",
        "of the episodes in which the customer wanted an answer: those that got one; told at the answer or at the end",
        WAITED,
        f"episodes that still wait; {MERGED}",
    ),
    rate(
        "abandoned",
        "of the stays in a queue that are over: those that ended with the resolution, without an answer",
        HELD,
        f"as for the time in the queue; {MERGED}",
        LOWER,
    ),
    rate("one_touch", "of the resolutions: those with exactly one answer in the episode", WAITED, MERGED),
    rate("reopened", "of the resolutions: those after which the conversation was opened again", TURNS, MERGED, LOWER),
    rate(
        "first_contact",
        "of the resolutions: those after which the customer did not write again within seven days, here or in another"
        " conversation; taken back when they do",
        WAITED,
        MERGED,
    ),
    *(
        rate(
            f"sla_{clock}",
            f"of the service level clocks for {words} that are over: those met",
            ("sla.met", "sla.breached"),
            "clocks that run or were cancelled",
        )
        for clock, words in (
            ("first_response", "the first response"),
            ("next_response", "a later response"),
            ("resolution", "the resolution"),
        )
    ),
    rate(
        "promise",
        "of the promises to customers whose time has come: those kept",
        ("promise.kept", "promise.broken"),
        "promises that are open or were cancelled",
    ),
    rate(
        "delivered",
        "of the messages sent, by the newest that the provider told: those that have not failed; counted when they were"
        " written",
        ("message.state_changed",),
        "messages of which nothing has been told yet",
    ),
)

_AMOUNTS = tuple(
    Definition(
        f"cost_{payee}", AMOUNT, "millionths", f"{words}, at the rates that were in force then", events, better=LOWER
    )
    for payee, words, events in (
        ("provider", "fees of the channels' providers", (*SAID, "message.state_changed")),
        ("aws", "what the events took of AWS", ("all that are measured",)),
    )
)

DEFINITIONS: Mapping[str, Definition] = {
    row.name: row for row in (*_COUNTS, *_RESPONSES, *_parts(), *_RATES, *_OUTCOMES, *_AMOUNTS)
}
