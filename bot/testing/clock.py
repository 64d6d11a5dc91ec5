"""A clock that is set by hand: it stands still, or runs on from where it was set."""

from __future__ import annotations

import datetime
import time
from typing import Any


class Clock:
    """Calling it gives the time, aware and in UTC. `at` is where it begins (by default now); a `running`
    one goes on by itself at the pace of time."""

    def __init__(self, at: datetime.datetime | None = None, *, running: bool = False) -> None:
        self._running = running
        self.worlds: dict[str, Any] = {}
        """By platform, what goes by this clock and outlives a restart of Hearth. It ends with the clock: a
        table of worlds, even one with weak keys, would keep each, since a world knows its clock."""
        self.set(at or datetime.datetime.now(datetime.UTC))

    def __call__(self) -> datetime.datetime:
        """The time now."""
        if not self._running:
            return self._at
        return self._at + datetime.timedelta(seconds=time.monotonic() - self._since)

    def set(self, to: datetime.datetime) -> None:
        """Set it, whether forward or back. Raises `ValueError` for a time without a zone."""
        if to.tzinfo is None:
            raise ValueError("a moment in time is aware")
        self._at = to.astimezone(datetime.UTC)
        self._since = time.monotonic()
