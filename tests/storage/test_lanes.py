"""The ledger by lanes: what is due on one platform, and rows from before there were any."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.privacy import keys
from bot.storage.store import Storage

from .conftest import Clock, opened
from .test_core import HOUR, due_row, ledger_of, next_hour


async def test_each_lane_sees_its_own(storage: Storage, clock: Clock) -> None:
    ledger = ledger_of(storage)
    await ledger.upsert_due(
        [
            due_row("a", clock() - HOUR, lane="matrix"),
            due_row("b", clock(), lane="discord"),
            due_row("c", clock() + HOUR),
        ]
    )
    matrix, discord, rest = (ledger.lane(name) for name in ("matrix", "discord", ""))
    assert [await one.next_due() for one in (matrix, discord, rest)] == [
        clock() - HOUR, clock(), clock() + HOUR,
    ]  # fmt: skip
    (slot,) = await discord.claim(clock(), 10, next_hour(clock()))
    assert (slot.name, slot.lane) == ("b", "discord")
    assert await discord.uncertain() == [slot]
    assert await matrix.uncertain() == []
    await matrix.finish(slot, "sent", "$1", told=False)  # by its name, whoever asks
    assert [one for one, _, _ in await discord.untold()] == [slot]
    assert await matrix.untold() == []
    assert [row.name for row in await matrix.rows()] == ["a"]
    assert {row.name for row in await ledger.rows()} == {"a", "b", "c"}
    assert await ledger.latest("b") == slot


async def test_what_nobody_serves_any_more_is_in_the_lane_of_the_rest(storage: Storage, clock: Clock) -> None:
    ledger = ledger_of(storage)
    await ledger.upsert_due(
        [due_row(name, clock(), lane=lane) for name in ("due", "sent", "claimed") for lane in ("matrix",)]
    )
    taken = {slot.name: slot for slot in await ledger.claim(clock(), 10, next_hour(clock()))}
    await ledger.finish(taken["sent"], "sent", "$1")
    await ledger.upsert_due([due_row("kept", clock(), lane="discord")])
    await ledger.serve([])
    assert await ledger.lane("").next_due() is None
    await ledger.serve(["discord", "terminal", ""])
    rest = ledger.lane("")
    assert {row.name for row in await rest.rows()} == {"due", "sent", "claimed"}
    assert {slot.name for slot in await rest.uncertain()} == {"due", "claimed"}
    assert [row.name for row in await ledger.lane("discord").rows()] == ["kept"]


async def test_rows_from_before_lanes_keep_their_moments_and_slots(
    path: Path, master: keys.MasterKey, clock: Clock
) -> None:
    """A database of the version before: what waits waits on, what was claimed is asked about, nothing is
    claimed twice."""
    storage = await opened(path, master, clock)
    ledger = ledger_of(storage)
    await ledger.upsert_due([due_row("evening", clock()), due_row("later", clock() + HOUR)])
    (slot,) = await ledger.claim(clock(), 10, next_hour(clock()))
    await storage.close()
    before_lanes(path)

    storage = await opened(path, master, clock)
    ledger = ledger_of(storage)
    rest = ledger.lane("")
    assert await rest.uncertain() == [slot]
    assert {(row.name, row.due) for row in await rest.rows()} == {
        ("evening", clock() + HOUR), ("later", clock() + HOUR),
    }  # fmt: skip
    await ledger.upsert_due([due_row("evening", clock(), lane="discord")])
    assert await ledger.lane("discord").claim(clock(), 10, next_hour(clock())) == []
    await storage.close()


def before_lanes(path: Path) -> None:
    """Make of a database what the version before lanes would have left."""
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP INDEX ix_core_slot_due")
        raw.execute("DROP INDEX ix_core_due_lane_due")
        for table in ("core_due", "core_slot"):
            raw.execute(f"ALTER TABLE {table} DROP COLUMN lane")
        raw.execute("UPDATE version_core SET version_num = '0004'")
        raw.commit()


@pytest.mark.parametrize("lane", [None, "matrix"])
async def test_the_next_due_of_a_lane_is_found_without_reading_the_others(
    storage: Storage, clock: Clock, path: Path, lane: str | None
) -> None:
    ledger = ledger_of(storage)
    await ledger.upsert_due([due_row(f"d{n}", clock(), lane="discord") for n in range(50)])
    asked: list[tuple[str, tuple[object, ...]]] = []

    def hear(_: object, __: object, statement: str, values: tuple[object, ...], *___: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        view = ledger if lane is None else ledger.lane(lane)
        await view.next_due()
        await view.claim(clock() - HOUR, 10, next_hour(clock()))
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    with contextlib.closing(sqlite3.connect(path)) as raw:
        plans = [row[3] for one in asked for row in raw.execute(f"EXPLAIN QUERY PLAN {one[0]}", one[1])]
    index = "ix_core_due_due" if lane is None else "ix_core_due_lane_due"
    assert sum(index in step for step in plans) == 2, plans
