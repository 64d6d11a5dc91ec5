"""Export, forget, growing old: what goes, and what stays in force."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person

from .owing import GRACE, Owing
from .records import Records
from .story import InForce
from .tables import Agreed, Asked, Case, Doer, Owed, Sanction, Silenced


class Leaving:
    """What is kept of a person, and how it goes."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def export(self, person: Person) -> list[dict[str, Any]]:
        """All that is kept of a person, by space: what was done about them, and what they did as a moderator.
        Who else had a hand in it is not theirs to take along."""
        told = []
        async with self._records.store.read() as session:
            for space, who in await self._records.store.who_everywhere(person):
                cases = await session.scalars(select(Case).where(Case.who == who).order_by(Case.opened))
                stories = await self._records.stories(session, cases.all())
                sanctions = (await session.scalars(select(Sanction).where(Sanction.who == who))).all()
                agreed = await session.scalar(select(Agreed).where(Agreed.who == who))
                silent = await session.scalar(select(Silenced.id).where(Silenced.who == who)) is not None
                did = (await session.scalars(select(Doer).where(Doer.who == who).order_by(Doer.at))).all()
                asked = await session.scalar(select(Asked.id).where(Asked.who == who)) is not None
                if not (stories or sanctions or agreed or asked or silent or did):
                    continue
                told.append({
                    "space": space,
                    "cases": [story.exported() for story in stories],
                    "in_force": [
                        {"kind": one.kind, "until": one.until.isoformat()} for one in sanctions
                    ],
                    "agreed": None if agreed is None else agreed.at.isoformat(),
                    "asked_to_agree": asked,
                    "nudges_refused": silent,
                    "done_as_moderator": [one.at.isoformat() for one in did],
                })  # fmt: skip
        return told

    async def forget(self, person: Person, session: AsyncSession | None = None) -> None:
        """Everything of a person goes, in every space, but what is in force: sanctions until they end and
        cases that wait for a moderator, which go when they no longer are."""
        now = self._records.supplies.clock()
        hashes = [who for _, who in await self._records.store.who_everywhere(person)]
        async with self._records.store.within(session) as own:
            for kind in (Agreed, Asked, Silenced, Doer):
                await own.execute(delete(kind).where(kind.who.in_(hashes)))
            await own.execute(delete(Sanction).where(Sanction.who.in_(hashes), Sanction.until <= now))
            cases = (await own.scalars(select(Case).where(Case.who.in_(hashes)))).all()
            await Owing.forget(own, [case.id for case in cases])
            for case in cases:
                case.erased = True
                await own.flush()
                await self._records.clear(own, case, now)

    async def in_force(self, person: Person, now: datetime.datetime) -> list[InForce]:
        """Sanctions in force and cases that wait, in every community: what erasing one's data leaves."""
        found = []
        async with self._records.store.read() as session:
            for space, who in await self._records.store.who_everywhere(person):
                sanctions = await session.scalars(
                    select(Sanction).where(Sanction.who == who, Sanction.until > now).order_by(Sanction.until)
                )
                found += [InForce(space, one.kind, one.until) for one in sanctions.all()]
                cases = await session.scalars(select(Case).where(Case.who == who, Case.waits.is_(True)))
                found += [InForce(space, "case", one.expires) for one in cases.all()]
        return found

    async def stays(self, person: Person) -> list[tuple[str, datetime.date]]:
        """What erasing one's data leaves in force, and until which day (UTC) at most."""
        return [
            (f"stays-{one.kind.replace('_', '-')}", one.until.date())
            for one in await self.in_force(person, self._records.supplies.clock())
        ]

    async def age_out(self, now: datetime.datetime) -> None:
        """What is older than it may be goes, whole rows at a time. To be called about once an hour."""
        async with self._records.store.write() as session:
            await session.execute(delete(Sanction).where(Sanction.until <= now))
            await session.execute(delete(Owed).where(Owed.at <= now - 2 * GRACE))
            held = select(Sanction.case)
            over = (Case.expires <= now) | (Case.erased.is_(True) & Case.waits.is_(False))
            gone = await session.scalars(select(Case).where(over, Case.id.not_in(held)))
            for case in gone.all():
                await self._records.remove(session, case)
