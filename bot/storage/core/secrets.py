"""The sealed secrets of the keyring, by slot. Nothing here can open one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..sql import insert_unless_there
from .tables import secret_table

if TYPE_CHECKING:
    from ..store import Storage

_FRESH = "fresh secrets"


class SecretTable:
    """Fulfils what the keyring asks of storage (`bot.privacy.needs.Secrets`)."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def get(self, slot: str) -> tuple[bytes, bool] | None:
        """The secret in `slot`, and whether it is committed."""
        own = self._storage.own_session
        if own is not None:
            found = await _one(own, slot)
            return None if found is None else (found, slot not in own.info.get(_FRESH, ()))
        async with self._storage.bare_read() as session:
            found = await _one(session, slot)
        return None if found is None else (found, True)

    async def keep(self, slot: str, purpose: str, sealed: bytes) -> tuple[bytes, bool]:
        """Store unless the slot is taken; what it holds now, and whether that is committed."""
        own = self._storage.own_session
        values = {"slot": slot, "purpose": purpose, "sealed": sealed}
        if own is not None:
            await insert_unless_there(own, secret_table, values)
            own.info.setdefault(_FRESH, set()).add(slot)
            return await _there(own, slot), False
        async with self._storage.bare_write() as session:
            await insert_unless_there(session, secret_table, values)
            there = await _there(session, slot)
        return there, True

    async def of(self, purpose: str) -> Mapping[str, bytes]:
        """Every committed secret of one purpose, by slot."""
        wanted = select(secret_table.c.slot, secret_table.c.sealed).where(secret_table.c.purpose == purpose)
        own = self._storage.own_session
        if own is not None:
            return {row.slot: row.sealed for row in await own.execute(wanted)}
        async with self._storage.bare_read() as session:
            return {row.slot: row.sealed for row in await session.execute(wanted)}

    async def all(self) -> Mapping[str, tuple[str, bytes]]:
        """Purpose and secret of every slot."""
        async with self._storage.bare_read() as session:
            found = await session.execute(select(secret_table))
            return {slot: (purpose, sealed) for slot, purpose, sealed in found}

    async def replace(self, secrets: Mapping[str, tuple[str, bytes]]) -> None:
        """Put these in place of all there are, in one transaction (the caller's, if it holds one)."""
        own = self._storage.own_session
        if own is not None:
            await _replace(own, secrets)
            return
        async with self._storage.bare_write() as session:
            await _replace(session, secrets)


async def _replace(session: AsyncSession, secrets: Mapping[str, tuple[str, bytes]]) -> None:
    await session.execute(delete(secret_table))
    rows = [{"slot": slot, "purpose": of, "sealed": sealed} for slot, (of, sealed) in secrets.items()]
    await session.execute(insert(secret_table), rows)


async def _one(session: AsyncSession, slot: str) -> bytes | None:
    return await session.scalar(select(secret_table.c.sealed).where(secret_table.c.slot == slot))


async def _there(session: AsyncSession, slot: str) -> bytes:
    found = await _one(session, slot)
    if found is None:
        raise LookupError("a secret that was just stored is not there")
    return found
