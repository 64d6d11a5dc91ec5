"""Everything is broken on purpose here. What is left to chance follows a seed, which every failure names.

pytest tests/durability                     a short run
pytest tests/durability --long --seed 7     a hundred kills, real waits, memory after load; about 20 minutes
python -m tests.durability --seeds 20       twenty short runs, each by another seed
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer, point_discord_py_at

from .house import at
from .news import heard_by
from .process import end_all

SEED = 20261120


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("durability")
    group.addoption("--long", action="store_true", help="break it for longer, with real waits")
    group.addoption("--seed", type=int, default=SEED, help="what chance follows in tests/durability")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """What chance follows; pytest shows it where a test fails."""
    chosen: int = request.config.getoption("--seed", SEED)
    print(f"--seed {chosen}")
    return chosen


@pytest.fixture
def chance(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether this is the long run."""
    return bool(request.config.getoption("--long", False))


@pytest.fixture
def drawn(request: pytest.FixtureRequest, seed: int, long: bool) -> None:
    """Of many like cases the short run takes about half, by the seed; the long one takes all."""
    if not long and random.Random(f"{seed} {request.node.nodeid}").random() < 0.5:
        pytest.skip("not drawn by this seed; --long takes all")


@pytest.fixture(autouse=True)
async def nothing_runs_on() -> AsyncIterator[None]:
    """Whatever becomes of a test, its processes end with it."""
    yield
    await end_all()


@pytest.fixture
def clock() -> Clock:
    """The time of Hearth and of Discord alike: it runs, and is set by hand."""
    return Clock(at("2026-11-20T18:00"), running=True)


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[DiscordServer]:
    """The stand-in on this test's clock, with discord.py pointed at it."""
    async with DiscordServer.running(clock=clock, rate_limits=False) as server:
        with point_discord_py_at(server):
            async with heard_by(server):
                yield server
        assert [str(one) for one in server.violations] == []
