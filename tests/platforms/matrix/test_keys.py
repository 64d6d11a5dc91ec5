"""The key store: sealed pieces, forgetting, one-time keys, and work in pieces."""

from __future__ import annotations

import asyncio
import sqlite3

import nio
import pytest
import vodozemac

from bot.platforms.matrix.keys import Keys
from bot.platforms.matrix.purse import Urgency
from bot.platforms.matrix.send import Message, Sent
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse
from bot.testing.synapse_proxy import Proxy

from .station import Station, Store, answers, settings, together

pytestmark = pytest.mark.synapse


def kept(store: Store) -> dict[str, bytes]:
    with sqlite3.connect(store.path) as base:
        found = base.execute("select name, data from blobs").fetchall()
    base.close()
    return dict(found)


async def test_forgetting_a_person_leaves_neither_device_nor_session_and_talking_again_works(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        await ann.say(room, "!echo one")
        await answers(ann, room, bot, "one")
        client = bot.line.client
        (device,) = client.device_store[ann.user_id].values()
        await client.keys.commit()
        everything = b"".join(kept(store).values()).decode()
        for secret in (ann.user_id, device.curve25519, device.id):
            assert secret in everything
        assert await bot.line.forget(ann.user_id)
        await bot.line.sync.until(lambda: room not in bot.line.rooms)
        everything = b"".join(v for k, v in kept(store).items() if "keys" in k).decode()
        for secret in (ann.user_id, device.curve25519, device.id, room):
            assert secret not in everything
        own = bot.line.client.olm.account.identity_keys["curve25519"]
        before = len(ann.client.olm.session_store[own])
        again = await ann.direct(bot.user_id)
        await bot.join(again, ann.user_id)
        await ann.until_joined(again, bot.user_id)
        # The bot begins a new session by itself, before the next room key is sent with the forgotten one.
        await ann.until(lambda: len(ann.client.olm.session_store[own]) > before)
        await ann.say(again, "!echo two")
        await answers(ann, again, bot, "two")


async def test_what_a_shared_encrypted_room_needs_stays_until_they_leave_it(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        together(server.url, server, bot_login, store) as (bot, ann, room),
        await Person.arrive(server) as bea,
    ):
        await ann.invite(room, bea.user_id)
        await bea.join(room)
        await bot.knows(room, bea.user_id)
        await ann.say(room, "!echo one")
        await answers(ann, room, bot, "one")
        assert not await bot.line.forget(ann.user_id)
        await ann.say(room, "!echo two")
        await answers(ann, room, bot, "two")
        await ann.leave(room)
        await bot.line.sync.until(lambda: not bot.line.rooms.shared_with(ann.user_id))
        assert await bot.line.forget(ann.user_id)
        assert not bot.line.client.device_store[ann.user_id]


async def test_who_shares_no_room_any_more_is_forgotten(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """nio keeps the devices of people who left for ever."""
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        await ann.say(room, "!echo one")
        await answers(ann, room, bot, "one")
        await ann.leave(room)
        await bot.line.sync.until(lambda: not bot.line.rooms.shared_with(ann.user_id))
        assert not bot.line.client.device_store[ann.user_id]
        await bot.line.client.keys.commit()
        assert ann.user_id not in b"".join(kept(store).values()).decode()


async def test_what_was_said_can_be_made_unreadable(server: Synapse, bot_login: Login, store: Store) -> None:
    """nio keeps a copy of the bot's own room keys, and everybody else's: all would stay readable."""
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        await ann.say(room, "!echo private words")
        await answers(ann, room, bot, "private words")
        client = bot.line.client
        for restarted in (False, True):
            client.mark_said(room)
            later = f"what comes after that {restarted}"
            await ann.say(room, f"!echo {later}")
            await answers(ann, room, bot, later)
            if restarted:  # what was marked is known then, too
                await client.keys.commit()
                again = await Keys.open(store, client.user_id, client.device_id, client.keys._now)
                client.store = client.olm.store = again
                client.olm.inbound_group_store = again.load_inbound_group_sessions()
            await client.forget_said(room)
            found = await client.room_messages(room, limit=20)
            said = [e for e in found.chunk if isinstance(e, nio.MegolmEvent | nio.RoomMessage)]
            after = [e for e in said if isinstance(e, nio.RoomMessage)]
            assert [(e.sender, e.body) for e in reversed(after)] == [
                (ann.user_id, f"!echo {later}"), (bot.user_id, later),
            ]  # fmt: skip
            assert {e.sender for e in said if isinstance(e, nio.MegolmEvent)} == {ann.user_id, bot.user_id}
        await ann.say(room, "!echo next")
        await answers(ann, room, bot, "next")


async def test_names_of_the_pieces_say_nothing(server: Synapse, bot_login: Login, store: Store) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        await ann.say(room, "!echo one")
        await answers(ann, room, bot, "one")
        await bot.line.client.keys.commit()
        names = " ".join(kept(store))
        for secret in (ann.user_id, room, bot.user_id, bot.line.client.device_id):
            assert secret not in names


async def use_up(ann: Person, bot: Station) -> None:
    """Take every one-time key that the server has of the bot."""
    device = bot.line.client.device_id
    wanted = {"one_time_keys": {bot.user_id: {device: "signed_curve25519"}}}
    used = 0
    while (await ann.api("POST", "/keys/claim", wanted))["one_time_keys"]:
        used += 1
    assert used >= 50


async def three_together(ann: Person, bea: Person, bot: Station) -> str:
    """A room in which the bot begins no session by itself."""
    room = await ann.create(bot.user_id, bea.user_id)
    await bea.join(room)
    await bot.join(room, ann.user_id)
    await ann.until_joined(room, bot.user_id)
    return room


async def test_one_time_keys_used_up_while_away_are_made_anew(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Trap 2: there are no fallback keys, and nio takes "none left" for "not said" and makes none."""
    async with await Person.arrive(server) as ann, await Person.arrive(server) as bea:
        async with Station(settings(server.url, bot_login), store) as bot:
            room = await three_together(ann, bea, bot)
        await use_up(ann, bot)
        async with Proxy(server.url) as proxy, Station(settings(proxy.url, bot_login), store) as bot:
            await proxy.until(
                lambda: any("keys/upload" in r.path and r.status == 200 for r in proxy.requests)
            )
            await ann.say(room, "!echo hello")
            await answers(ann, room, bot, "hello")


async def test_one_time_keys_are_kept_before_the_server_has_them(
    server: Synapse, bot_login: Login, store: Store, sudden: None
) -> None:
    """nio saves them afterwards: a crash in between would leave people with keys nobody can open."""
    async with await Person.arrive(server) as ann, await Person.arrive(server) as bea:
        async with Station(settings(server.url, bot_login), store) as bot:
            room = await three_together(ann, bea, bot)
        await use_up(ann, bot)
        async with Proxy(server.url) as proxy:
            proxy.lose_answer("POST .*/keys/upload", times=100)
            async with Station(settings(proxy.url, bot_login), store) as bot:
                await proxy.until(lambda: any(r.what == "lose" and r.status == 200 for r in proxy.requests))
                store.broken = True
        store.broken = False
        async with Station(settings(server.url, bot_login), store) as bot:
            await ann.say(room, "!echo hello")
            await answers(ann, room, bot, "hello")


async def test_a_room_key_for_many_devices_is_shared_in_pieces(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Five hundred devices at once would stop everything else for a good while."""
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        client = bot.line.client
        accounts = [vodozemac.Account() for _ in range(200)]
        devices = {}
        for i, account in enumerate(accounts):
            account.generate_one_time_keys(1)
            device_id = f"D{i}"
            keys = {
                "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
                "device_id": device_id,
                "user_id": ann.user_id,
                "keys": {
                    f"curve25519:{device_id}": account.curve25519_key.to_base64(),
                    f"ed25519:{device_id}": account.ed25519_key.to_base64(),
                },
            }
            signature = account.sign(nio.Api.to_canonical_json(keys).encode()).to_base64()
            devices[device_id] = keys | {"signatures": {ann.user_id: {f"ed25519:{device_id}": signature}}}
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        await asyncio.sleep(0)
        turns = 0
        await client.receive_response(nio.KeysQueryResponse({ann.user_id: devices}, {}))
        assert turns >= 200 // 20 - 1
        assert len(list(client.device_store.active_user_devices(ann.user_id))) == 200
        for i, account in enumerate(accounts):
            (key,) = account.one_time_keys.values()
            client.olm.create_session(key.to_base64(), devices[f"D{i}"]["keys"][f"curve25519:D{i}"])
        turns = 0
        await client.share_group_session(room)
        assert turns >= 200 // 20
        counting.cancel()
        assert client.readers(room) == {ann.user_id}
        shared = client.olm.outbound_group_sessions[room].users_shared_with
        assert len(shared) == 200


async def test_a_key_is_shared_again_when_somebody_leaves_in_the_middle(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """nio would go on using a key that the one who left already holds."""
    async with (
        await Person.arrive(server) as ann,
        await Person.arrive(server) as bea,
        Proxy(server.url) as proxy,
        Station(settings(proxy.url, bot_login), store) as bot,
    ):
        room = await ann.create(bot.user_id, bea.user_id)
        await bea.join(room)
        await bot.join(room, ann.user_id)
        await bot.knows(room, bea.user_id)
        arrived, go = proxy.hold("PUT .*/sendToDevice/m.room.encrypted")
        saying = asyncio.create_task(
            bot.line.speaker.say(room, Message("not for bea"), cause="1", urgency=Urgency.PERSON)
        )
        await asyncio.wait_for(arrived.wait(), 15)
        await bea.leave(room)
        await bot.line.sync.until(lambda: bea.user_id not in bot.line.client.rooms[room].users)
        go.set()
        assert isinstance(await saying, Sent)
        assert bot.line.client.readers(room) <= {ann.user_id, bot.user_id}
        await answers(ann, room, bot, "not for bea")


async def test_keys_leave_only_once_they_are_stored_except_for_somebody_in_need(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """A session used and not stored would be used a second time after a crash, and break."""
    async with (
        Proxy(server.url) as proxy,
        together(proxy.url, server, bot_login, store) as (bot, ann, room),
    ):
        await ann.say(room, "!echo first")
        await answers(ann, room, bot, "first")
        bot.line.client.end_session(room)
        store.open.clear()
        before = proxy.count("sendToDevice")
        saying = asyncio.create_task(
            bot.line.speaker.say(room, Message("hello"), cause="1", urgency=Urgency.PERSON)
        )
        await asyncio.wait_for(store.knocked.wait(), 15)
        assert proxy.count("sendToDevice") == before
        assert not saying.done()
        helped = await bot.line.speaker.say(room, Message("112"), cause="2", urgency=Urgency.RESCUE)
        assert isinstance(helped, Sent)
        store.open.set()
        assert isinstance(await saying, Sent)
        assert sorted(await answers(ann, room, bot, "hello", "112")) == ["112", "first", "hello"]


@pytest.mark.parametrize("refused", ["keys/claim", "keys/query"])
async def test_a_refused_request_for_keys_is_made_again_before_anything_is_said(
    server: Synapse, bot_login: Login, store: Store, refused: str
) -> None:
    """Whoever's keys were not given could not read what is said; and nio breaks off over a refused claim."""
    async with (
        await Person.arrive(server) as ann,
        Proxy(server.url) as proxy,
        Station(settings(proxy.url, bot_login), store) as bot,
    ):
        room = await ann.create(bot.user_id)
        for status, code in ((429, b"M_LIMIT_EXCEEDED"), (401, b"M_UNKNOWN_TOKEN"), (502, b"M_UNKNOWN")):
            proxy.fail(f"POST .*/{refused}", status=status, body=b'{"errcode": "%s", "error": ""}' % code)
        await bot.join(room, ann.user_id)
        said = await bot.line.speaker.say(room, Message("for ann"), cause="1", urgency=Urgency.PERSON)
        assert isinstance(said, Sent)
        assert ann.user_id in bot.line.client.readers(room)
        await answers(ann, room, bot, "for ann")
        assert proxy.count(f"POST .*/{refused}") > 3


async def test_somebody_in_need_does_not_wait_for_a_device_that_is_not_known(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with (
        Proxy(server.url) as proxy,
        together(proxy.url, server, bot_login, store) as (bot, ann, room),
    ):
        await ann.say(room, "!echo first")
        await answers(ann, room, bot, "first")
        proxy.fail("POST .*/keys/query", times=1000, status=500, body=b'{"errcode": "M_UNKNOWN"}')
        asked = proxy.count("POST .*/keys/query")
        who = {"type": "m.id.user", "user": ann.user_id}
        again = {"type": "m.login.password", "identifier": who, "password": ann.login.password}
        await ann.api("POST", "/login", again)
        await proxy.until(lambda: proxy.count("POST .*/keys/query") > asked)
        helped = await bot.line.speaker.say(room, Message("112"), cause="2", urgency=Urgency.RESCUE)
        assert isinstance(helped, Sent)
        assert sorted(await answers(ann, room, bot, "112")) == ["112", "first"]
