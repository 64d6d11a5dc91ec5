"""APScheduler wakes at the due time and keeps house; here on the real clock, with times that have passed."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.scheduling.dispatcher import Dispatcher
from bot.scheduling.lane import Bounds
from bot.scheduling.needs import Outcome, Slot
from bot.scheduling.plan import waiting
from bot.scheduling.wake import Waker
from bot.sdk.ports import Sent

from .world import SqliteLedger, wanted

LONG_AGO = timedelta(hours=8)


class Counting(SqliteLedger):
    """A ledger that counts how often it is asked what is due."""

    looks = 0

    async def next_due(self) -> datetime | None:
        self.looks += 1
        return await super().next_due()


class Slow:
    """A sender whose sends begin and end as the test says."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[None] = asyncio.Queue()
        self.may_end: asyncio.Queue[None] = asyncio.Queue()

    async def send(self, slot: Slot) -> Outcome:
        self.begun.put_nowait(None)
        await self.may_end.get()
        return Sent("ref")

    def hears(self, row: object) -> bool:
        return False

    async def settled(self, slot: Slot, result: str, ref: str | None) -> None:
        """Nobody here wants to hear."""

    async def look_up(self, slot: Slot) -> Outcome | None:
        return None


async def test_it_wakes_at_once_for_what_is_past_and_not_for_what_is_to_come() -> None:
    woken: asyncio.Queue[str] = asyncio.Queue()
    waker = Waker(lambda: woken.put_nowait("woken"))
    now = datetime.now(UTC)
    waker.at(now - LONG_AGO)  # before the start: kept until then
    waker.start()
    await asyncio.wait_for(woken.get(), 10)
    waker.at(now + LONG_AGO)
    waker.at(None)
    waker.at(None)
    waker.at(now + LONG_AGO)
    waker.at(now - LONG_AGO)  # one trigger: this replaces the other
    await asyncio.wait_for(woken.get(), 10)
    assert woken.empty()
    waker.stop()
    waker.stop()


async def test_a_queue_that_is_due_already_rings_no_bell(tmp_path: Path) -> None:
    ledger = Counting(tmp_path / "ledger.sqlite3")
    slow = Slow()
    dispatcher = Dispatcher(
        ledger,
        slow,
        lambda: datetime.now(UTC),
        bounds=Bounds(at_once=2),
        on_next=lambda due: waker.at(due),
    )
    waker = Waker(dispatcher.wake)
    waker.start()
    due = datetime.now(UTC)
    await ledger.upsert_due([waiting(wanted("daily 19:30", name=f"s/{n}"), due) for n in range(10)])
    running = asyncio.create_task(dispatcher.run())
    for _ in range(10):
        await asyncio.wait_for(slow.begun.get(), 10)
        # As long as a real post takes, in turns of the loop: here the bell would ring again and again.
        for _ in range(200):
            await asyncio.sleep(0)
        slow.may_end.put_nowait(None)
    await dispatcher.stop()
    await running
    waker.stop()
    ledger.close()
    assert ledger.looks <= 40  # a few for each send


async def test_housekeeping_runs_again_after_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    runs: asyncio.Queue[int] = asyncio.Queue()

    async def sweep() -> None:
        runs.put_nowait(1)
        raise RuntimeError("a member's words")

    waker = Waker(lambda: None)
    waker.every(timedelta(milliseconds=20), "sweep", sweep)
    waker.start()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            await asyncio.wait_for(runs.get(), 10)
    waker.stop()
    assert "RuntimeError" in caplog.text
    assert "words" not in caplog.text


def test_scheduling_alone_loads_neither_apscheduler_nor_anything_above() -> None:
    code = "import sys, bot.scheduling.dispatcher, bot.scheduling.wake; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    others = (
        "apscheduler",
        "sqlalchemy",
        "nio",
        "discord",
        "cogs",
        "bot.storage",
        "bot.platforms",
        "bot.config",
    )
    assert [name for name in done.stdout.split() if name.startswith(others)] == []
    assert "bot.scheduling.dispatcher" in done.stdout
