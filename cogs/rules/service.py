"""The rules of moderation, put together from what people do: writing where rules hold, moderating, appealing,
agreeing, leaving.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person, Place, Supplies, Unfit
from bot.sdk.profiles import Rulebook, Tried

from .appeals import Appeals
from .book import Heard
from .cases import Cases
from .consent import Consent
from .judging import Judging
from .leaving import Leaving
from .limits import Limits
from .owing import Owing
from .records import Records
from .settings import RulesProfile


class Moderation(Rulebook):
    """What rules and moderators do, and what comes of it. Each act is whole or leaves nothing."""

    def __init__(self, supplies: Supplies) -> None:
        records = Records(supplies)
        self.limits = Limits(supplies)
        self.owing = Owing(records)
        self.judging = Judging(records, self.limits)
        self.cases = Cases(records, self.limits)
        self.appeals = Appeals(records, self.limits)
        self.consent = Consent(records)
        self.leaving = Leaving(records)

    async def privately(self, person: Person, place: Place, words: str, language: str) -> list[Heard]:
        """What the rules say about words that are to be posted there without a name, for the cog that posts
        them."""
        return await self.judging.privately(person, place, words)

    async def try_lines(
        self, settings: RulesProfile | None, lines: Sequence[str]
    ) -> Sequence[Sequence[Tried]]:
        """For each line what the rules in `settings` would do about it."""
        return await self.judging.try_lines(settings, lines)

    async def unfit(self, settings: RulesProfile | None) -> Sequence[Unfit]:
        """Which rules no platform could keep by itself, and why; none where no platform keeps any."""
        return await self.judging.unfit(settings)

    async def export(self, person: Person) -> list[dict[str, Any]]:
        """All that is kept of a person, by space."""
        return await self.leaving.export(person)

    async def forget(self, person: Person, session: AsyncSession | None = None) -> None:
        """Everything of a person goes, in every space, but what is in force."""
        self.judging.forget(person)
        self.consent.forget(person)
        await self.leaving.forget(person, session)

    async def stays(self, person: Person) -> list[tuple[str, datetime.date]]:
        """What erasing one's data leaves in force, and until which day (UTC) at most."""
        return await self.leaving.stays(person)

    async def age_out(self, now: datetime.datetime) -> None:
        """What is older than it may be goes."""
        await self.leaving.age_out(now)
