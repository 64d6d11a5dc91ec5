"""The versions of each space's profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import func, select

from ..needs import Someone
from ..rows import account_text
from ..store import Storage
from .tables import COG, Profile

Origin = Literal["file", "chat", "shipped"]


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
        content_hash: str | None = None,
        applied: bool = True,
    ) -> int:
        """Store a version; its number, from 1 on in its space. One not `applied` is held for a decision."""
        row = Profile(
            space=space,
            text=text,
            source=source,
            author=None if author is None else account_text(author),
            content_hash=content_hash,
            created=self._store.now(),
            applied=applied,
            undone=False,
        )
        async with self._store.write() as session:
            newest = select(func.max(Profile.number)).where(Profile.space == space)
            row.number = (await session.scalar(newest) or 0) + 1
            session.add(row)
        return row.number

    async def current(self, space: str) -> Profile | None:
        """The version in force."""
        wanted = (
            select(Profile)
            .where(Profile.space == space, Profile.applied, ~Profile.undone)
            .order_by(Profile.number.desc())
            .limit(1)
        )
        async with self._store.read() as session:
            return await session.scalar(wanted)

    async def get(self, space: str, number: int) -> Profile | None:
        """One version."""
        wanted = select(Profile).where(Profile.space == space, Profile.number == number)
        async with self._store.read() as session:
            return await session.scalar(wanted)

    async def history(self, space: str, limit: int = 20) -> Sequence[Profile]:
        """The newest versions, the newest first."""
        wanted = select(Profile).where(Profile.space == space).order_by(Profile.number.desc()).limit(limit)
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
