"""More of the Discord stand-in: permissions, files, threads, AutoMod, clocks, out of process."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route
from stand_in_bot import Bot, layout, running

from bot.testing.discord_server import (
    ClientRefuses,
    DiscordServer,
    NotOffered,
    point_discord_py_at,
)


async def test_permissions_suggestions_and_menus(server: DiscordServer) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.autocomplete:
            typed = data["options"][0]["value"]
            choice = {"name": "Germany", "name_localizations": {"de": "Deutschland"}, "value": typed}
            route = Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback")
            await bot.http.request(route, json={"type": 8, "data": {"choices": [choice]}})
        else:
            await interaction.response.send_message(json.dumps(data.get("resolved", {}).get("messages", {})))

    ana, mod = server.add_user("ana", "de"), server.add_user("mod")
    guild = server.add_guild(roles={"mods": ["manage_guild"], "hosts": []}, members=[ana, (mod, ["mods"])])
    bot = Bot(answer)
    async with running(server, bot):
        with pytest.raises(NotOffered):
            await ana.slash(guild, "group open")
        await (await mod.slash(guild, "group open")).answered()
        server.set_command_permission(guild, "group", [(ana, True), (guild.role("mods"), False)])
        await (await ana.slash(guild, "group open")).answered()
        with pytest.raises(NotOffered):
            await mod.slash(guild, "group open")
        with pytest.raises(ClientRefuses):
            await ana.slash(guild, "befinden", mood="unheard of")
        assert [(c.name, c.value) for c in await ana.autocomplete(guild, "crisis", "country", "ger")] == [
            ("Deutschland", "ger")
        ]
        said = mod.say(guild, "words")
        assert said is not None
        reported = await (await ana.menu(said, "Report")).answered()
        assert "words" in reported.text
    assert server.violations == []


async def test_files_are_stored_and_must_be_shown(server: DiscordServer) -> None:
    channel = server.add_guild().channel("general")
    bot = Bot()

    def picture() -> discord.File:
        return discord.File(io.BytesIO(b"\x89PNG"), "chart.png", description="A line that rises")

    async with running(server, bot):
        await bot.wait_until_ready()
        target: Any = bot.get_channel(channel.id)
        with pytest.raises(discord.HTTPException):
            await target.send(view=layout("no picture shown"), file=picture())
        assert server.violations.pop().code == "ATTACHMENT_NOT_SHOWN"
        view = layout("a picture")
        view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://chart.png")))
        sent = await target.send(view=view, file=picture())
        assert await bot.http.get_from_cdn(sent.attachments[0].url) == b"\x89PNG"
    (seen,) = server.messages(channel)
    assert (seen.files[0].name, seen.files[0].description) == ("chart.png", "A line that rises")
    assert server.violations == []


async def test_private_threads_are_seen_by_their_members(server: DiscordServer) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild(members=[ana, ben])
    bot = Bot()
    async with running(server, bot):
        await bot.wait_until_ready()
        parent: Any = bot.get_channel(guild.channel("general").id)
        thread = await parent.create_thread(
            name="tuesday", type=discord.ChannelType.private_thread, invitable=False
        )
        await thread.add_user(discord.Object(ana.id))
        await thread.send("welcome")
        room = guild.channel("tuesday")
        assert (ana.can_see(room), ben.can_see(room)) == (True, False)
        assert [one.text for one in ana.sees(room)] == ["welcome"]
        await thread.remove_user(discord.Object(ana.id))
        assert not ana.can_see(room)
    assert server.violations == []


async def test_automod_blocks_and_tells(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild(members=[ana], bot_permissions=["manage_guild"])
    bot = Bot()
    async with running(server, bot):
        await bot.wait_until_ready()
        told = asyncio.create_task(bot.wait_for("automod_action", timeout=10))
        await bot.guilds[0].create_automod_rule(
            name="words",
            event_type=discord.AutoModRuleEventType.message_send,
            trigger=discord.AutoModTrigger(keyword_filter=["forbidden"]),
            actions=[discord.AutoModRuleAction(custom_message="Please not here")],
            enabled=True,
        )
        assert ana.say(guild, "a forbidden word") is None
        execution = await told
        assert (execution.user_id, execution.content) == (ana.id, "")
    assert server.violations == []


async def test_the_clock_may_be_the_tests_own() -> None:
    moment = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    async with DiscordServer.running(clock=lambda: moment) as server:
        first, second = server.snowflake(), server.snowflake()
        assert discord.utils.snowflake_time(first) == moment
        assert second > first


async def test_out_of_process() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.testing.discord_server", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address = json.loads(await process.stdout.readline())

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=layout("Hello", button="More"), ephemeral=True)

    bot = Bot(answer)
    async with aiohttp.ClientSession(address["control"]) as control:

        async def do(action: str, **body: Any) -> Any:
            async with control.post(action, json=body) as response:
                assert response.status == 200, await response.text()
                return await response.json()

        await do("user", name="ana")
        await do("guild", name="Harbour", channels=["evening"], members=["ana"])
        with point_discord_py_at(address["url"]):
            task = asyncio.create_task(bot.start(address["token"]))
            await do("connected")
            asked = await do("slash", user="ana", guild="Harbour", command="checkin", wait="answered")
            assert asked["messages"][0]["text"] == "Hello"
            message = asked["messages"][0]["id"]
            pressed = await do("press", user="ana", message=message, button="More", wait="answered")
            assert pressed["messages"][0]["ephemeral"]
            seen = await do("messages", guild="Harbour", channel="evening")
            assert seen["messages"] == []
            seen = await do("messages", guild="Harbour", channel="evening", **{"as": "ana"})
            assert len(seen["messages"]) == 2
            refused = await control.post(
                "slash", json={"user": "ana", "guild": "Harbour", "command": "nothing"}
            )
            assert refused.status == 400
            stats = await do("stats")
            assert stats["requests"]["POST /interactions/{interaction_id}/{interaction_token}/callback"] == 2
            await bot.close()
            await task
    process.terminate()
    assert await process.wait() == 0
