"""The routes a bot reads and changes things by, each through discord.py, answers checked where possible."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from bot.testing.discord_server import DiscordServer, point_discord_py_at

POWERS = [
    "manage_guild",
    "manage_roles",
    "manage_channels",
    "manage_threads",
    "manage_messages",
    "add_reactions",
]


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer.running(check_answers=True, rate_limits=False) as server:
        yield server
    assert "\n".join(str(one) for one in server.misspoken) == ""
    assert server.violations == []
    assert server.unsupported == []


@contextlib.asynccontextmanager
async def client(server: DiscordServer) -> AsyncIterator[discord.Client]:
    with point_discord_py_at(server):
        bot = discord.Client(intents=discord.Intents.default())
        await bot.login(server.token)
        task = asyncio.create_task(bot.connect())
        await bot.wait_until_ready()
        try:
            yield bot
        finally:
            await bot.close()
            await task


async def test_places_people_and_roles(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    made = server.add_guild("Harbour", roles={"hosts": []}, members=[ana], bot_permissions=POWERS)
    async with client(server) as bot:
        info = await bot.application_info()
        assert (info.id, info.name) == (server.application_id, "Hearth")
        guild = await bot.fetch_guild(made.id)
        assert guild.approximate_member_count == 3
        assert [one.name async for one in bot.fetch_guilds()] == ["Harbour"]
        assert [one.name for one in await guild.fetch_channels()] == ["general"]
        assert {one.name for one in await guild.fetch_roles()} == {"@everyone", "Hearth", "hosts"}
        member = await guild.fetch_member(ana.id)
        await member.add_roles(discord.Object(made.role("hosts").id))
        assert made.members[ana.id].roles == [made.role("hosts")]
        await member.remove_roles(discord.Object(made.role("hosts").id))
        assert made.members[ana.id].roles == []
        assert (await bot.fetch_user(ana.id)).name == "ana"
        channel: Any = await bot.fetch_channel(made.channel("general").id)
        await channel.typing()
        await channel.edit(name="lounge")
        assert made.channel("lounge").id == channel.id
        await bot.guilds[0].create_text_channel("new")
        await channel.delete()
        assert [one.name for one in made.channels.values()] == ["new"]
        await bot.guilds[0].leave()
        assert server.guilds == {}


async def test_messages_and_reactions(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    made = server.add_guild(members=[ana], bot_permissions=POWERS)
    place = made.channel("general")
    async with client(server) as bot:
        channel: Any = bot.get_channel(place.id)
        sent = await channel.send("first")
        again = await channel.fetch_message(sent.id)
        await again.edit(content="second")
        await again.add_reaction("👍")
        assert [one.text for one in ana.sees(place)] == ["second"]
        assert list(server.messages(place)[0].raw.reactions) == ["👍"]
        await again.remove_reaction("👍", discord.Object(server.bot_user.id))
        reply = await again.reply("an answer")
        assert reply.reference.message_id == sent.id
        said = ana.say(place, "not mine")
        assert said is not None
        theirs = await channel.fetch_message(said.id)
        with pytest.raises(discord.Forbidden):
            await theirs.edit(content="forged")
        await theirs.delete()
        await channel.delete_messages([sent, reply])
        assert server.messages(place) == []
        with pytest.raises(discord.NotFound) as gone:
            await channel.fetch_message(sent.id)
        assert gone.value.code == 10008


async def test_an_interactions_own_messages(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    made = server.add_guild(members=[ana])
    async with client(server) as bot:
        tree = discord.app_commands.CommandTree(bot)

        @tree.command(description="Go")
        async def go(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("first", ephemeral=True)
            original = await interaction.original_response()
            more = await interaction.followup.send("more", wait=True)
            fetched = await interaction.followup.fetch_message(more.id)
            await fetched.edit(content=f"{original.content} and more")
            await interaction.delete_original_response()
            with pytest.raises(discord.NotFound):
                await interaction.original_response()

        await tree.sync(guild=discord.Object(made.id))
        (command,) = await tree.sync()
        assert (await tree.fetch_command(command.id)).name == "go"
        assert [one.name for one in await tree.fetch_commands()] == ["go"]
        with pytest.raises(discord.NotFound):
            await command.fetch_permissions(discord.Object(made.id))
        server.set_command_permission(made, "go", [(ana, True)])
        permissions = await command.fetch_permissions(discord.Object(made.id))
        assert [one.id for one in permissions.permissions] == [ana.id]
        asked = await ana.slash(made, "go")
        await asked.until(lambda: asked.text == "first and more")
        await command.edit(description="Go on")
        await command.delete()
        assert server.global_commands == {}


async def test_threads_and_automod(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    made = server.add_guild(members=[ana], bot_permissions=POWERS)
    async with client(server) as bot:
        guild = bot.guilds[0]
        message = await guild.text_channels[0].send("topic")
        thread = await message.create_thread(name="talk")
        await thread.add_user(discord.Object(ana.id))
        assert (await thread.fetch_member(ana.id)).id == ana.id
        assert [one.name for one in await guild.active_threads()] == ["talk"]
        await thread.edit(name="quiet", archived=True, locked=True)
        assert (made.channel("quiet").archived, made.channel("quiet").locked) == (True, True)
        await thread.delete()
        rule = await guild.create_automod_rule(
            name="words",
            event_type=discord.AutoModRuleEventType.message_send,
            trigger=discord.AutoModTrigger(keyword_filter=["word"]),
            actions=[discord.AutoModRuleAction(custom_message="No")],
        )
        await rule.edit(enabled=True)
        assert [one.enabled for one in await guild.fetch_automod_rules()] == [True]
        await rule.delete()
        assert made.automod == {}
