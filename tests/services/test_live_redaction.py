"""What was made unreadable is not kept for those who come back."""

from chalicelib.domain.live import Place
from tests.services.live_world import ANA, BO, CASE, World, case, said


def test_what_was_made_unreadable_is_not_caught_up_with() -> None:
    world = World()
    one, other = world.connect(ANA), world.connect(BO)
    place = world.follow(one, CASE)["place"]
    world.follow(other, CASE)
    world.cut(one)
    world.tell(said("card 4111"))
    world.tell(case(2, message__redacted={"leg_id": "leg_1"}))

    assert "4111" not in str(world.table.items)
    assert world.follow(world.connect(ANA), CASE, place)["reset"] is True
    # Who was there sees a number missing, and begins anew too.
    seqs = [entry["seq"] for frame in world.sockets.of(other) for entry in frame["entries"]]
    assert seqs[-1] > seqs[-2] + 1
    assert world.follow(other, CASE, str(Place(seqs[-2], world.now)))["reset"] is True
