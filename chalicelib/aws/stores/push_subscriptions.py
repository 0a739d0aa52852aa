"""Browsers that take pushes: a few of each agent, and each of one agent only, the one who signed in there last."""

from collections.abc import Sequence

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec_notices import subscription_from, subscription_item
from chalicelib.aws.transaction import ABSENT, Delete, Desk, Put, Write
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.web_push import MOST_SUBSCRIPTIONS, Subscription

THERE_OR_NOT = "attribute_exists(pk) OR attribute_not_exists(pk)"


class SubscriptionStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, agent_id: str) -> Sequence[Subscription]:
        """Oldest first."""
        pk, first = keys_work.push_subscription(agent_id, "")
        rows, _after = self._desk.query(
            "pk = :pk AND begins_with(sk, :first)",
            {":pk": pk, ":first": first},
            limit=2 * MOST_SUBSCRIPTIONS,
            consistent=True,
        )
        return sorted(map(subscription_from, rows), key=lambda each: (each.created_at, each.id))

    def add(self, subscription: Subscription) -> None:
        """In the place of whoever had the browser before; the oldest gives way where there are too many. Raises
        StoreUnavailable."""
        pk, sk = keys_work.push_owner(subscription.id)
        known = self._desk.get((pk, sk))
        before = known["whose"] if known else None
        owner = Put(
            {"pk": pk, "sk": sk, "whose": subscription.agent_id},
            "whose = :before" if before else ABSENT,
            {":before": before} if before else None,
        )
        writes: list[Write] = [owner, Put(subscription_item(subscription), None)]
        if before and before != subscription.agent_id:
            writes.append(Delete(keys_work.push_subscription(before, subscription.id), THERE_OR_NOT))
        others = [each for each in self.of(subscription.agent_id) if each.id != subscription.id]
        for old in others[: max(0, len(others) + 1 - MOST_SUBSCRIPTIONS)]:
            writes += _removed(old.agent_id, old.id)
        try:
            self._desk.transact(writes)
        except TransactionRefused as refused:
            raise StoreUnavailable("somebody registers the same browser just now") from refused

    def remove(self, agent_id: str, subscription_id: str) -> bool:
        """False where the agent has no such browser."""
        try:
            self._desk.transact(
                [
                    Delete(keys_work.push_subscription(agent_id, subscription_id), "attribute_exists(pk)"),
                    Delete(keys_work.push_owner(subscription_id), "whose = :agent", {":agent": agent_id}),
                ]
            )
        except (ConditionFailed, TransactionRefused):
            return False
        return True


def _removed(agent_id: str, subscription_id: str) -> list[Write]:
    return [
        Delete(keys_work.push_subscription(agent_id, subscription_id), THERE_OR_NOT),
        Delete(keys_work.push_owner(subscription_id), THERE_OR_NOT),
    ]
