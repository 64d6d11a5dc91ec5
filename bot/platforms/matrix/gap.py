"""The events a limited timeline left out, fetched back to where the bot had read, within bounds.

A room delivers only its last events after a pause; what was said before them is asked for, at most an
hour back and at most 500 events, and the caller is told when that was not all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import nio

from .read import own_join

LONGEST = 3_600_000
MOST = 500
_AT_ONCE = 100
_TRIES = 4


async def fetch_gap(
    client: nio.AsyncClient,
    room_id: str,
    start: str,
    until: str,
    me: str,
    now: int,
    sleep: Callable[[float], Awaitable[object]],
) -> tuple[list[Any], bool]:
    """The missing events, oldest first, and whether more is missing than was fetched.

    `start` is the timeline's `prev_batch`, `until` the token already read to, `now` milliseconds.
    Stops early where the bot itself came in.
    """
    found: list[Any] = []
    while len(found) < MOST:
        response = await _page(client, room_id, start, until, sleep)
        if response is None:
            return found[::-1], True
        for event in response.chunk:
            if getattr(event, "server_timestamp", now) < now - LONGEST:
                return found[::-1], True
            found.append(event)
            if own_join(getattr(event, "source", {}), me):
                return found[::-1], False
            if len(found) >= MOST:
                return found[::-1], True
        if not response.chunk or not response.end or response.end == start:
            return found[::-1], False
        start = response.end
    return found[::-1], True


async def _page(
    client: nio.AsyncClient,
    room_id: str,
    start: str,
    until: str,
    sleep: Callable[[float], Awaitable[object]],
) -> Any:
    for attempt in range(_TRIES):
        if attempt:
            await sleep(2.0**attempt)
        try:
            response = await client.room_messages(room_id, start, until, limit=_AT_ONCE)
        except OSError:
            continue
        if isinstance(response, nio.RoomMessagesResponse):
            return response
        if response.transport_response.status in (403, 404):
            return None
    return None
