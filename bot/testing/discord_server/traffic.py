"""Rate limits, faults on purpose, and counts of what went over the wire."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from . import limits

Drop = Literal["before", "after"]


@dataclass(slots=True)
class Window:
    """A fixed window of requests, opened by the first one in it. Times are monotonic seconds."""

    limit: int
    seconds: float
    opened: float = 0.0
    used: int = 0

    def take(self, now: float) -> float:
        """Count one request; 0.0 when it may pass, else the seconds until the window ends."""
        if now - self.opened >= self.seconds:
            self.opened, self.used = now, 0
        if self.used >= self.limit:
            return self.seconds - (now - self.opened)
        self.used += 1
        return 0.0

    def left(self, now: float) -> float:
        """Seconds until the window ends."""
        return max(0.0, self.seconds - (now - self.opened))


# Discord publishes no route limits ("should not be hard coded"); these are the ones seen in practice.
# Key: method and route as in the API description; value: requests, seconds.
ROUTE_LIMITS: dict[str, tuple[int, float]] = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
    "GET /channels/{channel_id}/messages": (5, 1.0),
    "POST /channels/{channel_id}/threads": (10, 10.0),
    "POST /users/@me/channels": (10, 10.0),
    "PUT /applications/{application_id}/commands": (2, 4.0),
    "PUT /applications/{application_id}/guilds/{guild_id}/commands": (2, 4.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (5, 2.0),
}
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")  # topics/rate-limits: top-level resources


class RateLimiter:
    """Discord's two kinds of rate limit: global, and a bucket per route and top-level resource.

    `routes` may be changed by a test; `enabled` turns all off. Interaction answers are outside the global
    limit (topics/rate-limits#global-rate-limit).
    """

    def __init__(self) -> None:
        self.enabled = True
        self.routes = dict(ROUTE_LIMITS)
        self.overall = Window(limits.GLOBAL_REQUESTS, limits.GLOBAL_SECONDS)
        self._buckets: dict[tuple[str, ...], Window] = {}

    def take(
        self, route: str, params: dict[str, str], *, outside_global: bool
    ) -> tuple[float, str, dict[str, str]]:
        """Count a request. Returns seconds to wait (0.0: go on), the scope that refused, and the headers."""
        if not self.enabled:
            return 0.0, "", {}
        now = time.monotonic()
        bucket: Window | None = None
        if route in self.routes:
            key = (route, *(params[name] for name in MAJOR if name in params))
            bucket = self._buckets.get(key)
            if bucket is None:
                if len(self._buckets) > 4096:
                    self._buckets = {k: b for k, b in self._buckets.items() if b.left(now) > 0.0}
                bucket = self._buckets[key] = Window(*self.routes[route])
            wait = bucket.take(now)
            if wait:
                return wait, "user", _headers(route, bucket, now) | {"X-RateLimit-Scope": "user"}
        if not outside_global:
            wait = self.overall.take(now)
            if wait:
                if bucket is not None:
                    bucket.used -= 1
                return wait, "global", {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
        return 0.0, "", _headers(route, bucket, now) if bucket is not None else {}


def _headers(route: str, bucket: Window, now: float) -> dict[str, str]:
    left = bucket.left(now)
    return {
        "X-RateLimit-Limit": str(bucket.limit),
        "X-RateLimit-Remaining": str(bucket.limit - bucket.used),
        "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": f"{hash(route) & 0xFFFFFFFF:08x}",
    }


@dataclass(slots=True, eq=False)
class Fault:
    """A fault laid in wait by `DiscordServer.fail_next`; `happened` is set when it first strikes."""

    pattern: str  # "POST /channels/*/messages", matched with fnmatch against method and path
    status: int | None
    drop: Drop | None
    times: int
    retry_after: float | None
    code: int
    delay: float
    hold: bool
    overall: bool
    hits: int = 0
    happened: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let requests go on that `hold` stopped."""
        self._released.set()

    async def wait(self) -> None:
        """The delay or hold this fault asks for."""
        if self.hold:
            await self._released.wait()
        elif self.delay:
            await asyncio.sleep(self.delay)


class Faults:
    """The faults lying in wait, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault for this request, used up once."""
        if not self.waiting:
            return None
        line = f"{method} {path}"
        for fault in self.waiting:
            if fnmatchcase(line, fault.pattern):
                fault.hits += 1
                if fault.hits >= fault.times:
                    self.waiting.remove(fault)
                fault.happened.set()
                return fault
        return None

    def clear(self) -> None:
        """Remove all, and let held requests go."""
        for fault in self.waiting:
            fault.release()
        self.waiting.clear()


class Statistics:
    """Counts since start or `reset`. Times are `time.monotonic()` seconds, comparable within one machine.

    `requests` and `statuses` count by route ("POST /channels/{channel_id}/messages"); `times` has the moment
    each request arrived, by route; `events` counts gateway dispatches by name.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all counts."""
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.times: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        self.events: Counter[str] = Counter()
        self.bytes_in = 0
        self.bytes_out = 0
        self.gateway_bytes_out = 0

    def arrived(self, route: str, size: int) -> None:
        """Note a request."""
        self.requests[route] += 1
        self.times[route].append(time.monotonic())
        self.bytes_in += size

    def answered(self, route: str, status: int, size: int) -> None:
        """Note an answer; status 0 is a dropped connection."""
        self.statuses[route, status] += 1
        self.bytes_out += size

    def summary(self) -> dict[str, object]:
        """The counts as JSON."""
        return {
            "requests": dict(self.requests),
            "statuses": {f"{route} {status}": count for (route, status), count in self.statuses.items()},
            "events": dict(self.events),
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "gateway_bytes_out": self.gateway_bytes_out,
        }
