"""Clocks that jump, stand still or change with the season, and plans edited on the day, through the whole
house. (The rules themselves against an oracle: tests/scheduling.)
"""

from __future__ import annotations

import datetime
import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer, SeenMessage

from .bell import BEGIN, COUNT, WHERE
from .house import House, at, profile
from .news import until
from .process import Process

PROMPT = 'id: evening, at: "19:00"'


@pytest.fixture
async def house(server: DiscordServer, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    house = House(server, tmp_path, clock, PROMPT)
    yield house
    await house.stop()


async def pass_to(house: House, to: str) -> None:
    """Let time go by to then, each slot at its own time."""
    assert house.app is not None
    await house.app.pass_time(at(to), house.clock.set)
    await house.settled()


# --- clocks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prompt", [PROMPT, 'id: often, cron: "*/10 * * * *", grace: 30m'])
async def test_the_clock_two_hours_ahead_and_back_again(house: House, prompt: str) -> None:
    house.write_profile(prompt)
    await house.start()
    house.set("2026-11-20T18:20")
    await house.settled()
    house.set("2026-11-20T20:20")
    await house.settled()
    assert len(house.posts) == (1 if prompt == PROMPT else 2)  # one catch-up, the latest
    house.set("2026-11-20T18:21")
    await house.settled()
    assert len(house.posts) == (1 if prompt == PROMPT else 2)  # what was posted is not posted again
    # From then on it goes its way: nothing on any slot that has had its post.
    for minute in range(25, 60, 5):
        house.set(f"2026-11-20T20:{minute}")
        await house.settled()
    dues = [due for due, result in house.slots if result == "sent"]
    assert len(dues) == len(set(dues)) == len(house.posts)


async def test_started_in_1970_and_set_right(house: House) -> None:
    """A machine without a battery: nothing is posted for fifty years at once."""
    house.write_profile(PROMPT, 'id: often, cron: "*/10 * * * *", grace: 30m')
    house.clock.set(at("1970-01-01T00:05"))
    await house.start()
    await house.settled()
    assert house.posts == []
    house.set("2026-11-20T19:05")
    await house.settled()
    assert len(house.posts) == 2  # the evening's, late by five minutes, and the last of the often ones
    house.set("2026-11-20T19:09")
    await house.settled()
    assert len(house.posts) == 2
    opened = await house.check_in(house.ana, "today")
    assert "Kept" in opened.text


async def test_started_in_1970_on_a_database_of_today(house: House) -> None:
    await house.start()
    house.set("2026-11-20T19:00")
    await house.settled()
    await house.stop()
    house.clock.set(at("1970-01-01T00:05"))
    await house.start()
    house.set("1970-01-01T00:06")
    await house.settled()
    assert len(house.posts) == 1
    house.set("2026-11-20T19:30")
    await house.settled()
    assert len(house.posts) == 1
    house.set("2026-11-21T19:00")
    await house.settled()
    assert house.posted == ["2026-11-20T19:00", "2026-11-21T19:00"]


async def test_stopped_for_eight_hours_and_continued(tmp_path: Path) -> None:
    """SIGSTOP, eight hours on the clock, SIGCONT: each prompt that is not too late comes once, no burst."""
    async with DiscordServer.running(rate_limits=False) as server:
        ana = server.add_user("ana")
        guild = server.add_guild("Harbour", ["evening", "morning", "night"], members=[ana])
        evening, night = guild.channel("evening"), guild.channel("night")
        now = server.now()
        start = now.replace(hour=10, minute=4, second=0, microsecond=0)
        ahead = (start - now).total_seconds()
        server.advance(ahead)
        # The bells wake the dispatcher each second, so that nobody waits for half a minute.
        bells = {BEGIN: start.replace(tzinfo=None).isoformat(), COUNT: "150", WHERE: "night"}
        told = profile(
            'id: often, cron: "* * * * *", grace: 10m', 'id: noon, at: "12:00", grace: 1h', zone="UTC"
        )
        process = Process(server, guild, tmp_path, told, bells)
        process.ahead.write_text(str(ahead))

        def prompts() -> list[SeenMessage]:
            return list(server.messages(evening))

        await process.start()
        await process.usable()
        await server.until(lambda: server.messages(night), 60)  # a bell: it is at work
        rest = 60 - (server.now() - start).total_seconds() % 60
        ahead += rest
        process.ahead.write_text(str(ahead))
        server.advance(rest)
        await server.until(prompts, 60)
        process.tell(signal.SIGSTOP)
        before = len(server.messages(night))
        process.ahead.write_text(str(ahead + 8 * 3600))
        server.advance(8 * 3600)
        process.tell(signal.SIGCONT)
        await server.until(lambda: len(prompts()) == 2, 60)
        called = await ana.slash(guild, "crisis")
        await called.answered(60)
        assert "116 123" in called.text
        await until(lambda: not _there(process, "result = 'claimed'"), 60)
        assert len(server.messages(night)) <= before + 32  # of ninety more: what was on its way
        first, second = (one.raw.sent for one in prompts())
        assert second - first >= datetime.timedelta(hours=7, minutes=59)
        assert _there(process, "result = 'skipped'") >= 2  # noon, and the minute that was next
        assert await process.stop() == 0


def _there(process: Process, where: str, table: str = "core_slot") -> int:
    raw = sqlite3.connect(f"{(process.state / 'hearth.db').as_uri()}?mode=ro", uri=True)
    try:
        return int(raw.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])
    finally:
        raw.close()


# --- clock changes ------------------------------------------------------------------------------------------

CHANGES = [
    ("Europe/London", "01:30", "2026-03-28", "2026-03-29"),
    ("Europe/London", "01:30", "2026-10-24", "2026-10-25"),
    ("America/New_York", "02:30", "2026-03-07", "2026-03-08"),
    ("America/New_York", "01:30", "2026-10-31", "2026-11-01"),
    ("Australia/Lord_Howe", "02:15", "2026-10-03", "2026-10-04"),
    ("Australia/Lord_Howe", "01:45", "2026-04-04", "2026-04-05"),
    ("Africa/Cairo", "00:30", "2026-04-23", "2026-04-24"),
    ("Africa/Cairo", "23:30", "2026-10-28", "2026-10-29"),
]


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(("zone", "wall", "before", "day"), CHANGES)
async def test_a_prompt_comes_once_on_the_day_the_clocks_change(
    house: House, zone: str, wall: str, before: str, day: str
) -> None:
    hour, minute = wall.split(":")
    house.write_profile(
        f'id: at, at: "{wall}"', f'id: cron, cron: "{int(minute)} {int(hour)} * * *"', zone=zone
    )
    place = ZoneInfo(zone)
    start = datetime.datetime.fromisoformat(f"{before}T00:00").replace(tzinfo=place)
    house.clock.set(start.astimezone(datetime.UTC) - datetime.timedelta(minutes=10))
    await house.start()
    end = start + datetime.timedelta(days=3)
    # Started anew in the middle of the night: an interruption is where a doubled hour would double.
    middle = datetime.datetime.fromisoformat(f"{day}T{wall}").replace(tzinfo=place).astimezone(datetime.UTC)
    await pass_to(house, f"{middle + datetime.timedelta(minutes=20):%Y-%m-%dT%H:%M}")
    await house.again()
    await pass_to(house, f"{end.astimezone(datetime.UTC) - datetime.timedelta(minutes=11):%Y-%m-%dT%H:%M}")
    days = [f"{one.raw.sent.astimezone(place):%d}" for one in house.posts]
    assert sorted(days) == sorted([f"{(start + datetime.timedelta(days=n)):%d}" for n in range(3)] * 2)
    shown = {f"{one.raw.sent.astimezone(place):%H:%M}" for one in house.posts}
    assert wall in shown
    assert shown <= {wall, "02:00", "03:00", "02:30", "01:00"}  # else the first valid moment after it
    assert set(house.results) == {"sent"}


# --- edited on the day --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "prompt", "zone", "then"),
    [
        # Edited before the post: it comes by the new plan, the same day.
        ("2026-11-20T18:30", 'id: evening, at: "20:00"', "Europe/London", ["20T20:00", "21T20:00"]),
        ("2026-11-20T18:30", 'id: evening, cron: "30 19 * * *"', "Europe/London", ["20T19:30", "21T19:30"]),
        ("2026-11-20T17:30", 'id: evening, at: "19:00"', "Europe/Berlin", ["20T18:00", "21T18:00"]),
        # Edited after it: today has had its post.
        ("2026-11-20T19:30", 'id: evening, at: "20:00"', "Europe/London", ["20T19:00", "21T20:00"]),
        ("2026-11-20T19:30", 'id: evening, at: "19:00"', "America/New_York", ["20T19:00", "22T00:00"]),
        ("2026-11-20T19:30", 'id: evening, cron: "0 21 * * *"', "Europe/London", ["20T19:00", "21T21:00"]),
    ],
)
async def test_a_plan_edited_on_the_day(
    house: House, when: str, prompt: str, zone: str, then: list[str]
) -> None:
    house.clock.set(at("2026-11-20T17:00"))
    await house.start()
    await pass_to(house, when)
    house.write_profile(prompt, zone=zone)
    await house.again()
    await pass_to(house, "2026-11-22T00:30")
    assert [one.removeprefix("2026-11-") for one in house.posted] == then
    assert set(house.results) == {"sent"}


async def test_paused_and_resumed_past_the_hour(house: House) -> None:
    """What was silent stays silent: resuming makes up for nothing."""
    await house.start()
    paused = await house.mod.slash(house.evening, "prompts pause")
    await paused.answered()
    await pass_to(house, "2026-11-20T19:30")
    await house.again()
    resumed = await house.mod.slash(house.evening, "prompts resume")
    await resumed.answered()
    await pass_to(house, "2026-11-20T20:30")
    assert house.posts == []
    await pass_to(house, "2026-11-21T19:30")
    assert house.posted == ["2026-11-21T19:00"]


# --- who and where is gone ----------------------------------------------------------------------------------


async def test_the_room_deleted(house: House) -> None:
    """Its prompt ends without a post and holds nothing else up; a room of that name is found again."""
    await house.start()
    house.set("2026-11-20T18:50")
    house.server.delete_channel(house.evening)
    house.set("2026-11-20T19:00")
    await house.tick()
    kept = await house.check_in(house.ana, "in another room")
    assert "Kept" in kept.text
    house.set("2026-11-20T22:00")
    await until(lambda: house.results and house.results[0] in ("skipped", "refused"), 30)
    house.evening = house.server.add_channel(house.guild, "evening")
    await house.again()
    house.set("2026-11-21T19:00")
    await house.settled()
    assert house.posted == ["2026-11-21T19:00"]


async def remind(house: House, *people: object) -> None:
    for person in people:
        asked = await person.slash(house.guild, "reminder", at="18:30")
        await asked.answered()
        assert "18:30" in asked.text


async def test_members_gone_closed_or_opted_out_while_the_round_runs(house: House) -> None:
    house.write_profile()
    carl, dora = house.server.add_user("carl"), house.server.add_user("dora")
    house.server.join(house.guild, carl)
    house.server.join(house.guild, dora)
    await house.start()
    await remind(house, house.ana, house.ben, carl, dora)
    house.server.leave(house.guild, house.ana)
    house.server.close_dms(carl)
    held = house.server.fail_next("POST /users/@me/channels", hold=True, times=4)
    house.set("2026-11-20T18:30")
    await held.happened.wait()
    stopped = await dora.slash(house.guild, "pause")  # too late for the one on its way, in time for the next
    await stopped.answered()
    held.release()
    await house.settled()
    assert sorted(house.results) == ["refused", "refused", "sent", "sent"]
    assert len(house.ben.direct_messages) == 1
    assert house.ana.direct_messages == []
    assert carl.direct_messages == []
    house.set("2026-11-21T18:30")
    await house.settled()
    assert len(house.ben.direct_messages) == 2
    assert len(dora.direct_messages) == 1


async def test_a_reminder_stopped_and_an_account_erased_while_it_is_sent(house: House) -> None:
    house.write_profile()
    await house.start()
    await remind(house, house.ana, house.ben)
    await house.check_in(house.ana, "to be forgotten")
    held = house.server.fail_next("POST /users/@me/channels", hold=True, times=2)
    house.set("2026-11-20T18:30")
    await held.happened.wait()
    asked = await house.ana.slash(house.guild, "privacy", what="erase")
    await asked.answered()
    erased = await house.ana.press(asked.message, asked.message.labels[0])
    await erased.answered(15)
    held.release()
    await until(lambda: len(house.ben.direct_messages) == 1)
    await until(lambda: "claimed" not in house.results)
    house.set("2026-11-21T18:30")
    await house.settled()
    assert len(house.ben.direct_messages) == 2
    assert len(house.ana.direct_messages) <= 1  # the one that was on its way
    assert house.rows("SELECT count(*) FROM checkins_reminder") == [(1,)]
    assert house.entries == 0
    # It serves on, after a restart as well.
    await house.again()
    assert "Kept" in (await house.check_in(house.ana, "back again")).text
