"""What memory holds is bounded: by counting in the short run, by the process's own size in the long one."""

from __future__ import annotations

import asyncio
import gc
import types
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord import posting, rest
from bot.sdk import drafts, meeting, pace
from bot.storage.core import reach
from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer, Person
from cogs.crisis import desk

from .bell import BEGIN, COUNT
from .house import House, profile
from .process import Process

_FEW = 12
_PEOPLE = 16
"""More than any cache may hold in this test."""


@pytest.fixture
async def house(
    server: DiscordServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    for module, name in [
        (meeting, "_REMEMBERED"), (pace, "_REMEMBERED"),
        (reach, "_REMEMBERED"), (drafts, "_IN_MEMORY"), (rest, "_BUCKETS"), (posting, "_DIRECTS"),
    ]:  # fmt: skip
        assert isinstance(getattr(module, name), int)
        monkeypatch.setattr(module, name, _FEW)
    # One: how many minutes a turn takes is up to the machine, and each minute has its own answer.
    monkeypatch.setattr(desk, "_READY", 1)
    house = House(server, tmp_path, clock, 'id: evening, at: "19:00"')
    await house.start()
    yield house
    await house.stop()


def held(root: object) -> dict[str, int]:
    """How many things each container holds that the app leads to, by whose it is."""
    gc.collect()
    seen: set[int] = set()
    found: dict[str, int] = {}
    todo: list[tuple[object, str]] = [(root, "app")]
    while todo:
        one, owner = todo.pop()
        if id(one) in seen or isinstance(one, type | types.ModuleType | types.FunctionType | str | bytes):
            continue
        seen.add(id(one))
        kind = type(one)
        if isinstance(one, dict | list | set | frozenset | tuple) or kind.__name__ in (
            "deque",
            "OrderedDict",
        ):
            found[owner] = found.get(owner, 0) + len(one)  # type: ignore[arg-type]  # each of them is sized
        elif kind.__module__.startswith(("bot.", "cogs.", "discord.")):
            owner = f"{kind.__module__}.{kind.__name__}"
        elif kind.__module__.split(".")[0] in ("sqlalchemy", "aiohttp", "asyncio", "apscheduler", "_asyncio"):
            continue  # pools and caches of libraries: the long run weighs them
        todo += [(inner, owner) for inner in gc.get_referents(one)]
    return found


async def visit(house: House, person: Person) -> None:
    """All the usual things, once, by somebody who was never here."""
    house.server.join(house.guild, person)
    await house.check_in(person, "some words")
    for command, options in [("crisis", {}), ("reminder", {"at": "19:30"}), ("checkin", {})]:
        asked = await person.slash(house.guild, command, **options)
        await asked.answered(15)
    asked = await person.slash(house.guild, "reminder", at="later")  # refused: kept for another try
    await asked.answered(15)
    person.say(person.direct, "checkin")
    await house.server.until(lambda: len(person.direct_messages) > 1, 15)


async def test_caches_are_bounded(house: House) -> None:
    sizes: list[dict[str, int]] = []
    for turn in range(4):
        for number in range(_PEOPLE):
            await visit(house, house.server.add_user(f"peer{turn}x{number}"))
        day = 20 + turn
        house.set(f"2026-11-{day}T19:00")
        await house.settled()
        assert house.app is not None
        sizes.append(held(house.app))
    second, last = sizes[1], sizes[-1]
    grown = {
        name: (second.get(name, 0), size) for name, size in last.items() if size > second.get(name, 0) + 8
    }
    assert grown == {}


async def test_memory_after_load_is_what_it_was(tmp_path: Path, long: bool) -> None:
    """The process's own size (RSS, kB), after warming up and after ten times as much."""
    if not long:
        pytest.skip("weighs the process for minutes: with --long")
    async with DiscordServer.running(rate_limits=False, checks=False) as server:
        people = [server.add_user(f"peer{number}") for number in range(300)]
        guild = server.add_guild("Harbour", ["evening", "morning", "night"], members=people)
        begin = server.now().replace(tzinfo=None, microsecond=0).isoformat()
        process = Process(server, guild, tmp_path, profile(), {BEGIN: begin, COUNT: "1500"})
        await process.start()
        await process.usable()
        sizes = []
        for turn in range(24):
            for at in range(0, len(people), 10):
                await asyncio.gather(*(once(server, guild, one, turn) for one in people[at : at + 10]))
            sizes.append(resident(process.pid))
        print(sizes)
        assert await process.stop() == 0
    early, late = sorted(sizes[3:6])[1], sorted(sizes[-3:])[1]
    assert late <= early * 1.05, sizes


async def once(server: DiscordServer, guild: Any, person: Person, turn: int) -> None:
    opened = await person.slash(guild, "checkin")
    await opened.answered(20)
    sent = await House.send(person, opened, f"words of turn {turn}")
    await sent.answered(20)
    called = await person.slash(guild, "crisis")
    await called.answered(20)


def resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError
