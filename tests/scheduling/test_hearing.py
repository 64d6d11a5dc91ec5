"""What a cog hears of what became of its slots: each end at least once, the same again after a crash, and
nothing is posted twice for it.
"""

from __future__ import annotations

import asyncio

import pytest

from bot.scheduling.lane import Bounds

from .conftest import Process
from .test_dispatcher import crash, running
from .world import at, settle, wanted

EVENING = wanted("once 2026-11-20T19:30:00")
STEPS = ("answer lost", "answered, not recorded", "recorded, not told", "told, not recorded as told")


async def broken_off(process: Process, step: str) -> None:
    """Bring the evening's slot as far as that, and crash."""
    process.room.ears = True
    await process.dispatcher.replan("s/", [EVENING])
    process.time.set(at("2026-11-20T19:30"))
    if step == "answer lost":
        process.room.next.append("post and hang")
    process.ledger.deaf = step == "answered, not recorded"
    process.room.hearing = "hang" if step == "recorded, not told" else ""
    process.ledger.deaf_to_telling = step == "told, not recorded as told"
    ticking = asyncio.create_task(process.dispatcher.tick())
    await settle()
    await crash(process)
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    process.room.hearing = ""


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("minutes", [1, 50, 120])
@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_at_every_step_until_it_has_heard(
    process: Process, step: str, minutes: int, readable: bool
) -> None:
    """Once it has heard, a cog may have nothing to say about the slot: that is no sign of anything."""
    await broken_off(process, step)
    heard = list(process.room.heard)
    assert len(heard) == (step == STEPS[3])
    process.room.readable = readable
    process.time.set(at(f"2026-11-20T{19 + (30 + minutes) // 60}:{(30 + minutes) % 60:02}"))
    again = process.start()
    for _ in range(3):
        await again.tick()
    assert len(process.posts) == 1
    recorded = step in STEPS[2:]
    result, ref = ("sent", "ref") if recorded or minutes < 2 or readable else ("unknown", None)
    assert process.room.heard == [*heard, ("11-20T19:30", result, ref)]
    assert process.ledger.results() == [("11-20T19:30", result)]
    # And a third start tells nobody anything.
    await process.start().tick()
    assert process.room.heard == [*heard, ("11-20T19:30", result, ref)]
    assert len(process.posts) == 1


async def test_what_was_passed_over_is_told_too(process: Process) -> None:
    process.room.ears = True
    await process.dispatcher.replan("s/", [EVENING, wanted("cron */5 * * * *", name="s/often")])
    process.time.set(at("2026-11-20T21:32"))
    await process.start().tick()
    assert sorted(process.room.heard) == [
        ("11-20T18:05", "skipped", None), ("11-20T19:30", "skipped", None), ("11-20T21:30", "sent", "ref"),
    ]  # fmt: skip
    await process.start().tick()
    assert len(process.room.heard) == 3


async def test_a_cog_that_cannot_hear_holds_up_nobody_and_hears_later(process: Process) -> None:
    process.start(bounds=Bounds(at_once=2, waiting=2))
    process.room.ears = True
    process.room.hearing = "fail"
    rows = [wanted(f"once 2026-11-20T19:{30 + n}:00", name=f"s/{n}") for n in range(10)]
    await process.dispatcher.replan("s/", rows)
    async with running(process):
        await process.time.advance(hours=1, minutes=45)
        assert len(process.posts) == 10
        assert {result for _, result in process.ledger.results()} == {"sent"}
        assert process.room.heard == []
        process.room.hearing = ""
        await process.time.advance(minutes=2)
    assert [due for due, _, _ in process.room.heard] == [f"11-20T19:{30 + n}" for n in range(10)]


async def test_a_cog_that_never_ends_hearing_holds_up_nobody(process: Process) -> None:
    process.start(bounds=Bounds(at_once=2))
    process.room.ears = True
    process.room.hearing = "hang"
    rows = [wanted(f"once 2026-11-20T19:{30 + n}:00", name=f"s/{n}") for n in range(10)]
    await process.dispatcher.replan("s/", rows)
    async with running(process):
        await process.time.advance(hours=2)
        assert len(process.posts) == 10
    process.room.hearing = ""
    await process.start().tick()
    assert len(process.room.heard) == 10
    assert len(process.posts) == 10


async def test_it_hears_before_anything_is_planned_anew(process: Process) -> None:
    """An application tells first: what a cog plans at its start depends on what it has heard."""
    await broken_off(process, "recorded, not told")
    await process.start().tell()
    assert process.room.heard == [("11-20T19:30", "sent", "ref")]
    assert process.ledger.dues() == []
