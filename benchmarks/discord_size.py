"""Discord: memory with many servers, and the time from starting a process to its first answer."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from .discord_commands import furnish, guild_id, hearth_at
from .processes import Child
from .standin import Json, StandIn, stand_in
from .table import Row, most_row, note_row, ratio_row

_CHANNELS, _MEMBERS = 20, 50


async def run(quick: bool) -> list[Row]:
    """The rows of this file."""
    servers = 100 if quick else 2000
    with tempfile.TemporaryDirectory() as folder:
        async with stand_in() as for_bare, stand_in() as for_hearth:
            for server in (for_bare, for_hearth):
                await furnish(server)
            homes = [Path(folder) / "few", Path(folder) / "many"]
            few = await _starts(for_bare, for_hearth, homes[0], quick)
            small = await _sizes(for_bare, for_hearth, homes[0], 1)
            for server in (for_bare, for_hearth):
                await server.do("communities", guilds=servers, channels=_CHANNELS, members=_MEMBERS)
            many = await _starts(for_bare, for_hearth, homes[1], quick)
            large = await _sizes(for_bare, for_hearth, homes[1], servers + 1)
            async with _bare_at(for_bare, "--all-intents") as caching:
                cached = await _size(caching, servers + 1)
    return [
        *_size_rows(small, large, servers, cached),
        ratio_row("start to first command answered", few.hearth, few.bare, 4, "s"),
        ratio_row(f"start to first command answered, {servers:,} servers", many.hearth, many.bare, 1.2, "s"),
        note_row(
            "… processor time until then",
            f"{few.used[1]:.2f} s, with many {many.used[1]:.2f} s",
            f"{few.used[0]:.2f} s, with many {many.used[0]:.2f} s",
        ),
        most_row(
            "registration requests at a start with nothing changed", few.registered + many.registered, 0, ""
        ),
    ]


# --- memory -------------------------------------------------------------------------------------------


def _size_rows(small: list[Json], large: list[Json], servers: int, cached: Json) -> list[Row]:
    (bare, hearth), growth = large, []
    for before, after in zip(small, large, strict=True):
        growth.append((after["rss"] - before["rss"]) / servers * 1024)
    told = (
        f"USS {hearth['uss']:.0f}, peak {hearth['peak']:.0f}, with one server RSS {small[1]['rss']:.0f} MiB"
    )
    beside = f"USS {bare['uss']:.0f}, peak {bare['peak']:.0f}, with one server RSS {small[0]['rss']:.0f} MiB"
    return [
        ratio_row(f"memory (RSS), {servers:,} servers × {_CHANNELS} channels × {_MEMBERS} members",
                  hearth["rss"], bare["rss"], 0.9, "MiB"),
        ratio_row("memory growing for each server", growth[1], growth[0], 0.3, "KiB"),
        note_row("… more of the same", told, beside),
        note_row("… discord.py with all intents, members cached",
                 f"{hearth['rss'] / cached['rss']:.2f} × of it",
                 f"RSS {cached['rss']:.0f} MiB"),
    ]  # fmt: skip


async def _sizes(for_bare: StandIn, for_hearth: StandIn, home: Path, servers: int) -> list[Json]:
    """What bare and Hearth take once every server has arrived."""
    found = []
    async with _bare_at(for_bare) as bare:
        found.append(await _size(bare, servers))
    async with hearth_at(for_hearth, home) as hearth:
        found.append(await _size(hearth, servers))
    return found


async def _size(child: Child, servers: int) -> Json:
    until = time.monotonic() + 120
    while (await child.ask("servers"))["servers"] < servers:
        if time.monotonic() > until:
            raise RuntimeError("not all servers arrived")
        await asyncio.sleep(0.2)
    await asyncio.sleep(1.0)
    return await child.ask("memory")


@contextlib.asynccontextmanager
async def _bare_at(server: StandIn, *more: str) -> AsyncIterator[Child]:
    async with Child.running("benchmarks.bare", "--url", server.url, "--token", server.token, *more) as child:
        await child.told()
        await server.do("connected")
        yield child


# --- starting -----------------------------------------------------------------------------------------


_Start = tuple[float, float]


class _Starts:
    """Medians in seconds, and of the processor time in them (bare, Hearth), which other load on the machine
    changes less; `registered` counts Hearth's requests about commands."""

    def __init__(self, bare: list[_Start], hearth: list[_Start], registered: int) -> None:
        self.bare = statistics.median(one[0] for one in bare)
        self.hearth = statistics.median(one[0] for one in hearth)
        self.used = [statistics.median(one[1] for one in each) for each in (bare, hearth)]
        self.registered = registered


async def _starts(for_bare: StandIn, for_hearth: StandIn, home: Path, quick: bool) -> _Starts:
    # Once to register; what is measured afterwards has nothing new to say.
    async with _bare_at(for_bare) as bare:
        await bare.ask("register")
    async with hearth_at(for_hearth, home):
        pass
    guild = await guild_id(for_hearth)
    await for_hearth.do("stats", reset=True)
    bare_seconds, hearth_seconds = [], []
    for _ in range(1 if quick else 5):
        bare_seconds.append(await _start(for_bare, "benchmarks.bare"))
        hearth_seconds.append(
            await _start(for_hearth, "benchmarks.hearth", "--home", str(home), "--guild", guild)
        )
    requests: dict[str, int] = (await for_hearth.do("stats"))["requests"]
    return _Starts(bare_seconds, hearth_seconds, sum(
        count for route, count in requests.items() if "/commands" in route
    ))  # fmt: skip


async def _start(server: StandIn, module: str, *options: str) -> _Start:
    """Seconds from starting the process to its first command answered, and those it used the processor."""
    began = time.monotonic()
    async with Child.running(module, "--url", server.url, "--token", server.token, *options) as child:
        answered: float = (
            await server.do("first", user="circle-person-0", guild="circle", command="crisis")
        )["at"]
        await child.told()
        used: float = (await child.ask("cpu"))["seconds"]
        await asyncio.sleep(0.5)  # a registration request would come now
        return answered - began, used


__all__ = ["run"]
