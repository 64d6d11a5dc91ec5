"""What is planned is posted when it is due, where it belongs, once."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.sdk.errors import Refused
from bot.sdk.people import Person
from bot.sdk.ports import Later, NotSent, Sent, Unknown, Why
from bot.sdk.schedules import Cron, Daily, Planned
from bot.testing.chat import START
from bot.testing.clock import Clock

from .door import Door, House, door

COGS = ("crisis", "tests.sdk.toys.clockwork")
EVENING = datetime.datetime(2026, 3, 2, 19, 30, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@asynccontextmanager
async def clockwork(
    folder: Path, clock: Clock | None = None, house: House | None = None
) -> AsyncIterator[Door]:
    async with door(folder, cogs=COGS, clock=clock, house=house) as opened:
        # One's first look finds no rows yet: plans are made when the space is in force.
        yield opened


def work(opened: Door) -> Any:
    return opened.app.catalogue.cogs["clockwork"].service


async def to(opened: Door, moment: datetime.datetime) -> None:
    await opened.app.pass_time(moment, opened.clock.set)


def later(opened: Door, seconds: float) -> None:
    """What was put off may be tried again: that is counted on a clock of the machine's own, not on ours."""
    assert opened.app.dispatcher is not None
    for lane in opened.app.dispatcher._lanes:
        at = lane._monotonic
        lane._monotonic = lambda at=at: at() + seconds


async def results(opened: Door) -> list[tuple[datetime.datetime, str]]:
    from sqlalchemy import select

    from bot.storage.core.tables import SlotRow

    assert opened.app.storage is not None
    async with opened.app.storage.store("core").read() as session:
        rows = await session.scalars(select(SlotRow).order_by(SlotRow.due))
        return [(row.due, row.result) for row in rows]


async def test_a_room_is_told_when_it_is_due_and_once(tmp_path: Path) -> None:
    async with clockwork(tmp_path) as opened:
        await to(opened, EVENING - datetime.timedelta(minutes=1))
        assert opened.house.posted == []
        await to(opened, EVENING + DAY)
        assert [shown.text for _, shown, _ in opened.house.posted] == ["Ring room|one"] * 2
        assert all(not shown.private and shown.rouse for _, shown, _ in opened.house.posted)
        marks = [mark for _, _, mark in opened.house.posted]
        assert len(set(marks)) == 2
        assert all(len(mark) <= 25 for mark in marks)
        assert work(opened).slots[0] == ("room|one", EVENING, {"secret": "zq7mark"})
        clock = opened.clock
    house = House()
    async with clockwork(tmp_path, clock, house) as opened:
        await to(opened, EVENING + DAY + datetime.timedelta(hours=1))
        assert house.posted == []


async def test_what_travels_with_a_slot_is_sealed(tmp_path: Path) -> None:
    async with clockwork(tmp_path) as opened:
        await to(opened, EVENING)
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"zq7mark" not in file.read_bytes(), file.name


async def test_a_person_is_told_privately_in_their_language(tmp_path: Path) -> None:
    async with clockwork(tmp_path) as opened:
        work(opened).planned = [Planned("one", Cron("0 20 * * *"), "UTC", args={"who": "id-one"})]
        await opened.app.replan(opened.app.spaces.get("north"))
        await to(opened, EVENING + datetime.timedelta(hours=1))
        ((who, shown, _),) = opened.house.posted
        assert isinstance(who, Person)
        assert (who.account, shown.private) == ("id-one", True)


async def test_a_new_plan_moves_and_removes(tmp_path: Path) -> None:
    async with clockwork(tmp_path) as opened:
        north = opened.app.spaces.get("north")
        work(opened).planned = [Planned("room|one", Daily(datetime.time(21)), "Europe/London")]
        await opened.app.replan(north)
        await to(opened, EVENING + datetime.timedelta(hours=1))
        assert opened.house.posted == []
        await to(opened, EVENING + datetime.timedelta(hours=2))
        assert len(opened.house.posted) == 1
        work(opened).planned = []
        await opened.app.replan(north)
        await to(opened, EVENING + 3 * DAY)
        assert len(opened.house.posted) == 1


async def test_a_plan_that_breaks_leaves_what_stood(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with clockwork(tmp_path) as opened:
        good = work(opened).planned
        for bad in (
            [*good, *good],
            [Planned("x", Daily(datetime.time(3)), "Mars/Base")],
            None,
        ):
            work(opened).planned = bad
            await opened.app.replan(opened.app.spaces.get("north"))
        assert caplog.text.count("planning clockwork rings failed") == 3
        work(opened).planned = good
        await to(opened, EVENING)
        assert len(opened.house.posted) == 1


@pytest.mark.parametrize(
    ("refuse", "silent", "delivery", "result"),
    [
        (Refused("not-now"), False, Sent("r"), "refused"),
        (None, True, Sent("r"), "sent"),
        (None, False, NotSent(Why.FORBIDDEN), "refused"),
        (None, False, Sent("r"), "sent"),
    ],
)
async def test_how_a_slot_ends(
    tmp_path: Path, refuse: Exception | None, silent: bool, delivery: Any, result: str
) -> None:
    async with clockwork(tmp_path) as opened:
        work(opened).refuse, work(opened).silent = refuse, silent
        opened.house.delivery = delivery
        await to(opened, EVENING)
        assert await results(opened) == [(EVENING, result)]
        await to(opened, EVENING + datetime.timedelta(hours=3))
        assert len(await results(opened)) == 1


async def test_a_room_that_is_gone_is_refused_and_the_next_day_is_tried_again(tmp_path: Path) -> None:
    async with clockwork(tmp_path) as opened:
        opened.house.place = lambda name, space: opened.room(name, space)
        opened.house.rooms.clear()
        await to(opened, EVENING)
        opened.house.rooms.add("#ring")
        await to(opened, EVENING + DAY)
        assert [result for _, result in await results(opened)] == ["refused", "sent"]
        assert len(opened.house.posted) == 1


async def test_a_room_that_no_platform_has_is_given_up_before_its_grace_ends(tmp_path: Path) -> None:
    async with clockwork(tmp_path) as opened:
        opened.house.rooms.clear()
        await to(opened, EVENING)
        assert await results(opened) == [(EVENING, "claimed")], "it may still come in"
        later(opened, 1.1)
        await to(opened, EVENING + datetime.timedelta(minutes=3))
        assert await results(opened) == [(EVENING, "refused")]


async def test_while_a_platform_is_away_its_rooms_are_waited_for(tmp_path: Path) -> None:
    house = House()
    house.connected = False
    async with clockwork(tmp_path, house=house) as opened:
        house.rooms.clear()
        await to(opened, EVENING + datetime.timedelta(minutes=3))
        assert await results(opened) == [(EVENING, "claimed")]
        house.connected = True
        house.rooms.add("#ring")
        later(opened, 1.1)
        await to(opened, EVENING + datetime.timedelta(minutes=4))
        assert await results(opened) == [(EVENING, "sent")]


@pytest.mark.parametrize(("found", "posts"), [(Sent("r"), 1), (None, 2), (Unknown(), 1)])
async def test_after_a_lost_answer_the_platform_is_asked_before_anything_is_sent_again(
    tmp_path: Path, found: Any, posts: int
) -> None:
    clock = Clock(START)
    async with clockwork(tmp_path, clock) as opened:
        opened.house.delivery = Unknown()
        await to(opened, EVENING)  # who knows whether it arrived; the process ends here
        first = len(opened.house.posted)
        assert first >= 1
        marks = {mark for _, _, mark in opened.house.posted}
        assert len(marks) == 1
    house = House()
    house.found = found
    clock.set(EVENING + datetime.timedelta(minutes=10))
    async with clockwork(tmp_path, clock, house) as opened:
        await to(opened, EVENING + datetime.timedelta(minutes=11))
        assert len(house.posted) == posts - 1
        assert {mark for _, _, mark in house.posted} <= marks


async def test_put_off_is_tried_again_within_its_grace(tmp_path: Path) -> None:
    clock = Clock(START)
    async with clockwork(tmp_path, clock) as opened:
        opened.house.delivery = Later(0.0)
        await to(opened, EVENING)
        assert [result for _, result in await results(opened)] == ["claimed"]
    house = House()
    clock.set(EVENING + datetime.timedelta(minutes=5))
    async with clockwork(tmp_path, clock, house) as opened:
        await to(opened, EVENING + datetime.timedelta(minutes=6))
        assert [result for _, result in await results(opened)] == ["sent"]
        assert len(house.posted) == 1


async def test_what_is_due_of_a_cog_that_is_gone_waits_until_it_is_back(tmp_path: Path) -> None:
    clock = Clock(START)
    async with clockwork(tmp_path, clock):
        pass
    async with door(tmp_path, cogs=("crisis",), clock=clock) as opened:
        await to(opened, EVENING)
        assert opened.house.posted == []
        assert await results(opened) == []
    async with clockwork(tmp_path, clock) as opened:
        await to(opened, EVENING + datetime.timedelta(minutes=20))
        assert len(opened.house.posted) == 1
