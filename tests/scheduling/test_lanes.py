"""Several platforms, each in its lane: what cannot be sent on one keeps nothing waiting on another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.scheduling.lane import Bounds
from bot.scheduling.needs import Absent, Ledger, Outcome, Slot, Wanted
from bot.sdk.ports import Later

from .conftest import Process
from .test_dispatcher import crash, running
from .world import Room, SqliteLedger, Time, at, wanted

LANES = ("discord", "matrix", "")


class Rooms(Room):
    """Rooms on several platforms, some of them away, and some rooms not there."""

    def __init__(self, time: Time) -> None:
        super().__init__(time)
        self.away: set[str] = set()
        self.hanging: set[str] = set()
        self.gone: set[str] = set()
        """Names of slots whose room is not there."""

    async def send(self, slot: Slot) -> Outcome:
        return self._trouble(slot) or await super().send(slot)

    async def look_up(self, slot: Slot) -> Outcome | None:
        return self._trouble(slot) or await super().look_up(slot)

    def _trouble(self, slot: Slot) -> Outcome | None:
        if slot.name in self.gone:
            return Absent()
        return Later(5) if slot.lane in self.away else None


@pytest.fixture
def rooms(process: Process) -> Rooms:
    rooms = Rooms(process.time)
    process.room = rooms
    process.start(lanes=LANES)
    return rooms


def many(lane: str, count: int, rule: str = "daily 19:30") -> list[Wanted]:
    return [wanted(rule, name=f"s/{lane}{n:03}", lane=lane, grace=120) for n in range(count)]


def of(rooms: Rooms, lane: str) -> list[str]:
    return sorted(name for name in rooms.names if name.startswith(f"s/{lane}"))


async def test_a_platform_away_for_an_hour_holds_up_no_other(process: Process, rooms: Rooms) -> None:
    """Three hundred wait on one; on the other each comes in its minute. A crash repeats nothing."""
    often = [
        wanted(f"daily 19:{minute}", name=f"s/discord{minute}", lane="discord") for minute in range(30, 60)
    ]
    rows = [*many("matrix", 300, "daily 19:29"), *often]
    rooms.away.add("matrix")
    await process.dispatcher.replan("s/", rows)
    async with running(process):
        await process.time.advance(hours=1, minutes=45)
        assert process.posts == [(f"11-20T19:{minute}", f"11-20T19:{minute}") for minute in range(30, 46)]
    process.start(lanes=LANES)
    await process.dispatcher.replan("s/", rows)
    async with running(process):
        await process.time.advance(minutes=45)
        assert len(process.posts) == 30
        assert all(due == when for due, when in process.posts)
        rooms.away.clear()
        await process.time.advance(minutes=5)
    assert len(of(rooms, "matrix")) == 300
    assert len(set(rooms.names)) == len(rooms.names)
    assert {result for _, result in process.ledger.results()} == {"sent"}


async def test_sends_that_hang_on_one_platform_hold_up_no_other(process: Process, rooms: Rooms) -> None:
    await process.dispatcher.replan("s/", many("matrix", 40, "daily 19:29"))
    rooms.next.extend(["hang"] * 32)
    async with running(process):
        await process.time.advance(hours=1, minutes=29, seconds=30)
        assert rooms.busy == 32
        await process.dispatcher.add(*many("discord", 3))
        await process.time.advance(seconds=30)
        assert len(of(rooms, "discord")) == 3


async def test_rooms_that_are_gone_take_nobodys_place(process: Process, rooms: Rooms) -> None:
    """Communities that left, on the same platform: the others' prompts come in time."""
    lost = many("discord", 400, "daily 19:29")
    rooms.gone = {one.name for one in lost}
    rows = [*lost, wanted("daily 19:30", name="s/here", lane="discord")]
    await process.dispatcher.replan("s/", rows)
    async with running(process):
        await process.time.advance(hours=1, minutes=30, seconds=1)
        assert process.posts == [("11-20T19:30", "11-20T19:30")]
        rooms.gone.clear()  # and when they are seen after all, theirs come
        await process.time.advance(minutes=5)
        assert len(process.posts) == 401


async def test_what_waits_for_its_place_is_bounded_too(process: Process, rooms: Rooms) -> None:
    process.start(lanes=LANES, bounds=Bounds(absent=5, at_once=2))
    lost = many("discord", 20)
    rooms.gone = {one.name for one in lost}
    await process.dispatcher.replan("s/", lost)
    async with running(process):
        await process.time.advance(hours=1, minutes=31)
        assert len(process.ledger.results()) <= 6
        rooms.gone.clear()
        await process.time.advance(minutes=1)
    assert len(process.posts) == 20


async def test_asked_about_for_as_long_as_it_could_still_be_sent(process: Process, rooms: Rooms) -> None:
    """Claimed before a crash; then its platform is away for longer than thirty questions take."""
    row = wanted("daily 19:30", name="s/matrix", lane="matrix", grace=120)
    await process.dispatcher.replan("s/", [row])
    process.time.set(at("2026-11-20T19:30"))
    rooms.away.add("matrix")
    await process.dispatcher.tick()
    await crash(process)
    process.start(lanes=LANES)
    async with running(process):
        await process.time.advance(minutes=80)
        rooms.away.clear()
        await process.time.advance(minutes=2)
    assert len(process.posts) == 1
    assert process.ledger.results() == [("11-20T19:30", "sent")]


async def test_a_schedule_changes_its_lane_and_keeps_its_moment(process: Process, rooms: Rooms) -> None:
    await process.dispatcher.replan("s/", [wanted("daily 19:30")])
    due = process.ledger.dues()
    await process.dispatcher.replan("s/", [wanted("daily 19:30", lane="matrix")])
    assert [row.lane for row in await process.ledger.lane("matrix").rows()] == ["matrix"]
    # Where it is not known any more, it stays: a start plans before any platform is connected.
    await process.dispatcher.replan("s/", [wanted("daily 19:30")])
    assert [row.lane for row in await process.ledger.rows()] == ["matrix"]
    await process.dispatcher.add(wanted("daily 19:30", lane="discord"))
    assert [row.lane for row in await process.ledger.rows()] == ["discord"]
    assert process.ledger.dues() == due


async def test_each_hears_once_in_its_own_lane_and_after_a_crash(process: Process, rooms: Rooms) -> None:
    rooms.ears = True
    await process.dispatcher.replan("s/", [*many("discord", 1), *many("matrix", 1), *many("", 1)])
    process.time.set(at("2026-11-20T19:30"))
    rooms.hearing = "hang"
    ticking = asyncio.create_task(process.dispatcher.tick())
    await process.time.advance(seconds=0)
    await crash(process)
    ticking.cancel()
    rooms.hearing = ""
    process.start(lanes=LANES)
    await process.dispatcher.tell()
    assert len(rooms.heard) == 3
    await process.dispatcher.tick()
    assert len(process.posts) == 3


async def test_passing_time_goes_through_all_lanes_in_order(process: Process, rooms: Rooms) -> None:
    rooms.away.add("matrix")
    rows = [
        wanted("daily 19:30", name="s/matrix", lane="matrix"),
        wanted("daily 20:00", name="s/discord", lane="discord"),
        wanted("daily 19:45", name="s/else"),
    ]
    await process.dispatcher.replan("s/", rows)
    await process.dispatcher.pass_time(at("2026-11-20T21:00"), process.time.set)
    assert process.posts == [("11-20T19:45", "11-20T19:45"), ("11-20T20:00", "11-20T20:00")]


async def test_the_earliest_of_all_lanes_wakes_them(process: Process, rooms: Rooms) -> None:
    told: list[object] = []
    process.start(lanes=LANES, on_next=told.append)
    rows = [*many("discord", 1, "daily 21:00"), *many("matrix", 1, "daily 19:30")]
    await process.dispatcher.replan("s/", rows)
    async with running(process):
        await process.time.advance(seconds=1)
        assert told[-1] == at("2026-11-20T19:30")
        await process.time.advance(hours=1, minutes=31)
        assert told[-1] == at("2026-11-20T21:00")


def test_the_ledger_here_fulfils_what_lanes_need(tmp_path: Path) -> None:
    ledger: Ledger = SqliteLedger(tmp_path / "ledger.sqlite3")
    assert ledger.lane("matrix") is not ledger


async def crashed(process: Process, rooms: Rooms, at_its_post: str, until: str) -> None:
    """Break off at the post of 19:30, and start again later, when its room is not there yet."""
    await process.dispatcher.replan("s/", [wanted("daily 19:30", lane="discord")])
    process.time.set(at("2026-11-20T19:30"))
    rooms.next.append(at_its_post)
    ticking = asyncio.create_task(process.dispatcher.tick())
    await process.time.advance(seconds=0)
    await crash(process)
    ticking.cancel()
    process.time.set(at(until))
    process.start(lanes=LANES)
    rooms.gone.add("s/checkins/evening")


async def test_a_platform_that_comes_late_is_still_asked_about_what_is_too_late(
    process: Process, rooms: Rooms
) -> None:
    """Posted before a crash, started again long after its grace, and the platform takes ten minutes to come:
    what is there is known to be there."""
    await crashed(process, rooms, "post and hang", until="2026-11-20T23:00")
    async with running(process):
        await process.time.advance(minutes=10)
        rooms.gone.clear()
        await process.time.advance(minutes=1)
    assert process.ledger.results() == [("11-20T19:30", "sent")]
    assert len(process.posts) == 1


async def test_a_place_that_comes_soon_after_a_start_is_not_waited_for_long(
    process: Process, rooms: Rooms
) -> None:
    await crashed(process, rooms, "hang", until="2026-11-20T20:10")
    async with running(process):
        await process.time.advance(seconds=5)
        rooms.gone.clear()
        await process.time.advance(seconds=1)
        assert [when for _, when in process.posts] == ["11-20T20:10"]
