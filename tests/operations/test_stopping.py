"""SIGTERM in mid-flight: what is under way ends, what was acknowledged is kept, and it is soon over."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from pathlib import Path

from bot.testing.discord_server import DiscordServer
from bot.testing.discord_server.interactions import Interaction

from .porch import GATE
from .running import hearth_run


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    """What a database that nobody serves any more holds."""
    database = sqlite3.connect(home / "hearth.db")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


async def test_a_slow_handler_under_way_answers_before_the_end(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth_run(server, guild, tmp_path) as process:
        asked = await ana.slash(guild, "dawdle")
        await asked.acknowledged()
        process.tell(signal.SIGTERM)
        await process.logged("Hearth stops")
        process.tell(GATE)
        await asked.answered()
        assert asked.message.text == "The gate is open."
        assert await process.ended() == 0
        assert process.log[-1]["message"] == "Hearth has stopped"


async def test_a_handler_that_never_ends_does_not_hold_up_the_end(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth_run(server, guild, tmp_path) as process:
        asked = await ana.slash(guild, "dawdle")
        await asked.acknowledged()
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0


async def test_what_never_ends_is_left_behind_and_named(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth_run(server, guild, tmp_path) as process:
        asked = await ana.slash(guild, "cling")
        await asked.answered()
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0
        assert process.log[-2]["message"] == "Hearth has stopped"
        assert "is left behind" in process.log[-1]["message"]
        assert "task _clinging" in process.log[-1]["message"]


async def test_a_second_signal_breaks_off_what_is_under_way(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    held = server.fail_next("POST /channels/*/messages", hold=True, times=100)
    async with hearth_run(server, guild, tmp_path) as process:
        asked = await ana.slash(guild, "dawdle")
        await asked.acknowledged()
        # Alone, this post and the handler would be waited for more than seven seconds.
        await asyncio.wait_for(held.happened.wait(), 20)
        process.tell(signal.SIGTERM)
        await process.logged("Hearth stops")
        process.tell(signal.SIGINT)
        await process.logged("broken off")
        assert await process.ended(4) == 0
    assert rows(process.home, "SELECT result FROM core_slot") == [("claimed",)]


async def test_what_was_acknowledged_is_in_the_database(server: DiscordServer, tmp_path: Path) -> None:
    people = [server.add_user(f"peer{number}") for number in range(12)]
    guild = server.add_guild("Harbour", ["evening"], members=people)
    async with hearth_run(server, guild, tmp_path) as process:
        opened = [await one.slash(guild, "checkin") for one in people]
        for one in opened:
            await one.answered()
        sent: list[Interaction] = []
        for person, form in zip(people, opened, strict=True):
            assert form.modal is not None
            mood = form.modal.fields[0]
            sent.append(await person.submit_modal(form, {mood.label: mood.options[2].label}))
        await sent[0].answered()
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0
    saved = [one for one in sent if one.has_answer]
    assert saved
    (kept,) = rows(process.home, "SELECT count(*) FROM checkins_entry")[0]
    assert kept == len(saved)
    assert rows(process.home, "PRAGMA integrity_check") == [("ok",)]


async def test_a_scheduled_post_in_flight_is_there_once_and_recorded(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    held = server.fail_next("POST /channels/*/messages", hold=True)
    async with hearth_run(server, guild, tmp_path) as process:
        await asyncio.wait_for(held.happened.wait(), 20)
        process.tell(signal.SIGTERM)
        await process.logged("Hearth stops")
        held.release()
        assert await process.ended() == 0
    posted = [one.text for one in server.messages(guild.channel("evening"))]
    assert len(posted) == 1
    assert posted[0].startswith("The bell rings.")
    assert rows(process.home, "SELECT result FROM core_slot") == [("sent",)]
