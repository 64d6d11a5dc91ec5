"""What is due is sent, never a slot twice, never a burst: schedules come in here, posts go out.

Each slot is claimed in the ledger before anything is sent. What may have been sent and is not recorded (a
crash, a lost answer) is asked about first and sent only when it is surely not there. A row that is due
several times over is sent at most once, the latest, and only within its grace. Nothing here reads a wall
clock or sleeps by itself: clock, monotonic time and sleep are passed in.

Where Hearth speaks on several platforms each has a lane of its own (`bot.scheduling.lane`), with its own view
of the ledger and its own places: one that is away or slow holds up no other.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.scheduling.lane import Bounds, Lane
from bot.scheduling.needs import Ledger, Sender, Wanted
from bot.scheduling.planning import stand, write


class Dispatcher:
    """Plans schedules and sends their due slots through one sender.

    With `lanes` each of them has its own view of the ledger (every row is in one of them); without, there is
    one for all. `sleep` and `monotonic` are in seconds, `bounds` hold for each lane. `on_next` is told
    whenever the next due time was read (None: nothing lies ahead); see `bot.scheduling.wake`.
    """

    def __init__(
        self,
        ledger: Ledger,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        lanes: Sequence[str] = (),
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        on_next: Callable[[datetime | None], None] | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self._ledger, self._clock, self._bounds = ledger, clock, bounds or Bounds()
        self._on_next = on_next
        self._turn = asyncio.Lock()  # rows are claimed or planned, never both
        self._passing = asyncio.Lock()  # held while time is passed by hand
        views = [ledger.lane(name) for name in lanes] or [ledger]
        self._next: list[datetime | None] = [None] * len(views)
        self._lanes = [
            Lane(
                view,
                sender,
                clock,
                sleep=sleep,
                monotonic=monotonic,
                turn=self._turn,
                passing=self._passing,
                bounds=self._bounds,
                on_next=functools.partial(self._ahead, at),
            )
            for at, view in enumerate(views)
        ]

    def _ahead(self, at: int, due: datetime | None) -> None:
        """One lane read its next due time: the one who wakes them all is told the earliest."""
        self._next[at] = due
        if self._on_next is not None:
            self._on_next(min((one for one in self._next if one is not None), default=None))

    # --- schedules ---------------------------------------------------------------------------------

    async def replan(self, prefix: str, wanted: Sequence[Wanted]) -> None:
        """Make `wanted` the schedules under this prefix of names; what else stood there ends.

        A prefix is taken literally: end it with a separator. What is unchanged keeps its next slot; see
        `bot.scheduling.plan` for what an edit does. Raises `BadRule`, `UnknownZone`, and `ValueError` for a
        name that is given twice or lies outside the prefix; then nothing has changed.
        """
        names = [each.name for each in wanted]
        if len(set(names)) < len(names) or not all(name.startswith(prefix) for name in names):
            raise ValueError("names must be unique and start with the prefix")
        async with self._turn:
            now = self._clock()
            before = {row.name: row for row in await self._ledger.rows(prefix)}
            rows = await stand(self._ledger, wanted, before, now)
            if before.keys() - {row.name for row in rows}:
                await self._ledger.remove_due(prefix, {row.name for row in rows})
            await write(self._ledger, rows, before)
        self.wake()

    async def add(self, *wanted: Wanted) -> None:
        """Add or change single schedules and leave all others alone. Raises as `replan` does."""
        async with self._turn:
            now = self._clock()
            before = {row.name: row for each in wanted for row in await self._ledger.rows(each.name)}
            rows = await stand(self._ledger, wanted, before, now)
            for name in {each.name for each in wanted} & before.keys() - {row.name for row in rows}:
                await self._ledger.remove_due(name, before.keys() - {name})
            await write(self._ledger, rows, before)
        self.wake()

    async def remove(self, prefix: str) -> None:
        """End the schedules under this prefix (taken literally). What is being sent is not called back."""
        async with self._turn:
            await self._ledger.remove_due(prefix)

    # --- running -----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Send what is due until `stop`. Errors of ledger and sender are logged and tried again, never
        raised.
        """
        await asyncio.gather(*(lane.run() for lane in self._lanes))

    def wake(self) -> None:
        """Look at the rows at once. Call it in the dispatcher's event loop; harmless when nothing is due."""
        for lane in self._lanes:
            lane.wake()

    async def stop(self, within: float = 8.0) -> None:
        """Begin nothing more, let what is being sent end for `within` seconds, then break it off.

        A slot broken off, or waiting for another attempt, stays claimed: the next start asks about it.
        """
        await asyncio.gather(*(lane.stop(within) for lane in self._lanes))

    async def tell(self) -> None:
        """Tell cogs what they have not heard of slots that ended: after a crash, after a restore. To be done
        before anything is planned anew. Who fails to hear hears later. Raises what the ledger raises."""
        await asyncio.gather(*(lane.tell() for lane in self._lanes))

    async def tick(self, now: datetime | None = None) -> int:
        """Send everything due at `now` (by default the clock's time) and wait for it; how many were begun.

        What has to wait for another attempt is left for a later tick. Raises what the ledger raises.
        """
        at = now or self._clock()
        return sum(await asyncio.gather(*(lane.finish_all(at, self._bounds.at_once) for lane in self._lanes)))

    async def pass_time(self, to: datetime, move: Callable[[datetime], None]) -> None:
        """Pass time by hand: set the clock with `move` to each due time up to `to`, in order, then to `to`.

        Slots run one after the other, each finished before the clock goes on, so the order is always the
        same. Meanwhile `run` rests. Raises `ValueError` for a time before the clock's.
        """
        if to < self._clock():
            raise ValueError("time does not go backwards")
        async with self._passing:
            try:
                stuck: dict[int, datetime] = {}  # where there is no room, or the end has come, a row stays
                while True:
                    dues = [(await lane.next_due(), at) for at, lane in enumerate(self._lanes)]
                    ready = [(due, at) for due, at in dues if due is not None and due <= to]
                    ready = [(due, at) for due, at in ready if stuck.get(at) != due]
                    if not ready:
                        break
                    due, at = min(ready)
                    now = max(due, self._clock())
                    move(now)
                    await self._lanes[at].finish_all(now, 1)
                    stuck[at] = due
                move(to)
                for lane in self._lanes:
                    await lane.finish_all(to, 1)
            finally:
                self.wake()
