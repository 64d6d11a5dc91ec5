"""Named sealed bytes, plain facts, and what has been handled already."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..needs import Sealing
from ..sql import insert_or_change, insert_unless_there
from ..store import Cause, Storage
from .tables import COG, blob_table, fact_table, handled_table


class Blobs:
    """Sealed bytes by name: a platform's keys, device and position."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._store = storage.store(COG)

    async def get(self, name: str) -> bytes | None:
        """What was put under `name`."""
        wanted = select(blob_table.c.sealed).where(blob_table.c.name == name)
        async with self._store.read() as session:
            sealed = await session.scalar(wanted)
        return None if sealed is None else (await self._key()).open(sealed, _bound(name))

    async def put(
        self,
        blobs: Mapping[str, bytes],
        *,
        handled: tuple[str, int] | None = None,
        within: AsyncSession | None = None,
    ) -> None:
        """Put all of these in one transaction.

        `handled=(lane, batch)` forgets in the same transaction the events of that lane noted before
        `batch`: those that the saved position already covers.
        """
        key = await self._key()
        async with self._store.within(within) as session:
            for name, data in blobs.items():
                values = {"name": name, "sealed": key.seal(data, _bound(name))}
                await insert_or_change(session, blob_table, values, ["name"])
            if handled is not None:
                await _forget(session, *handled)

    async def remove(self, name: str, within: AsyncSession | None = None) -> None:
        """Delete one blob; harmless when it is not there."""
        async with self._store.within(within) as session:
            await session.execute(delete(blob_table).where(blob_table.c.name == name))

    async def drop(self, prefix: str, within: AsyncSession | None = None) -> None:
        """Delete every blob whose name starts with `prefix`."""
        async with self._store.within(within) as session:
            await session.execute(
                delete(blob_table).where(func.substr(blob_table.c.name, 1, len(prefix)) == prefix)
            )

    async def _key(self) -> Sealing:
        return (await self._storage.sealing(()))[COG]


class Facts:
    """Plain facts about this installation, never about a person."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def get(self, name: str) -> str | None:
        """The fact, if it is known."""
        async with self._storage.bare_read() as session:
            return await session.scalar(select(fact_table.c.value).where(fact_table.c.name == name))

    async def put(self, name: str, value: str, within: AsyncSession | None = None) -> None:
        """Note a fact."""
        if within is not None:
            await insert_or_change(within, fact_table, {"name": name, "value": value}, ["name"])
            return
        async with self._storage.bare_write() as session:
            await insert_or_change(session, fact_table, {"name": name, "value": value}, ["name"])

    async def drop(self, name: str) -> None:
        """Forget a fact."""
        async with self._storage.bare_write() as session:
            await session.execute(delete(fact_table).where(fact_table.c.name == name))


class Handled:
    """What was handled, so that a repeat is known. Kept without time: batches are forgotten as a whole.

    Matrix starts a batch with each sync response and forgets the older ones when their position is
    saved (`Blobs.put`); Discord starts one every fifteen minutes and forgets those before the last.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._store = storage.store(COG)
        self._current: dict[str, int] = {}

    async def begin(self, lane: str) -> int:
        """Start a new batch of this lane; its number."""
        if lane not in self._current:
            wanted = select(func.max(handled_table.c.batch)).where(handled_table.c.lane == lane)
            async with self._store.read() as session:
                self._current[lane] = await session.scalar(wanted) or 0
        self._current[lane] += 1
        self._storage.set_batch(lane, self._current[lane])
        return self._current[lane]

    async def seen(self, cause: Cause) -> bool:
        """Whether this event was noted."""
        row = await self._storage.handled(cause)
        wanted = select(handled_table.c.lane).where(handled_table.c.hash == row["hash"])
        async with self._store.read() as session:
            return await session.scalar(wanted) is not None

    async def note(self, cause: Cause, within: AsyncSession | None = None) -> bool:
        """Note an event that needed no write of its own (or whose handling failed); false for a repeat."""
        row = await self._storage.handled(cause)
        async with self._store.within(within) as session:
            return await insert_unless_there(session, handled_table, row)

    async def forget(self, lane: str, before: int) -> None:
        """Forget this lane's events of every batch before `before`."""
        async with self._store.write() as session:
            await _forget(session, lane, before)


async def _forget(session: AsyncSession, lane: str, before: int) -> None:
    old = (handled_table.c.lane == lane) & (handled_table.c.batch < before)
    await session.execute(delete(handled_table).where(old))


def _bound(name: str) -> tuple[str, str, str]:
    return "core_blob", "sealed", name
