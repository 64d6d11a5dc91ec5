"""Check-ins that their people show to the group: each goes out once, or its person hears that it did not."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person, Place, PlaceKind, Store, account_parts, account_text

from .tables import Checkin, Shown

FRESH = datetime.timedelta(hours=1)
"""So long a check-in may take to get into the room; later it is not put there any more."""
_A_NAME = 80
_APART = " shown"
"""Makes another hash of the same account, so that these rows do not tell whose other check-ins are whose."""


class Missed(enum.Enum):
    """Why a check-in is not in the room."""

    NOT_DELIVERED = "not-delivered"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True)
class Showing:
    """A check-in on its way into a room, or there. `at` is when it is to go out, in whole seconds, UTC.

    `token` names it in the ledger, whose times are fine: no column holds it, so that nobody without the key
    finds a person's other check-ins by the moment of a message.
    """

    id: str = dataclasses.field(repr=False)
    token: str = dataclasses.field(repr=False)
    entry: str = dataclasses.field(repr=False)
    person: Person
    place: Place
    at: datetime.datetime = dataclasses.field(repr=False)
    missed: Missed | None = None
    ref: str = dataclasses.field(default="", repr=False)


def apart(person: Person) -> Person:
    """Who this is in this table alone."""
    return dataclasses.replace(person, platform=person.platform + _APART)


def begin(
    session: AsyncSession, who: bytes, entry: Checkin, person: Person, place: Place, now: datetime.datetime
) -> Showing:
    """Note that a check-in of this person is to be shown in a place. `who` is the hash of `apart(person)`."""
    plan = {
        "token": secrets.token_hex(8),
        "entry": entry.id,
        "name": person.name[:_A_NAME],
        "language": person.language,
        "place": [place.platform, place.id, place.kind.value, place.name[:_A_NAME], place.parent],
        "at": int(now.timestamp()),
    }
    row = Shown(
        space=person.space, who=who, account=account_text(apart(person)), at=entry.at, pending=True, plan=plan
    )
    session.add(row)
    return _showing(row)


async def pending(store: Store, space: str) -> list[Showing]:
    """What is on its way in a space."""
    async with store.read() as session:
        found = select(Shown).where(Shown.space == space, Shown.pending.is_(True))
        return [_showing(row) for row in await session.scalars(found)]


async def posted(store: Store, showing: Showing, ref: str) -> None:
    """It is in the room, where the platform calls it `ref`."""
    async with store.write() as session:
        row = await session.get(Shown, showing.id)
        if row is not None:
            row.pending, row.plan = False, {**row.plan, "missed": None, "ref": ref}
            await _mark(session, showing, shared=True)


async def missed(store: Store, showing: Showing, why: Missed, at: datetime.datetime) -> Showing:
    """It did not get there: its person is to hear that at `at`, and may show it again."""
    async with store.write() as session:
        row = await session.get(Shown, showing.id)
        if row is not None:
            row.plan = {**row.plan, "missed": why.value, "at": int(at.timestamp())}
            await _mark(session, showing, shared=False)
    return dataclasses.replace(showing, missed=why, at=at.replace(microsecond=0))


async def end(store: Store, showing: Showing) -> None:
    """There is nothing more to do or to know about it."""
    async with store.write() as session:
        await session.execute(delete(Shown).where(Shown.id == showing.id))


async def take_back(session: AsyncSession, who: bytes, entry: str) -> list[Showing]:
    """Forget how a check-in was shown, and tell it for the last time. `who` as for `begin`."""
    rows = (await session.scalars(select(Shown).where(Shown.who == who))).all()
    found = [row for row in rows if row.plan["entry"] == entry]
    await session.execute(delete(Shown).where(Shown.id.in_([row.id for row in found])))
    return [_showing(row) for row in found]


async def forget(session: AsyncSession, hashes: Sequence[bytes]) -> list[str]:
    """Forget how these people's check-ins were shown; the names they have in the ledger."""
    rows = (await session.scalars(select(Shown).where(Shown.who.in_(hashes)))).all()
    await session.execute(delete(Shown).where(Shown.who.in_(hashes)))
    return [str(row.plan["token"]) for row in rows]


def told(row: Shown) -> dict[str, Any]:
    """What is kept about one, for its person."""
    plan: Any = row.plan
    return {"name": plan["name"], "room": plan["place"][3], "on_its_way": row.pending}


async def _mark(session: AsyncSession, showing: Showing, *, shared: bool) -> None:
    entry = await session.get(Checkin, showing.entry)
    if entry is not None:
        entry.shared = shared


def _showing(row: Shown) -> Showing:
    plan: Any = row.plan
    platform, account, space = account_parts(row.account)
    on, id, kind, name, parent = plan["place"]
    why = plan.get("missed")
    return Showing(
        id=row.id,
        token=plan["token"],
        entry=plan["entry"],
        person=Person(
            platform.removesuffix(_APART), account, space, name=plan["name"], language=plan["language"]
        ),
        place=Place(on, id, space, PlaceKind(kind), name, parent),
        at=datetime.datetime.fromtimestamp(plan["at"], datetime.UTC),
        missed=Missed(why) if why else None,
        ref=plan.get("ref", ""),
    )
