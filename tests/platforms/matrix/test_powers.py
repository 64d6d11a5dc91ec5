"""What somebody may do in a community, from the state of its rooms."""

from __future__ import annotations

from typing import Any, cast

from bot.platforms.matrix.places import Places
from bot.platforms.matrix.rooms import Rooms
from bot.sdk.people import Level
from bot.sdk.spaces import Spaces

from .test_rooms import ANN, ME, learn, pair


def test_who_shares_several_communities_has_in_each_the_level_of_its_rooms() -> None:
    rooms, spaces = Rooms(ME), Spaces()
    for room_id, power in (("!a", 0), ("!b", 50), ("!c", 25)):
        pair(rooms, room_id)
        learn(rooms, room_id, "m.room.name", {"name": "Ring"})
        learn(rooms, room_id, "m.room.power_levels", {"users": {ANN: power}})
        learn(rooms, room_id, "m.room.member", {"membership": "join"}, "@bea:x")
    spaces.bind("matrix", ["!a"], "north")
    spaces.bind("matrix", ["!b", "!c"], "south")
    front: Any = spaces
    front.space_of = spaces.of
    places = Places(cast(Any, front), rooms, ["!a", "!b", "!c"])
    assert (places.person(ANN).space, places.person(ANN).level) == ("", Level.MEMBER)
    assert places.person_of(ANN, "north").level is Level.MEMBER
    south = places.person_of(ANN, "south")
    assert (south.space, south.level) == ("south", Level.MODERATOR)
    assert {ANN, "power 25", "power 50"} <= south.roles
    assert "power 51" not in south.roles
    learn(rooms, "!b", "m.room.member", {"membership": "leave"}, ANN)
    assert places.person_of(ANN, "south").level is Level.MEMBER
