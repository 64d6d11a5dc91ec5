"""A million check-ins cost the next one nothing: no question to the database reads a whole growing table.
(How long it takes is measured in benchmarks.)
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer

from .house import House

GROWING = {"checkins_entry", "checkins_reminder", "core_reach", "core_handled", "core_slot", "core_draft"}
"""What has a row for each person, event or day."""


@pytest.fixture
async def house(server: DiscordServer, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    house = House(server, tmp_path, clock, 'id: evening, at: "19:00"')
    await house.start()
    yield house
    await house.stop()


@contextlib.contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """What is asked of databases meanwhile: statements with their values."""
    found: list[tuple[str, Any]] = []

    def hear(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if not many and statement.split()[0] in ("SELECT", "UPDATE", "DELETE"):
            found.append((statement, values))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


async def test_nothing_reads_a_growing_table_whole(house: House) -> None:
    await house.check_in(house.ana, "before")
    with asked() as statements:
        await house.check_in(house.ana, "now")
        told = await house.ana.slash(house.guild, "history", period="month")
        await told.answered(20)
        house.set("2026-11-20T19:00")
        await house.settled()
        tapped = await house.ana.press(house.posts[0], house.posts[0].labels[0])
        await tapped.answered(10)
        assert house.app is not None
        await house.app.keep_house()
    assert any("checkins_entry" in statement for statement, _ in statements)
    raw = sqlite3.connect(f"{house.path.as_uri()}?mode=ro", uri=True)
    try:
        whole = {
            f"{step[3]}: {statement}"
            for statement, values in statements
            for step in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            if step[3].startswith("SCAN") and step[3].split()[1] in GROWING
        }
    finally:
        raw.close()
    assert whole == set()
