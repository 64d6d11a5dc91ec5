"""The connection keeps nothing; and the inner parts of discord.py that this rests on are as they were."""

from __future__ import annotations

import gc
import inspect
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.state import AutoShardedConnectionState, ConnectionState

from bot.platforms.discord.client import HEARD, Client, hush, intents
from bot.platforms.discord.names import Names
from bot.testing.discord_server import DiscordServer
from bot.testing.turns import until

from .harbour import hearth


def test_discord_py_still_has_the_parts_that_are_overridden() -> None:
    """Fails when discord.py changes there: read client.py again, then set the version."""
    assert discord.__version__.startswith("2.7.")
    assert list(inspect.signature(ConnectionState._add_guild_from_data).parameters) == ["self", "data"]
    assert "self._add_guild_from_data(guild_data)" in inspect.getsource(
        AutoShardedConnectionState.parse_ready
    )
    assert "ws._discord_parsers = client._connection.parsers" in inspect.getsource(
        DiscordWebSocket.from_client
    )
    assert "func = self._discord_parsers[event]" in inspect.getsource(DiscordWebSocket.received_message)
    assert list(inspect.signature(discord.Client._get_state).parameters) == ["self", "options"]


async def test_only_what_is_used_is_parsed() -> None:
    state: Any = Client(lambda event, data: None, lambda: None)._connection
    assert set(state.parsers) == {"READY", "RESUMED", *HEARD}
    known = {name[6:].upper() for name in dir(ConnectionState) if name.startswith("parse_")}
    assert set(HEARD) < known
    assert not intents().members
    assert not intents().presences
    assert not intents().message_content
    assert state.allowed_mentions.to_dict() == {"parse": []}


async def test_nothing_stays_in_memory(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana], crowd=500)
    for number in range(30):
        server.add_guild(f"Other {number}", [f"room-{n}" for n in range(20)], crowd=50)
    async with hearth(server, tmp_path) as running:
        await until(lambda: len(running.platform._names) == 31)
        for _ in range(3):
            asked = await ana.slash(guild, "beds")
            await asked.answered()
            opened = await ana.press(asked.message, "Plant")
            await opened.answered()
        ana.say(ana.direct, "!hush")
        await server.until(lambda: len(ana.direct_messages) == 2)
        assert running.platform._client is not None
        state: Any = running.platform._client._connection
        assert state._messages is None
        assert state._view_store._views == {}
        assert state._view_store._modals == {}
        assert state._guilds == {}
        assert state._private_channels == {}
        assert len(state._users) <= 1
        assert state._command_tree is None
        gc.collect()
        kept = (discord.Guild, discord.abc.GuildChannel, discord.Member, discord.Message, discord.Interaction)
        assert [one for one in gc.get_objects() if isinstance(one, kept)] == []
        await until(lambda: not running.platform._tasks)


async def test_shards_are_started_as_configured(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guilds = [server.add_guild(f"Harbour {n}", ["evening"], members=[ana]) for n in range(8)]
    async with hearth(server, tmp_path, shards=(None, 2)):
        assert sorted(one.shard for one in server.gateway.sessions.values()) == [(0, 2), (1, 2)]
        for guild in guilds:
            asked = await ana.slash(guild, "hush")
            await asked.answered()
    async with hearth(server, tmp_path, shards=([1], 2)) as running:
        assert [one.shard for one in server.gateway.connected()] == [(1, 2)]
        mine = [guild for guild in guilds if (guild.id >> 22) % 2 == 1]
        await until(lambda: len(running.platform._names) == len(mine))


def test_members_words_never_reach_the_debug_log() -> None:
    logging.getLogger("discord.gateway").setLevel(logging.DEBUG)
    hush()
    for name in ("discord.gateway", "discord.http", "discord.client"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)


def test_nobody_is_told_of_a_library_for_voice(caplog: pytest.LogCaptureFixture) -> None:
    discord.VoiceClient.warn_dave = True  # as when it is imported where that library is not there
    hush()
    discord.Client(intents=intents())
    assert "davey" not in caplog.text


async def test_rooms_are_known_by_name_and_id_as_they_change(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.add_guild("Harbour", ["evening", "Größe"])
    async with hearth(server, tmp_path) as running:
        space = running.app.spaces.of("discord", str(guild.id))
        place = running.platform.place
        await until(lambda: len(running.platform._names) == 1)
        evening = guild.channel("evening")
        for wanted in ("evening", "#evening", "#Evening", str(evening.id)):
            found = place(wanted, space)
            assert found is not None
            assert (found.id, found.name, found.space) == (str(evening.id), "evening", space)
        assert place("größe", space) is not None
        assert place("#morning", space) is None
        assert place("#evening", "elsewhere") is None
        thread = server.add_thread(evening, "Wednesday")
        found = place(str(thread.id), space)
        assert found is not None
        assert found.id == str(thread.id)
        morning = server.add_channel(guild, "morning")
        await until(lambda: place("#morning", space))
        morning.name = "noon"
        server.channel_changed(morning)
        await until(lambda: place("#noon", space))
        assert place("#morning", space) is None
        server.delete_channel(morning)
        await until(lambda: place("#noon", space) is None)
        server.guild_outage(guild)
        server.guild_outage(guild, over=True)
        server.add_channel(guild, "last")
        await until(lambda: place("#last", space))
        assert place("#evening", space) is not None
        server.remove_guild(guild)
        await until(lambda: place("#evening", space) is None)


def test_roles_are_known_by_name_as_they_change() -> None:
    names = Names()
    roles = [{"id": "1", "name": "@everyone"}, {"id": "2", "name": "Night watch"}]
    names.hear("GUILD_CREATE", {"id": "1", "channels": [], "roles": roles})
    assert names.roles("1", ["2"]) == {"2", "Night watch"}
    names.hear("GUILD_ROLE_UPDATE", {"guild_id": "1", "role": {"id": "2", "name": "Day\nwatch"}})
    assert names.roles("1", ["2"]) == {"2", "Day watch"}
    names.hear("GUILD_ROLE_CREATE", {"guild_id": "1", "role": {"id": "3", "name": "New"}})
    names.hear("GUILD_ROLE_DELETE", {"guild_id": "1", "role_id": "2"})
    assert names.roles("1", ["2", "3"]) == {"2", "3", "New"}
    assert names.roles("9", ["2"]) == {"2"}
    assert names.roles("1", []) == set()


def test_the_package_loads_discord_py_only_when_it_is_used() -> None:
    code = "import sys, bot.platforms.discord; assert 'discord' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
