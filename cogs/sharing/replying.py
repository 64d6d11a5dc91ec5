"""Readers: a tap, a look at a share by its short name, a report."""

from __future__ import annotations

import dataclasses
import datetime

from sqlalchemy import select

from bot.sdk import Cause, Choice, Person, Place, Refused

from . import moments
from .outbox import Card, Outbox, card_of
from .plans import Plan, What
from .records import Records, either, not_there, tap_mark, thread_of
from .standing import IN_SIGHT, Stand
from .tables import Reply, Share, Shown, Tap
from .taps import Kind, amounts

_GATHERED = (5, 20)


class Report(Choice):
    """What is wrong."""

    HURTS = "hurts"
    WORRIED = "worried"
    AGREEMENT = "agreement"


@dataclasses.dataclass(frozen=True, slots=True)
class Tapped:
    """What a tap did: it counts now, or it was taken back."""

    on: bool
    plans: tuple[Plan, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Reported:
    """What moderators are shown; `fresh` is false where the same person said the same before."""

    card: Card
    fresh: bool
    plans: tuple[Plan, ...] = ()


class Replying:
    """What readers do, the reply itself left out: that is written as a share is."""

    def __init__(self, records: Records, outbox: Outbox) -> None:
        self._records = records
        self._outbox = outbox

    async def tap(
        self, person: Person, share: str, kind: Kind, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Tapped:
        """Tap, or take a tap back. What stands in the room changes later, and only where its words do."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._records.share_in_sight(session, share)
            mark = tap_mark(row.secret, person, kind.value)
            tap = await session.scalar(select(Tap).where(Tap.share == share, Tap.mark == mark))
            if tap is None:
                session.add(Tap(share=share, mark=mark, kind=kind.value))
            else:
                await session.delete(tap)
            stand.taps[kind.value] = stand.taps.get(kind.value, 0) + (1 if tap is None else -1)
            plans: tuple[Plan, ...] = ()
            if not stand.update and amounts(stand.taps) != stand.shown:
                due = moments.later(at, *_GATHERED)
                stand.update = due.isoformat()
                plans = (Plan(What.UPDATE, share, due),)
            row.stand = stand.kept()
        return Tapped(tap is None, plans)

    async def look(self, person: Person, handle: str) -> Card:
        """A share by its short name (or by that of a reply to it). Raises `Refused("no-such-handle")`."""
        await self._records.ready(person.space)
        async with self._records.store.read() as session:
            row = await self._records.find(session, person.space, handle)
            return await self._share_card(row, "no-such-handle")

    async def look_at(self, place: Place, ref: str) -> Card:
        """The share that a message is, or hangs under. Raises `Refused("not-a-share")`."""
        await self._records.ready(place.space)
        async with self._records.store.read() as session:
            row = await self._records.about(session, place, ref)
            return await self._share_card(row, "not-a-share")

    async def share(self, id: str) -> Card:
        """A share in sight, by its id. Raises `Refused("no-such-share")`."""
        async with self._records.store.read() as session:
            row = await session.get(Share, id)
            if row is None:
                raise Refused("no-such-share")
            return await self._share_card(row, "no-such-share")

    async def _share_card(self, row: Share | Reply, refused: str) -> Card:
        async with self._records.store.read() as session:
            share = await thread_of(session, row)
            if share is None:
                raise Refused(refused)
            stand = Stand.read(share.stand)
            if stand.state not in IN_SIGHT:
                raise Refused(refused)
            return card_of(share, stand, stand.shown, await session.get(Shown, share.id))

    async def report(
        self, person: Person, target: str, why: Report, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Reported:
        """Tell moderators of a share or reply. Who did is kept nowhere; the same twice counts once."""
        async with self._records.store.write(cause) as session:
            row = await either(session, target)
            share = await thread_of(session, row) if row is not None else None
            if row is None or share is None:
                raise Refused("no-such-share")
            stand = Stand.read(row.stand)
            if stand.state not in IN_SIGHT:
                raise not_there(stand, "no-such-share")
            mark = tap_mark(share.secret, person, f"report {target} {why.value}")
            known = await session.scalar(select(Tap).where(Tap.share == share.id, Tap.mark == mark))
            plans: list[Plan] = []
            if known is None:
                session.add(Tap(share=share.id, mark=mark, kind="report"))
                if why is Report.WORRIED:
                    # Their panel shows it, too: mostly nothing leads to them any more.
                    row.stand = dataclasses.replace(stand, worried=True).kept()
                    plans = await self._outbox.notify(session, target, "worried", at)
            if isinstance(row, Share):
                stand = Stand.read(share.stand)
                card = card_of(share, stand, stand.shown, await session.get(Shown, share.id))
            else:
                found = await self._outbox.where(row.id)
                assert found is not None
                card = found
        return Reported(card, known is None, tuple(plans))
