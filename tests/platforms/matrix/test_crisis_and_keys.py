"""Encrypted words whose keys are late, missing, or cannot be stored; and help, which waits for none of it."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.matrix.read import Unreadable
from bot.platforms.matrix.sync import KEY_PATIENCE
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse

from .station import Station, Store, answers, settings, together

pytestmark = pytest.mark.synapse


# --- messages without a key ---------------------------------------------------------------------------


async def test_a_message_that_cannot_be_read_is_told_once_a_room(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    patience = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await (patience.wait() if seconds == KEY_PATIENCE else asyncio.sleep(min(seconds, 0.05)))

    async with together(server.url, server, bot_login, store, sleep=sleep) as (bot, ann, room):
        device = ann.client.device_store
        await ann.client.keys_query() if ann.client.should_query_keys else None
        ann.client.blacklist_device(device[bot.user_id][bot.line.client.device_id])
        await ann.say(room, "!echo secret")
        await ann.say(room, "!echo another")
        ann.client.unblacklist_device(device[bot.user_id][bot.line.client.device_id])
        await ann.say(room, "!echo readable")
        await answers(ann, room, bot, "readable")
        patience.set()
        told = await bot.ear.wait(Unreadable)
        assert told.room_id == room
        await ann.say(room, "!echo end")
        await answers(ann, room, bot, "end")
        assert len([e for e in bot.ear.events if isinstance(e, Unreadable)]) == 1


async def test_a_key_that_comes_late_still_opens_the_message(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        olm = ann.client.olm
        if ann.client.should_query_keys:
            await ann.client.keys_query()
        await ann.client.keys_claim(ann.client.get_missing_sessions(room))
        made = list(olm.share_group_session_parallel(room, list(ann.client.rooms[room].users), True))
        olm.outbound_group_sessions[room].shared = True
        await ann.say(room, "!echo at last")
        await bot.line.sync.until(lambda: bool(bot.line.sync._parked))
        assert bot.ear.said() == []
        for _, content in made:
            await ann.api("PUT", "/sendToDevice/m.room.encrypted/late", content)
        assert await answers(ann, room, bot, "at last") == ["at last"]


# --- crisis comes first --------------------------------------------------------------------------------


async def test_help_comes_while_the_database_is_locked_and_nothing_is_lost(
    server: Synapse, bot_login: Login, store: Store
) -> None:
    """Neither keys nor position can be stored; the words, and their keys, are there once they can."""
    async with await Person.arrive(server) as ann, await Person.arrive(server) as bea:
        async with Station(settings(server.url, bot_login), store) as bot:
            room = await ann.direct(bot.user_id)
            await bot.join(room, ann.user_id)
            await ann.until_joined(room, bot.user_id)
            store.open.clear()
            # A first message brings a room key, which must be stored before the server forgets it.
            await ann.say(room, "!echo waits")
            await ann.say(room, "!crisis")
            assert await answers(ann, room, bot, "112") == ["112"]
            # Somebody else's key comes while the first one is still not stored.
            other = await bea.create(encrypted=False)
            await bea.send(other, {"msgtype": "m.text", "body": "unrelated"})
            await ann.say(room, "!crisis again")
            await ann.until(lambda: [e.body for e in ann.heard(room, by=bot.user_id)].count("112") == 2)
            store.open.set()
            await answers(ann, room, bot, "waits")
            await ann.say(room, "!echo after")
            await answers(ann, room, bot, "after")
        async with Station(settings(server.url, bot_login), store) as bot:
            await ann.say(room, "!echo and a restart")
            await answers(ann, room, bot, "and a restart")
            assert bot.ear.said() == ["!echo and a restart"]
        heard = sorted(e.body for e in ann.heard(room, by=bot.user_id))
        assert heard == ["112", "112", "after", "and a restart", "waits"]


async def test_help_comes_while_storage_is_broken(server: Synapse, bot_login: Login, store: Store) -> None:
    async with together(server.url, server, bot_login, store) as (bot, ann, room):
        store.broken = True
        await ann.say(room, "!crisis")
        await answers(ann, room, bot, "112")
        store.broken = False


async def test_keys_received_while_storage_was_locked_survive_a_crash(
    server: Synapse, bot_login: Login, store: Store, sudden: None
) -> None:
    """The next request would tell the server to forget them: until then the old one is repeated."""
    async with await Person.arrive(server) as ann:
        async with Station(settings(server.url, bot_login), store) as bot:
            room = await ann.direct(bot.user_id)
            await bot.join(room, ann.user_id)
            await ann.until_joined(room, bot.user_id)
            await ann.say(room, "!echo first")
            await answers(ann, room, bot, "first")
            ann.client.invalidate_outbound_session(room)
            store.open.clear()
            await ann.say(room, "!crisis")
            await answers(ann, room, bot, "112")
            second = await ann.say(room, "!echo second")
            await bot.line.sync.until(lambda: bot.line.sync._inbox.seen(second))
            bot._running.cancel()
            await asyncio.wait({bot._running})
            store.broken = True
            store.open.set()
        store.broken = False
        async with Station(settings(server.url, bot_login), store) as bot:
            await answers(ann, room, bot, "first", "second")
