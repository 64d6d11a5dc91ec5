"""Tells cogs what became of their slots: each end at least once, whatever breaks in between.

How a slot ended is in the ledger before its cog hears of it. So a crash loses no telling, and what is told
again is the same: nobody has to find out a second time what came of a post, which its cog may have taken
down meanwhile. A cog that fails to hear, or never ends hearing, holds up nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.scheduling.needs import DueRow, Ledger, Result, Sender, Slot

_log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds for which a start waits until everything left over was told."""
_BACKOFF = (1.0, 5.0, 20.0, 60.0)
"""Seconds until what could not be told is told again; the last is repeated."""


class Teller:
    """Tells each slot by itself, and remembers whether something was left over. `monotonic` is in seconds."""

    def __init__(
        self,
        ledger: Ledger,
        sender: Sender,
        monotonic: Callable[[], float],
    ) -> None:
        self._ledger, self._sender = ledger, sender
        self._monotonic = monotonic
        self._tellings: dict[tuple[str, datetime], asyncio.Task[None]] = {}
        self._look_at: float | None = monotonic()  # a crash may have left something
        self._failures = 0

    def hears(self, row: DueRow) -> bool:
        """Whether somebody wants to hear what became of this."""
        return self._sender.hears(row)

    def begin(self, slot: Slot, result: Result, ref: str | None) -> None:
        """Tell of a slot whose end is recorded."""
        key = (slot.name, slot.due)
        if key not in self._tellings:
            self._tellings[key] = asyncio.create_task(self._tell(slot, result, ref))
            self._tellings[key].add_done_callback(lambda _: self._tellings.pop(key, None))

    async def _tell(self, slot: Slot, result: Result, ref: str | None) -> None:
        try:
            await self._sender.settled(slot, result, ref)
            await self._ledger.told([slot])
            self._failures = 0
        except Exception as error:
            _log.warning("not told yet (%s): %s %s", type(error).__name__, slot.cog, slot.schedule)
            self.look(_BACKOFF[min(self._failures, len(_BACKOFF) - 1)])
            self._failures += 1

    # --- what was left over -------------------------------------------------------------------------

    def look(self, within: float = 0.0) -> None:
        """Something is in the ledger that was not told: look for it in so many seconds, at the latest."""
        at = self._monotonic() + within
        self._look_at = at if self._look_at is None else min(at, self._look_at)

    def rest(self, longest: float) -> float:
        """Seconds until there is something to look for, `longest` at most."""
        return longest if self._look_at is None else min(longest, self._look_at - self._monotonic())

    async def look_now(self) -> None:
        """Begin to tell what was left over, where it is time for that. Raises what the ledger raises."""
        if self._look_at is None or self._look_at > self._monotonic():
            return
        left = await self._ledger.untold()
        self._look_at = None
        nobody = []
        for slot, result, ref in left:
            if self._sender.hears(slot):
                self.begin(slot, result, ref)
            else:
                nobody.append(slot)
        if nobody:
            await self._ledger.told(nobody)

    async def come_to_rest(self) -> None:
        """Wait until everything that was begun is told, or has failed."""
        while self._tellings:
            await asyncio.wait(list(self._tellings.values()))

    async def stop(self) -> None:
        """Break off what is being told: the next start tells it again."""
        tasks = list(self._tellings.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
