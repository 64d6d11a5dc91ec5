"""The versions of each space's profile."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from ..needs import Someone
from ..rows import ACCOUNT_LENGTH
from ..store import Storage
from .tables import COG, Profile

Origin = Literal["file", "chat", "shipped"]

_NAME = 40
"""So many characters of a name are kept with what its person changed."""


def author_text(person: Someone, name: str = "") -> str:
    """Who made a version, as it is sealed; without the name where both together are too long."""
    account = [person.platform, person.account, person.space]
    whole = json.dumps([*account, name[:_NAME]], ensure_ascii=False)
    fits = len(json.dumps(whole, ensure_ascii=False).encode()) <= ACCOUNT_LENGTH
    return whole if fits else json.dumps([*account, ""], ensure_ascii=False)


def author_parts(text: str) -> tuple[str, str, str]:
    """Platform, account and name of a version's author."""
    platform, account, _, *name = json.loads(text)
    return str(platform), str(account), str(name[0]) if name else ""


def _in_force(space: str) -> Select[Profile]:
    return (
        select(Profile)
        .where(Profile.space == space, Profile.applied, ~Profile.undone)
        .order_by(Profile.number.desc())
        .limit(1)
    )


_WITHOUT_TEXT = defer(Profile._sealed_text, raiseload=True)  # type: ignore[attr-defined]  # made by `sealed`


class Profiles:
    """Every version stays; the one in force is the newest that was applied and not undone."""

    def __init__(self, storage: Storage) -> None:
        self._store = storage.store(COG)

    async def add(
        self,
        space: str,
        text: str,
        source: Origin,
        *,
        author: Someone | None = None,
        name: str = "",
        content_hash: str | None = None,
        applied: bool = True,
        restores: int | None = None,
    ) -> int:
        """Store a version; its number, from 1 on in its space. One not `applied` is held for a decision."""
        async with self._store.write() as session:
            row = await self._added(
                session, space, text, source, author, name, content_hash, applied, restores
            )
        return row.number

    async def succeed(
        self,
        space: str,
        text: str,
        source: Origin,
        *,
        after: int,
        author: Someone | None = None,
        name: str = "",
        content_hash: str | None = None,
        restores: int | None = None,
    ) -> int | None:
        """Store a version in place of the one in force, if that still is `after` (0: none is); its number,
        or None where somebody was first."""
        async with self._store.write() as session:
            current = await session.scalar(_in_force(space).options(_WITHOUT_TEXT))
            if (0 if current is None else current.number) != after:
                return None
            row = await self._added(session, space, text, source, author, name, content_hash, True, restores)
        return row.number

    async def _added(
        self,
        session: AsyncSession,
        space: str,
        text: str,
        source: Origin,
        author: Someone | None,
        name: str,
        content_hash: str | None,
        applied: bool,
        restores: int | None,
    ) -> Profile:
        newest = select(func.max(Profile.number)).where(Profile.space == space)
        row = Profile(
            space=space,
            number=(await session.scalar(newest) or 0) + 1,
            text=text,
            source=source,
            author=None if author is None else author_text(author, name),
            content_hash=content_hash,
            created=self._store.now(),
            applied=applied,
            undone=False,
            restores=restores,
        )
        session.add(row)
        return row

    async def current(self, space: str) -> Profile | None:
        """The version in force."""
        async with self._store.read() as session:
            return await session.scalar(_in_force(space))

    async def in_force(self) -> Mapping[str, int]:
        """The number of the version in force, by space."""
        wanted = (
            select(Profile.space, func.max(Profile.number).label("newest"))
            .where(Profile.applied, ~Profile.undone)
            .group_by(Profile.space)
        )
        async with self._store.read() as session:
            return {row.space: row.newest for row in await session.execute(wanted)}

    async def get(self, space: str, number: int) -> Profile | None:
        """One version."""
        wanted = select(Profile).where(Profile.space == space, Profile.number == number)
        async with self._store.read() as session:
            return await session.scalar(wanted)

    async def before(self, space: str, number: int) -> Profile | None:
        """The newest version below `number` that was in force."""
        wanted = _in_force(space).where(Profile.number < number)
        async with self._store.read() as session:
            return await session.scalar(wanted)

    async def history(self, space: str, limit: int = 20) -> Sequence[Profile]:
        """The newest versions without their texts, the newest first."""
        wanted = (
            select(Profile)
            .where(Profile.space == space)
            .order_by(Profile.number.desc())
            .limit(limit)
            .options(_WITHOUT_TEXT)
        )
        async with self._store.read() as session:
            return (await session.scalars(wanted)).all()

    async def last_file(self, space: str) -> Profile | None:
        """The last version that came from the file: what its `content_hash` is compared with at start."""
        wanted = (
            select(Profile)
            .where(Profile.space == space, Profile.source == "file")
            .order_by(Profile.number.desc())
            .limit(1)
        )
        async with self._store.read() as session:
            return await session.scalar(wanted)

    async def apply(self, space: str, number: int) -> None:
        """Put a held version in force. Raises LookupError where there is none."""
        await self._mark(space, number, applied=True, undone=False)

    async def undo(self, space: str, number: int) -> None:
        """Take a version out of force; the one before it counts again. Raises LookupError."""
        await self._mark(space, number, undone=True)

    async def _mark(self, space: str, number: int, **marks: bool) -> None:
        wanted = select(Profile).where(Profile.space == space, Profile.number == number)
        async with self._store.write() as session:
            found = await session.scalar(wanted)
            if found is None:
                raise LookupError("there is no such version")
            for name, value in marks.items():
                setattr(found, name, value)

    # --- one author -------------------------------------------------------------------------------

    async def of(self, person: Someone) -> Sequence[Profile]:
        """The versions that an account made, in every space, without their texts. They are few, so they
        are found by opening each: no hash of their author needs to stand beside them."""
        async with self._store.read() as session:
            return [row for row in await session.scalars(_written()) if _is_by(row, person)]

    async def forget(self, person: Someone) -> None:
        """Forget who made what an account made. The versions stay: they are the community's."""
        async with self._store.write() as session:
            for row in await session.scalars(_written()):
                if _is_by(row, person):
                    row.author = None


def _written() -> Select[Profile]:
    return select(Profile).where(Profile.source == "chat").options(_WITHOUT_TEXT).order_by(Profile.number)


def _is_by(row: Profile, person: Someone) -> bool:
    return row.author is not None and author_parts(row.author)[:2] == (person.platform, person.account)
