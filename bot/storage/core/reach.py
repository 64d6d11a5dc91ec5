"""Spaces and their places, and in which spaces an account was met."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..needs import Someone
from ..rows import account_parts, account_text
from ..store import Storage, hash_of
from .tables import COG, Reached, Space

_REMEMBERED = 20_000


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """A platform account in a space, as storage remembers it."""

    platform: str
    account: str = dataclasses.field(repr=False)
    space: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class KnownSpace:
    """A space: its random id, its name, and the place it belongs to."""

    id: str
    name: str
    platform: str
    place: str = dataclasses.field(repr=False)


class Spaces:
    """Which server or room a space belongs to, under a random id that other tables may show."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._store = storage.store(COG)

    async def all(self) -> list[KnownSpace]:
        """Every space."""
        async with self._store.read() as session:
            return [
                KnownSpace(row.id, row.name, *row.binding) for row in await session.scalars(select(Space))
            ]

    async def find(self, platform: str, place: str) -> str | None:
        """The id of the space bound to this place."""
        wanted = select(Space.id).where(Space.bound == await self._bound(platform, place))
        async with self._store.read() as session:
            return await session.scalar(wanted)

    async def add(self, platform: str, place: str, name: str) -> str:
        """The id of the space bound to this place, made where there is none."""
        bound = await self._bound(platform, place)
        async with self._store.write() as session:
            found = await session.scalar(select(Space.id).where(Space.bound == bound))
            if found is not None:
                return found
            row = Space(bound=bound, name=name, binding=[platform, place])
            session.add(row)
        return row.id

    async def _bound(self, platform: str, place: str) -> bytes:
        return (await self._storage.keys.key("space")).hash(f"{platform}\0{place}")


class Reach:
    """Who was met where. Needed to ask once in a direct conversation which space is meant, to find
    all of a person when erasing, and to find the erased again in a restored backup."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._store = storage.store(COG)
        self._met: set[bytes] = set()

    async def met(self, person: Someone, within: AsyncSession | None = None) -> None:
        """Note that this person was met in their space; free when it was noted before in this process."""
        pair = await self._pair(person)
        if pair in self._met:
            return
        row = Reached(pair=pair, who=await self._who(person), account=account_text(person), chosen=False)
        async with self._store.within(within) as session:
            if await session.scalar(select(Reached.id).where(Reached.pair == pair)) is None:
                session.add(row)
        if within is None:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            self._met.add(pair)

    async def spaces(self, person: Someone) -> list[str]:
        """The spaces in which this account was met."""
        return sorted(account_parts(row.account)[2] for row in await self._rows(person))

    async def chosen(self, person: Someone) -> str | None:
        """The space this account meant last in a direct conversation, or its only one."""
        rows = await self._rows(person)
        wanted = [row for row in rows if row.chosen] or (rows if len(rows) == 1 else [])
        return account_parts(wanted[0].account)[2] if wanted else None

    async def choose(self, person: Someone) -> None:
        """Remember the person's space as the one that is meant."""
        await self.met(person)
        pair, who = await self._pair(person), await self._who(person)
        async with self._store.write() as session:
            for row in await session.scalars(select(Reached).where(Reached.who == who)):
                row.chosen = row.pair == pair

    async def everybody(self) -> list[Account]:
        """Every account in every space."""
        async with self._store.read() as session:
            return [Account(*account_parts(row.account)) for row in await session.scalars(select(Reached))]

    async def forget(self, person: Someone, within: AsyncSession | None = None) -> None:
        """Forget this account in all spaces."""
        who = await self._who(person)
        async with self._store.within(within) as session:
            await session.execute(delete(Reached).where(Reached.who == who))
        self._met.clear()

    async def _rows(self, person: Someone) -> Sequence[Reached]:
        async with self._store.read() as session:
            return (
                await session.scalars(select(Reached).where(Reached.who == await self._who(person)))
            ).all()

    async def _who(self, person: Someone) -> bytes:
        return hash_of(await self._storage.keys.key("account"), person)

    async def _pair(self, person: Someone) -> bytes:
        key = await self._storage.keys.key("reach")
        return key.hash(f"{person.platform}\0{person.account}\0{person.space}")
