"""Waiting for what nothing tells of: it is looked at each time the event loop has done all there was to do.

Whatever changes inside this process changes in a turn of its loop, be it by an answer from a thread or from
a socket; so nothing is missed, and nobody wakes the loop to look. What another process does is not seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

PATIENCE = 20.0
"""Seconds that something is waited for."""


async def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something is true of this process. Raises TimeoutError, and what looking raises."""
    if true():
        return
    loop = asyncio.get_running_loop()
    waiter = (true, loop.create_future())
    looks = _looks_of(loop)
    looks.waiting.append(waiter)
    try:
        async with asyncio.timeout(seconds):
            await waiter[1]
    finally:
        looks.waiting.remove(waiter)


class _Looks:
    """What a loop calls to sleep until something happens: first everybody who waits looks."""

    def __init__(self, sleep: Callable[[float | None], Any]) -> None:
        self._sleep = sleep
        self.waiting: list[tuple[Callable[[], object], asyncio.Future[None]]] = []

    def __call__(self, timeout: float | None = None) -> Any:
        told = [future for true, future in self.waiting if _settled(true, future)]
        return self._sleep(0 if told else timeout)


def _settled(true: Callable[[], object], future: asyncio.Future[None]) -> bool:
    if not future.done():
        try:
            if true():
                future.set_result(None)
        except Exception as error:
            future.set_exception(error)
    return future.done()


def _looks_of(loop: asyncio.AbstractEventLoop) -> _Looks:
    # asyncio has no hook for the end of a turn; every loop of the standard library sleeps in its selector.
    selector = cast(Any, loop)._selector
    if not isinstance(selector.select, _Looks):
        selector.select = _Looks(selector.select)
    return cast(_Looks, selector.select)
