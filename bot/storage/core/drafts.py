"""Sealed drafts: what somebody typed into a form that could not be accepted."""

from __future__ import annotations

import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..needs import Someone
from ..rows import account_text
from ..store import Storage
from .tables import COG, Draft

KEPT = datetime.timedelta(minutes=30)
_MINUTE = datetime.timedelta(minutes=1)


class Drafts:
    """Keeps what was typed for half an hour, for its writer alone."""

    def __init__(self, storage: Storage) -> None:
        self._store = storage.store(COG)

    async def put(
        self,
        person: Someone,
        payload: dict[str, object],
        *,
        kept: datetime.timedelta = KEPT,
        draft_id: str | None = None,
    ) -> str:
        """Keep `payload` (plain JSON values) for `kept`, in place of `draft_id` where given; its id."""
        who = await self._store.who(person)
        # To the next whole minute: the moment of typing would be found again in what was saved then.
        expires = (self._store.now() + kept + _MINUTE).replace(second=0, microsecond=0)
        async with self._store.write() as session:
            draft = await session.get(Draft, draft_id) if draft_id is not None else None
            if draft is None or draft.who != who:
                draft = Draft(who=who, account=account_text(person))
                session.add(draft)
            draft.payload, draft.expires = payload, expires
        return draft.id

    async def get(self, draft_id: str, person: Someone) -> dict[str, object] | None:
        """The draft, if it is this person's and has not expired."""
        who = await self._store.who(person)
        async with self._store.read() as session:
            draft = await session.get(Draft, draft_id)
        if draft is None or draft.who != who or draft.expires <= self._store.now():
            return None
        return draft.payload

    async def of(self, person: Someone) -> list[tuple[str, dict[str, object]]]:
        """This person's drafts in this space that have not expired, the latest first."""
        wanted = (
            select(Draft)
            .where(Draft.who == await self._store.who(person), Draft.expires > self._store.now())
            .order_by(Draft.expires.desc())
        )
        async with self._store.read() as session:
            return [(draft.id, draft.payload) for draft in await session.scalars(wanted)]

    async def drop(self, draft_id: str, person: Someone, within: AsyncSession | None = None) -> None:
        """Forget a draft of this person; harmless when there is none."""
        who = await self._store.who(person)
        async with self._store.within(within) as session:
            await session.execute(delete(Draft).where(Draft.id == draft_id, Draft.who == who))

    async def purge(self) -> None:
        """Delete what has expired (housekeeping). Without anything to delete nothing is written."""
        past = Draft.expires <= self._store.now()
        async with self._store.read() as session:
            if not await session.scalar(select(func.count()).select_from(Draft).where(past)):
                return
        async with self._store.write() as session:
            await session.execute(delete(Draft).where(past))
