"""Waiting for what nothing tells of: it is looked at each time the event loop has done all there was to do.

Whatever changes inside this process changes in a turn of its loop, be it by an answer from a thread or from
a socket; so nothing is missed, and nobody wakes the loop to look. What another process does is not seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from .waiting import Waiters

PATIENCE = 20.0
"""Seconds that something is waited for."""


async def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something is true of this process. Raises TimeoutError, and what looking raises."""
    # asyncio has no hook for the end of a turn; every loop of the standard library sleeps in its selector.
    selector = cast(Any, asyncio.get_running_loop())._selector
    if not isinstance(selector.select, _Looks):
        selector.select = _Looks(selector.select)
    await selector.select.waiters.until(true, seconds)


class _Looks:
    """What a loop calls to sleep until something happens: first everybody who waits looks."""

    def __init__(self, sleep: Callable[[float | None], Any]) -> None:
        self._sleep = sleep
        self.waiters = Waiters()

    def __call__(self, timeout: float | None = None) -> Any:
        return self._sleep(0 if self.waiters.look() else timeout)
