"""APScheduler wakes at the due time and keeps house; here on the real clock, with times that have passed."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.scheduling.wake import Waker

LONG_AGO = timedelta(hours=8)


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
