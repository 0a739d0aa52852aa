"""Who follows conversations: one item of each."""

from collections.abc import Mapping, Sequence

from chalicelib.aws import keys, keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec_together import following_from
from chalicelib.aws.stores.together import put_following
from chalicelib.aws.transaction import Desk
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
            self._desk.write(put_following(change))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE
