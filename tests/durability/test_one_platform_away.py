"""A community that meets on two platforms, one of which is away: nothing on the other waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.sdk.people import Person, Place
from bot.sdk.ports import Delivery, Later, Sent
from bot.sdk.words import Shown
from bot.testing.clock import Clock
from tests.storage.test_lanes import before_lanes

from .house import COGS, at
from .still import Still

START = at("2026-11-20T18:00")


class Wall(Still):
    """A platform with rooms that can be away: then it knows no room and takes no post."""

    def __init__(self, name: str, clock: Clock, *rooms: str) -> None:
        self.name, self.rooms, self._clock = name, set(rooms), clock
        self.connected = True
        self.posts: list[tuple[str, str]] = []
        """Room, and when (UTC)."""
        self._marks: dict[str, datetime.datetime] = {}
        self.changed = asyncio.Condition()

    async def until_connected(self) -> None:
        pass

    async def post(self, place: Place, shown: Shown, mark: str) -> Delivery:
        if not self.connected:
            return Later(1.0)
        if mark not in self._marks:
            self._marks[mark] = self._clock()
            self.posts.append((place.id, f"{self._clock():%H:%M}"))
        async with self.changed:
            self.changed.notify_all()
        return Sent(mark)

    async def find(self, to: Place | Person, mark: str, since: datetime.datetime) -> Delivery | None:
        if not self.connected:
            return Later(1.0)
        return Sent(mark) if mark in self._marks else None

    def place(self, name: str, space: str) -> Place | None:
        there = self.connected and name in self.rooms
        return Place(self.name, name, space, name=name) if there else None


class Twice:
    """Hearth on two walls, which stay where they are when it starts again."""

    def __init__(self, folder: Path, clock: Clock, groups: int) -> None:
        (folder / "space.yaml").write_text(profile(groups))
        space = Space(profile=folder / "space.yaml", discord="1" * 18, matrix=["!ring:here"])
        self.config = OperatorConfig(home=folder / "home", cogs=COGS, spaces={"circle": space})
        self.clock = clock
        self.harbour = Wall("discord", clock, "#harbour")
        self.ring = Wall("matrix", clock, *(f"#ring{n}" for n in range(groups)))
        self.path = folder / "home" / "hearth.db"
        self.app: App | None = None

    async def start(self) -> App:
        platforms = [self.ring, self.harbour]
        self.app = await App.open(self.config, platforms=platforms, clock=self.clock, environ={})  # type: ignore[arg-type]  # as much of a platform as is needed here
        assert self.app.trouble is None
        return self.app

    async def pass_to(self, to: str) -> None:
        """Let time go by, with a look at what is due at each minute at which something is."""
        assert self.app is not None
        assert self.app.dispatcher is not None
        moments = [START + datetime.timedelta(minutes=n) for n in (30, 59, 60, 90, 120)]
        for moment in (*(one for one in moments if self.clock() < one < at(to)), at(to)):
            self.clock.set(moment)
            await self.app.dispatcher.tick()

    async def crash(self) -> None:
        assert self.app is not None
        assert self.app.dispatcher is not None
        await self.app.dispatcher.stop(within=0)
        await self.app.close()
        self.app = None

    async def serve_until(self, true: Callable[[], bool]) -> None:
        """Let it run by itself until the ring is like that; then it ends."""
        assert self.app is not None
        task = asyncio.create_task(self.app.run())
        async with self.ring.changed, asyncio.timeout(60):
            await self.ring.changed.wait_for(true)
        await self.app.stop()
        await task
        await self.app.close()
        self.app = None


def profile(groups: int) -> str:
    """So many groups on one platform with ten prompts each, one on the other with one each half hour."""
    lines = ["name: Both shores", "zone: UTC", "country: GB", "groups:"]
    for n in range(groups):
        ten = ", ".join(f'{{id: p{p}, at: "18:59", grace: 2h}}' for p in range(10))
        lines.append(f'  ring{n}: {{name: Ring {n}, room: "#ring{n}", checkins: {{prompts: [{ten}]}}}}')
    often = '{id: often, cron: "*/30 * * * *", grace: 5m}'
    lines.append(f'  harbour: {{name: Harbour, room: "#harbour", checkins: {{prompts: [{often}]}}}}')
    return "\n".join(lines) + "\n"


@pytest.fixture
async def twice(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Twice]:
    twice = Twice(tmp_path, Clock(START), getattr(request, "param", 2))
    yield twice
    if twice.app is not None:
        await twice.app.close()


def halves(first: str, last: str) -> list[str]:
    """Every half hour from one to the other."""
    found, end = at(f"2026-11-20T{first}"), at(f"2026-11-20T{last}")
    half = datetime.timedelta(minutes=30)
    return [f"{found + n * half:%H:%M}" for n in range((end - found) // half + 1)]


@pytest.mark.parametrize("twice", [30], indirect=True)
@pytest.mark.parametrize("known", ["told apart", "not told apart"])
async def test_away_for_an_hour_with_three_hundred_due(twice: Twice, known: str) -> None:
    """Also across a crash, and where nobody could know yet which room is on which platform."""
    twice.ring.connected = twice.harbour.connected = known == "told apart"
    await twice.start()
    twice.ring.connected, twice.harbour.connected = False, True
    await twice.pass_to("2026-11-20T19:30")
    assert [when for _, when in twice.harbour.posts] == halves("18:30", "19:30")
    await twice.crash()
    await twice.start()
    await twice.pass_to("2026-11-20T19:59")
    assert [when for _, when in twice.harbour.posts] == halves("18:30", "19:30")
    assert twice.ring.posts == []
    twice.ring.connected = True
    await twice.serve_until(lambda: len(twice.ring.posts) == 300)
    await twice.start()
    await twice.pass_to("2026-11-20T20:05")
    assert sorted(room for room, _ in twice.ring.posts) == sorted([*twice.ring.rooms] * 10)
    assert [when for _, when in twice.harbour.posts] == halves("18:30", "20:00")


async def test_told_apart_as_soon_as_both_are_there(twice: Twice) -> None:
    """What was planned before any platform was connected finds its lane, and keeps it over a start."""
    twice.ring.connected = twice.harbour.connected = False
    app = await twice.start()
    assert lanes(twice) == {""}
    twice.ring.connected = twice.harbour.connected = True
    await app.runner.sort()
    assert lanes(twice) == {""}  # rooms come one by one
    twice.clock.set(START + datetime.timedelta(minutes=3))
    await app.runner.sort()
    assert lanes(twice) == {"discord", "matrix"}
    await twice.crash()
    twice.ring.connected = twice.harbour.connected = False
    await twice.start()
    assert lanes(twice) == {"discord", "matrix"}


async def test_an_upgrade_from_before_lanes_in_the_middle_of_an_outage(twice: Twice) -> None:
    """Slots on their way and rows that wait: nothing is lost, nothing comes twice."""
    await twice.start()
    twice.ring.connected = False
    await twice.pass_to("2026-11-20T18:59")
    await twice.crash()
    before_lanes(twice.path)
    await twice.start()
    twice.ring.connected = True
    await twice.pass_to("2026-11-20T19:15")
    await twice.serve_until(lambda: len(twice.ring.posts) == 20)
    await twice.start()
    await twice.pass_to("2026-11-20T19:35")
    assert sorted(room for room, _ in twice.ring.posts) == sorted([*twice.ring.rooms] * 10)
    assert [when for _, when in twice.harbour.posts] == halves("18:30", "19:30")


def lanes(twice: Twice) -> set[str]:
    with contextlib.closing(sqlite3.connect(twice.path)) as raw:
        return {lane for (lane,) in raw.execute("SELECT DISTINCT lane FROM core_due")}
