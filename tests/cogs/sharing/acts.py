"""What people do in these tests, in one line each, on the service alone."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.sdk import Fate, Person, Place
from cogs.sharing.outbox import Card
from cogs.sharing.receipts import Panel
from cogs.sharing.said import Said, Wants, Where
from cogs.sharing.service import Sharing
from cogs.sharing.settings import SharingSettings
from cogs.sharing.standing import Goal
from cogs.sharing.writing import Receipt

DATA = Path(__file__).parents[3] / "data"
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
MINUTE, HOUR, DAY = (
    datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1),
)  # fmt: skip
SPACE = "ring"
ADA, BEN, CLEO, DAN = (
    Person("terminal", name, SPACE, name=name.capitalize()) for name in ("ada-account", "ben", "cleo", "dan")
)
ROOM = Place("terminal", "ring-room", SPACE, name="#ring")
DESK = Place("terminal", "desk-room", SPACE, name="#desk")


def where(**settings: Any) -> Where:
    return Where("#ring", "ring", "en", "UTC", SharingSettings(policy="at-once", **settings))


def reviewed() -> Where:
    return Where("#ring", "ring", "en", "UTC", SharingSettings(policy="review-first"))


async def writes(
    sharing: Sharing, who: Person, text: str, there: Where | None = None, *, at: datetime.datetime = NOON,
    wants: Wants = Wants.LISTEN, **more: Any,
) -> Receipt:  # fmt: skip
    """Write a share and send it."""
    there = there or where()
    seen = await sharing.writing.share(who, Said(text, wants), there, ROOM, "en", at=at, **more)
    return await sharing.writing.send_share(who, seen.id, there, at=at, today=at.date())


async def comes_out(sharing: Sharing, id: str, ref: str = "", place: Place = ROOM) -> Card:
    """What waits comes out at its moment."""
    plan = next(one for one in await sharing.outbox.waiting(SPACE, NOON) if one.name == id)
    card = await sharing.outbox.where(id)
    assert card is not None
    to = card.place if card.place is not None and card.reply and card.goal is Goal.ROOM else place
    handed = await sharing.outbox.hand_out(id, plan.due, to)
    assert handed is not None
    await sharing.outbox.settle(id, plan.due, Fate.POSTED, ref or f"message-{id}", plan.due)
    return handed


async def shared(
    sharing: Sharing, who: Person = ADA, text: str = "I did not get up today.", **more: Any
) -> Receipt:
    """A share that stands in the room."""
    receipt = await writes(sharing, who, text, **more)
    await comes_out(sharing, receipt.id)
    return receipt


async def replies(
    sharing: Sharing, who: Person, share: str, text: str = "Me neither.", *, key: str = "",
    at: datetime.datetime = NOON, there: Where | None = None,
) -> Receipt:  # fmt: skip
    """Write an anonymous reply and send it."""
    there = there or where()
    seen = await sharing.writing.reply(who, share, Said(text), there, ROOM, "en", at=at, key=key)
    return await sharing.writing.send_reply(who, seen.id, there, at=at, today=at.date())


async def rows(sharing: Sharing, table: type[Any]) -> list[Any]:
    """Everything in a table."""
    async with sharing.records.store.read() as session:
        return list((await session.scalars(select(table))).all())


async def opens(sharing: Sharing, who: Person, code: str, at: datetime.datetime = NOON) -> Panel:
    """The panel for a code."""
    return await sharing.receipts.open(who, code, at=at)
