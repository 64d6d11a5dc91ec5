"""The account's purse of actions: how much may go out, and who goes first.

A default Synapse grants ten actions at once and then one every five seconds, over all rooms and over
messages, reactions, invites and state together (`rc_message` 0.2/s, burst 10: Synapse
`config/ratelimiting.py`, measured on 1.163). Other servers may grant less: what a 429 says counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import heapq
import itertools
from collections.abc import Awaitable, Callable

SIZE = 10
EVERY = 5.05
"""Seconds for one more action: 5 by the server's clock, a little more because ours starts earlier."""
KEEP = 3
"""Actions that scheduled posts leave for people."""
_SLOWEST = 120.0


class Urgency(enum.IntEnum):
    """Who goes first. Lower goes before higher; within one, first come first served."""

    RESCUE = 0
    PERSON = 1
    SCHEDULED = 2
    CLEANUP = 3


class Purse:
    """How many actions are left, by a monotonic clock in seconds. `lifted`: there is no limit."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        size: int = SIZE,
        every: float = EVERY,
        keep: int = KEEP,
        lifted: bool = False,
    ) -> None:
        self._monotonic = monotonic
        self._size = float(size)
        self._every = every
        self._keep = keep
        self.lifted = lifted
        self._left = float(size)
        self._at = monotonic()
        self._not_before = self._at

    @property
    def left(self) -> float:
        """Actions left right now; may be a fraction."""
        now = self._monotonic()
        self._left = min(self._size, self._left + max(0.0, now - self._at) / self._every)
        self._at = now
        return self._left

    def wait(self, urgency: Urgency) -> float:
        """Seconds until an action of this urgency may go; 0 when it may go now."""
        told = max(0.0, self._not_before - self._monotonic())
        if self.lifted:
            return told
        needed = 1.0 + (self._keep if urgency >= Urgency.SCHEDULED else 0)
        missing = needed - self.left
        # A hair of rounding must not become a wait of nothing, for ever.
        return max(told, missing * self._every if missing > 1e-9 else 0.0)

    def spend(self) -> None:
        """One action goes out."""
        if not self.lifted:
            self._left = self.left - 1.0

    def refused(self, seconds: float) -> None:
        """The server said 429 and to come back after `seconds`.

        That is at most the time one action takes to come back, so a longer wait than ours teaches
        that this server is slower.
        """
        seconds = max(0.0, seconds)
        now = self._monotonic()
        self._not_before = max(self._not_before, now + seconds)
        if self.lifted:
            return
        self._every = max(self._every, min(seconds, _SLOWEST))
        self._left = min(self.left, 1.0 - seconds / self._every)


class Pace:
    """Hands out permits to act, the most urgent first. `sleep` is asyncio's, or a test's."""

    def __init__(self, purse: Purse, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self.purse = purse
        self._sleep = sleep
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._turn = itertools.count()
        self._came = asyncio.Event()
        self._server: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many wait for a permit."""
        return sum(1 for *_, permit in self._waiting if not permit.done())

    async def permit(self, urgency: Urgency, turn: int | None = None) -> int:
        """Wait for the right to do one action, and spend it. Whoever gives up waiting spends nothing.

        Returns the turn, to keep one's place when the server refused after all.
        """
        turn = next(self._turn) if turn is None else turn
        if not self._anybody() and self.purse.wait(urgency) <= 0:
            self.purse.spend()
            return turn
        permit: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (int(urgency), turn, permit))
        self._came.set()
        if self._server is None or self._server.done():
            self._server = asyncio.create_task(self._serve())
        await permit
        return turn

    def _anybody(self) -> bool:
        while self._waiting and self._waiting[0][2].done():
            heapq.heappop(self._waiting)
        return bool(self._waiting)

    async def _serve(self) -> None:
        while self._anybody():
            urgency, _, permit = self._waiting[0]
            wait = self.purse.wait(Urgency(urgency))
            if wait <= 0:
                heapq.heappop(self._waiting)
                self.purse.spend()
                permit.set_result(None)
                # The one let through acts before the next is looked at: its 429 may change everything.
                await asyncio.sleep(0)
                continue
            self._came.clear()
            await _first(self._sleep(wait), self._came.wait())

    async def close(self) -> None:
        """Stop serving; those still waiting are cancelled."""
        if self._server is not None:
            self._server.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._server
        for *_, permit in self._waiting:
            permit.cancel()
        self._waiting.clear()


async def _first(*waits: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
