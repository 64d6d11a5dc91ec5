"""What becomes of an answer or a post when Discord, the network or somebody's permissions fail."""

from __future__ import annotations

import asyncio
import datetime
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord import write
from bot.sdk.people import Person, Place
from bot.sdk.ports import Later, NotSent, Sent, Unknown, Why
from bot.sdk.words import Shown, ShownButton, ShownFile
from bot.testing.discord_server import Channel, DiscordServer
from bot.testing.turns import until

from .harbour import hearth

CALLBACK = "POST /interactions/*/callback"
ORIGINAL = "PATCH /webhooks/*/messages/@original"
SHOWN = Shown(text="How is it?", buttons=(ShownButton("Fine", "t"),), private=False, rouse=True)


def place(channel: Channel) -> Place:
    return Place("discord", str(channel.id))


def minutes_ago(minutes: float = 1) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes)


# --- answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 502, "times": 2}, {"drop": "before"}, {"drop": "after"},
     {"status": 429, "retry_after": 0.05}],
    ids=["500", "502 twice", "lost before", "lost after", "429"],
)  # fmt: skip
async def test_a_first_answer_arrives_once_whatever_happens_to_the_request(
    server: DiscordServer, tmp_path: Path, fault: dict[str, Any]
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        struck = server.fail_next(CALLBACK, **fault)
        asked = await ana.slash(guild, "echo", words="hello")
        await asked.answered()
        await struck.happened.wait()
        await server.until(lambda: struck not in server.faults.waiting)
        called = await ana.slash(guild, "hush")
        await called.answered()
        assert [one.text for one in server.messages(guild.channel("evening"))] == ["hello"]


async def test_an_answer_that_is_too_late_is_given_up_without_words(
    server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        server.fail_next(CALLBACK, 404, code=10062)
        asked = await ana.slash(guild, "echo", words="a member's words")
        await until(lambda: "too late" in caplog.text)
        assert asked.messages == []
        assert "member's" not in caplog.text
        assert str(ana.id) not in caplog.text
        assert "failed" not in caplog.text  # no error of ours, and no second try to say so


async def test_an_answer_after_the_token_expired_is_given_up(
    server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path) as running:
        asked = await ana.slash(guild, "harvest")
        await asked.answered()
        server.advance(16 * 60)
        running.garden.gate.set()
        await until(lambda: "too late" in caplog.text)
        assert server.messages(guild.channel("evening")) == []
        again = await ana.slash(guild, "hush")
        await again.answered()


async def test_an_interaction_that_another_process_answers_is_left_to_it(
    server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        server.fail_next(CALLBACK, 400, code=40060)
        asked = await ana.slash(guild, "echo", words="hello")
        await until(lambda: "another process" in caplog.text)
        assert asked.messages == []


async def test_an_event_delivered_twice_is_answered_once(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "echo", {"words": "hello"}, deliveries=2)
        await asked.answered()
        called = await ana.slash(guild, "hush")
        await called.answered()
        assert [one.text for one in server.messages(guild.channel("evening"))] == ["hello"]


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}, {"drop": "after"}], ids=str)
async def test_a_late_private_answer_is_repeated_until_it_is_there(
    server: DiscordServer, tmp_path: Path, fault: dict[str, Any]
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        struck = server.fail_next(ORIGINAL, **fault)
        asked = await ana.slash(guild, "weed")
        await server.until(lambda: struck.hits and asked.messages and asked.message.text)
        assert asked.text == "There are no weeds."


async def test_a_late_public_answer_that_may_be_there_is_not_repeated(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    evening = guild.channel("evening")
    async with hearth(server, tmp_path) as running:
        asked = await ana.slash(guild, "harvest")
        await asked.answered()
        server.fail_next("POST /webhooks/*", drop="after")
        running.garden.gate.set()
        await server.until(lambda: len(ana.sees(evening)) == 2)
        shared, private = ana.sees(evening)
        assert (shared.text, shared.ephemeral) == ("Harvested.", False)
        assert private.ephemeral
        assert "Something went wrong on my side" in private.text


async def test_a_mistake_of_ours_is_apologised_for_with_a_code_and_logged_without_words(
    server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "stumble")
        await asked.answered()
        assert asked.message.ephemeral
        assert "the code" in asked.message.text
        assert "member's words" not in caplog.text


# --- posts ------------------------------------------------------------------------------------------------


async def test_a_post_is_posted_once_for_one_mark(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    evening = guild.channel("evening")
    async with hearth(server, tmp_path) as running:
        first = await running.platform.post(place(evening), SHOWN, "mark")
        again = await running.platform.post(place(evening), SHOWN, "mark")
        (posted,) = server.messages(evening)
        assert first == again == Sent(str(posted.id))
        assert (posted.text, posted.labels) == ("How is it?", ["Fine"])
        assert not posted.raw.flags & write.SILENT
        await running.platform.post(place(evening), Shown(text="A record", rouse=False), "other")
        assert server.messages(evening)[-1].raw.flags & write.SILENT


async def test_a_long_post_is_repeated_without_repeating_its_parts(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    evening = guild.channel("evening")
    long = Shown(text="word " * 1500, files=(ShownFile("a.txt", "text/plain", b"x", "A"),), rouse=True)
    async with hearth(server, tmp_path) as running:
        path = f"POST /channels/{evening.id}/messages"
        server.fail_next(path, delay=0)  # the first part passes
        server.fail_next(path, 429, retry_after=3)
        assert await running.platform.post(place(evening), long, "mark") == Later(3.0)
        running.platform._rest._blocked.clear()
        assert isinstance(await running.platform.post(place(evening), long, "mark"), Sent)
        assert len(server.messages(evening)) == 2


@pytest.mark.parametrize(
    ("fault", "outcome", "there"),
    [
        ({"status": 429, "retry_after": 120.0}, Later(120.0), 0),
        ({"status": 429, "retry_after": 7.0, "overall": True}, Later(7.0), 0),
        ({"status": 401}, Later(60.0), 0),
        ({"status": 403, "code": 50013}, NotSent(Why.FORBIDDEN), 0),
        ({"status": 404, "code": 10003}, NotSent(Why.GONE), 0),
        ({"status": 400, "code": 50035}, NotSent(Why.INVALID), 0),
        ({"status": 502}, None, 1),
        ({"drop": "before"}, Unknown(), 0),
        ({"drop": "after"}, Unknown(), 1),
    ],
    ids=str,
)
async def test_each_failure_of_a_post_has_its_outcome(
    server: DiscordServer, tmp_path: Path, fault: dict[str, Any], outcome: Any, there: int
) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    evening = guild.channel("evening")
    async with hearth(server, tmp_path) as running:
        server.fail_next("POST /channels/*/messages", **fault)
        found = await running.platform.post(place(evening), SHOWN, "mark")
        assert found == outcome if outcome is not None else isinstance(found, Sent)
        assert len(server.messages(evening)) == there
        assert server.stats.statuses.get(("POST /channels/{channel_id}/messages", 429), 0) <= 1


async def test_lasting_trouble_leaves_a_post_unknown(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    async with hearth(server, tmp_path) as running:
        server.fail_next("POST /channels/*/messages", 500, times=3)
        assert await running.platform.post(place(guild.channel("evening")), SHOWN, "mark") == Unknown()


async def test_rooms_and_permissions_that_are_lost(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.add_guild("Harbour", ["one", "two", "three"])
    one, two, three = guild.channels.values()
    async with hearth(server, tmp_path) as running:
        server.remove_permission(one, "send_messages")
        assert await running.platform.post(place(one), SHOWN, "a") == NotSent(Why.FORBIDDEN)
        server.remove_permission(two, "view_channel")
        assert await running.platform.post(place(two), SHOWN, "b") == NotSent(Why.FORBIDDEN)
        server.delete_channel(three)
        assert await running.platform.post(place(three), SHOWN, "c") == NotSent(Why.GONE)


async def test_a_person_is_written_to_and_a_closed_door_is_not_knocked_at_twice(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    server.add_guild("Harbour", ["evening"], members=[ana, ben])
    async with hearth(server, tmp_path) as running:
        for mark in ("a", "b"):
            assert isinstance(
                await running.platform.direct(Person("discord", str(ana.id)), SHOWN, mark), Sent
            )
        assert [one.text for one in ana.direct_messages] == ["How is it?"] * 2
        assert server.stats.requests["POST /users/@me/channels"] == 1
        server.close_dms(ben)
        found = await running.platform.direct(Person("discord", str(ben.id)), SHOWN, "c")
        assert found == NotSent(Why.CLOSED)
        assert server.stats.requests["POST /channels/{channel_id}/messages"] == 3


async def test_a_rooms_own_limit_is_kept_without_drawing_a_429(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    evening = guild.channel("evening")
    async with hearth(server, tmp_path) as running:
        outcomes = await asyncio.gather(
            *(running.platform.post(place(evening), SHOWN, f"m{n}") for n in range(8))
        )
        assert sum(isinstance(one, Sent) for one in outcomes) == 5
        assert all(isinstance(one, Later) and 3 < one.seconds <= 5 for one in outcomes[5:])
        assert server.stats.statuses.get(("POST /channels/{channel_id}/messages", 429), 0) == 0


async def test_posts_before_the_first_connection_come_later(tmp_path: Path) -> None:
    from bot.platforms.discord.platform import DiscordPlatform

    platform = DiscordPlatform("token")
    assert isinstance(await platform.post(Place("discord", "1"), SHOWN, "m"), Later)


# --- looking up -------------------------------------------------------------------------------------------


async def test_a_post_is_found_by_its_mark_long_after_its_nonce(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening", "other"], members=[ana])
    evening, other = guild.channel("evening"), guild.channel("other")
    async with hearth(server, tmp_path) as running:
        platform = running.platform
        sent = await platform.post(place(evening), SHOWN, "mark")
        for number in range(120):
            ana.say(evening, f"talk {number}")
        assert await platform.find(place(evening), "mark", minutes_ago()) == sent
        assert await platform.find(place(evening), "another", minutes_ago()) is None
        assert await platform.find(place(other), "mark", minutes_ago()) is None
        direct = await platform.direct(Person("discord", str(ana.id)), SHOWN, "d")
        assert await platform.find(Person("discord", str(ana.id)), "d", minutes_ago()) == direct


async def test_an_unreadable_room_leaves_it_unknown(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.add_guild("Harbour", ["evening", "gone"])
    evening, gone = guild.channel("evening"), guild.channel("gone")
    async with hearth(server, tmp_path) as running:
        await running.platform.post(place(evening), SHOWN, "mark")
        server.remove_permission(evening, "read_message_history")
        assert await running.platform.find(place(evening), "mark", minutes_ago()) == Unknown()
        server.remove_permission(evening, "view_channel")
        assert await running.platform.find(place(evening), "mark", minutes_ago()) == Unknown()
        server.delete_channel(gone)
        assert await running.platform.find(place(gone), "mark", minutes_ago()) == NotSent(Why.GONE)


# --- the gateway ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "resumable"),
    [("close", True), ("abort", True), ("reconnect", True), ("invalid", True), ("close", False)],
)
async def test_a_lost_connection_comes_back_by_itself(
    server: DiscordServer, tmp_path: Path, how: Any, resumable: bool
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path) as running:
        before = server.gateway.resumes
        await server.drop_gateway(resumable=resumable, how=how)
        await until(lambda: not running.platform.connected)
        async with asyncio.timeout(15):
            await running.platform.until_connected()
        asked = await ana.slash(guild, "beds")
        await asked.answered()
        # Known still, or again: READY came twice where the session was begun anew.
        assert running.platform.place("#evening", running.app.spaces.of("discord", str(guild.id))) is not None
        assert (server.gateway.resumes > before) == resumable


async def test_hearth_waits_for_a_discord_that_is_away_at_first(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    server.fail_next("GET /users/@me", drop="before")
    server.fail_next("GET /gateway/bot", 404)
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "hush")
        await asked.answered()


async def test_a_token_that_discord_does_not_take_ends_it(server: DiscordServer, tmp_path: Path) -> None:
    import discord

    with pytest.raises(discord.LoginFailure):
        server.token, right = "another", server.token
        try:
            from bot.platforms.discord.platform import DiscordPlatform
            from bot.testing.discord_server import point_discord_py_at

            with point_discord_py_at(server):
                await DiscordPlatform(right).run(None)  # type: ignore[arg-type]  # never asked
        finally:
            server.token = right
