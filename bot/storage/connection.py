"""An aiosqlite connection that crosses to its thread once for a statement, not three times.

SQLAlchemy's adapter asks for a cursor, executes, fetches and closes in separate steps, and aiosqlite
takes each to its thread and back; BEGIN takes as many again. Here a statement opens the transaction if
none is open, runs, and hands back all its rows in one crossing. A sealed, committed write costs little
more than half of what it did (measured by `benchmarks/`).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long SQLite waits for another process's lock."""

SETTINGS = (
    "PRAGMA journal_mode = WAL",
    # A commit is on the disk before anything is acknowledged; NORMAL may lose the last ones in a power cut.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What is deleted is overwritten in the file; see `erase`.
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A plain SQLite connection with our settings, no implicit transactions; read-only it creates nothing.

    What it creates only its owner can read; SQLite gives the log beside it the same mode.
    """
    if not read_only and not path.exists():
        with contextlib.suppress(OSError):  # SQLite says it better
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    raw = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
    try:
        for setting in SETTINGS[2:] if read_only else SETTINGS:
            raw.execute(setting)
    except BaseException:
        raw.close()
        raise
    return raw


class Cursor:
    """The rows of one statement, all fetched."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement."""
        await self._connection.run(lambda raw: self._run(raw, raw.execute, sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each set of parameters."""
        await self._connection.run(lambda raw: self._run(raw, raw.executemany, sql, parameters))

    async def fetchall(self) -> list[Any]:
        """The rows, already here."""
        return self._rows

    async def close(self) -> None:
        """Nothing is left open."""

    def _run(
        self, raw: sqlite3.Connection, how: Callable[[str, Any], sqlite3.Cursor], sql: str, parameters: Any
    ) -> None:
        if not raw.in_transaction:
            raw.execute(self._connection.begin)
        cursor = how(sql, parameters)
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class Connection(aiosqlite.Connection):
    """Every statement runs inside a transaction, begun with `begin` and ended by commit or rollback."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], begin: str) -> None:
        super().__init__(connector, iter_chunk_size=64)
        # A process that ends without closing must not hang on this thread.
        self._thread.daemon = True
        self.begin = begin

    def cursor(self, *_: Any) -> Any:
        """A cursor, without a trip to the thread."""
        return Cursor(self)

    async def rollback(self) -> None:
        """Undo the open transaction, if there is one."""
        if self._conn.in_transaction:
            await super().rollback()

    @property
    def open(self) -> bool:
        """Whether it can still be used."""
        return self._running and self._connection is not None

    def begin_with(self, work: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Hand `work` to its thread. It will be done, whatever becomes of the future. Raises ValueError where
        the connection is closed, or about to be."""
        if not self.open:
            raise ValueError("Connection closed")  # as aiosqlite says; its thread would never come to it
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((future, functools.partial(work, self._conn)))
        return future

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` with the plain connection, in its thread."""
        done: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite leaves it bare
        return done
