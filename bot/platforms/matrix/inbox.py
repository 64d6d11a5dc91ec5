"""Events on their way to being handled: in order for each person, remembered, the position behind them.

A person's events in one room go one after the other, nobody waits for anybody else's. The position
moves past an answer of the server once all of it is handled, or recorded as failed.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.sdk.ports import Handled

from .read import Heard, Invited, Member, Removed, Said

log = logging.getLogger(__name__)

MOST_WAITING = 2000
"""Events that may wait to be handled; what comes on top is dropped and its room told so."""
_REMEMBERED = 5000
_SAVE_EVERY = 5.0


class Listener(Protocol):
    """Who is told."""

    def urgent(self, event: Said) -> bool:
        """Whether somebody asks for help in a crisis. Memory only, and quick."""

    async def rescue(self, event: Said) -> None:
        """Answer that, at once; needs neither queue nor storage. May be called again after a restart."""

    async def handle(self, event: Heard) -> bool:
        """Take an event; True when something was done that must not be done twice."""


@dataclass(slots=True, eq=False)
class Batch:
    """What one answer of the server brought. `position`: where to go on once all of it is done."""

    position: str | None
    first: bool
    pending: int = 0
    closed: bool = False
    acted: bool = False
    recorded: list[str] = field(default_factory=list)


class Inbox:
    """Takes events in, hands them on, and says how far everything is done.

    `settled` stores what must be kept before the position may move (the keys).
    """

    def __init__(
        self,
        handled: Handled,
        listener: Listener,
        settled: Callable[[], Awaitable[None]],
        *,
        sleep: Callable[[float], Awaitable[object]],
        monotonic: Callable[[], float],
    ) -> None:
        self._handled, self._listener, self._settled = handled, listener, settled
        self._sleep, self._monotonic = sleep, monotonic
        self._batches: collections.deque[Batch] = collections.deque()
        self._chains: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._rescues: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: dict[str, None] = {}
        self._overflow: set[str] = set()
        self._position: str | None = None
        self._unsaved = False
        self._saved_at = monotonic() - _SAVE_EVERY
        self._to_save = asyncio.Event()
        self._storage = asyncio.Lock()

    def begin(self, position: str | None, *, first: bool) -> Batch:
        """Room for what one answer of the server brings. Answers are begun in the order they came."""
        batch = Batch(position, first)
        self._batches.append(batch)
        return batch

    def seen(self, event_id: str) -> bool:
        """Whether this run has met the event already."""
        return event_id in self._seen

    def rescue_if_urgent(self, event: Heard | None) -> None:
        """Start answering somebody in need now, before and apart from everything else."""
        if not isinstance(event, Said) or event.event_id in self._rescues or event.event_id in self._seen:
            return
        if self._listener.urgent(event):
            self._rescues[event.event_id] = self._spawn(self._listener.rescue(event))

    def _waiting(self) -> int:
        return sum(batch.pending for batch in self._batches)

    def overflowed(self) -> set[str]:
        """The rooms some of whose events were dropped, once there is room again; told once."""
        if self._waiting() >= MOST_WAITING // 2:
            return set()
        found, self._overflow = self._overflow, set()
        return found

    def dispatch(self, event: Heard, batch: Batch) -> None:
        """Hand on an event, unless this run has met it already."""
        if event.event_id in self._seen:
            return
        self.rescue_if_urgent(event)
        rescue = self._rescues.get(event.event_id)
        if rescue is None and self._waiting() >= MOST_WAITING:
            self._overflow.add(event.room_id)
            return
        self._seen[event.event_id] = None
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        # One person's events in one room go in order; nobody waits for anybody else's.
        key = (event.room_id, "" if isinstance(event, Member | Invited | Removed) else event.sender)
        batch.pending += 1
        task = self._spawn(self._work(event, batch, self._chains.get(key), rescue))
        self._chains[key] = task
        task.add_done_callback(lambda done: self._chains.pop(key) if self._chains.get(key) is done else None)

    async def _work(
        self,
        event: Heard,
        batch: Batch,
        before: asyncio.Task[None] | None,
        rescue: asyncio.Task[None] | None,
    ) -> None:
        if before is not None and rescue is None:
            await asyncio.wait({before})
        acted = True
        try:
            if rescue is not None:
                await rescue
            elif batch.first and await self._handled.was_handled(event.event_id):
                acted = False
            else:
                acted = await self._listener.handle(event)
        except Exception as error:  # the loop outlives every handler; its own layer tells the person
            log.error("matrix: handling %s failed (%s)", type(event).__name__, type(error).__name__)
        self._rescues.pop(event.event_id, None)
        if acted:
            batch.acted = True
            try:
                async with self._storage:
                    await self._handled.record(event.event_id)
                    batch.recorded.append(event.event_id)
            except Exception as error:  # it stays remembered in memory; the position waits
                log.error("matrix: could not remember an event (%s)", type(error).__name__)
        self.done(batch)

    # --- saving the position -------------------------------------------------------------------

    def close(self, batch: Batch) -> None:
        """All of an answer is handed on."""
        batch.closed = True
        self._settle()

    def wait_for(self, batch: Batch) -> None:
        """Something in this answer is not ready to be handed on yet; `done` says when it is."""
        batch.pending += 1

    def done(self, batch: Batch) -> None:
        """One thing less to wait for."""
        batch.pending -= 1
        self._settle()

    def _settle(self) -> None:
        while self._batches and self._batches[0].closed and not self._batches[0].pending:
            done = self._batches.popleft()
            self._position = done.position or self._position
            self._unsaved = True
            if done.acted or done.first or self._monotonic() - self._saved_at >= _SAVE_EVERY:
                self._to_save.set()

    async def keep_position(self) -> None:
        """Save the position whenever it moved. Runs until cancelled."""
        while True:
            await self._to_save.wait()
            self._to_save.clear()
            try:
                await self._save_now()
            except Exception as error:  # storage may be back later: then the newest position is saved
                log.error("matrix: could not save the position (%s)", type(error).__name__)
                await self._sleep(1.0)
                self._to_save.set()

    async def _save_now(self) -> None:
        if not self._unsaved or self._position is None:
            return
        self._unsaved = False
        try:
            await self._settled()
            async with self._storage:
                keep = [event_id for batch in self._batches for event_id in batch.recorded]
                await self._handled.move(self._position, keep)
        except BaseException:
            self._unsaved = True
            raise
        self._saved_at = self._monotonic()

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self, patience: float) -> None:
        """Let what is being handled come to its end, for some seconds; then save the position."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(patience):
                await self._save_now()
