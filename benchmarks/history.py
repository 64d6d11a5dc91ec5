"""A month's history with its picture, and whether the event loop waits for it; and growth: does a database
with a million check-ins answer as quickly as one with a thousand?"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import os
import random
import sqlite3
import statistics
import tempfile
from collections.abc import Awaitable, Iterator
from pathlib import Path

from .discord_commands import furnish, hearth_at
from .processes import Child
from .standin import Json, StandIn, stand_in
from .table import Row, median_ratio, most_row, note_row, ratio_row

_FEW, _MANY = 1_000, 1_000_000
_MINE = 30
_OTHERS = 20_000
"""People among whom the rows are spread."""


async def run(quick: bool) -> list[Row]:
    """The rows of this file."""
    many = 20_000 if quick else _MANY
    with tempfile.TemporaryDirectory() as folder:
        few_home, many_home = Path(folder) / "few", Path(folder) / "many"
        async with stand_in() as one, stand_in() as other:
            people = await furnish(one)
            await furnish(other)
            for server, home, count in ((one, few_home, _FEW), (other, many_home, many)):
                async with hearth_at(server, home) as hearth:
                    await hearth.ask("fill", people=await _ids(server), days=_MINE)
                await asyncio.to_thread(_stuff, home / "hearth.db", count)
            async with hearth_at(one, few_home) as few, hearth_at(other, many_home) as lot:
                return [
                    *await _picture(one, few, people, quick),
                    *await _growth((one, few), (other, lot), people, many, quick),
                ]


async def _ids(server: StandIn) -> list[str]:
    ids: list[str] = (await server.do("ids", prefix="circle-person-"))["ids"]
    return ids


def _months(people: list[str], count: int) -> list[Json]:
    return [
        {
            "user": people[at % len(people)],
            "guild": "circle",
            "command": "history",
            "options": {"period": "month"},
        }
        for at in range(count)
    ]


async def _picture(server: StandIn, hearth: Child, people: list[str], quick: bool) -> list[Row]:
    count = 3 if quick else 15
    quiet = await _late(hearth, asyncio.sleep(2))
    first: list[float] = []
    first_late = await _late(hearth, _note(server, _months(people, 1), first))
    seconds: list[float] = []
    late = await _late(hearth, _note(server, _months(people, count), seconds))
    crises = [{"user": people[0], "guild": "circle", "command": "crisis"}] * 5
    await server.load(crises)
    crisis_late = await _late(hearth, server.load(crises * 10))
    return [
        most_row("month's history with its picture, the first since the start", first[0], 1, "s"),
        most_row("month's history with its picture", statistics.median(seconds), 1, "s"),
        most_row("event loop late, longest, while the first picture is drawn", first_late["longest"], 20,
                 "ms"),
        most_row("event loop late, longest, while more are drawn", late["longest"], 20, "ms"),
        note_row("… the same with no picture drawn", f"{crisis_late['longest']:.3g} ms under /crisis",
                 f"{quiet['longest']:.3g} ms at rest"),
    ]  # fmt: skip


async def _note(server: StandIn, jobs: list[Json], into: list[float]) -> None:
    into += await server.load(jobs)


async def _late(hearth: Child, work: Awaitable[object]) -> Json:
    await hearth.ask("watch")
    await work
    return await hearth.ask("lateness")


# --- growth -------------------------------------------------------------------------------------------


async def _growth(
    few: tuple[StandIn, Child], many: tuple[StandIn, Child], people: list[str], count: int, quick: bool
) -> list[Row]:
    rounds = 2 if quick else 6
    each = 10 if quick else 50
    answers = {"How is it right now?": "light"}
    checkins = [
        {"user": people[at % len(people)], "guild": "circle", "command": "checkin", "values": answers}
        for at in range(each)
    ]
    found: dict[str, list[tuple[float, float]]] = {"checkin": [], "read": [], "month": []}
    for _ in range(rounds):
        took: dict[str, list[float]] = {name: [] for name in found}
        for server, hearth in (many, few):
            took["checkin"].append(statistics.median(await server.load(checkins)))
            took["read"].append(
                (await hearth.ask("look_back", people=await _ids(server), days=_MINE))["seconds"]
            )
            took["month"].append(statistics.median(await server.load(_months(people, 4))))
        for name, (lot, little) in took.items():
            found[name].append((lot * 1000, little * 1000))
    told = {
        "checkin": f"/checkin with its form, {count:,} stored against {_FEW:,}",
        "read": "… a month's history read",
        "month": "… a month's history shown, with its picture",
    }
    rows = []
    for name, pairs in found.items():
        lot, little = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
        rows.append(ratio_row(told[name], lot, little, 1.3, "ms", median_ratio(pairs)))
    return rows


def _stuff(database: Path, total: int) -> None:
    """Fill the table up to `total` rows that look like real ones: sealed values are random bytes of a real
    row's lengths, since other people's are never opened."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        (there,) = connection.execute("SELECT count(*) FROM checkins_entry").fetchone()
        sample = connection.execute(
            'SELECT space, account, mood, note, "group", shared FROM checkins_entry LIMIT 1'
        ).fetchone()
        space, *sealed = sample
        lengths = [len(one) for one in sealed]
        connection.executemany(
            'INSERT INTO checkins_entry (id, space, who, at, account, mood, note, "group", shared)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _rows(space, lengths, total - there),
        )
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows(space: str, lengths: list[int], count: int) -> Iterator[tuple[object, ...]]:
    dice = random.Random(1)
    people = [dice.randbytes(32) for _ in range(_OTHERS)]
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    noise = os.urandom(1 << 20)
    for _ in range(count):
        at = now - datetime.timedelta(seconds=dice.randrange(700 * 86400))
        number, places = dice.getrandbits(80), []
        for _ in range(16):
            number, digit = divmod(number, 32)
            places.append(letters[digit])
        blobs = []
        for length in lengths:
            start = dice.randrange(len(noise) - length)
            blobs.append(noise[start : start + length])
        yield ("".join(places), space, dice.choice(people), at.isoformat(" ", "microseconds"), *blobs)
