"""Discord: processor time of a command and of a message nobody wants, and how soon a hundred are answered."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from .processes import Child
from .standin import Json, StandIn, stand_in
from .table import Row, median_ratio, percentile, ratio_row

_PEOPLE = 25


@dataclasses.dataclass(frozen=True, slots=True)
class Bot:
    """A bot, connected to a stand-in with one server and some people in it."""

    child: Child
    server: StandIn
    people: list[str]

    async def cpu(self) -> float:
        """Seconds of processor time it used so far."""
        seconds: float = (await self.child.ask("cpu"))["seconds"]
        return seconds


@contextlib.asynccontextmanager
async def bare_bot() -> AsyncIterator[Bot]:
    """Bare discord.py, its command registered."""
    async with stand_in() as server:
        people = await furnish(server)
        async with Child.running("benchmarks.bare", "--url", server.url, "--token", server.token) as child:
            await child.told()
            await server.do("connected")
            await child.ask("register")
            yield Bot(child, server, people)


@contextlib.asynccontextmanager
async def hearth_bot(home: Path | None = None) -> AsyncIterator[Bot]:
    """Hearth with its four cogs and a database, its commands registered."""
    async with stand_in() as server:
        people = await furnish(server)
        with tempfile.TemporaryDirectory() as folder:
            where = home or Path(folder) / "home"
            async with hearth_at(server, where) as child:
                yield Bot(child, server, people)


@contextlib.asynccontextmanager
async def hearth_at(server: StandIn, home: Path, guild: str = "") -> AsyncIterator[Child]:
    """Hearth, connected to a furnished stand-in, its commands registered."""
    guild = guild or await guild_id(server)
    arguments = ("--url", server.url, "--token", server.token, "--home", str(home), "--guild", guild)
    async with Child.running("benchmarks.hearth", *arguments) as child:
        await child.told()
        await server.do("connected")
        await registered(child)
        yield child


async def registered(hearth: Child) -> None:
    """Wait until its commands are offered."""
    while not (await hearth.ask("registered"))["registered"]:  # noqa: ASYNC110 - in another process
        await asyncio.sleep(0.05)


async def furnish(server: StandIn) -> list[str]:
    """Make the server that everything happens in, and the people in it."""
    await server.do("guild", name="circle", channels=["evening"])
    people: list[str] = (await server.do("crowd", guild="circle", users=_PEOPLE))["names"]
    return people


async def guild_id(server: StandIn) -> str:
    """The id of the server that everything happens in."""
    made: str = (await server.do("guild_named", name="circle"))["id"]
    return made


def slashes(people: list[str], count: int) -> list[Json]:
    """So many times `/crisis`, everybody in turn."""
    return [
        {"user": people[number % len(people)], "guild": "circle", "command": "crisis"}
        for number in range(count)
    ]


async def run(quick: bool) -> list[Row]:
    """The rows of this file."""
    async with bare_bot() as bare, hearth_bot() as hearth:
        return [
            *await _commands(bare, hearth, quick),
            await _burst(bare, hearth, quick),
            await _messages(bare, hearth, quick),
        ]


async def _commands(bare: Bot, hearth: Bot, quick: bool) -> list[Row]:
    rounds, count = (3, 60) if quick else (7, 300)
    jobs = slashes(bare.people, count)
    taps = await _taps(hearth, rounds * count + _PEOPLE)
    warm = 100 if quick else 300
    for bot in (bare, hearth):
        await bot.server.load(slashes(bot.people, warm))
    await hearth.server.load(taps[:_PEOPLE])
    plain, writing, pairs, pairs_writing = [], [], [], []
    for round_ in range(rounds):
        alone = await _cost(bare, lambda: bare.server.load(jobs), count)
        first = await _cost(hearth, lambda: hearth.server.load(jobs), count)
        tapped = taps[_PEOPLE + round_ * count : _PEOPLE + (round_ + 1) * count]
        second = await _cost(hearth, functools.partial(hearth.server.load, tapped), count)
        plain.append(first)
        writing.append(second)
        pairs.append((first, alone))
        pairs_writing.append((second, alone))
    bare_ms = statistics.median(one for _, one in pairs)
    return [
        ratio_row("CPU of /crisis, without storage", statistics.median(plain), bare_ms, 1.5, "ms",
                  median_ratio(pairs)),
        ratio_row("CPU of a check-in tap, one committed sealed write", statistics.median(writing), bare_ms,
                  3, "ms", median_ratio(pairs_writing)),
    ]  # fmt: skip


async def _taps(hearth: Bot, count: int) -> list[Json]:
    """So many first taps: nobody taps twice under one prompt, so each makes a row."""
    await hearth.child.ask("prompts", count=-(-count // _PEOPLE))
    found = (await hearth.server.do("messages", guild="circle", channel="evening"))["messages"]
    prompts = [one for one in found if len(one["buttons"]) == 5]
    return [
        {"user": person, "message": prompt["id"], "button": prompt["buttons"][number % 5]["custom_id"]}
        for number, prompt in enumerate(prompts)
        for person in hearth.people
    ][:count]


async def _cost(bot: Bot, work: Callable[[], Awaitable[object]], count: int) -> float:
    """Milliseconds of processor time for each of `count`."""
    before = await bot.cpu()
    await work()
    return (await bot.cpu() - before) / count * 1000


async def _burst(bare: Bot, hearth: Bot, quick: bool) -> Row:
    """A hundred at once, as they come when a prompt was posted."""
    found: dict[str, list[float]] = {"bare": [], "hearth": []}
    pairs = []
    for _ in range(2 if quick else 8):
        worst = {}
        for name, bot in (("bare", bare), ("hearth", hearth)):
            seconds = await bot.server.load(slashes(bot.people, 100), burst=True)
            found[name] += seconds
            worst[name] = percentile(seconds, 0.99)
        pairs.append((worst["hearth"], worst["bare"]))
    hearth_ms, bare_ms = (statistics.median(pair[at] for pair in pairs) * 1000 for at in (0, 1))
    return ratio_row(
        "event to callback received, p99 of 100 at once", hearth_ms, bare_ms, 2, "ms", median_ratio(pairs)
    )


async def _messages(bare: Bot, hearth: Bot, quick: bool) -> Row:
    count, pairs = (500 if quick else 4000), []
    for _ in range(2 if quick else 6):
        costs = []
        for bot in (hearth, bare):

            async def talk(bot: Bot = bot) -> None:
                await bot.server.do(
                    "talk", guild="circle", channel="evening", user=bot.people[0], count=count
                )
                await _quiet(bot)

            costs.append(await _cost(bot, talk, count) * 1000)
        pairs.append((costs[0], costs[1]))
    hearth_us, bare_us = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
    return ratio_row(
        "CPU of a message seen that nobody wants", hearth_us, bare_us, 1.2, "µs", median_ratio(pairs)
    )


async def _quiet(bot: Bot) -> None:
    """Until it uses no more processor time: everything sent was read."""
    last, until = await bot.cpu(), time.monotonic() + 30
    while time.monotonic() < until:
        await asyncio.sleep(0.1)
        now = await bot.cpu()
        if now - last < 0.003:
            return
        last = now
