"""What was done about oneself, and a second look at it, by a second moderator where there is one."""

from __future__ import annotations

import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Cause, Person, Refused, Space

from .book import settings_of
from .limits import Limits
from .records import Records
from .story import CaseStory, Done, Out, in_minutes, said_of
from .tables import Case, Doer, Entry

_FOLLOWED = datetime.timedelta(days=90)
"""So long after they last did something somebody counts as a moderator who could look at an appeal."""
_UNANSWERED = datetime.timedelta(days=7)
"""After this time an appeal may be decided by anyone, since a second moderator did not come."""


class Appeals:
    """One's own cases, and appeals: each case has one at most."""

    def __init__(self, records: Records, limits: Limits) -> None:
        self._records = records
        self._limits = limits

    async def mine(self, person: Person) -> list[CaseStory]:
        """What was done about somebody here, the newest first."""
        who = await self._records.store.who(person)
        async with self._records.store.read() as session:
            cases = await session.scalars(
                select(Case).where(Case.who == who).order_by(Case.opened.desc(), Case.number.desc()).limit(50)
            )
            return await self._records.stories(session, cases.all())

    async def appeal(
        self,
        person: Person,
        case: str,
        words: str,
        *,
        at: datetime.datetime,
        space: Space,
        cause: Cause | None = None,
    ) -> CaseStory:
        """Ask for a second look at a case about oneself, once. Raises `Refused("no-such-case")`, and
        `appealed-already`."""
        who = await self._records.store.who(person)
        async with self._records.store.write(cause) as session:
            row = await session.get(Case, case)
            if row is None or row.who != who:
                raise Refused("no-such-case")  # the same for another's and for none
            story = await self._records.told(session, row)
            if story.appealed_at is not None:
                raise Refused("appealed-already")
            row.waits = True
            row.expires = max(row.expires, at + settings_of(space).keep)
            told = said_of(Done.APPEAL, words=words.strip())
            session.add(Entry(case=row.id, at=in_minutes(at), told=told))
            await session.flush()
            return await self._records.told(session, row)

    async def settle(
        self,
        moderator: Person,
        number: int,
        granted: bool,
        why: str = "",
        *,
        at: datetime.datetime,
        space: Space,
        cause: Cause | None = None,
    ) -> tuple[CaseStory, list[Out]]:
        """Decide an appeal. Granting it lifts what is still in force, and puts back what was taken down.
        Comes with where its person may write again, if anywhere.

        Whoever had a hand in the case leaves it to a second moderator where there is one: `Refused(
        "second-moderator")`. Raises also `no-such-case`, `own-case` and `no-appeal`.
        """
        by = await self._records.store.who(moderator)
        async with self._records.store.write(cause) as session:
            case = await self._records.case(session, moderator.space, number)
            if case.who == by:
                raise Refused("own-case")
            before = await self._records.told(session, case)
            if not before.appeal_waits:
                raise Refused("no-appeal")
            asked = before.appealed_at
            assert asked is not None
            if at - asked < _UNANSWERED and await self._should_leave_it(session, case, by, at):
                raise Refused("second-moderator")
            done = Done.GRANTED if granted else Done.UPHELD
            out: list[Out] = []
            if granted:
                _, out = await self._limits.lift(session, case, at)
                self._limits.put_back(session, case, before.missing, at)
            case.waits = False
            await self._records.enter(session, case, moderator, done, why, at, space)
            story = await self._records.told(session, case)
            await self._records.clear(session, case, at)
        return story, out

    async def _should_leave_it(
        self, session: AsyncSession, case: Case, by: bytes, at: datetime.datetime
    ) -> bool:
        """Whether this moderator had a hand in a case, and there is another to look at it."""
        mine = select(Entry).join(Doer, Doer.entry == Entry.id).where(Entry.case == case.id, Doer.who == by)
        kinds = [one.told["kind"] for one in (await session.scalars(mine)).all()]
        if all(kind == Done.NOTE.value for kind in kinds):
            return False
        others = select(Doer.id).where(
            Doer.space == case.space, Doer.who != by, Doer.who != case.who, Doer.at > at - _FOLLOWED
        )
        return await session.scalar(others.limit(1)) is not None
