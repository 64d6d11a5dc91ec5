"""Platforms while they serve: until they are there, until none of them is any more."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection
from typing import Any

from bot.sdk.ports import Connects, Platform

log = logging.getLogger("hearth")

_SETTLES, _MOST = 1.0, 5.0
"""Seconds: from the last connection on, and until it is not waited for any longer."""


async def until_settled(platforms: Collection[Platform]) -> None:
    """Wait until every platform is connected, five seconds at most, and one more for those who waited for
    Hearth. Where none has to connect, not at all."""
    coming = [one for one in platforms if isinstance(one, Connects)]
    if not coming:
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_MOST):
            for one in coming:
                await one.until_connected()
    await asyncio.sleep(_SETTLES)


async def until_none_serves(tasks: list[asyncio.Task[Any]]) -> BaseException | None:
    """Wait until every platform has ended; the last error among them."""
    error = None
    serving = set(tasks)
    while serving:
        done, serving = await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not task.cancelled() and (found := task.exception()) is not None:
                error = found
                if serving:
                    log.critical("%s ended (%s); the others go on", task.get_name(), type(found).__name__)
    return error
