"""What platforms keep, in the database: sealed bytes by name, and how far they have read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete

from bot.sdk.context import Cause
from bot.storage.core.blobs import Blobs, Handled
from bot.storage.core.tables import handled_table
from bot.storage.store import Storage


class SealedVault:
    """A platform's own drawer. Fulfils `bot.sdk.ports.Vault`."""

    def __init__(self, storage: Storage, platform: str) -> None:
        self._storage = storage
        self._blobs = Blobs(storage)
        self._platform = platform

    async def load(self, name: str) -> bytes | None:
        """What was last saved under this name."""
        return await self._blobs.get(self._named(name))

    async def save(self, blobs: Mapping[str, bytes | None]) -> None:
        """Save all of them in one transaction; None deletes."""
        async with self._storage.store("core").write() as session:
            kept = {self._named(name): data for name, data in blobs.items() if data is not None}
            await self._blobs.put(kept, within=session)
            for name, data in blobs.items():
                if data is None:
                    await self._blobs.remove(self._named(name), within=session)

    def _named(self, name: str) -> str:
        # Everything of a platform begins with its name: a restore drops it as a whole.
        return f"{self._platform}.{name}"


class ReadSoFar:
    """A platform's position and the events beyond it that are done. Fulfils `bot.sdk.ports.Handled`.

    It notes what was *answered*; what was *stored* is noted by the write itself, under the platform's
    name. An event that was stored and not answered is therefore taken again, and stored once.
    """

    def __init__(self, storage: Storage, platform: str) -> None:
        self._storage = storage
        self._handled = Handled(storage)
        self._blobs = Blobs(storage)
        self._lane = f"{platform}.read"
        self._name = f"{platform}.position"

    async def position(self) -> str | None:
        """The saved position."""
        kept = await self._blobs.get(self._name)
        return None if kept is None else kept.decode()

    async def was_handled(self, event_id: str) -> bool:
        """Whether this event was recorded and not dropped since."""
        return await self._handled.seen(Cause(self._lane, event_id))

    async def record(self, event_id: str) -> None:
        """Remember that this event is done."""
        await self._handled.note(Cause(self._lane, event_id))

    async def move(self, position: str | None, keep: Sequence[str]) -> None:
        """Save the position and drop every remembered event but those in `keep`, in one transaction."""
        kept = [(await self._storage.handled(Cause(self._lane, event)))["hash"] for event in keep]
        async with self._storage.store("core").write() as session:
            if position is not None:
                await self._blobs.put({self._name: position.encode()}, within=session)
            old = (handled_table.c.lane == self._lane) & handled_table.c.hash.not_in(kept)
            await session.execute(delete(handled_table).where(old))
