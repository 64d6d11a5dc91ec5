"""Connections: one writer, some readers, a gate for erasing, and a look at the file before a write counts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from .connection import Connection, connect
from .errors import StorageLost, StorageUnusable, translating

T = TypeVar("T")

_READERS = 4
_DRAIN_SECONDS = 2.0


class Database:
    """The engines of one database. SQLite by path, PostgreSQL by URL with the same code above it."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.url = url
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self.path: Path | None = None
        self.copied = False
        """Whether a copy was made since it was opened: one upgrade needs one, however many cogs take part."""
        self._identity: tuple[int, int] | None = None
        self._wal: tuple[int, int] | None = None
        self._write_lock = asyncio.Lock()
        self._writer_task: asyncio.Task[Any] | None = None
        self._driver: Connection | None = None
        self._open = asyncio.Event()
        self._open.set()
        self._reading = 0
        self._idle = asyncio.Event()
        self._idle.set()
        if self.sqlite:
            if not parsed.database or parsed.database == ":memory:":
                raise StorageUnusable("Hearth keeps its data in a file; name one.")
            self.path = Path(parsed.database)
            self.writer = self._sqlite_engine("BEGIN IMMEDIATE", 1)
            self.reader = self._sqlite_engine("BEGIN", _READERS)
        else:
            self.writer = self.reader = create_async_engine(
                parsed.set(drivername="postgresql+asyncpg"), hide_parameters=True, pool_pre_ping=True
            )

    def _sqlite_engine(self, begin: str, size: int) -> AsyncEngine:
        path = self.path
        assert path is not None

        def create(*_: Any, **__: Any) -> Connection:
            made = Connection(lambda: self._connect(path, begin), begin)
            if size == 1:
                self._driver = made
            return made

        return create_async_engine(
            "sqlite+aiosqlite://",
            poolclass=AsyncAdaptedQueuePool,
            pool_size=size,
            max_overflow=0,
            hide_parameters=True,
            connect_args={"async_creator_fn": create},
        )

    def _connect(self, path: Path, begin: str) -> sqlite3.Connection:
        if self._identity is not None and _identity(path) != self._identity:
            raise StorageLost("The database file was moved or deleted while Hearth was running.")
        raw = connect(path)
        if begin != "BEGIN IMMEDIATE":
            raw.execute("PRAGMA query_only = ON")
        else:
            # A new writer may have made a new write-ahead log; it is learnt at the first write.
            self._wal = None
        return raw

    async def start(self) -> None:
        """Open the file and remember which file it is. Raises StorageError."""
        with translating():
            async with self.writer.connect() as connection:
                if self.path is not None:
                    await connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
                    self._identity = _identity(self.path)

    async def close(self) -> None:
        """Close every connection."""
        await self.reader.dispose()
        if self.writer is not self.reader:
            await self.writer.dispose()

    def check(self) -> None:
        """Raise StorageLost unless the path still leads to the files that we write to."""
        if self.path is None or self._identity is None:
            return
        if _identity(self.path) != self._identity:
            raise StorageLost(
                "The database file was moved or deleted while Hearth was running. "
                "Put it back or restart; nothing was acknowledged since."
            )
        wal = _identity(f"{self.path}-wal")
        if self._wal is None:
            self._wal = wal
        if wal != self._wal or wal is None:
            raise StorageLost("The database's -wal file was deleted or replaced while Hearth was running.")

    @property
    def writing(self) -> bool:
        """Whether the current task holds the writer."""
        return self._writer_task is not None and self._writer_task is asyncio.current_task()

    @contextlib.asynccontextmanager
    async def as_writer(self) -> AsyncIterator[None]:
        """Be the only writer of this process."""
        if self.writing:
            raise RuntimeError("a write inside a write would wait for itself; use the open session")
        async with self._write_lock:
            self._writer_task = asyncio.current_task()
            try:
                yield
            finally:
                self._writer_task = None

    @contextlib.asynccontextmanager
    async def as_reader(self) -> AsyncIterator[None]:
        """Be one of the readers; waits while erasing drains them."""
        while not self._open.is_set():
            await self._open.wait()
        self._reading += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._reading -= 1
            if not self._reading:
                self._idle.set()

    def whole(self, work: Callable[[sqlite3.Connection], bool]) -> Awaitable[bool]:
        """Do `work` as one transaction of the writer, in one trip to its thread (SQLite only).

        Committed if it returned true, else undone, as where it raises. Only for whoever is `as_writer`, who
        waits for the end whatever happens and translates the driver's errors.
        """

        def done(raw: sqlite3.Connection) -> bool:
            raw.execute("BEGIN IMMEDIATE")
            try:
                result = work(raw)
                raw.execute("COMMIT" if result else "ROLLBACK")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise
            return result

        # The pool lends its one connection to nobody else meanwhile: all who ask for it are writers.
        if self._driver is None or not self._driver.open:
            return self.on_writer(done)
        return self._driver.begin_with(done)

    async def on_writer(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` on the plain writer connection, outside any transaction (SQLite only)."""
        with translating():
            async with self.writer.connect() as connection:
                raw = await connection.get_raw_connection()
                driver = raw.driver_connection
                assert isinstance(driver, Connection)
                return await driver.run(work)

    async def empty_log(self) -> bool:
        """Write the log back into the file and cut it to nothing; false while somebody still reads.

        New readers wait meanwhile, for two seconds at most.
        """
        if self.path is None:
            return True
        async with self.as_writer():
            self._open.clear()
            try:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._idle.wait(), _DRAIN_SECONDS)
                busy = await self.on_writer(_truncate)
            finally:
                self._open.set()
        return not busy


def _truncate(raw: sqlite3.Connection) -> bool:
    # Another process's reader (a backup) must not hold us for the whole busy timeout.
    raw.execute("PRAGMA busy_timeout = 200")
    try:
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.execute("PRAGMA busy_timeout = 5000")
    return bool(busy)


def _identity(path: Path | str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - a hot path, and Path.stat costs three times as much
    except OSError:
        return None
    return found.st_dev, found.st_ino
