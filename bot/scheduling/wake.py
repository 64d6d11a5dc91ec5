"""APScheduler's part: one date trigger that wakes the dispatcher, interval triggers for housekeeping.

It holds no job per schedule and computes no due time; without it the dispatcher still looks every 30 s.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

_log = logging.getLogger(__name__)

_WAKE = "wake"
_HOUSE = "housekeeping"


class Waker:
    """Calls `wake` at the next due time, and housekeeping jobs by interval, on the running event loop.

    Give `at` to the dispatcher as its `on_next`. What was missed while the process stood still runs once,
    as soon as it can (`misfire_grace_time=None`, coalesced).
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._at: datetime | None = None
        self._scheduler: Any = None  # APScheduler has no types; it loads in `start`, not with this module
        self._housekeeping: dict[str, tuple[timedelta, Callable[[], Awaitable[None]]]] = {}

    def start(self) -> None:
        """Begin, inside a running event loop."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        for name in self._housekeeping:
            self._add(name)
        self._scheduler.start()
        due, self._at = self._at, None
        self.at(due)

    def stop(self) -> None:
        """End all triggers; a job that runs is not waited for. Harmless when not started."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def at(self, due: datetime | None) -> None:
        """Wake at this moment (aware) instead of the one named before; None: at none."""
        if due == self._at:
            return
        self._at = due
        if self._scheduler is None:
            return
        if due is not None:
            self._scheduler.add_job(self._ring, "date", run_date=due, id=_WAKE, replace_existing=True)
        elif self._scheduler.get_job(_WAKE) is not None:
            self._scheduler.remove_job(_WAKE)

    def every(self, interval: timedelta, name: str, job: Callable[[], Awaitable[None]]) -> None:
        """Run a housekeeping job in this interval, the first time after one interval; never twice at once.

        `name` replaces what ran under the same name. A job that raises is logged and runs again.
        """
        self._housekeeping[name] = (interval, job)
        if self._scheduler is not None:
            self._add(name)

    def _add(self, name: str) -> None:
        seconds = self._housekeeping[name][0].total_seconds()
        self._scheduler.add_job(
            self._keep_house,
            "interval",
            (name,),
            seconds=seconds,
            id=f"{_HOUSE} {name}",
            replace_existing=True,
        )

    async def _keep_house(self, name: str) -> None:
        try:
            await self._housekeeping[name][1]()
        except Exception as error:
            # The kind alone, so APScheduler must not log it: the text may repeat stored words.
            _log.warning("housekeeping failed (%s): %s", type(error).__name__, name)

    async def _ring(self) -> None:  # a coroutine: APScheduler would run a plain function on a thread
        self._at = None
        self._wake()
