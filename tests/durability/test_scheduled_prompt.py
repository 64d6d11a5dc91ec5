"""One scheduled prompt, broken off at every step: nothing twice, and once where it can be."""

from __future__ import annotations

import asyncio
import datetime
import os
import random
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage import connection
from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer

from .bell import BEGIN, COUNT, TOLD
from .house import House, at, locked
from .news import until
from .process import Process

POST = "POST /channels/*/messages"
PROMPT = 'id: evening, at: "19:00", grace: 1h'
STEPS = ("before the claim", "after the claim", "sent, answer lost", "answered, not recorded")


@pytest.fixture
async def house(
    server: DiscordServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.5)  # what is locked here stays so until the crash
    house = House(server, tmp_path, clock, PROMPT)
    yield house
    server.faults.clear()
    await house.stop()


async def broken_off(house: House, step: str) -> None:
    """Bring the prompt of 19:00 as far as that step, and break Hearth off there."""
    await house.start()
    if step == "before the claim":
        house.clock.set(at("2026-11-20T18:59"))
    elif step == "after the claim":
        struck = house.server.fail_next(POST, hold=True, drop="before")
        house.set("2026-11-20T19:00")
        await struck.happened.wait()
        assert house.results == ["claimed"]
    elif step == "sent, answer lost":
        house.server.fail_next(POST, drop="after")
        house.set("2026-11-20T19:00")
        await house.server.until(lambda: house.posts)
    else:
        struck = house.server.fail_next(POST, hold=True)
        house.set("2026-11-20T19:00")
        await struck.happened.wait()
        async with locked(house.path):
            struck.release()
            await house.server.until(
                lambda: house.server.stats.statuses["POST /channels/{channel_id}/messages", 200]
            )
            await house.crash()
        assert house.results == ["claimed"]
        return
    await house.crash()
    house.server.faults.clear()  # what was held is cut off unprocessed


@pytest.mark.parametrize("minutes", [1, 50, 120])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.usefixtures("drawn")
async def test_a_crash_at_every_step(house: House, step: str, minutes: int, chance: random.Random) -> None:
    await crashed(house, step, minutes, readable=chance.random() < 0.5 if minutes == 1 else True)


@pytest.mark.parametrize(
    ("step", "minutes"), [(step, minutes) for step in STEPS[1:] for minutes in (50, 120)]
)
@pytest.mark.usefixtures("drawn")
async def test_a_crash_at_every_step_in_a_room_whose_history_is_hidden(
    house: House, step: str, minutes: int
) -> None:
    await crashed(house, step, minutes, readable=False)


async def crashed(house: House, step: str, minutes: int, *, readable: bool) -> None:
    """Crash at that step, start again so many minutes after the hour, and see what comes of it."""
    await broken_off(house, step)
    before = len(house.posts)
    assert before == (step in STEPS[2:])
    if not readable:
        house.server.remove_permission(house.evening, "read_message_history")
    house.ana.say(house.evening, "People talk meanwhile.")
    house.clock.set(at("2026-11-20T19:00") + datetime.timedelta(minutes=minutes))
    await house.start()
    await house.settled()
    claimed, by_nonce = step != STEPS[0], minutes < 2
    blind = claimed and not by_nonce and not readable
    assert len(house.posts) == (before or (minutes <= 60 and not blind))
    (result,) = house.results
    assert result == ("unknown" if blind else "sent" if house.posts else "skipped")
    # A third start has nothing left to do, and the next evening is as it should be.
    posts = len(house.posts)
    await house.again()
    assert len(house.posts) == posts
    house.set("2026-11-21T19:00")
    await house.settled()
    assert house.posted[posts:] == ["2026-11-21T19:00"]


async def test_a_lost_reply_is_settled_within_minutes_without_a_restart(house: House) -> None:
    await house.start()
    house.server.fail_next(POST, drop="after", times=2)
    house.set("2026-11-20T19:00")
    await until(lambda: house.results == ["sent"], 20)
    assert len(house.posts) == 1


@pytest.mark.parametrize("there", [True, False])
async def test_an_hour_later_the_mark_tells_whether_it_is_there(house: House, there: bool) -> None:
    """The nonce is long forgotten and the room has gone on for pages."""
    house.write_profile('id: evening, at: "19:00", grace: 3h')
    await broken_off(house, STEPS[2] if there else STEPS[1])
    for number in range(130):
        house.ana.say(house.evening, f"talk {number}")
    house.clock.set(at("2026-11-20T20:05"))
    await house.start()
    await house.settled()
    assert house.results == ["sent"]
    assert house.posted == ["2026-11-20T19:00" if there else "2026-11-20T20:05"]


async def test_discord_away_after_the_crash_is_waited_for_and_asked(house: House, long: bool) -> None:
    await broken_off(house, STEPS[2])
    house.clock.set(at("2026-11-20T19:30"))
    trouble = house.server.fail_next("GET /channels/*/messages", 503, times=2 if long else 1)
    await house.start()
    await until(lambda: trouble.hits >= 1)
    assert len(house.posts) == 1
    await house.again()  # and once more at an unlucky moment
    await until(lambda: house.results == ["sent"], 40)
    assert len(house.posts) == 1


async def test_the_same_room_has_two_prompts_due_at_once_and_each_comes_once(house: House) -> None:
    house.write_profile('id: one, at: "19:00"', 'id: two, cron: "0 19 * * *"')
    await house.start()
    house.server.fail_next(POST, drop="after")
    house.set("2026-11-20T19:00")
    await house.server.until(lambda: len(house.posts) == 2)
    await house.crash()
    await house.start()
    await house.settled()
    assert len(house.posts) == 2
    assert house.results == ["sent", "sent"]


@pytest.mark.parametrize("step", ["recorded, not told", "told, not recorded as told"])
async def test_kill_nine_around_the_moment_its_cog_hears(step: str, tmp_path: Path) -> None:
    """The cog writes into a pipe, so that it hears when the test listens. It hears the same again."""
    told = tmp_path / "told"
    os.mkfifo(told)
    async with DiscordServer.running(rate_limits=False) as server:
        guild = server.add_guild("Harbour", ["evening", "morning", "night"])
        begin = server.now().replace(tzinfo=None, microsecond=0)  # due as soon as it is planned
        environ = {BEGIN: begin.isoformat(), COUNT: "1", TOLD: str(told)}
        process = Process(server, guild, tmp_path, "name: Evening circle\nzone: UTC\n", environ)
        database = process.state / "hearth.db"
        await process.start()
        await process.usable()
        await until(lambda: _results(database) == ["sent"], 40)
        (post,) = server.messages(guild.channel("evening"))
        line = f"0 sent {post.id}\n"
        if step == "told, not recorded as told":
            async with locked(database):
                assert await asyncio.to_thread(told.read_text) == line
                await process.kill()
        else:
            await process.kill()
        told.unlink()
        await process.start()
        await process.usable()
        await until(told.exists, 20)
        assert await process.stop() == 0
        assert told.read_text() == line
        await process.start()
        await process.usable()
        assert await process.stop() == 0
        assert told.read_text() == line
        assert len(server.messages(guild.channel("evening"))) == 1
        assert _results(database) == ["sent"]
        assert server.violations == []


@pytest.mark.parametrize("step", STEPS[1:])
@pytest.mark.usefixtures("drawn")
async def test_kill_nine_at_every_step(step: str, tmp_path: Path) -> None:
    """The same with a process that is really killed, and started again within the minute."""
    async with DiscordServer.running(rate_limits=False) as server:
        guild = server.add_guild("Harbour", ["evening", "morning", "night"])
        begin = server.now().replace(tzinfo=None, microsecond=0)
        environ = {BEGIN: begin.isoformat(), COUNT: "1"}
        process = Process(server, guild, tmp_path, "name: Evening circle\nzone: UTC\n", environ)
        evening = guild.channel("evening")
        # It is due by now: so it is claimed as soon as it is planned and the room can be seen.
        struck = server.fail_next(
            POST, hold=step != STEPS[2], drop={STEPS[1]: "before", STEPS[2]: "after"}.get(step)
        )
        await process.start()
        await process.usable()
        await asyncio.wait_for(struck.happened.wait(), 20)
        database = process.state / "hearth.db"
        if step == STEPS[2]:
            await server.until(lambda: server.messages(evening))
            await process.kill()
        elif step == STEPS[3]:
            async with locked(database):
                struck.release()
                await server.until(lambda: server.messages(evening))
                await process.kill()
        else:
            await process.kill()
        struck.release()
        assert _results(database) == ["claimed"]
        await process.start()
        await process.usable()
        await until(lambda: _results(database) == ["sent"], 20)
        assert len(server.messages(evening)) == 1
        assert await process.stop() == 0
        assert server.violations == []


def _results(database: Path) -> list[str]:
    raw = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        return [result for (result,) in raw.execute("SELECT result FROM core_slot ORDER BY due")]
    finally:
        raw.close()
