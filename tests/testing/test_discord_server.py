"""The Discord stand-in, met through the unmodified discord.py (and, for limits, through its HTTP client)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route
from stand_in_bot import Bot, form, layout, running

from bot.testing.discord_server import (
    ClientRefuses,
    DiscordServer,
    Upload,
    point_discord_py_at,
)


async def test_login_brings_servers_and_commands_in_the_persons_language(server: DiscordServer) -> None:
    ana, ben = server.add_user("ana", "de"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening", "morning"], members=[ana, ben])
    server.rate_limits.enabled = False
    bot = Bot()
    async with running(server, bot):
        await bot.wait_until_ready()
        assert [one.name for one in bot.guilds[0].text_channels] == ["evening", "morning"]
        assert ana.commands(guild) == ["befinden", "crisis"]
        assert ben.commands(guild) == ["checkin", "crisis"]
        ids = list(server.global_commands)
        await bot.setup_hook()
        assert list(server.global_commands) == ids
        asked = asyncio.create_task(bot.wait_for("guild_join", timeout=10))
        server.add_guild("Second")
        joined = await asked
        assert joined.name == "Second"
    assert server.violations == []
    assert server.unsupported == []


async def test_command_form_answer_and_button(server: DiscordServer) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.application_command:
            await interaction.response.send_modal(form())
        elif interaction.type is discord.InteractionType.modal_submit:
            seen = [part["component"] for part in data["components"]]
            text = json.dumps([one.get("value", one.get("values")) for one in seen[:4]])
            file = next(iter(data["resolved"]["attachments"].values()))
            body = await bot.http.get_from_cdn(file["url"])
            await interaction.response.send_message(
                view=layout(text, body.decode(), button="Undo"), ephemeral=True
            )
        else:
            await interaction.response.edit_message(view=layout("Taken back"))

    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild(channels=["evening"], members=[ana, ben])
    bot = Bot(answer)
    async with running(server, bot):
        opened = await (await ana.slash(guild, "checkin", mood="steady")).answered()
        assert opened.modal is not None
        assert opened.modal.labels == ["Note", "Who", "Did", "Pick", "Picture"]
        with pytest.raises(ClientRefuses, match="Who"):
            await ana.submit_modal(opened, {"Pick": "one"})
        with pytest.raises(ClientRefuses, match="20 characters"):
            await ana.submit_modal(opened, {"Who": "Private", "Pick": "one", "Note": "x" * 21})
        values = {"Note": "hello", "Who": "Private", "Did": ["slept", "ate"], "Pick": "two"}
        sent = await ana.submit_modal(opened, values | {"Picture": Upload("a.txt", b"words")})
        await sent.answered()
        assert sent.text == '["hello", "P", ["slept", "ate"], ["two"]]\nwords'
        assert sent.message.ephemeral
        evening = guild.channel("evening")
        assert ana.sees(evening) == [sent.message]
        assert ben.sees(evening) == []
        assert server.messages(evening) == []
        with pytest.raises(ClientRefuses):
            await ben.press(sent.message, "Undo")
        pressed = await (await ana.press(sent.message, "Undo")).answered()
        assert pressed.updated
        assert sent.text == "Taken back"
        ana.restart_client()
        assert ana.sees(evening) == []
    assert server.violations == []


async def test_a_defer_decides_who_sees_the_first_answer(server: DiscordServer) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second")
        await interaction.edit_original_response(content="first, edited")

    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild(members=[ana, ben])
    async with running(server, Bot(answer)):
        asked = await ana.slash(guild, "checkin")
        await asked.until(lambda: "edited" in asked.text)
    assert [(one.text, one.ephemeral) for one in asked.messages] == [
        ("first, edited", True),
        ("second", False),
    ]
    assert [one.text for one in ben.sees(guild.channel("general"))] == ["second"]


async def test_interactions_are_answered_once_and_in_time(server: DiscordServer) -> None:
    steps: list[str] = []
    kept: list[discord.Interaction] = []

    async def answer(interaction: discord.Interaction) -> None:
        kept.append(interaction)
        if steps:
            await asyncio.sleep(0)
            server.advance(4)
        await interaction.response.send_message("here")

    ana = server.add_user("ana")
    guild = server.add_guild(members=[ana])
    bot = Bot(answer)
    async with running(server, bot):
        twice = await ana.slash(guild, "checkin", deliveries=2)
        await server.until(lambda: server.refusals)
        assert server.refusals[-1][2] == 40060
        assert len(twice.messages) == 1
        server.advance(15 * 60)
        with pytest.raises(discord.HTTPException) as late:
            await kept[0].followup.send("too late")
        assert late.value.code == 50027
        steps.append("slow")
        slow = await ana.slash(guild, "checkin")
        await server.until(lambda: len(server.refusals) == 3)
        assert server.refusals[-1][2] == 10062
        assert slow.failed
        assert slow.messages == []


async def test_a_form_cannot_answer_a_form(server: DiscordServer) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        route = Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback")
        modal = discord.ui.Modal(title="Again", custom_id="again")
        modal.add_item(discord.ui.Label(text="Note", component=discord.ui.TextInput(required=False)))
        await bot.http.request(route, json={"type": 9, "data": modal.to_dict()})

    ana = server.add_user("ana")
    guild = server.add_guild(members=[ana])
    bot = Bot(answer)
    async with running(server, bot):
        opened = await (await ana.slash(guild, "checkin")).answered()
        again = await ana.submit_modal(opened)
        await server.until(lambda: server.violations)
    assert server.violations[0].code == "INTERACTION_CALLBACK_TYPE"
    assert again.response_type is None


async def test_resume_replays_what_was_missed_and_a_lost_session_does_not(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild(members=[ana])

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("back", ephemeral=True)

    bot = Bot(answer)
    async with running(server, bot):
        server.gateway.accepting = False
        await server.drop_gateway(how="abort")
        missed = await ana.slash(guild, "checkin")
        assert missed.delivered == 1  # kept in the session
        server.gateway.accepting = True
        await missed.answered(15)
        assert (server.gateway.identifies, server.gateway.resumes) == (1, 1)
        await server.drop_gateway(resumable=False)
        lost = await ana.slash(guild, "checkin")
        assert lost.delivered == 0
        await server.until(lambda: server.gateway.identifies == 2, 15)
        await (await ana.slash(guild, "checkin")).answered()
        assert not lost.has_answer


@pytest.mark.parametrize("how", ["reconnect", "invalid", "close"])
async def test_every_kind_of_drop_is_resumed(server: DiscordServer, how: Any) -> None:
    server.add_guild()
    async with running(server, Bot()):
        assert await server.drop_gateway(how=how) == 1
        await server.until(lambda: server.gateway.resumes == 1, 15)


async def test_privileged_intents_must_be_granted_and_shards_share_the_servers(server: DiscordServer) -> None:
    with point_discord_py_at(server):
        bot = Bot(intents=discord.Intents.all())
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await bot.start(server.token)
        await bot.close()

    class Sharded(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            """Without the library's five seconds a shard."""

    for index in range(4):
        server.add_guild(f"server {index}")
        server.advance(0.001)  # shards are told apart by the time in a server's id
    sharded = Sharded(intents=discord.Intents(guilds=True), shard_count=2)
    async with running(server, sharded, shards=2):
        await sharded.wait_until_ready()
        assert len(sharded.guilds) == 4
        assert {one.shard_id for one in sharded.guilds} == {0, 1}


async def test_a_nonce_is_remembered_for_some_minutes_only(server: DiscordServer) -> None:
    server.rate_limits.enabled = False
    channel = server.add_guild().channel("general")
    bot = Bot()
    async with running(server, bot):
        first = await bot.post(channel, content="prompt", nonce="slot-1", enforce_nonce=True)
        again = await bot.post(channel, content="prompt", nonce="slot-1", enforce_nonce=True)
        assert again["id"] == first["id"]
        server.advance(120)
        assert (await bot.post(channel, content="prompt", nonce="slot-1", enforce_nonce=True))["id"] == first[
            "id"
        ]
        server.advance(240)
        later = await bot.post(channel, content="prompt", nonce="slot-1", enforce_nonce=True)
        assert later["id"] != first["id"]
        fault = server.fail_next("POST /channels/*/messages", drop="after")
        with pytest.raises(aiohttp.ClientError):
            await bot.post(channel, content="lost reply", nonce="slot-2", enforce_nonce=True)
        assert fault.happened.is_set()
        await bot.post(channel, content="lost reply", nonce="slot-2", enforce_nonce=True)
    assert [one.text for one in server.messages(channel)] == ["prompt", "prompt", "lost reply"]


async def test_rate_limits_are_told_and_obeyed(server: DiscordServer) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("now")

    ana = server.add_user("ana")
    guild = server.add_guild(members=[ana])
    channel = guild.channel("general")
    server.rate_limits.routes["POST /channels/{channel_id}/messages"] = (2, 0.3)
    name = "POST /channels/{channel_id}/messages"
    bot = Bot(answer)
    async with running(server, bot):
        for _ in range(5):
            await bot.post(channel, content="paced")
        assert server.stats.statuses[name, 429] == 0
        times = server.stats.times[name]
        assert times[4] - times[0] >= 0.5
        server.fail_next("POST /channels/*/messages", 429, retry_after=0.05)
        await bot.post(channel, content="after a refusal")
        assert server.stats.statuses[name, 429] == 1
        server.rate_limits.overall.limit, server.rate_limits.overall.seconds = 1, 60.0
        server.rate_limits.overall.used, server.rate_limits.overall.opened = 1, times[0] + 3600
        async with aiohttp.ClientSession(headers={"Authorization": f"Bot {server.token}"}) as plain:
            refused = await plain.get(f"{server.url}/api/v10/users/@me")
            assert (refused.status, (await refused.json())["global"]) == (429, True)
        await (await ana.slash(guild, "checkin")).answered()


async def test_the_platforms_refusals(server: DiscordServer) -> None:
    ana, stranger = server.add_user("ana"), server.add_user("stranger")
    guild = server.add_guild(channels=["a", "b", "c"], members=[ana])
    bot = Bot()
    server.remove_permission(guild.channel("a"), "send_messages")
    server.remove_permission(guild.channel("b"), "view_channel")
    gone = guild.channel("c")
    server.delete_channel(gone)
    server.close_dms(ana)
    codes = []
    async with running(server, bot):
        for place in (guild.channel("a"), guild.channel("b"), gone, ana.direct, stranger.direct):
            with pytest.raises(discord.HTTPException) as refused:
                await bot.post(place, content="hello")
            codes.append(refused.value.code)
        server.close_dms(ana, closed=False)
        await (await bot.fetch_user(ana.id)).send("hello")
        server.fail_next("POST /channels/*", 503)
        with pytest.raises(discord.DiscordServerError):
            await bot.post(ana.direct, content="again")
    assert codes == [50013, 50001, 10003, 50007, 50007]
    assert [one.text for one in ana.direct_messages] == ["hello"]
    assert server.violations == []


async def test_words_reach_the_bot_only_where_discord_lets_them(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild(members=[ana])
    bot = Bot()
    async with running(server, bot):
        ana.say(guild, "in the room")
        ana.say(guild, f"<@{server.bot_user.id}> to you")
        ana.say(ana.direct, "in private")
        await server.until(lambda: server.stats.events["MESSAGE_CREATE"] == 3)
        fetched = await bot.http.logs_from(guild.channel("general").id, 10)
    assert [one.content for one in bot.heard] == ["", f"<@{server.bot_user.id}> to you", "in private"]
    assert [one["content"] for one in fetched] == [f"<@{server.bot_user.id}> to you", ""]


async def test_history_is_read_in_pages(server: DiscordServer) -> None:
    channel = server.add_guild().channel("general")
    server.rate_limits.enabled = False
    bot = Bot()
    async with running(server, bot):
        made = [await bot.post(channel, content=str(n)) for n in range(5)]
        middle = int(made[2]["id"])
        newest = await bot.http.logs_from(channel.id, 2)
        before = await bot.http.logs_from(channel.id, 10, before=middle)
        after = await bot.http.logs_from(channel.id, 1, after=middle)
    assert [[one["content"] for one in page] for page in (newest, before, after)] == [
        ["4", "3"],
        ["1", "0"],
        ["3"],
    ]
