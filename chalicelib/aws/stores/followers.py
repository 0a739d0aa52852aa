"""Who follows conversations: one item of each."""

from collections.abc import Mapping, Sequence

from chalicelib.aws import keys, keys_work
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec_together import following_from
from chalicelib.aws.stores.together import put_following
from chalicelib.aws.transaction import Delete, Desk, Put, Write
from chalicelib.domain.events_tasks import ConversationFollowersChanged
from chalicelib.domain.follower import Following
from chalicelib.domain.writes import Written
from chalicelib.domain.writes_together import FollowingChange


class FollowerStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def followings(self, conversation_ids: Sequence[str]) -> Mapping[str, Following]:
        """Of each (100 at most), in that order; nobody where none ever followed. One read."""
        found = self._desk.get_many([keys_work.followers(each) for each in conversation_ids])
        known = {keys.identifier(pk): following_from(item) for (pk, _), item in found.items()}
        return {each: known.get(each, Following(each)) for each in conversation_ids}

    def put(self, change: FollowingChange) -> Written:
        """CONFLICT: another change came first."""
        try:
            self._desk.transact([put_following(change), *_by_agent(change)])
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    def chosen_by(self, agent_id: str, most: int) -> Sequence[str]:
        """The conversations that an agent has chosen to follow, the newest conversations first. One query."""
        pk, _sk = keys_work.follows(agent_id, "")
        rows, _more = self._desk.query("pk = :pk", {":pk": pk}, limit=most, newest_first=True)
        return [str(row["sk"]) for row in rows]


def _by_agent(change: FollowingChange) -> list[Write]:
    """So that who follows finds what they follow. Whom a note has named finds it among what mentions them."""
    told = [event for event in change.recorded.events if isinstance(event, ConversationFollowersChanged)]
    conversation_id = change.after.conversation_id
    names = [(keys_work.follows(agent_id, conversation_id), event) for event in told for agent_id in event.agent_ids]
    return [
        Put({"pk": pk, "sk": sk}, condition=None) if event.added else Delete((pk, sk), "") for (pk, sk), event in names
    ]
