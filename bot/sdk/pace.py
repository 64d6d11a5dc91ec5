"""How much one person may ask for at once: far above need, below harm. `/crisis` is never counted."""

from __future__ import annotations

import asyncio
import collections
import weakref

from .errors import TooMany

_REMEMBERED = 20_000


class Pace:
    """A bucket a person: `burst` things at once, then `per_minute`, in memory alone."""

    def __init__(self, per_minute: int = 30, burst: int = 12) -> None:
        self._seconds_each = 60 / per_minute
        self._burst = float(burst)
        self._buckets: collections.OrderedDict[str, tuple[float, float]] = collections.OrderedDict()

    def take(self, owner: str) -> None:
        """Count one thing. Raises `TooMany` with the seconds to wait."""
        now = asyncio.get_running_loop().time()
        tokens, then = self._buckets.get(owner, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) / self._seconds_each)
        if tokens < 1:
            raise TooMany("too-many", seconds=max(1, round((1 - tokens) * self._seconds_each)))
        self._buckets[owner] = (tokens - 1, now)
        self._buckets.move_to_end(owner)
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)

    def forget(self, owner: str) -> None:
        """Forget a person."""
        self._buckets.pop(owner, None)


class Turns:
    """One thing of a person at a time, in the order it came; what nobody waits for is forgotten."""

    def __init__(self) -> None:
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    def of(self, owner: str) -> asyncio.Lock:
        """The lock that this person's events take in turn."""
        lock = self._locks.get(owner)
        if lock is None:
            lock = self._locks[owner] = asyncio.Lock()
        return lock


class Once:
    """The newest events, so that a repeat is known: bounded, in memory alone."""

    def __init__(self) -> None:
        self._seen: collections.OrderedDict[str, None] = collections.OrderedDict()

    def first(self, event: str) -> bool:
        """Whether this event was not seen before; from now on it was."""
        if event in self._seen:
            return False
        self._seen[event] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True
