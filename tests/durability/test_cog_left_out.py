"""A cog that could not be loaded for a while: what is due of it waits, as it does while Hearth is down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer

from .house import COGS, House, at

POST = "POST /channels/*/messages"
PROMPT = 'id: evening, at: "19:00", grace: 1h'


@pytest.fixture
async def house(server: DiscordServer, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    house = House(server, tmp_path, clock, PROMPT)
    yield house
    server.faults.clear()
    await house.stop()


async def without_it(house: House, until: str) -> None:
    """Run without check-ins up to then, and end."""
    house.write_profile()
    house.cogs = ("crisis", "privacy", "help")
    await house.start()
    house.set(until)
    await house.tick()
    await house.stop()
    house.cogs = COGS
    house.write_profile(PROMPT)


@pytest.mark.parametrize(("back", "posted"), [("19:40", ["2026-11-20T19:40"]), ("20:20", [])])
async def test_its_prompt_comes_when_it_is_back_in_time(house: House, back: str, posted: list[str]) -> None:
    await house.start()
    await house.stop()
    await without_it(house, "2026-11-20T19:10")
    assert house.slots == []
    house.clock.set(at(f"2026-11-20T{back}"))
    await house.start()
    await house.settled()
    assert house.posted == posted
    house.set("2026-11-21T19:00")
    await house.settled()
    assert house.posted == [*posted, "2026-11-21T19:00"]


async def test_what_was_on_its_way_is_asked_about_when_it_is_back(house: House) -> None:
    await house.start()
    house.server.fail_next(POST, drop="after")
    house.set("2026-11-20T19:00")
    await house.server.until(lambda: house.posts)
    await house.crash()
    house.server.faults.clear()
    await without_it(house, "2026-11-20T19:10")
    assert house.results == ["claimed"]
    await house.start()
    await house.settled()
    assert house.results == ["sent"]
    assert len(house.posts) == 1
