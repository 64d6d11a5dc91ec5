"""The dispatcher on the real, sealed database: a crash at every step, and a new start on the same file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.scheduling.dispatcher import Dispatcher
from bot.scheduling.needs import DueRow, Outcome, Slot, new_mark
from bot.scheduling.needs import Ledger as Needed
from bot.storage.core.ledger import Ledger
from bot.storage.store import Storage

from .world import Room, Time, at, wanted


class Interrupted(Room):
    """A room that tells when it hangs."""

    def __init__(self, time: Time) -> None:
        super().__init__(time)
        self.reached = asyncio.Event()

    async def send(self, slot: Slot) -> Outcome:
        if self.next and str(self.next[0]).endswith("hang"):
            asyncio.get_running_loop().call_soon(self.reached.set)
        return await super().send(slot)


class Unrecording(Ledger[DueRow, Slot]):
    """The real ledger in a process that dies before it can record how a slot ended."""

    def __init__(self, storage: Storage, reached: asyncio.Event) -> None:
        super().__init__(storage, DueRow, Slot, new_mark)
        self._reached = reached

    async def finish(self, slot: Slot, result: str, ref: str | None, *, told: bool = True) -> None:
        self._reached.set()
        await asyncio.Event().wait()


@asynccontextmanager
async def opened(home: Path, master: keys.MasterKey, now: datetime) -> AsyncIterator[Storage]:
    storage = await Storage.open(f"sqlite:///{home / 'hearth.sqlite3'}", lambda: now, copies=home / "copies")
    try:
        storage.unlock(await Keyring.open([master], storage.secrets))
        yield storage
    finally:
        await storage.close()


def ledger_of(storage: Storage) -> Needed:
    return Ledger(storage, DueRow, Slot, new_mark)


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("pause", [1, 50, 120])
@pytest.mark.parametrize("step", ["before the claim", "after the claim", "answer lost", "not recorded"])
async def test_a_crash_at_any_step(tmp_path: Path, step: str, pause: int, readable: bool) -> None:
    master, time = keys.make(), Time(at("2026-11-20T18:00"))
    room = Interrupted(time)
    async with opened(tmp_path, master, time.now) as storage:
        ledger = Unrecording(storage, room.reached) if step == "not recorded" else ledger_of(storage)
        dispatcher = Dispatcher(ledger, room, time.clock, sleep=time.sleep, monotonic=time.monotonic)
        await dispatcher.replan("s/", [wanted("daily 19:30")])
        time.set(at("2026-11-20T19:30"))
        if step != "before the claim":
            room.next.append({"after the claim": "hang", "answer lost": "post and hang"}.get(step, "post"))
            ticking = asyncio.create_task(dispatcher.tick())
            await room.reached.wait()
            stopping = asyncio.create_task(dispatcher.stop(within=0))
            await time.advance(seconds=0)
            await stopping
            await asyncio.gather(ticking, return_exceptions=True)
    before = len(room.posts)

    room.readable = readable
    time.set(time.now + timedelta(minutes=pause))
    for _ in range(2):
        async with opened(tmp_path, master, time.now) as storage:
            dispatcher = Dispatcher(
                ledger_of(storage), room, time.clock, sleep=time.sleep, monotonic=time.monotonic
            )
            await dispatcher.replan("s/", [wanted("daily 19:30")])
            await dispatcher.tick()
            await dispatcher.tick()
            assert await ledger_of(storage).uncertain() == []
            assert await ledger_of(storage).next_due() == at("2026-11-21T19:30")

    assert before == (step in ("answer lost", "not recorded"))
    blind = step != "before the claim" and pause >= 2 and not readable
    assert len(room.posts) == (before or (pause <= 60 and not blind))
