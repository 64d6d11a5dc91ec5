"""The rules of anonymous sharing, put together from what people do: writing, holding a receipt, reading,
moderating, and what leaves by itself.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person, Supplies

from .leaving import Leaving
from .moderating import Moderating
from .outbox import Outbox
from .receipts import Receipts
from .records import Records
from .replying import Replying
from .writing import Writing


class Sharing:
    """Anonymous shares and their replies. Each act is whole or leaves nothing."""

    def __init__(self, supplies: Supplies) -> None:
        self.supplies = supplies
        self.records = Records(supplies)
        self.outbox = Outbox(self.records)
        self.writing = Writing(self.records)
        self.receipts = Receipts(self.records)
        self.replying = Replying(self.records, self.outbox)
        self.moderating = Moderating(self.records, self.outbox)
        self.leaving = Leaving(self.records)

    async def export(self, person: Person) -> dict[str, Any]:
        """All that can still be linked to a person, in every space."""
        return await self.leaving.export(person)

    async def forget(self, person: Person, session: AsyncSession | None = None) -> None:
        """What can be linked to a person goes, in every space."""
        await self.leaving.forget(person, session)

    async def stays(self, person: Person) -> list[tuple[str, datetime.date]]:
        """Until which day an erasure leaves something in force about this person's voice."""
        days = await self.leaving.stays(person)
        return [("stays-voice", max(days))] if days else []

    async def age_out(self, now: datetime.datetime) -> None:
        """Let go of what has reached its end."""
        await self.leaving.age_out(now)
