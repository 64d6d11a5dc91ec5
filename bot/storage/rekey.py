"""After a theft of data and key: every value sealed again, every hash computed again, under new secrets.

A hash can be computed again only where the account lies sealed beside it; rows without that are
dropped, and which tables lose rows is asked before (`without_account`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from .core.reach import Account
from .core.tables import COG, Reached, Space, blob_table, handled_table
from .errors import StorageUnusable
from .needs import Sealing
from .rows import Row, account_parts, person_columns
from .store import Storage, hash_of


class Renewed(Protocol):
    """New secrets for everything; made by the keyring."""

    @property
    def secrets(self) -> Mapping[str, tuple[str, bytes]]:
        """Purpose and sealed secret of every new slot."""

    @property
    def keys(self) -> Mapping[tuple[str, str], tuple[Sealing, Sealing]]:
        """Old and new key of every (purpose, space)."""


def without_account() -> list[str]:
    """The tables whose rows a rekey drops, because nothing tells whose they are."""
    return sorted(
        kind.__tablename__ for kind in _kinds() if any(of is None for _, of, _ in person_columns(kind))
    )


async def rekey(storage: Storage, renewed: Renewed) -> int:
    """Seal and hash everything anew, in one transaction; how many rows were dropped.

    Nothing else may run meanwhile. Afterwards: `keyring.adopt(renewal)`, `storage.relock()`, and
    `empty_log`, so that no file holds what the stolen key opens. What was handled is forgotten.
    Raises StorageUnusable where tables of a cog that is not loaded are there: their values would
    become unreadable.
    """
    dropped = 0
    keys = await storage.sealing({kind.__cog__ for kind in _kinds()})
    async with storage.bare_write(keys) as session:
        connection = await session.connection()
        tables = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
        known = {f"version_{kind.__cog__}" for kind in _kinds()}
        strangers = sorted(name for name in tables if name.startswith("version_") and name not in known)
        if strangers:
            names = ", ".join(name.removeprefix("version_") for name in strangers)
            raise StorageUnusable(f"Load these cogs first, or their data would be lost: {names}.")
        for kind in _kinds():
            if kind.__tablename__ in tables:
                dropped += await _table(session, kind, renewed)
        await _core(session, renewed)
        await session.flush()
        await storage.secrets.replace(renewed.secrets)
    return dropped


def _kinds() -> list[type[Row]]:
    return sorted((mapper.class_ for mapper in Row.registry.mappers), key=lambda kind: kind.__tablename__)


async def _table(session: AsyncSession, kind: type[Row], renewed: Renewed) -> int:
    if any(of is None for _, of, _ in person_columns(kind)):
        ids = (await session.scalars(select(kind.id))).all()
        await session.execute(delete(kind))
        return len(ids)
    if not kind.__sealed__:
        return 0
    if (keys := renewed.keys.get((f"seal:{kind.__cog__}", ""))) is None:
        return 0  # nothing of this cog was ever sealed
    _, new = keys
    for row in await session.scalars(select(kind)):
        for name, of, purpose in person_columns(kind):
            person = Account(*account_parts(getattr(row, of or "")))
            there = (purpose, "") if purpose is not None else (f"who:{kind.__cog__}", person.space)
            setattr(row, name, hash_of(renewed.keys[there][1], person))
        if isinstance(row, Reached):
            platform, account, space = account_parts(row.account)
            row.pair = renewed.keys["reach", ""][1].hash(f"{platform}\0{account}\0{space}")
        if isinstance(row, Space):
            row.bound = renewed.keys["space", ""][1].hash("\0".join(row.binding))
        for at in kind.__sealed__.values():
            setattr(row, at.key, at.sealed(row, new))
    return 0


async def _core(session: AsyncSession, renewed: Renewed) -> None:
    old, new = renewed.keys[f"seal:{COG}", ""]
    for name, sealed in (await session.execute(select(blob_table))).all():
        bound = ("core_blob", "sealed", name)
        again = new.seal(old.open(sealed, bound), bound)
        await session.execute(update(blob_table).where(blob_table.c.name == name).values(sealed=again))
    await session.execute(delete(handled_table))
