"""Direct rooms, invitations and upgrades, against a real Synapse."""

from __future__ import annotations

import math

import pytest

from bot.platforms.matrix.direct import NoWay, Opening, Ready
from bot.platforms.matrix.purse import Urgency
from bot.platforms.matrix.read import Invited, Member, Upgraded
from bot.platforms.matrix.send import Message, Sent
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse
from bot.testing.synapse_proxy import Proxy

from .station import Station, Store, answers, settings, together

pytestmark = pytest.mark.synapse


async def test_the_first_contact_opens_an_encrypted_room_that_stays_for_two(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        await Person.arrive(server, strict=True) as ann,
        await Person.arrive(server) as bea,
        Proxy(server.url) as proxy,
        Station(settings(proxy.url, bot_login), store) as bot,
    ):
        before = len(proxy.requests)
        found = await bot.line.doors.direct(ann.user_id)
        assert isinstance(found, Opening)
        assert await bot.line.doors.direct(ann.user_id) == found
        room = bot.line.rooms.get(found.room_id)
        assert room is not None
        assert room.encrypted
        assert room.history == "joined"
        assert room.needed("invite") == 100
        await ann.until(lambda: found.room_id in ann.invites)
        invited = next(e for e in ann.invites[found.room_id] if e.get("state_key") == ann.user_id)
        assert invited
        await ann.join(found.room_id)
        await bot.ear.wait(Member, lambda e: e.person == ann.user_id and e.membership == "join")
        assert await bot.line.doors.direct(ann.user_id) == Ready(found.room_id)
        said = await bot.line.speaker.say(
            found.room_id, Message("hello"), cause="1", urgency=Urgency.PERSON, private_to=ann.user_id
        )
        assert isinstance(said, Sent)
        seen = await ann.wait(lambda e: e.body == "hello")
        assert (seen.shown, seen.encrypted) == (True, True)
        with pytest.raises(AssertionError, match="M_FORBIDDEN"):
            await ann.invite(found.room_id, bea.user_id)
        # First contact costs two actions of the purse here: the room, and the message.
        drawn = [r for r in proxy.requests[before:] if "createRoom" in r.path or "/send/" in r.path]
        assert len(drawn) == 2


async def test_of_several_rooms_the_one_last_written_in_is_used_also_after_a_restart(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with await Person.arrive(server) as ann:
        async with Station(settings(server.url, bot_login), store) as bot:
            rooms = [await ann.direct(bot.user_id) for _ in range(2)]
            for room in rooms:
                await bot.join(room, ann.user_id)
                await ann.until_joined(room, bot.user_id)
            for room in (rooms[1], rooms[0]):
                await ann.say(room, "!echo here")
                await ann.wait(
                    lambda e, room=room: e.room_id == room and e.sender == bot.user_id and bool(e.body)
                )
            assert await bot.line.doors.direct(ann.user_id) == Ready(rooms[0])
        async with Station(settings(server.url, bot_login), store) as bot:
            assert await bot.line.doors.direct(ann.user_id) == Ready(rooms[0])
            await ann.say(rooms[1], "!echo now here")
            await answers(ann, rooms[1], bot, "now here")
            assert await bot.line.doors.direct(ann.user_id) == Ready(rooms[1])


async def test_a_plain_room_for_two_is_encrypted_where_that_is_allowed(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        await Person.arrive(server) as ann,
        Station(settings(server.url, bot_login), store) as bot,
    ):
        room = await ann.direct(bot.user_id, encrypted=False)
        await bot.join(room, ann.user_id)
        assert bot.line.rooms.direct(ann.user_id) is None
        # The creator's partner of a trusted chat has level 100.
        assert await bot.line.doors.direct(ann.user_id) == Ready(room)
        await ann.until(lambda: ann.client.rooms[room].encrypted)
        await bot.line.speaker.say(room, Message("hidden"), cause="1", urgency=Urgency.PERSON)
        assert (await ann.wait(lambda e: e.body == "hidden")).encrypted


async def test_where_it_is_not_allowed_a_new_room_is_opened(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        await Person.arrive(server) as ann,
        Station(settings(server.url, bot_login), store) as bot,
    ):
        room = await ann.create(bot.user_id, encrypted=False)
        await bot.join(room, ann.user_id)
        found = await bot.line.doors.direct(ann.user_id)
        assert isinstance(found, Opening)
        assert found.room_id != room
        assert not ann.client.rooms[room].encrypted


async def test_somebody_who_takes_no_invitations_cannot_be_reached(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        await Person.arrive(server) as ann,
        Proxy(server.url) as proxy,
        Station(settings(proxy.url, bot_login), store) as bot,
    ):
        proxy.fail(
            "POST .*/createRoom",
            status=403,
            headers={"Content-Type": "application/json"},
            body=b'{"errcode":"M_INVITE_BLOCKED","error":"no"}',
        )
        assert await bot.line.doors.direct(ann.user_id) == NoWay("M_INVITE_BLOCKED")
        proxy.fail("POST .*/createRoom", status=429, headers={"Retry-After": "62"})
        assert await bot.line.doors.direct(ann.user_id) == NoWay("later", 62.0)
        assert bot.line.pace.purse.wait(Urgency.SCHEDULED) == 0
        proxy.lose_answer("POST .*/createRoom")
        assert await bot.line.doors.direct(ann.user_id) == NoWay("unknown")
        # The room was made after all: it is found, and no second one made.
        await bot.line.sync.until(lambda: bot.line.rooms.opening(ann.user_id) is not None)
        assert isinstance(await bot.line.doors.direct(ann.user_id), Opening)
        assert proxy.count("POST .*/createRoom") == 3


async def test_owners_of_version_12_rooms_are_known_as_owners(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Trap 10: their level in the list is 0, and room ids name no server."""
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        found = bot.line.rooms.get(room)
        assert found is not None
        assert found.version == "12"
        assert ":" not in room
        assert bot.line.client.rooms[room].power_levels.get_user_level(ann.user_id) == 0
        assert found.level(ann.user_id) == math.inf
        assert found.may(ann.user_id, "ban")
        assert not found.may(bot.user_id, "ban")


async def test_an_invitation_is_turned_down(server: Synapse, bot_login: Login, store: Store) -> None:
    async with (
        await Person.arrive(server) as ann,
        Station(settings(server.url, bot_login), store) as bot,
    ):
        room = await ann.create(bot.user_id)
        await bot.ear.wait(Invited)
        assert await bot.line.doors.leave(room) is None
        await ann.until(lambda: bot.user_id not in ann.client.rooms[room].users)
        assert await bot.line.doors.join("!nowhere", ann.user_id) in (
            "M_NOT_FOUND",
            "M_UNKNOWN",
            "M_FORBIDDEN",
        )


@pytest.mark.parametrize("version", ["11", "12"])
async def test_a_room_upgrade_is_followed(
    server: Synapse, bot_login: Login, store: Store, version: str
) -> None:
    async with (
        await Person.arrive(server) as ann,
        Station(settings(server.url, bot_login), store) as bot,
    ):
        room = await ann.create(bot.user_id, encrypted=False, preset="public_chat", version="11")
        await bot.join(room, ann.user_id)
        await ann.api("POST", f"/rooms/{room}/upgrade", {"new_version": version})
        upgraded = await bot.ear.wait(Upgraded)
        assert await bot.line.doors.follow(upgraded) == upgraded.replacement
        await ann.until(lambda: ann.sees(upgraded.replacement))
        await ann.say(upgraded.replacement, "!echo still here")
        await answers(ann, upgraded.replacement, bot, "still here")


async def test_a_false_upgrade_is_not_followed_for_long(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Somebody may leave a tombstone here, but the room it names knows nothing of this one."""
    async with together(server.url, server, bot_login, store, encrypted=False) as (bot, ann, room):
        trap = await ann.create(encrypted=False, preset="public_chat")
        await ann.state(room, "m.room.tombstone", {"body": "moved", "replacement_room": trap})
        upgraded = await bot.ear.wait(Upgraded)
        assert await bot.line.doors.follow(upgraded) is None
        await bot.line.sync.until(lambda: trap not in bot.line.rooms)
        members = await ann.api("GET", f"/rooms/{trap}/joined_members")
        assert list(members["joined"]) == [ann.user_id]


async def test_an_upgrade_by_somebody_who_may_not_invite_is_not_even_joined(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        await Person.arrive(server) as ann,
        await Person.arrive(server) as mal,
        Proxy(server.url) as proxy,
        Station(settings(proxy.url, bot_login), store) as bot,
    ):
        room = await ann.create(
            bot.user_id,
            mal.user_id,
            encrypted=False,
            levels={"invite": 50, "events": {"m.room.tombstone": 0}},
        )
        await mal.join(room)
        await bot.join(room, ann.user_id)
        trap = await mal.create(encrypted=False, preset="public_chat")
        await mal.state(room, "m.room.tombstone", {"body": "moved", "replacement_room": trap})
        upgraded = await bot.ear.wait(Upgraded)
        joins = proxy.count("POST .*/join/")
        assert await bot.line.doors.follow(upgraded) is None
        assert proxy.count("POST .*/join/") == joins
