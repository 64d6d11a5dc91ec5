"""Cases: what moderators are asked to look at, what they see of it, and what they do."""

from __future__ import annotations

import datetime

from sqlalchemy import select

from bot.sdk import Cause, Person, Refused, Space

from .book import settings_of
from .limits import Limits
from .records import Records
from .story import Again, CaseStory, Done, Out, Summary, doer_of, said_of
from .tables import Back, Case, Entry

_MOST_LISTED = 200


class Cases:
    """The record as moderators work with it."""

    def __init__(self, records: Records, limits: Limits) -> None:
        self._records = records
        self._limits = limits

    async def flag(
        self,
        about: Person,
        why: str,
        space: Space,
        *,
        at: datetime.datetime,
        room: str = "",
        ref: str = "",
        words: str = "",
        cause: Cause | None = None,
    ) -> int:
        """Put somebody's message before the moderators; the case's number. Who flagged it is not kept."""
        async with self._records.store.write(cause) as session:
            case = await self._records.opened(session, about, at, settings_of(space).keep, waits=True)
            told = said_of(Done.FLAG, words=words, why=why.strip(), room=room, ref=ref)
            session.add(Entry(case=case.id, at=case.opened, told=told))
        return case.number

    async def act(
        self,
        moderator: Person,
        number: int,
        done: Done,
        why: str = "",
        *,
        at: datetime.datetime,
        space: Space,
        cause: Cause | None = None,
    ) -> tuple[CaseStory, list[Out]]:
        """Something a moderator does in a case: put back, take away, note, lift, take over, close. Comes with
        where its person may write again, if anywhere.

        Raises `Refused("no-such-case")`, `own-case` for a case about oneself, and `decided-already` for what
        was put back or taken away before.
        """
        by = await self._records.store.who(moderator)
        async with self._records.store.write(cause) as session:
            case = await self._records.case(session, moderator.space, number)
            if case.who == by:
                raise Refused("own-case")
            out: list[Out] = []
            if done is Done.LIFT:
                there, out = await self._limits.lift(session, case, at)
                if not there:
                    raise Refused("nothing-to-lift")
            if done in (Done.PUT_BACK, Done.TAKEN_AWAY):
                before = await self._records.told(session, case)
                if before.decided:
                    raise Refused("decided-already")
                if done is Done.PUT_BACK:
                    self._limits.put_back(session, case, before.again, at)
            await self._records.enter(session, case, moderator, done, why, at, space)
            if done in (Done.PUT_BACK, Done.TAKEN_AWAY, Done.CLOSED):
                case.waits = False
            if done is Done.TAKEN_OVER:
                case.waits = True
            story = await self._records.told(session, case)
            await self._records.clear(session, case, at)
        return story, out

    async def hand_over(
        self,
        moderator: Person,
        number: int,
        to: Person | None = None,
        why: str = "",
        *,
        at: datetime.datetime,
        space: Space,
        cause: Cause | None = None,
    ) -> CaseStory:
        """Leave a case to another moderator, or to whoever takes it. Raises `Refused("no-such-case")`,
        `own-case`."""
        by = await self._records.store.who(moderator)
        whom = await self._records.store.who(to) if to is not None else b""
        async with self._records.store.write(cause) as session:
            case = await self._records.case(session, moderator.space, number)
            if case.who in (by, whom):
                raise Refused("own-case")
            entry = await self._records.enter(session, case, moderator, Done.HANDED_OVER, why, at, space)
            if to is not None:
                session.add(doer_of(to, whom, entry, holds=True))
            case.waits = True
            await session.flush()
            return await self._records.told(session, case)

    async def record(
        self, space: str, *, about: Person | None = None, rule: str = "", waiting: bool = False
    ) -> list[Summary]:
        """The cases of a community, the newest first, at most 200: about one person, of one rule, waiting."""
        asked = select(Case).where(Case.space == space, Case.erased.is_(False) | Case.waits.is_(True))
        if about is not None:
            asked = asked.where(Case.who == await self._records.store.who(about))
        if waiting:
            asked = asked.where(Case.waits.is_(True))
        asked = asked.order_by(Case.number.desc()).limit(_MOST_LISTED)
        async with self._records.store.read() as session:
            stories = await self._records.stories(session, (await session.scalars(asked)).all())
        return [one.summary for one in stories if not rule or rule in one.rules]

    async def case(self, space: str, number: int) -> CaseStory:
        """Everything about one case. Raises `Refused("no-such-case")`."""
        async with self._records.store.read() as session:
            return await self._records.told(session, await self._records.case(session, space, number))

    async def again(self, case: str) -> Again | None:
        """What was held in a case and is still to be posted again."""
        async with self._records.store.read() as session:
            row = await session.get(Case, case)
            if row is None or row.erased:
                return None
            if await session.scalar(select(Back.id).where(Back.case == case)) is None:
                return None
            lines = (await self._records.told(session, row)).lines
            return next((line.again for line in lines if line.again is not None), None)
