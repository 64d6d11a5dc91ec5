"""How fast requests go out: never above Discord's global limit, people before scheduled posts.

https://docs.discord.com/developers/topics/rate-limits#global-rate-limit: 50 requests a second; answers to
interactions are outside it. A request holds its place from the moment it is sent until one second after
its answer came. It reached Discord somewhere in between, so no second of Discord's clock sees more than
fifty, however the network bunches them, and no 429 is drawn.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
from collections.abc import AsyncIterator

from . import limits


class Pace:
    """The places. `share` is this process's part of the limit, by its shards (0 < share <= 1)."""

    def __init__(self, share: float = 1.0) -> None:
        self._free = max(1, int(limits.GLOBAL_REQUESTS * share))
        self._people: collections.deque[asyncio.Future[None]] = collections.deque()
        self._others: collections.deque[asyncio.Future[None]] = collections.deque()
        self._paused_until = 0.0

    @contextlib.asynccontextmanager
    async def place(self, *, people: bool) -> AsyncIterator[None]:
        """Wait for a place and hold it. `people`: somebody waits for this, so it goes before the rest."""
        await self._take(people)
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(limits.GLOBAL_WINDOW, self._give_back)

    async def _take(self, people: bool) -> None:
        loop = asyncio.get_running_loop()
        if self._free > 0 and loop.time() >= self._paused_until:
            self._free -= 1
            return
        turn: asyncio.Future[None] = loop.create_future()
        (self._people if people else self._others).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._hand_out()
            raise

    def pause(self, seconds: float) -> None:
        """Send nothing more for a while: Discord said that the global limit is reached."""
        loop = asyncio.get_running_loop()
        self._paused_until = max(self._paused_until, loop.time() + seconds)
        loop.call_later(seconds + 0.01, self._hand_out)

    def _give_back(self) -> None:
        self._free += 1
        self._hand_out()

    def _hand_out(self) -> None:
        if asyncio.get_running_loop().time() < self._paused_until:
            return
        while self._free > 0:
            turn = self._next()
            if turn is None:
                return
            self._free -= 1
            turn.set_result(None)

    def _next(self) -> asyncio.Future[None] | None:
        for waiting in (self._people, self._others):
            while waiting:
                turn = waiting.popleft()
                if not turn.done():
                    return turn
        return None
