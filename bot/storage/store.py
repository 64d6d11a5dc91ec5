"""Storage as a whole, and the `Store` that a cog's service is given.

    async with store.write() as session:
        session.add(Answer(who=await store.who(person), account=account_text(person), mood=Mood.CALM))

A write is committed, and known to be in the file that the path names, when the block has ended;
only then may anybody be told "saved".
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from .core.secrets import SecretTable
from .core.tables import COG
from .engine import Database
from .errors import AlreadyHandled, StorageUnusable, translating
from .insert import NOTE, insertion
from .lock import RunLock
from .migrations import CORE, Source, migrate
from .needs import Clock, Keys, Sealing, Someone
from .rows import Row, seal_pending

T = TypeVar("T")


class _Session(Session):
    """A session whose rows open with the keys it was given."""


@event.listens_for(_Session, "before_flush")
def _seal(session: Session, *_: object) -> None:
    seal_pending(session)


@event.listens_for(_Session, "loaded_as_persistent")
def _hand_keys(session: Session, row: object) -> None:
    # The row opens its values also after its session has ended.
    if isinstance(row, Row):
        row.__dict__["_keys"] = session.info["keys"]


class _Undo(Exception):
    """Ends a write so that nothing of it stays."""


class Cause(Protocol):
    """What led to a write: the platform's lane and its own id of the event."""

    @property
    def lane(self) -> str:
        """Which stream of events this is one of: the platform's name."""

    @property
    def event(self) -> str:
        """The platform's id of the event."""


class Storage:
    """One database: open it, unlock it with the keyring, hand out stores."""

    def __init__(self, database: Database, now: Clock, lock: RunLock | None) -> None:
        self.database = database
        self.now = now
        self.secrets = SecretTable(self)
        self._lock = lock
        self._keys: Keys | None = None
        self._own: AsyncSession | None = None
        self._sealing: dict[str, Sealing] = {}
        self._batches: dict[str, int] = {}

    @classmethod
    async def open(
        cls,
        url: str,
        now: Clock,
        *,
        exclusive: bool = True,
        copies: Path | None = None,
        core: Source = CORE,
    ) -> Storage:
        """Open the database at `url` (`sqlite:///path` or `postgresql://…`), migrating the core's tables.

        `exclusive` takes the lock of a running Hearth; what only reads does without, and then nothing
        is migrated. `copies` is the folder for the copy made before a migration. Raises StorageError.
        """
        database = Database(url)
        lock = RunLock(database.path) if exclusive and database.path is not None else None
        if database.path is not None and exclusive:
            with contextlib.suppress(OSError):
                database.path.parent.mkdir(parents=True, exist_ok=True)
        if lock is not None:
            lock.take()
        try:
            await migrate(database, core, now, copies=copies, allowed=exclusive)
            await database.start()
        except BaseException:
            await database.close()
            if lock is not None:
                lock.release()
            raise
        return cls(database, now, lock)

    def unlock(self, keys: Keys) -> None:
        """Use this keyring. Before that only the sealed secrets themselves can be read."""
        self._keys = keys
        self.relock()

    def relock(self) -> None:
        """Ask the keyring for every key anew (its secrets have changed)."""
        self._sealing = {}

    async def migrate(self, source: Source, *, copies: Path | None = None) -> None:
        """Bring one cog's tables up to date. Raises NewerDatabase or MigrationFailed, then unchanged."""
        await migrate(self.database, source, self.now, copies=copies)

    def store(self, cog: str) -> Store:
        """The store of one cog: its own secrets, its own hashes."""
        return Store(self, cog)

    async def close(self) -> None:
        """Close all connections and give the lock back."""
        await self.database.close()
        if self._lock is not None:
            self._lock.release()

    @property
    def keys(self) -> Keys:
        """The keyring. Raises StorageUnusable while there is none."""
        if self._keys is None:
            raise StorageUnusable("The database is not unlocked: there is no master key.")
        return self._keys

    @property
    def own_session(self) -> AsyncSession | None:
        """The session of the write that the current task has open."""
        return self._own if self.database.writing else None

    async def sealing(self, cogs: Iterable[str]) -> dict[str, Sealing]:
        """The keys that seal the rows of these cogs and of the core."""
        for cog in (COG, *cogs):
            if cog not in self._sealing:
                self._sealing[cog] = await self.keys.key(f"seal:{cog}")
        return self._sealing

    @contextlib.asynccontextmanager
    async def bare_read(self, keys: dict[str, Sealing] | None = None) -> AsyncIterator[AsyncSession]:
        """A read transaction: one unchanging picture of the database."""
        async with self.database.as_reader():
            session = _session(self.database.reader, keys)
            try:
                with translating():
                    yield session
            finally:
                await _settled(session.close())

    @contextlib.asynccontextmanager
    async def bare_write(
        self, keys: dict[str, Sealing] | None = None, handled: dict[str, object] | None = None
    ) -> AsyncIterator[AsyncSession]:
        """A write transaction, committed at the end of the block and only whole. See `Store.write`."""
        async with self.database.as_writer():
            self.database.check()
            session = self._own = _session(self.database.writer, keys)
            done = False
            try:
                with translating():
                    if handled is not None and not await _note(session, handled):
                        raise AlreadyHandled
                    yield session
                    await _settled(session.commit())
                done = True
            finally:
                self._own = None
                if done:
                    # The connection went back with the commit; what remains needs no database.
                    session.sync_session.expunge_all()
                else:
                    await _settled(session.close())
            self.database.check()

    async def bare_add(
        self, row: Row, keys: dict[str, Sealing], handled: dict[str, object] | None = None
    ) -> bool:
        """One new row, committed; false where its id is taken. See `Store.add`."""
        if not self.database.sqlite:
            return await self._add_by_session(row, keys, handled)
        work = insertion(row, keys, handled)
        async with self.database.as_writer():
            self.database.check()
            with translating():
                added = await _settled(self.database.whole(work))
            self.database.check()
        return added

    async def _add_by_session(
        self, row: Row, keys: dict[str, Sealing] | None, handled: dict[str, object] | None
    ) -> bool:
        try:
            async with self.bare_write(keys, handled) as session:
                if await session.get(type(row), row.id) is not None:
                    raise _Undo
                session.add(row)
        except _Undo:
            return False
        return True

    async def handled(self, cause: Cause) -> dict[str, object]:
        """The row by which this event is known again."""
        key = await self.keys.key("handled")
        return {
            "hash": key.hash(f"{cause.lane}\0{cause.event}"),
            "lane": cause.lane,
            "batch": self._batches.get(cause.lane, 0),
        }

    def set_batch(self, lane: str, batch: int) -> None:
        """From now on events of this lane are noted under this batch."""
        self._batches[lane] = batch


class Store:
    """What a cog's service is given: transactions, and hashes that no other cog or space can join with."""

    def __init__(self, storage: Storage, cog: str) -> None:
        self.storage = storage
        self.cog = cog

    @property
    def now(self) -> Clock:
        """The clock: aware, UTC."""
        return self.storage.now

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Read; what changes meanwhile is not seen. Keep it short: erasing waits for readers.

        Rows stay readable after the block, sealed values included. Raises StorageError.
        """
        async with self.storage.bare_read(await self.storage.sealing((self.cog,))) as session:
            yield session

    @contextlib.asynccontextmanager
    async def write(self, cause: Cause | None = None) -> AsyncIterator[AsyncSession]:
        """Write: all of the block or, when it raises or is cancelled, nothing.

        Committed to the disk when the block has ended. With `cause` the event is noted in the same
        transaction, and AlreadyHandled is raised before the block runs where it was noted before.
        One writer at a time in a process; do not wait for people or networks inside. Raises
        StorageError; then nothing may be acknowledged.
        """
        keys = await self.storage.sealing((self.cog,))
        handled = None if cause is None else await self.storage.handled(cause)
        async with self.storage.bare_write(keys, handled) as session:
            yield session

    async def add(self, row: Row, cause: Cause | None = None) -> bool:
        """Write one new row, and nothing else; far cheaper than `write`. False, and nothing written, where
        a row with its id is there already.

        Committed to the disk, as a `write` is, when this returns; `cause` and what is raised as there.
        """
        keys = await self.storage.sealing((self.cog,))
        handled = None if cause is None else await self.storage.handled(cause)
        return await self.storage.bare_add(row, keys, handled)

    @contextlib.asynccontextmanager
    async def within(self, session: AsyncSession | None) -> AsyncIterator[AsyncSession]:
        """The given session as it is, or a write of its own."""
        if session is not None:
            yield session
        else:
            async with self.write() as own:
                yield own

    async def who(self, person: Someone) -> bytes:
        """The person's hash for this cog in their space; of no use in another cog or space."""
        return hash_of(await self.storage.keys.key(f"who:{self.cog}", person.space), person)

    async def who_everywhere(self, person: Someone) -> list[tuple[str, bytes]]:
        """The person's hash in every space in which this cog has ever looked somebody up."""
        found = await self.storage.keys.keys(f"who:{self.cog}")
        return [(space, hash_of(key, person)) for space, key in found]


def hash_of(key: Sealing, person: Someone) -> bytes:
    """The person's hash under this key."""
    return key.hash(f"{person.platform}\0{person.account}")


# Spelt out, because it stands in the way of every answer and building it anew costs more than running it.
_NOTE = text(NOTE)


async def _note(session: AsyncSession, handled: dict[str, object]) -> bool:
    connection = await session.connection()
    done = await connection.execute(_NOTE, handled)
    return bool(done.rowcount)


def _session(engine: AsyncEngine, keys: dict[str, Sealing] | None) -> AsyncSession:
    session = AsyncSession(engine, sync_session_class=_Session, expire_on_commit=False)
    session.info["keys"] = keys if keys is not None else {}
    return session


async def _settled(work: Awaitable[T]) -> T:
    """Finish `work` even when this task is cancelled meanwhile, and be cancelled afterwards.

    A commit or rollback that was begun must end before the next writer starts.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
    if cancelled is not None:
        with contextlib.suppress(Exception):
            task.result()
        raise cancelled
    return task.result()
