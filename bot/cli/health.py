"""`/healthz` and Prometheus `/metrics` on this machine alone, when the config asks for them.

Nothing here names a person, a space or a room, and no sum carries a time. `/crisis` is one sum (see
`bot.sdk.counting`); the samples are built anew for each scrape, since prometheus-client's own counters
would tell when each of them was first used (`_created`).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bot.app import App
from bot.sdk.counting import BUCKETS
from bot.sdk.ports import Connects
from bot.storage.errors import StorageError

if TYPE_CHECKING:
    from aiohttp import web
    from prometheus_client import Metric

log = logging.getLogger("hearth.health")

HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds that a platform may be away before Hearth counts as disconnected."""

State = Literal["serving", "crisis-only", "disconnected", "stopping"]


class Health:
    """How this Hearth is. `monotonic` is in seconds."""

    def __init__(self, app: App, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._monotonic = monotonic
        self._last = dict.fromkeys(app.platforms, monotonic())
        self._away: set[str] = set()
        self.stopping = False

    def look(self) -> None:
        """Note which platforms are connected; whoever is away too long, or back, is told to the log."""
        now = self._monotonic()
        for name in self._app.platforms:
            if self.connected(name):
                self._last[name] = now
                if name in self._away:
                    self._away.discard(name)
                    log.warning("%s is connected again", name)
            elif now - self._last[name] > PATIENCE and name not in self._away:
                self._away.add(name)
                log.error("%s has not been connected for more than a minute", name)

    def connected(self, platform: str) -> bool:
        """Whether a platform can hear people now. One that cannot tell is taken at its best."""
        found = self._app.platforms[platform]
        return found.connected if isinstance(found, Connects) else True

    @property
    def state(self) -> State:
        """The one word for it."""
        if self.stopping:
            return "stopping"
        if self._app.trouble is not None:
            return "crisis-only"
        return "disconnected" if self._away else "serving"

    def told(self) -> dict[str, Any]:
        """What `/healthz` says: the word, each platform's connection, and which cogs were left out."""
        self.look()
        said: dict[str, Any] = {
            "state": self.state,
            "platforms": {name: self.connected(name) for name in self._app.platforms},
        }
        if self._app.broken:
            said["left_out"] = [one.name for one in self._app.broken]
        return said

    async def metrics(self) -> tuple[bytes, str]:
        """The samples in Prometheus' text format, and its content type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

        self.look()
        try:
            behind = await self._app.behind()
        except StorageError:
            behind = None  # storage is away: no sample is better than a wrong one
        registry = CollectorRegistry()
        registry.register(_Samples(self, self._app, behind))
        return generate_latest(registry), CONTENT_TYPE_LATEST


class _Samples:
    """One scrape."""

    def __init__(self, health: Health, app: App, behind: float | None) -> None:
        self._health = health
        self._app = app
        self._behind = behind

    def collect(self) -> Iterator[Metric]:
        """Every sample; the name is prometheus-client's."""
        yield from self._answers()
        yield from self._slots()
        yield from self._condition()

    def _answers(self) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        counts = self._app.pipeline.counts
        commands = CounterMetricFamily(
            "hearth_commands",
            "Commands and taps answered, except the crisis cog's.",
            labels=["command", "outcome", "platform"],
        )
        for labels, number in sorted(counts.commands.items()):
            commands.add_metric(labels, number)
        yield commands
        yield CounterMetricFamily(
            "hearth_crisis", "Times that crisis help was asked for.", value=counts.crisis
        )
        yield CounterMetricFamily(
            "hearth_failures", "Events that ended in an apology with a code.", value=counts.failures
        )
        bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
        sums = itertools.accumulate(counts.seconds)
        yield HistogramMetricFamily(
            "hearth_answer_seconds",
            "From an event to its first answer, except the crisis cog's.",
            buckets=[(bound, float(number)) for bound, number in zip(bounds, sums, strict=True)],
            sum_value=counts.seconds_sum,
        )

    def _slots(self) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        slots = self._app.pipeline.counts.slots
        yield CounterMetricFamily("hearth_slots_due", "Scheduled slots that fell due.", value=slots["due"])
        ended = CounterMetricFamily("hearth_slots", "Scheduled slots by how they ended.", labels=["result"])
        for result in ("sent", "refused", "skipped", "unknown"):
            ended.add_metric([result], slots[result])
        yield ended
        if self._behind is not None:
            yield GaugeMetricFamily(
                "hearth_slots_behind_seconds",
                "For how long the oldest waiting slot has been due.",
                value=self._behind,
            )

    def _condition(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        app = self._app
        yield GaugeMetricFamily(
            "hearth_crisis_only",
            "1 while nothing but crisis help answers.",
            value=int(app.trouble is not None),
        )
        connected = GaugeMetricFamily("hearth_connected", "1 while connected.", labels=["platform"])
        for name in app.platforms:
            connected.add_metric([name], int(self._health.connected(name)))
        yield connected
        yield GaugeMetricFamily("hearth_broken_cogs", "Features left out.", value=len(app.broken))
        crisis = app.catalogue.cogs.get("crisis")
        if crisis is not None:
            shown = app.config.helplines.show_unconfirmed
            stale = crisis.service.directory.stale(app.clock())
            yield GaugeMetricFamily(
                "hearth_helplines_stale",
                "Helplines shown whose facts were checked more than six months ago.",
                value=sum(one.confidence != "low" or shown for one in stale),
            )
        path = app.storage.database.path if app.storage is not None else None
        if path is not None:
            yield GaugeMetricFamily(
                "hearth_database_bytes", "Size of the database and its log.", value=_size(path)
            )


def _size(path: Path) -> int:
    """Bytes of a SQLite database and its write-ahead log."""
    size = 0
    for file in (path, path.with_name(f"{path.name}-wal")):
        with contextlib.suppress(OSError):
            size += file.stat().st_size
    return size


@contextlib.asynccontextmanager
async def told(health: Health, port: int | None) -> AsyncIterator[int | None]:
    """Serve `/healthz` and `/metrics` on 127.0.0.1 meanwhile; gives the port (0 asks for a free one).

    None: nothing is served. A port that is taken is told to the log and holds nobody up.
    """
    if port is None:
        yield None
        return
    from aiohttp import web

    async def healthz(_: web.Request) -> web.Response:
        body = health.told()
        return web.json_response(body, status=200 if body["state"] == "serving" else 503)

    async def metrics(_: web.Request) -> web.Response:
        written, kind = await health.metrics()
        return web.Response(body=written, headers={"Content-Type": kind})

    served = web.Application()
    served.router.add_get("/healthz", healthz)
    served.router.add_get("/metrics", metrics)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            log.error("health cannot be asked for on port %d: %s", port, error.strerror)
            yield None
            return
        yield int(runner.addresses[0][1])
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()
