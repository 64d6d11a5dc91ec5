"""What a dispatcher meets in these tests: time that only moves when told, a ledger in a SQLite file, a room.

The ledger fulfils the Protocol on SQLite and is thrown away and opened again where a test crashes the
process. The room stands for a chat platform: it knows marks as nonces for two minutes, keeps its history,
and can lose answers, put off, refuse, hang, or hide its history.
"""

from __future__ import annotations

import asyncio
import dataclasses
import heapq
import itertools
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.scheduling.due import parse_rule, rule_text
from bot.scheduling.needs import DueRow, Outcome, Result, Slot, Step, Wanted, new_mark
from bot.sdk.ports import Sent, Unknown

NONCE_LIVES = timedelta(minutes=2)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wanted(rule: str, zone: str = "UTC", *, name: str = "s/checkins/evening", **more: Any) -> Wanted:
    assert rule_text(parse_rule(rule)) == rule
    grace = timedelta(minutes=more.pop("grace", 60))
    return Wanted(
        lane=more.pop("lane", ""),
        name=name,
        space="s",
        cog="checkins",
        schedule="prompt",
        args={"room": 1},
        zone=zone,
        rule=rule,
        grace=grace,
    )


async def settle() -> None:
    """Let every task run until all of them wait for time or for an event."""
    for _ in range(60):
        await asyncio.sleep(0)


class Time:
    """A wall clock and a monotonic one; `sleep` ends only by `advance`."""

    def __init__(self, now: datetime) -> None:
        self.now, self.run = now, 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self.slept: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.run

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.run + seconds, next(self._order), future))
        await future

    def set(self, now: datetime) -> None:
        """Set the wall clock alone, as an operator, a dead battery or a stopped process does."""
        self.now = now

    async def advance(self, **duration: float) -> None:
        await settle()
        end = self.run + timedelta(**duration).total_seconds()
        while self._sleepers and self._sleepers[0][0] <= end:
            wakes, _, future = heapq.heappop(self._sleepers)
            self._go(max(wakes, self.run))
            if not future.done():
                future.set_result(None)
                await settle()
        self._go(end)
        await settle()

    def _go(self, run: float) -> None:
        self.now += timedelta(seconds=run - self.run)
        self.run = run


class SqliteLedger:
    """The Protocol on one SQLite file; `broken` makes every method raise, `deaf` keeps `finish` from
    returning, `deaf_to_telling` keeps `told` from it.
    """

    def __init__(self, path: Path, lane: str | None = None) -> None:
        self._path = path
        self._only = "1" if lane is None else f"body ->> 'lane' = '{lane}'"
        self._views: list[SqliteLedger] = []
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(
            "CREATE TABLE IF NOT EXISTS due (name TEXT PRIMARY KEY, due REAL, body TEXT);"
            "CREATE TABLE IF NOT EXISTS slot (name TEXT, due REAL, body TEXT, mark TEXT, claimed REAL,"
            " result TEXT, ref TEXT, told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (name, due));"
        )
        self.broken = self.deaf = self.deaf_to_telling = False

    def lane(self, name: str) -> SqliteLedger:
        self._views.append(SqliteLedger(self._path, name))
        return self._views[-1]

    def close(self) -> None:
        for view in self._views:
            view.close()
        self._db.close()

    def _ready(self) -> None:
        if self.broken:
            raise sqlite3.OperationalError("database is locked")

    async def upsert_due(self, rows: Sequence[DueRow]) -> None:
        self._ready()
        self._db.executemany(
            "INSERT OR REPLACE INTO due VALUES (?, ?, ?)",
            [(row.name, row.due.timestamp(), _body(row)) for row in rows],
        )

    async def remove_due(self, prefix: str, keep: Collection[str] = ()) -> None:
        self._ready()
        for row in await self.rows(prefix):
            if row.name not in keep:
                self._db.execute("DELETE FROM due WHERE name = ?", (row.name,))

    async def rows(self, prefix: str = "") -> Sequence[DueRow]:
        self._ready()
        found = self._db.execute(f"SELECT * FROM due WHERE {self._only}")
        return [_row(*each) for each in found if each[0].startswith(prefix)]

    async def next_due(self) -> datetime | None:
        self._ready()
        (due,) = self._db.execute(f"SELECT min(due) FROM due WHERE {self._only}").fetchone()
        return None if due is None else datetime.fromtimestamp(due, UTC)

    async def claim(self, now: datetime, limit: int, step: Callable[[DueRow], Step]) -> Sequence[Slot]:
        self._ready()
        slots = []
        self._db.execute("BEGIN IMMEDIATE")
        ready = self._db.execute(
            f"SELECT * FROM due WHERE due <= ? AND {self._only} ORDER BY due, name LIMIT ?",
            (now.timestamp(), limit),
        ).fetchall()
        for each in ready:
            row = _row(*each)
            move = step(row)
            if move.claim != row.due:
                self._insert(row, row.due, now, "skipped", told=not move.tell)
            if move.claim is not None and (mark := self._insert(row, move.claim, now, None)) is not None:
                fields = {**_fields(row), "due": move.claim}
                slots.append(Slot(**fields, mark=mark, claimed_at=now))
            if move.next is None:
                self._db.execute("DELETE FROM due WHERE name = ?", (row.name,))
            else:
                self._db.execute("UPDATE due SET due = ? WHERE name = ?", (move.next.timestamp(), row.name))
        self._db.execute("COMMIT")
        return slots

    def _insert(
        self, row: DueRow, due: datetime, now: datetime, result: str | None, *, told: bool = False
    ) -> str | None:
        mark = new_mark()
        values = (row.name, due.timestamp(), _body(row), mark, now.timestamp(), result, None, told)
        done = self._db.execute("INSERT OR IGNORE INTO slot VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        return mark if done.rowcount else None

    async def finish(self, slot: Slot, result: str, ref: str | None, *, told: bool = True) -> None:
        if self.deaf:
            await asyncio.Event().wait()
        self._ready()
        done = self._db.execute(
            "UPDATE slot SET result = ?, ref = ?, told = ? WHERE name = ? AND due = ? AND result IS NULL",
            (result, ref, told, slot.name, slot.due.timestamp()),
        )
        assert done.rowcount == 1, "a slot is finished once"

    async def told(self, slots: Sequence[Slot]) -> None:
        if self.deaf_to_telling:
            await asyncio.Event().wait()
        self._ready()
        self._db.executemany(
            "UPDATE slot SET told = 1 WHERE name = ? AND due = ?",
            [(slot.name, slot.due.timestamp()) for slot in slots],
        )

    async def untold(self) -> Sequence[tuple[Slot, Result, str | None]]:
        self._ready()
        ended = f"result IS NOT NULL AND NOT told AND {self._only} ORDER BY due"
        found = self._db.execute(f"SELECT result, ref FROM slot WHERE {ended}").fetchall()
        return [(slot, *how) for slot, how in zip(self._slots(ended), found, strict=True)]

    async def uncertain(self) -> Sequence[Slot]:
        self._ready()
        return self._slots(f"result IS NULL AND {self._only} ORDER BY due")

    async def latest(self, name: str) -> Slot | None:
        self._ready()
        found = self._slots("name = ? AND result IS NOT 'skipped' ORDER BY due DESC LIMIT 1", name)
        return found[0] if found else None

    def _slots(self, where: str, *values: str) -> list[Slot]:
        found = self._db.execute(
            f"SELECT name, due, body, mark, claimed FROM slot WHERE {where}", values
        ).fetchall()
        return [
            Slot(**_fields(_row(name, due, body)), mark=mark, claimed_at=datetime.fromtimestamp(claimed, UTC))
            for name, due, body, mark, claimed in found
        ]

    def results(self) -> list[tuple[str, str | None]]:
        """Every slot's due time and how it ended, in order."""
        found = self._db.execute("SELECT due, result FROM slot ORDER BY due, name").fetchall()
        return [(f"{datetime.fromtimestamp(due, UTC):%m-%dT%H:%M}", result) for due, result in found]

    def dues(self) -> list[str]:
        """When the rows are due, in order."""
        found = self._db.execute("SELECT due FROM due ORDER BY due").fetchall()
        return [f"{datetime.fromtimestamp(due, UTC):%Y-%m-%dT%H:%M}" for (due,) in found]


def _fields(row: DueRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}


def _body(row: DueRow) -> str:
    fields = _fields(row)
    del fields["name"], fields["due"]
    return json.dumps({**fields, "grace": row.grace.total_seconds()})


def _row(name: str, due: float, body: str) -> DueRow:
    fields = json.loads(body)
    grace = timedelta(seconds=fields.pop("grace"))
    return DueRow(name=name, due=datetime.fromtimestamp(due, UTC), grace=grace, **fields)


class Room:
    """A platform with one room. `next` holds what the coming sends do; without any they post."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.posts: list[tuple[str, str]] = []  # (due, when)
        self.names: list[str] = []
        self._marks: dict[str, datetime] = {}
        self._history: set[str] = set()
        self.next: deque[str | Outcome] = deque()
        self.asked: deque[Outcome] = deque()
        self.readable = True
        self.busy = self.most_busy = self.calls = 0
        self.ears = False
        """Whether the cog whose slots these are wants to hear what became of them."""
        self.hearing = ""
        """What happens when it hears: nothing unusual, or `hang`, or `fail`."""
        self.heard: list[tuple[str, str, str | None]] = []

    async def send(self, slot: Slot) -> Outcome:
        self.calls += 1
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            return await self._send(slot, self.next.popleft() if self.next else "post")
        finally:
            self.busy -= 1

    def _done_with(self, slot: Slot) -> bool:
        return any(due == f"{slot.due:%m-%dT%H:%M}" for due, _, _ in self.heard)

    async def _send(self, slot: Slot, how: str | Outcome) -> Outcome:
        if self._done_with(slot):
            return Sent("")
        if not isinstance(how, str):
            return how
        if how == "hang":
            await asyncio.Event().wait()
        if how == "fail":
            raise ConnectionResetError
        if how == "slow":
            await self._time.sleep(5)
        self._post(slot)
        if how == "post and hang":
            await asyncio.Event().wait()
        if how == "post and fail":
            raise ConnectionResetError
        if how == "post and lose":
            return Unknown()
        return Sent("ref")

    def _post(self, slot: Slot) -> None:
        known = self._marks.get(slot.mark)
        if known is not None and self._time.now - known < NONCE_LIVES:
            return
        self._marks[slot.mark] = self._time.now
        self._history.add(slot.mark)
        self.posts.append((f"{slot.due:%m-%dT%H:%M}", f"{self._time.now:%m-%dT%H:%M}"))
        self.names.append(slot.name)

    def hears(self, row: DueRow) -> bool:
        return self.ears

    async def settled(self, slot: Slot, result: str, ref: str | None) -> None:
        """The cog hears. From then on it has nothing to say about this slot any more."""
        if self.hearing == "hang":
            await asyncio.Event().wait()
        if self.hearing == "fail":
            raise ConnectionResetError
        self.heard.append((f"{slot.due:%m-%dT%H:%M}", result, ref))

    async def look_up(self, slot: Slot) -> Outcome | None:
        if self._done_with(slot):
            return None
        if self.asked:
            return self.asked.popleft()
        age = self._time.now - slot.claimed_at
        if timedelta() <= age < NONCE_LIVES and self._time.now <= slot.due + slot.grace:
            self._post(slot)
            return Sent("ref")
        if not self.readable:
            return Unknown()
        return Sent("ref") if slot.mark in self._history else None
