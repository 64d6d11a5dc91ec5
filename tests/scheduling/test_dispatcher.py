"""What reaches the room, and when: on time, late, interrupted, and with clocks that jump."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.scheduling.dispatcher import Dispatcher
from bot.scheduling.lane import Bounds
from bot.scheduling.needs import Outcome, Refused, Slot
from bot.sdk.ports import Later, NotSent, Unknown, Why

from .conftest import Process
from .world import at, settle, wanted

EVENING = wanted("daily 19:30")


@contextlib.asynccontextmanager
async def running(process: Process) -> AsyncIterator[Dispatcher]:
    dispatcher = process.dispatcher
    task = asyncio.create_task(dispatcher.run())
    await settle()
    try:
        yield dispatcher
    finally:
        await crash(process)
        await task


async def crash(process: Process) -> None:
    """Break everything off at once; nothing more is recorded."""
    stopping = asyncio.create_task(process.dispatcher.stop(within=0))
    await process.time.advance(seconds=0)
    await stopping


async def test_a_prompt_comes_on_time_every_day(process: Process) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    async with running(process):
        await process.time.advance(days=3)
    assert process.posts == [(f"11-{day}T19:30", f"11-{day}T19:30") for day in (20, 21, 22)]
    assert [result for _, result in process.ledger.results()] == ["sent"] * 3
    assert max(process.time.slept) <= 30


async def test_a_schedule_made_just_before_its_time_is_not_slept_through(process: Process) -> None:
    async with running(process) as dispatcher:
        await process.time.advance(seconds=10)
        await dispatcher.replan("s/", [wanted("daily 18:00"), wanted("once 2026-11-20T18:00:15", name="s/x")])
        await process.time.advance(seconds=5)
        assert process.posts == [("11-20T18:00", "11-20T18:00")]
    assert process.time.now == at("2026-11-20T18:00:15")


@pytest.mark.parametrize(
    ("back", "posts"),
    [
        ("2026-11-20T19:29:59", []),
        ("2026-11-20T19:30", ["11-20T19:30"]),
        ("2026-11-20T20:30", ["11-20T19:30"]),
        ("2026-11-20T20:31", []),
        ("2026-11-23T19:29", []),
        ("2026-11-23T19:45", ["11-23T19:30"]),
    ],
)
async def test_after_downtime_only_the_latest_slot_within_its_grace_is_sent(
    process: Process, back: str, posts: list[str]
) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    process.time.set(at(back))
    dispatcher = process.start()
    await dispatcher.replan("s/", [EVENING])
    for _ in range(3):
        await dispatcher.tick()
    assert [due for due, _ in process.posts] == posts
    (due,) = process.ledger.dues()
    assert at(back) < at(due) <= at(back) + timedelta(days=1)


async def test_a_hundred_missed_slots_are_one_post(process: Process) -> None:
    await process.dispatcher.replan("s/", [wanted("cron */5 * * * *")])
    process.time.set(at("2026-11-21T02:22"))
    await process.start().tick()
    assert process.posts == [("11-21T02:20", "11-21T02:22")]
    assert process.ledger.results() == [("11-20T18:05", "skipped"), ("11-21T02:20", "sent")]


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("pause", [1, 50, 120])
@pytest.mark.parametrize("step", ["before the claim", "after the claim", "answer lost", "not recorded"])
async def test_a_crash_at_any_step(process: Process, step: str, pause: int, readable: bool) -> None:
    room = process.room
    await process.dispatcher.replan("s/", [EVENING])
    process.time.set(at("2026-11-20T19:30"))
    if step != "before the claim":
        room.next.append({"after the claim": "hang", "answer lost": "post and hang"}.get(step, "post"))
        process.ledger.deaf = step == "not recorded"
        ticking = asyncio.create_task(process.dispatcher.tick())
        await settle()
        await crash(process)
        ticking.cancel()
    before = len(process.posts)
    room.readable = readable
    process.time.set(process.time.now + timedelta(minutes=pause))
    again = process.start()
    for _ in range(3):
        await again.tick()

    within_nonce, within_grace = pause < 2, pause <= 60
    claimed = step != "before the claim"
    blind = claimed and not within_nonce and not readable
    assert before == (step in ("answer lost", "not recorded"))
    assert len(process.posts) == (before or (within_grace and not blind))
    result = "unknown" if blind else "sent" if process.posts else "skipped"
    assert process.ledger.results() == [("11-20T19:30", result)]
    # And a third start finds nothing left to do.
    posts = list(process.posts)
    await process.start().tick()
    assert process.posts == posts


@pytest.mark.parametrize(
    ("how", "sends"),
    [("post and fail", 1), ("post and lose", 1), ("fail", 2), (Unknown(), 2)],
)
async def test_a_lost_answer_is_asked_about_before_sending_again(
    process: Process, how: str | Outcome, sends: int
) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    process.room.next.append(how)
    process.room.asked.append(Later(200))  # past the nonce: the history decides
    async with running(process):
        await process.time.advance(hours=2)
    assert [due for due, _ in process.posts] == ["11-20T19:30"]
    assert process.room.calls == sends
    assert process.ledger.results() == [("11-20T19:30", "sent")]


async def test_a_room_that_loses_every_answer_is_given_up(process: Process) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    process.room.next.extend(["fail"] * 100)
    process.room.asked.extend([None] * 100)  # type: ignore[list-item]  # the history never has it
    async with running(process):
        await process.time.advance(hours=1, minutes=59)
    assert process.room.calls == 6
    assert process.ledger.results() == [("11-20T19:30", "refused")]


async def test_a_room_that_cannot_be_asked_is_left_unknown(process: Process) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    process.room.next.append("post and fail")
    process.room.asked.extend([Later(0)] * 100)
    async with running(process):
        await process.time.advance(hours=3)
    assert len(process.posts) == 1
    assert process.ledger.results() == [("11-20T19:30", "unknown")]


@pytest.mark.parametrize(
    ("outcomes", "posted", "result"),
    [
        ([Later(120)], ["11-20T19:32"], "sent"),
        ([Later(0)] * 20, ["11-20T19:45"], "sent"),
        ([Later(1000)] * 5, [], "skipped"),
        ([Later(7200)], [], "skipped"),
        ([NotSent(Why.GONE)], [], "refused"),
        ([Refused("paused")], [], "refused"),
    ],
)
async def test_put_off_or_refused(
    process: Process, outcomes: list[Outcome], posted: list[str], result: str
) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    process.room.next.extend(outcomes)
    async with running(process):
        await process.time.advance(hours=4)
    assert [when for _, when in process.posts] == posted
    assert process.ledger.results() == [("11-20T19:30", result)]


async def test_eight_hours_stopped_make_no_burst(process: Process) -> None:
    rows = [wanted("cron */10 * * * *", name=f"s/{n}") for n in range(20)]
    await process.dispatcher.replan("s/", rows)
    async with running(process):
        process.time.set(at("2026-11-21T02:05"))
        await process.time.advance(seconds=40)
        assert [due for due, _ in process.posts] == ["11-21T02:00"] * 20
        await process.time.advance(minutes=6)
    assert sorted(process.posts)[20:] == [("11-21T02:10", "11-21T02:10")] * 20


async def test_ten_minutes_stopped_are_ten_minutes_late(process: Process) -> None:
    rows = [wanted("daily 18:05", name="s/short", grace=1), wanted("daily 18:05", name="s/long", grace=30)]
    await process.dispatcher.replan("s/", rows)
    async with running(process):
        process.time.set(at("2026-11-20T18:10"))
        await process.time.advance(minutes=1)
    assert process.room.names == ["s/long"]


async def test_a_slot_put_off_beyond_its_grace_is_given_up_at_once(process: Process) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    process.time.set(at("2026-11-20T19:30"))
    process.room.next.append(Later(7200))
    await process.dispatcher.tick()
    assert process.ledger.results() == [("11-20T19:30", "skipped")]


@pytest.mark.parametrize("rule", ["daily 19:30", "cron 30 * * * *"])
async def test_a_clock_two_hours_ahead_and_back_again(process: Process, rule: str) -> None:
    await process.dispatcher.replan("s/", [wanted(rule, grace=120)])
    async with running(process):
        await process.time.advance(minutes=20)
        process.time.set(process.time.now + timedelta(hours=2))
        await process.time.advance(minutes=5)
        assert [due for due, _ in process.posts] == ["11-20T19:30"]
        process.time.set(process.time.now - timedelta(hours=2))
        await process.time.advance(hours=3)
    dues = [due for due, _ in process.posts]
    assert len(dues) == len(set(dues))
    assert dues == (
        ["11-20T19:30"] if rule.startswith("daily") else ["11-20T19:30", "11-20T20:30", "11-20T21:30"][:2]
    )


async def test_a_start_in_1970(process: Process) -> None:
    rules = {"s/old": "daily 19:30", "s/often": "cron * * * * *"}
    await process.dispatcher.replan("s/", [wanted(rules["s/old"], name="s/old")])
    process.time.set(at("1970-01-01T00:00:30"))
    process.start()
    await process.dispatcher.replan("s/", [wanted(rule, name=name) for name, rule in rules.items()])
    async with running(process):
        await process.time.advance(seconds=1)
        assert process.posts == []
        process.time.set(at("2026-11-20T20:00:10"))
        await process.time.advance(seconds=45)
        assert sorted(due for due, _ in process.posts) == ["11-20T19:30", "11-20T20:00"]
        await process.time.advance(seconds=30)
    assert len(process.posts) == 3


async def test_a_clock_years_ahead_silences_nothing_for_years(process: Process) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    async with running(process):
        process.time.set(at("2036-05-05T12:00"))
        await process.time.advance(minutes=1)
        assert process.ledger.dues() == ["2036-05-05T19:30"]
        process.time.set(at("2026-11-20T18:02"))
        await process.time.advance(days=1)
        assert process.ledger.dues() == ["2026-11-21T19:30"]
    assert process.posts == []  # the missed evening was skipped in 2036: once is enough
    process.time.set(at("2036-05-05T12:00"))
    await process.start().tick()
    process.time.set(at("2026-11-22T18:00"))
    await process.start().replan("s/", [EVENING])
    assert process.ledger.dues() == ["2026-11-22T19:30"]


async def test_many_at_once_are_sent_a_few_at_a_time(process: Process) -> None:
    process.start(bounds=Bounds(at_once=8))
    await process.dispatcher.replan(
        "s/", [wanted("daily 19:30", name=f"s/{n:03}", grace=1) for n in range(400)]
    )
    process.room.next.extend(["slow"] * 400)
    async with running(process):
        await process.time.advance(hours=1, minutes=31)
        assert process.room.most_busy == 8
        assert len(process.posts) < 150
        # They were in time; that the queue is longer than their grace is not their fault.
        await process.time.advance(minutes=5)
    assert sorted(process.room.names) == [f"s/{n:03}" for n in range(400)]


async def test_what_waits_for_another_attempt_holds_up_nothing_else(process: Process) -> None:
    process.start(bounds=Bounds(at_once=2))
    await process.dispatcher.replan("s/", [wanted("daily 19:30", name=f"s/{n}") for n in range(10)])
    process.room.next.extend([Later(600)] * 5)
    async with running(process):
        await process.time.advance(hours=1, minutes=31)
        assert len(process.posts) == 5
        await process.time.advance(minutes=10)
    assert sorted(process.room.names) == [f"s/{n}" for n in range(10)]


async def test_a_locked_ledger_is_waited_for(process: Process) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    async with running(process):
        await process.time.advance(hours=1, minutes=29, seconds=50)
        process.ledger.broken = True
        await process.time.advance(seconds=40)
        assert process.posts == []
        process.ledger.broken = False
        await process.time.advance(seconds=40)
    assert process.ledger.results() == [("11-20T19:30", "sent")]


async def test_a_post_that_cannot_be_recorded_is_recorded_later(process: Process) -> None:
    await process.dispatcher.replan("s/", [EVENING])
    process.room.next.append("slow")
    async with running(process):
        await process.time.advance(hours=1, minutes=30, seconds=2)
        process.ledger.broken = True
        await process.time.advance(minutes=3)
        assert len(process.posts) == 1
        process.ledger.broken = False
        await process.time.advance(minutes=1)
    assert process.ledger.results() == [("11-20T19:30", "sent")]
    assert len(process.posts) == 1


async def test_stopping_lets_what_is_being_sent_end(process: Process) -> None:
    await process.dispatcher.replan("s/", [wanted("daily 19:30", name=f"s/{n}") for n in range(3)])
    process.room.next.extend(["slow", "hang", "post"])
    task = asyncio.create_task(process.dispatcher.run())
    await process.time.advance(hours=1, minutes=30, seconds=1)
    stopping = asyncio.create_task(process.dispatcher.stop(within=8))
    await process.time.advance(seconds=7)
    assert task.done()
    assert not stopping.done()
    await process.time.advance(seconds=1)
    await stopping
    assert sorted(process.room.names) == ["s/0", "s/2"]
    assert sorted(str(result) for _, result in process.ledger.results()) == ["None", "sent", "sent"]
    await process.start().tick()
    assert sorted(process.room.names) == ["s/0", "s/1", "s/2"]


async def test_passing_time_runs_every_slot_in_order_at_its_own_time(process: Process) -> None:
    rows = [
        wanted("cron 0 */2 * * *", name="s/b"),
        wanted("daily 20:00", name="s/a"),
        wanted("daily 21:30", name="s/c"),
    ]
    await process.dispatcher.replan("s/", rows)
    await process.dispatcher.pass_time(at("2026-11-20T22:30"), process.time.set)
    assert process.room.names == ["s/a", "s/b", "s/c", "s/b"]
    assert [when for _, when in process.posts] == ["11-20T20:00", "11-20T20:00", "11-20T21:30", "11-20T22:00"]
    assert process.time.now == at("2026-11-20T22:30")
    with pytest.raises(ValueError, match="backwards"):
        await process.dispatcher.pass_time(at("2026-11-20T22:29"), process.time.set)


async def test_passing_time_beside_a_running_dispatcher_sends_nothing_twice(process: Process) -> None:
    await process.dispatcher.replan("s/", [wanted("cron 0 * * * *")])
    async with running(process) as dispatcher:
        passing = asyncio.create_task(dispatcher.pass_time(at("2026-11-21T18:00"), process.time.set))
        await process.time.advance(seconds=0)
        for _ in range(30):
            dispatcher.wake()
            await settle()
        await passing
        await process.time.advance(minutes=1)
    assert len(process.posts) == 24
    assert all(due == when for due, when in process.posts)


async def test_passing_time_ends_where_nothing_can_be_sent(process: Process) -> None:
    process.start(bounds=Bounds(waiting=1))
    await process.dispatcher.replan("s/", [wanted("cron 0 * * * *")])
    process.room.next.append(Later(60))
    await process.dispatcher.pass_time(at("2026-11-20T23:00"), process.time.set)
    assert process.posts == []
    assert process.time.now == at("2026-11-20T23:00")


async def test_the_next_due_time_is_told_to_whoever_wakes(process: Process) -> None:
    told: list[object] = []
    process.start(on_next=told.append)
    async with running(process) as dispatcher:
        await dispatcher.replan("s/", [EVENING])
        await settle()
        await dispatcher.remove("s/")
        await process.time.advance(seconds=31)
    assert told[0] is None
    assert at("2026-11-20T19:30") in told
    assert told[-1] is None


async def test_a_backlog_in_one_room_goes_out_as_fast_as_the_room_allows(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five posts in five seconds: who is put off again and again waits no longer than the room says."""
    taken: list[float] = []
    post = process.room.send

    async def five_in_five_seconds(slot: Slot) -> Outcome:
        recent = [when for when in taken if when > process.time.run - 5]
        if len(recent) >= 5:
            return Later(recent[-5] + 5 - process.time.run)
        taken.append(process.time.run)
        return await post(slot)

    monkeypatch.setattr(process.room, "send", five_in_five_seconds)
    await process.dispatcher.replan("s/", [wanted("daily 19:30", name=f"s/{n:03}") for n in range(150)])
    async with running(process):
        await process.time.advance(hours=1, minutes=30)
        await process.time.advance(seconds=165)
        assert len(process.posts) == 150
