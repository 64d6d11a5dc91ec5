"""What somebody said yes to, and what they want no more of: the agreement, and hints by direct message."""

from __future__ import annotations

import datetime

from sqlalchemy import select

from bot.sdk import Cause, Person, account_text

from .records import Records
from .story import in_minutes
from .tables import Agreed, Asked, Silenced

_MOST_KNOWN = 20_000
"""People of whom it is kept in mind that they need not be asked to agree."""


class Consent:
    """The agreement and hints, person by person; what every message would ask for is kept in mind."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._known: set[tuple[str, str, str, str]] = set()
        self._agreed: set[tuple[str, str, str, str]] = set()

    async def agree(
        self, person: Person, mark: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> None:
        """Note that somebody agrees to these words of the agreement."""
        who = await self._records.store.who(person)
        async with self._records.store.write(cause) as session:
            row = await session.scalar(select(Agreed).where(Agreed.who == who))
            if row is None:
                row = Agreed(space=person.space, who=who, account=account_text(person))
                row.mark, row.at = mark, in_minutes(at)
                session.add(row)
            elif row.mark != mark:
                row.mark, row.at = mark, in_minutes(at)

    async def agreed(self, person: Person, mark: str) -> bool:
        """Whether somebody agreed to exactly these words."""
        who = await self._records.store.who(person)
        async with self._records.store.read() as session:
            return await session.scalar(select(Agreed.mark).where(Agreed.who == who)) == mark

    async def has_agreed(self, person: Person, mark: str) -> bool:
        """Whether somebody agreed to these words; of whoever did that is kept in mind."""
        key = (person.platform, person.account, person.space, mark)
        if key in self._agreed:
            return True
        if not await self.agreed(person, mark):
            return False
        if len(self._agreed) >= _MOST_KNOWN:
            self._agreed.clear()
        self._agreed.add(key)
        return True

    async def ask_to_agree(self, person: Person, mark: str) -> bool:
        """Whether somebody is to be asked now to agree to these words: once, until the words change."""
        key = (person.platform, person.account, person.space, mark)
        if key in self._known:
            return False
        who = await self._records.store.who(person)
        async with self._records.store.write() as session:
            agreed = await session.scalar(select(Agreed.mark).where(Agreed.who == who))
            row = await session.scalar(select(Asked).where(Asked.who == who))
            first = mark not in (agreed, row.mark if row is not None else None)
            if first and row is not None:
                row.mark = mark
            elif first:
                session.add(Asked(space=person.space, who=who, account=account_text(person), mark=mark))
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.add(key)
        return first

    async def silence(self, person: Person, silent: bool, *, cause: Cause | None = None) -> None:
        """Refuse nudges by direct message, or want them again."""
        who = await self._records.store.who(person)
        async with self._records.store.write(cause) as session:
            there = await session.scalar(select(Silenced).where(Silenced.who == who))
            if silent and there is None:
                session.add(Silenced(space=person.space, who=who, account=account_text(person)))
            elif not silent and there is not None:
                await session.delete(there)

    async def is_silent(self, person: Person) -> bool:
        """Whether somebody refused nudges here."""
        who = await self._records.store.who(person)
        async with self._records.store.read() as session:
            return await session.scalar(select(Silenced.id).where(Silenced.who == who)) is not None

    def forget(self, person: Person) -> None:
        """Keep no account in mind any more."""
        for known in (self._known, self._agreed):
            known -= {one for one in known if one[:2] == (person.platform, person.account)}
