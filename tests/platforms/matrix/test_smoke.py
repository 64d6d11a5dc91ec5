from __future__ import annotations

import pytest

from bot.platforms.matrix.read import Invited
from bot.platforms.matrix.signing import State
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse

from .station import Station, Store, settings

pytestmark = pytest.mark.synapse


async def test_echo(server: Synapse, bot_login: Login, store: Store) -> None:
    async with Station(settings(server.url, bot_login), store) as bot:
        assert bot.line.identity.state is State.NEW
        async with await Person.arrive(server, strict=True) as ann:
            room = await ann.direct(bot.user_id)
            invited = await bot.ear.wait(Invited)
            await bot.join(room, invited.sender)
            await bot.knows(room)
            await ann.until(lambda: bot.user_id in ann.client.rooms[room].users and not ann.client.rooms[room].users[bot.user_id].invited)
            await ann.say(room, "!echo hello")
            answer = await ann.wait(lambda e: e.sender == bot.user_id and e.kind == "m.room.message")
            assert answer.body == "hello"
            assert answer.shown and answer.encrypted
