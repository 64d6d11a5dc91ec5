"""Limits on one person: writing more slowly, a break from writing, and what was held put back."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person, Place, Store, Supplies, account_parts

from .matching.conditions import Action
from .story import Again, Out, place_from, place_text
from .tables import Back, Break, Case, Sanction

_KINDS = ("slow", "time_out")
_SECOND = datetime.timedelta(seconds=1)
"""Agendas count in whole seconds."""


@dataclasses.dataclass
class _Slowed:
    """Somebody who writes more slowly until then, and when they last wrote; in memory alone."""

    until: datetime.datetime
    last: datetime.datetime | None = None


class Limits:
    """What is in force about people, as rows and, for what every message is held against, in memory."""

    def __init__(self, supplies: Supplies) -> None:
        self._supplies = supplies
        self._slowed: dict[tuple[str, str, str], _Slowed] = {}

    # --- writing more slowly --------------------------------------------------------------------------

    async def load(self, space: str) -> None:
        """Know who writes more slowly there, from the rows."""
        now = self._supplies.clock()
        async with self._store.read() as session:
            rows = await session.scalars(
                select(Sanction).where(Sanction.space == space, Sanction.until > now)
            )
            for row in rows.all():
                if row.kind == "slow":
                    self._slow(account_parts(row.account), row.until)

    def too_soon(self, person: Person, at: datetime.datetime, pace: datetime.timedelta) -> bool:
        """Whether somebody who writes more slowly wrote again before `pace` was over. Memory only."""
        key = (person.platform, person.account, person.space)
        slowed = self._slowed.get(key)
        if slowed is None:
            return False
        if slowed.until <= at:
            del self._slowed[key]
            return False
        if slowed.last is not None and at - slowed.last < pace:
            return True
        slowed.last = at
        return False

    async def first_told(self, person: Person, at: datetime.datetime) -> bool:
        """Whether somebody is to be told now that they wrote too soon: once for all that is in force."""
        who = await self._store.who(person)
        async with self._store.write() as session:
            rows = await session.scalars(select(Sanction).where(Sanction.who == who, Sanction.until > at))
            slow = [row for row in rows.all() if row.kind == "slow"]
            first = bool(slow) and all(row.told_at is None for row in slow)
            for row in slow:
                row.told_at = row.told_at or at.replace(second=0, microsecond=0)
        return first

    def _slow(self, key: tuple[str, str, str], until: datetime.datetime) -> None:
        held = self._slowed.setdefault(key, _Slowed(until))
        held.until = max(held.until, until)

    # --- imposing and lifting -------------------------------------------------------------------------

    async def impose(
        self,
        session: AsyncSession,
        case: Case,
        actions: Sequence[Action],
        at: datetime.datetime,
        place: Place | None = None,
    ) -> tuple[dict[str, datetime.datetime], list[Out]]:
        """Put limits in force: until when each is, and where somebody may not write any more. Of several
        breaks the one that ends last counts, wherever somebody has one."""
        until = {
            each.kind: at + each.value
            for each in actions
            if each.kind in _KINDS and isinstance(each.value, datetime.timedelta)
        }
        for kind, end in until.items():
            session.add(
                Sanction(
                    space=case.space, who=case.who, account=case.account, case=case.id, until=end, kind=kind
                )
            )
        if "slow" in until:
            key = account_parts(case.account)
            self._slow(key, until["slow"])
            self._slowed[key].last = at
        if "time_out" not in until or place is None:
            return until, []
        await session.flush()
        rows = await self._breaks(session, case.who)
        if all(row.place != place_text(place) for row in rows):
            row = Break(
                space=case.space, who=case.who, account=case.account, place=place_text(place),
                until=until["time_out"],
            )  # fmt: skip
            session.add(row)
            rows.append(row)
        return until, await self._until(session, rows, at)

    async def lift(self, session: AsyncSession, case: Case, at: datetime.datetime) -> tuple[bool, list[Out]]:
        """End what is in force in a case: whether anything was, and where somebody may write again, or may
        not until another time since another case says so."""
        there = (await session.scalars(select(Sanction.id).where(Sanction.case == case.id))).all()
        if not there:
            return False, []
        await session.execute(delete(Sanction).where(Sanction.case == case.id))
        left = [row for row in await self._sanctions(session, case.who, at) if row.kind == "slow"]
        key = account_parts(case.account)
        self._slowed.pop(key, None)
        for row in left:
            self._slow(key, row.until)
        return True, await self._until(session, await self._breaks(session, case.who), at)

    async def _until(self, session: AsyncSession, rows: Sequence[Break], at: datetime.datetime) -> list[Out]:
        """Let every break of one person last as long as the longest that is in force, or end now."""
        if not rows:
            return []
        held = await self._sanctions(session, rows[0].who, at)
        end = max((one.until for one in held if one.kind == "time_out"), default=at)
        for row in rows:
            row.until = end
        await session.flush()
        return [_out(row) for row in rows]

    @staticmethod
    async def _sanctions(session: AsyncSession, who: bytes, at: datetime.datetime) -> Sequence[Sanction]:
        found = await session.scalars(select(Sanction).where(Sanction.who == who, Sanction.until > at))
        return found.all()

    @staticmethod
    async def _breaks(session: AsyncSession, who: bytes) -> list[Break]:
        return list((await session.scalars(select(Break).where(Break.who == who))).all())

    @staticmethod
    def put_back(session: AsyncSession, case: Case, held: Again | None, at: datetime.datetime) -> None:
        """Have what is held posted again; the words of somebody who erased them stay away."""
        if held is not None and not case.erased:
            session.add(Back(space=case.space, case=case.id, at=at))

    # --- carrying out ---------------------------------------------------------------------------------

    async def breaks(self, space: str) -> list[Out]:
        """Every break that is still to be ended in a space."""
        async with self._store.read() as session:
            rows = await session.scalars(select(Break).where(Break.space == space))
            return [_out(row) for row in rows.all()]

    async def over(self, id: str, now: datetime.datetime) -> Out | None:
        """A break that is over and not yet ended where it was."""
        async with self._store.read() as session:
            row = await session.get(Break, id)
            return _out(row) if row is not None and row.until < now + _SECOND else None

    async def lasts(self, id: str, now: datetime.datetime) -> Out | None:
        """A break that is not over."""
        async with self._store.read() as session:
            row = await session.get(Break, id)
            return _out(row) if row is not None and row.until > now else None

    async def ended(self, id: str, now: datetime.datetime) -> None:
        """A break was ended. One that began anew meanwhile stays."""
        async with self._store.write() as session:
            row = await session.get(Break, id)
            if row is not None and row.until < now + _SECOND:
                await session.delete(row)

    async def backs(self, space: str) -> list[tuple[str, datetime.datetime]]:
        """What is still to be posted again in a space: its case, and since when."""
        async with self._store.read() as session:
            rows = await session.scalars(select(Back).where(Back.space == space))
            return [(row.case, row.at) for row in rows.all()]

    async def went_back(self, case: str) -> None:
        """What was held in a case was posted again, or cannot be."""
        async with self._store.write() as session:
            await session.execute(delete(Back).where(Back.case == case))

    @property
    def _store(self) -> Store:
        return self._supplies.store


def _out(row: Break) -> Out:
    platform, account, space = account_parts(row.account)
    return Out(row.id, Person(platform, account, space), place_from(row.place), row.until)


__all__ = ["Limits"]
