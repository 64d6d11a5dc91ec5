"""When to look again: a database was used, here or by a `hearth run` of this test, or Discord heard of us.

`until` waits for what shows in a database or on the stand-in, and looks after each such event alone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from bot.testing.discord_server import DiscordServer
from bot.testing.waiting import Waiters

_waiters = Waiters()
_DAY = 86400.0


def tell(*_: object) -> None:
    """Something happened. In the event loop of the test; elsewhere nobody waits."""
    if _waiters:
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().call_soon(_waiters.look)


# A connection goes back to its pool when its transaction has ended.
event.listen(Pool, "checkin", tell)


async def until(true: Callable[[], Any], seconds: float = 15.0) -> None:
    """Wait for something. Raises TimeoutError, and what looking raises."""
    await _waiters.until(true, seconds)


@contextlib.asynccontextmanager
async def heard_by(server: DiscordServer) -> AsyncIterator[None]:
    """Meanwhile every request and connection that the stand-in sees is news."""
    hearing = asyncio.create_task(server.until(tell, _DAY))
    try:
        yield
    finally:
        hearing.cancel()
