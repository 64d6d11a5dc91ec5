"""Waiting until something is true, for whoever is told when to look."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Waiters:
    """Those who wait, each for something of their own. They look when somebody calls `look`."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[None]]] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def look(self) -> bool:
        """Let everybody look; whether anybody's waiting is over. What looking raises is raised to them."""
        for true, over in list(self._waiting):
            if not over.done():
                try:
                    if true():
                        over.set_result(None)
                except Exception as error:
                    over.set_exception(error)
        return any(over.done() for _, over in self._waiting)

    async def until(self, true: Callable[[], object], seconds: float) -> None:
        """Wait until something is true. Raises TimeoutError, and what looking raises."""
        if true():
            return
        waiter = (true, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter[1]
        finally:
            self._waiting.remove(waiter)
