"""Discord: ten thousand prompts due in one minute, and `/crisis` meanwhile."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from .discord_commands import furnish, guild_id, registered, slashes
from .processes import Child, Json
from .standin import StandIn, stand_in
from .table import Row, least_row, most_row, ratio_row

_ROOMS = 20
_A_SECOND = 50
_POSTS = "POST /channels/{channel_id}/messages"
"""Discord's global limit of requests: https://docs.discord.com/developers/topics/rate-limits."""


async def run(quick: bool) -> list[Row]:
    """The rows of this file. Whole, it takes as long as the platform's limit does: 200 seconds."""
    servers, idle_count = (30, 20) if quick else (500, 60)
    prompts = servers * _ROOMS
    with tempfile.TemporaryDirectory() as folder:
        async with stand_in(rate_limits=True) as server:
            people = await furnish(server)
            ids = (await server.do("populate_named", guilds=servers, channels=_ROOMS, members=1))["ids"]
            arguments = ("--url", server.url, "--token", server.token, "--home", str(Path(folder) / "home"))
            home_guild = await guild_id(server)
            async with Child.running(
                "benchmarks.hearth", *arguments, "--guild", home_guild, "--later"
            ) as hearth:
                await hearth.told()
                wait = 12.0 + idle_count * 0.15
                await hearth.ask("plan", servers=ids, rooms=_ROOMS, wait=wait)
                due = time.monotonic() + wait
                await server.do("connected", timeout=10)
                await registered(hearth)
                await _crises(server, people, 10)
                idle = await _crises(server, people, idle_count)
                if time.monotonic() > due:
                    raise RuntimeError("the round began before the idle time was measured")
                await server.do("stats", reset=True)
                await asyncio.sleep(due - time.monotonic() + 1.0)
                busy, sent = await _round(server, people, prompts)
                refused = await _refused(server)
    return [
        least_row(f"{prompts:,} prompts due at once: posts a second, of the platform's limit",
                  (prompts - _A_SECOND) / sent, _A_SECOND, 0.95, "/s"),
        most_row("… 429s drawn", refused, 0, ""),
        ratio_row("… /crisis answered meanwhile, against idle", statistics.median(busy) * 1000,
                  statistics.median(idle) * 1000, 2, "ms"),
    ]  # fmt: skip


async def _round(server: StandIn, people: list[str], prompts: int) -> tuple[list[float], float]:
    """How long `/crisis` took while the posts went out; seconds from the first post to the last."""
    busy: list[float] = []
    until = time.monotonic() + prompts / _A_SECOND * 1.5 + 30
    while True:
        told = await server.do("moments", route=_POSTS)
        if told["count"] >= prompts:
            return busy, told["last"] - told["first"]
        if time.monotonic() > until:
            raise RuntimeError(f"only {told['count']} of {prompts} prompts were sent in time")
        if told["count"]:
            busy += await _crises(server, people, 3)
        await asyncio.sleep(0.3)


async def _crises(server: StandIn, people: list[str], count: int) -> list[float]:
    found = []
    for job in slashes(people, count):
        found += await server.load([job])
        await asyncio.sleep(0.1)
    return found


async def _refused(server: StandIn) -> int:
    statuses: Json = (await server.do("stats"))["statuses"]
    return sum(count for route, count in statuses.items() if route.endswith(" 429"))
