"""What every part of the rules works with: cases, their lines, and who had a hand in them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person, Refused, Space, Store, Supplies, account_text

from .book import Nudged, settings_of
from .story import CaseStory, Done, doer_of, in_minutes, line_from, person_of, said_of
from .tables import Back, Case, Count, Doer, Entry, Owed, Sanction


class Records:
    """The common ground. Sessions are handed in, so that each act is one transaction."""

    def __init__(self, supplies: Supplies) -> None:
        self._supplies = supplies

    @property
    def store(self) -> Store:
        """The cog's part of the database."""
        return self._supplies.store

    @property
    def supplies(self) -> Supplies:
        """What the service was built from."""
        return self._supplies

    # --- writing --------------------------------------------------------------------------------------

    async def opened(
        self,
        session: AsyncSession,
        about: Person,
        at: datetime.datetime,
        keep: datetime.timedelta,
        *,
        waits: bool,
    ) -> Case:
        """A new case about somebody, under the community's next number."""
        count = await session.scalar(select(Count).where(Count.space == about.space))
        if count is None:
            count = Count(space=about.space, cases=0)
            session.add(count)
        count.cases += 1
        case = Case(
            space=about.space, number=count.cases, who=await self.store.who(about),
            account=account_text(about), name=about.name, opened=in_minutes(at),
            expires=in_minutes(at) + keep, waits=waits, erased=False,
        )  # fmt: skip
        session.add(case)
        return case

    async def enter(
        self,
        session: AsyncSession,
        case: Case,
        moderator: Person,
        done: Done,
        why: str,
        at: datetime.datetime,
        space: Space,
    ) -> Entry:
        """One more line by a moderator; the case is kept for at least so long again."""
        entry = Entry(case=case.id, at=in_minutes(at), told=said_of(done, why=why.strip()))
        who = await self.store.who(moderator)
        session.add_all([entry, doer_of(moderator, who, entry, holds=done is Done.TAKEN_OVER)])
        case.expires = max(case.expires, in_minutes(at) + settings_of(space).keep)
        await session.flush()
        return entry

    async def clear(self, session: AsyncSession, case: Case, now: datetime.datetime) -> None:
        """What was erased goes as soon as nothing is in force."""
        if not case.erased or case.waits:
            return
        limits = select(Sanction.id).where(Sanction.case == case.id, Sanction.until > now).limit(1)
        if await session.scalar(limits) is None:
            await self.remove(session, case)

    @staticmethod
    async def remove(session: AsyncSession, case: Case) -> None:
        """A case goes, with all that hangs on it."""
        entries = select(Entry.id).where(Entry.case == case.id)
        await session.execute(delete(Doer).where(Doer.entry.in_(entries)))
        await session.execute(delete(Entry).where(Entry.case == case.id))
        await session.execute(delete(Sanction).where(Sanction.case == case.id))
        await session.execute(delete(Back).where(Back.case == case.id))
        await session.execute(delete(Owed).where(Owed.case == case.id))
        await session.delete(case)

    # --- finding --------------------------------------------------------------------------------------

    @staticmethod
    async def case(session: AsyncSession, space: str, number: int) -> Case:
        """A case by its number. Raises `Refused("no-such-case")`."""
        case = await session.scalar(select(Case).where(Case.space == space, Case.number == number))
        if case is None:
            raise Refused("no-such-case")
        return case

    async def told(self, session: AsyncSession, case: Case) -> CaseStory:
        """A case with everything that was done in it."""
        return (await self.stories(session, [case]))[0]

    @staticmethod
    async def stories(session: AsyncSession, cases: Sequence[Case]) -> list[CaseStory]:
        """Cases with everything that was done in them, in the order given."""
        ids = [case.id for case in cases]
        entries: dict[str, list[Entry]] = defaultdict(list)
        doers: dict[str, list[Doer]] = defaultdict(list)
        limits: dict[str, dict[str, datetime.datetime]] = defaultdict(dict)
        for entry in (
            await session.scalars(select(Entry).where(Entry.case.in_(ids)).order_by(Entry.at))
        ).all():
            entries[entry.case].append(entry)
        wanted = select(Doer).join(Entry, Entry.id == Doer.entry).where(Entry.case.in_(ids))
        for doer in (await session.scalars(wanted)).all():
            doers[doer.entry].append(doer)
        in_force = select(Sanction).where(Sanction.case.in_(ids)).order_by(Sanction.until)
        for one in (await session.scalars(in_force)).all():
            limits[one.case][one.kind] = one.until
        return [
            CaseStory(
                case.id, case.number, person_of(case), case.opened, case.expires, case.waits,
                tuple(line_from(entry, doers[entry.id]) for entry in entries[case.id]), limits[case.id],
            )
            for case in cases
        ]  # fmt: skip

    async def nudged(self, session: AsyncSession, who: bytes, since: datetime.datetime) -> list[Nudged]:
        """When somebody was nudged since then, but for what was undone."""
        cases = await session.scalars(select(Case).where(Case.who == who, Case.opened > since))
        return [
            Nudged(line.at, frozenset(line.nudges))
            for story in await self.stories(session, cases.all())
            if not story.undone
            for line in story.lines
            if line.nudges
        ]
