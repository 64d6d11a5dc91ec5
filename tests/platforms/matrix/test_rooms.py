from __future__ import annotations

import math
from typing import Any

import pytest

from bot.platforms.matrix.direct import InvitePolicy
from bot.platforms.matrix.read import Invited
from bot.platforms.matrix.rooms import Room, Rooms

ME, ANN, BEA = "@hearth:x", "@ann:x", "@bea:x"


def learn(
    rooms: Rooms,
    room_id: str,
    kind: str,
    content: dict[str, Any],
    key: str = "",
    sender: str = ANN,
    at: int = 1,
) -> None:
    rooms.learn(
        room_id,
        {"type": kind, "state_key": key, "sender": sender, "content": content, "origin_server_ts": at},
    )


def pair(
    rooms: Rooms, room_id: str, *, encrypted: bool = True, version: str = "11", joined: str = "join"
) -> Room:
    learn(rooms, room_id, "m.room.create", {"room_version": version})
    learn(rooms, room_id, "m.room.member", {"membership": "join"}, ME)
    learn(rooms, room_id, "m.room.member", {"membership": joined}, ANN)
    if encrypted:
        learn(rooms, room_id, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    room = rooms.get(room_id)
    assert room is not None
    return room


def test_a_creator_of_version_12_stands_above_all_and_in_no_list() -> None:
    rooms = Rooms(ME)
    room = pair(rooms, "!a", version="12")
    learn(rooms, "!a", "m.room.create", {"room_version": "12", "additional_creators": [BEA]})
    learn(rooms, "!a", "m.room.power_levels", {"users": {}, "users_default": 0})
    assert room.level(ANN) == math.inf
    assert room.level(BEA) == math.inf
    assert room.level(ME) == 0
    assert room.may(ANN, "m.room.power_levels", state=True)


def test_a_creator_of_version_11_has_what_the_list_says() -> None:
    rooms = Rooms(ME)
    room = pair(rooms, "!a", version="11")
    assert room.level(ANN) == 100
    learn(rooms, "!a", "m.room.power_levels", {"users": {ANN: 50}})
    assert room.level(ANN) == 50


def test_levels_as_strings_and_nonsense() -> None:
    rooms = Rooms(ME)
    room = pair(rooms, "!a", version="6")
    learn(rooms, "!a", "m.room.power_levels", {"users": {ANN: "75", BEA: "many"}, "invite": "50"})
    assert room.level(ANN) == 75
    assert room.level(BEA) == 0
    assert room.needed("invite") == 50


def test_what_is_needed() -> None:
    rooms = Rooms(ME)
    room = pair(rooms, "!a")
    assert room.needed("m.room.topic", state=True) == 0
    learn(rooms, "!a", "m.room.power_levels", {"events": {"m.room.topic": 10}, "events_default": 5})
    assert room.needed("m.room.topic", state=True) == 10
    assert room.needed("m.room.name", state=True) == 50
    assert room.needed("m.room.message") == 5
    assert room.needed("kick") == 50


def test_a_direct_room_is_encrypted_and_just_for_two() -> None:
    rooms = Rooms(ME)
    pair(rooms, "!plain", encrypted=False)
    assert rooms.direct(ANN) is None
    pair(rooms, "!a")
    assert rooms.direct(ANN) is rooms.get("!a")
    assert rooms.partner("!a") == ANN


def test_somebody_invited_already_makes_it_not_private() -> None:
    rooms = Rooms(ME)
    pair(rooms, "!a")
    learn(rooms, "!a", "m.room.member", {"membership": "invite"}, BEA)
    assert not rooms.private("!a", ANN)
    assert rooms.direct(ANN) is None
    assert rooms.partner("!a") is None
    learn(rooms, "!a", "m.room.member", {"membership": "leave"}, BEA)
    assert rooms.private("!a", ANN)


def test_of_several_the_one_last_written_in_counts_also_after_a_restart() -> None:
    rooms = Rooms(ME)
    pair(rooms, "!a")
    pair(rooms, "!b")
    rooms.wrote("!b", 20)
    rooms.wrote("!a", 30)
    assert rooms.direct(ANN) is rooms.get("!a")
    again = Rooms(ME)
    again.load(rooms.dump())
    pair(again, "!b")
    pair(again, "!a")
    assert again.direct(ANN) is again.get("!a")
    again.wrote("!b", 40)
    assert again.direct(ANN) is again.get("!b")


def test_a_room_that_went_on_elsewhere_is_no_direct_room() -> None:
    rooms = Rooms(ME)
    pair(rooms, "!a")
    learn(rooms, "!a", "m.room.tombstone", {"replacement_room": "!b"})
    assert rooms.direct(ANN) is None


def test_an_invited_person_cannot_read_yet() -> None:
    rooms = Rooms(ME)
    pair(rooms, "!a", joined="invite")
    assert rooms.private("!a", ANN)
    assert rooms.direct(ANN) is None
    assert rooms.opening(ANN) is rooms.get("!a")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.room.join_rules", {"join_rule": "public"}),
        ("m.room.canonical_alias", {"alias": "#lobby:x"}),
        ("m.room.power_levels", {"users": {ANN: 100}}),
    ],
)
def test_encryption_is_turned_on_only_where_it_is_ours_to_do(kind: str, content: dict[str, Any]) -> None:
    rooms = Rooms(ME)
    pair(rooms, "!a", encrypted=False)
    assert rooms.plain_pair(ANN) is rooms.get("!a")
    learn(rooms, "!a", kind, content)
    assert rooms.plain_pair(ANN) is None


def test_who_may_invite() -> None:
    rooms = Rooms(ME)
    pair(rooms, "!a")

    def asks(sender: str, *, direct: bool = False) -> Invited:
        return Invited("!new", "$1", sender, 1, direct=direct)

    policy = InvitePolicy(people=frozenset({"@op:x"}), servers=frozenset({"good.org"}))
    assert policy.admits(asks("@op:x"), rooms)
    assert policy.admits(asks("@any:good.org"), rooms)
    assert not policy.admits(asks("@any:notgood.org"), rooms)
    assert not policy.admits(asks(ANN), rooms)
    assert policy.admits(asks(ANN, direct=True), rooms)
    assert not policy.admits(asks("@stranger:y", direct=True), rooms)
    assert InvitePolicy(open_direct=True).admits(asks("@stranger:y", direct=True), rooms)
    assert not InvitePolicy(mates=False).admits(asks(ANN, direct=True), rooms)
