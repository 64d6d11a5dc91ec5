"""How fast requests go out: never above Discord's global limit, people before scheduled posts.

https://docs.discord.com/developers/topics/rate-limits#global-rate-limit: 50 requests a second; answers to
interactions are outside it. What counts is when a request reaches Discord, which nobody here can see: only
that it lies between sending and answer. A place held until one second after the answer is surely safe, and
gives away the whole way there and back: at 150 ms an eighth of the limit. But that way has a least time,
and the next request needs its part of it, too. Let a request have reached Discord `back` before its answer
came (what Discord did with it included), and the next one need `there` to get to it. With a place given
back one second after the answer, less `floor`, the two are one second or more apart on Discord's clock as
long as `floor` is at most `back + there`. The quickest answer of all that came so far is such a floor, once
enough came over connections that stood already; a quarter of it is kept for a network that gets quicker.
Should Discord say all the same that it was too much, the whole way is waited for again from then on.
`tests/platforms/discord/test_pace.py` counts on Discord's side, over ways of many kinds.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import math
from collections.abc import AsyncIterator

from . import limits

_SETTLING = 2 * limits.GLOBAL_REQUESTS
"""Answers before the quickest counts: the first ones came over new connections, and late."""
_TRUSTED = 0.75
"""So much of the quickest answer's time is taken off."""


class Pace:
    """The places. `share` is this process's part of the limit, by its shards (0 < share <= 1)."""

    def __init__(self, share: float = 1.0) -> None:
        self._free = max(1, int(limits.GLOBAL_REQUESTS * share))
        self._people: collections.deque[asyncio.Future[None]] = collections.deque()
        self._others: collections.deque[asyncio.Future[None]] = collections.deque()
        self._paused_until = 0.0
        self._answers = 0
        self._quickest = math.inf

    @contextlib.asynccontextmanager
    async def place(self, *, people: bool) -> AsyncIterator[None]:
        """Wait for a place and hold it. `people`: somebody waits for this, so it goes before the rest."""
        await self._take(people)
        loop = asyncio.get_running_loop()
        sent = loop.time()
        try:
            yield
        finally:
            self._quickest = min(self._quickest, loop.time() - sent)
            self._answers += 1
            floor = self._quickest * _TRUSTED if self._answers > _SETTLING else 0.0
            loop.call_later(max(0.0, limits.GLOBAL_WINDOW - floor), self._give_back)

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
        self._quickest = 0.0
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
