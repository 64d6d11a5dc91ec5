"""Moderators: they see what was said, and act on it, without ever learning who said it."""

from __future__ import annotations

import dataclasses
import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Cause, Choice, Place, Refused, account_parts

from . import moments
from .outbox import Card, Outbox, card_of
from .plans import Plan, What
from .records import Records, either, not_there
from .said import Said
from .standing import IN_SIGHT, Goal, Stand, State, place_read
from .tables import Appeal, Mute, MuteHandle, Reply, Share, Shown


class Why(Choice):
    """Why a share or reply was declined."""

    ELSEWHERE = "elsewhere"
    DETAILS = "details"
    SOMEBODY = "somebody"
    AGREEMENT = "agreement"
    METHOD = "method"
    OTHER = "other"


class Scope(Choice):
    """Where a voice is muted, and for how long."""

    THREAD = "thread"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_DAYS = {Scope.THREAD: 365, Scope.DAY: 1, Scope.WEEK: 7, Scope.MONTH: 30}


@dataclasses.dataclass(frozen=True, slots=True)
class Decided:
    """A share or reply after moderators decided; `desk` and `desk_ref` is where it lies before them."""

    handle: str = dataclasses.field(repr=False)
    desk: Place | None = None
    desk_ref: str = dataclasses.field(default="", repr=False)
    plans: tuple[Plan, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Muted:
    """A mute that was made: its id lifts it, and nothing else names it."""

    id: str
    handle: str = dataclasses.field(repr=False)
    until: datetime.date
    plans: tuple[Plan, ...] = ()


class Moderating:
    """Acts on what was said. Nothing here returns, raises or tells an account."""

    def __init__(self, records: Records, outbox: Outbox) -> None:
        self._records = records
        self._outbox = outbox

    # --- before it comes out --------------------------------------------------------------------------

    async def approve(self, target: str, *, at: datetime.datetime, cause: Cause | None = None) -> Decided:
        """Let it come out. Raises `Refused("decided-already")`."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._before_us(session, target)
            due = moments.later(at, 1, 3)
            stand.state, stand.goal = State.QUEUED, Goal.ROOM
            stand.due, stand.slot = due.isoformat(), ""
            row.stand = stand.kept()
            return self._decided(stand, Plan(What.POST, target, due))

    async def ask_change(
        self, target: str, asked: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Decided:
        """Ask its author, blind, to change something."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._before_us(session, target)
            stand.state = State.CHANGE
            row.words = row.words | {"asked": asked}
            row.stand = stand.kept()
            return self._decided(stand, *await self._outbox.notify(session, target, "change", at))

    async def decline(
        self, target: str, why: Why, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Decided:
        """Do not let it come out; its author is told why, kindly."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._before_us(session, target)
            stand.state, stand.reason = State.DECLINED, why.value
            row.stand = stand.kept()
            return self._decided(stand, *await self._outbox.notify(session, target, "declined", at))

    async def _before_us(self, session: AsyncSession, target: str) -> tuple[Share | Reply, Stand]:
        row = await either(session, target)
        stand = Stand.read(row.stand) if row is not None else None
        if row is None or stand is None or stand.state is not State.REVIEW:
            raise not_there(stand if stand and stand.goal is Goal.REVIEW else None, "decided-already")
        return row, stand

    @staticmethod
    def _decided(stand: Stand, *plans: Plan) -> Decided:
        desk = place_read(stand.desk) if stand.desk else None
        return Decided(stand.handle, desk, stand.desk_ref, plans)

    # --- when it stands there -------------------------------------------------------------------------

    async def find(self, space: str, handle: str) -> Card:
        """A share or reply by its short name. Raises `Refused("no-such-handle")`."""
        await self._records.ready(space)
        async with self._records.store.read() as session:
            row = await self._records.find(session, space, handle)
            stand = Stand.read(row.stand)
            if not (stand.ref or stand.desk_ref) and stand.state is not State.HELD:
                # Nobody saw it yet: when it was written is not for moderators either.
                raise Refused("no-such-handle")
            return await self._any(session, row)

    async def find_at(self, place: Place, ref: str) -> Card:
        """What a message in a room is. Raises `Refused("not-a-share")`."""
        await self._records.ready(place.space)
        async with self._records.store.read() as session:
            return await self._any(session, await self._records.about(session, place, ref))

    async def card(self, target: str) -> Card:
        """A share or reply by its id. Raises `Refused("no-such-share")`."""
        async with self._records.store.read() as session:
            row = await either(session, target)
            if row is None:
                raise Refused("no-such-share")
            return await self._any(session, row)

    async def _any(self, session: AsyncSession, row: Share | Reply) -> Card:
        stand = Stand.read(row.stand)
        if stand.state is State.GONE:
            # What was said is gone; its voice may still be muted for a while.
            return Card(row.id, stand.handle, Said(""), reply=isinstance(row, Reply), state=State.GONE)
        if isinstance(row, Share):
            return card_of(row, stand, stand.shown, await session.get(Shown, row.id))
        found = await self._outbox.where(row.id)
        if found is None:
            raise Refused("no-such-share")
        return found

    async def cover(
        self, target: str, *, hidden: bool, at: datetime.datetime, cause: Cause | None = None
    ) -> tuple[Card, list[Plan]]:
        """Cover what a share or reply says, or show it again."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._in_sight(session, target)
            wanted = State.HIDDEN if hidden else State.POSTED
            plans = []
            if stand.state is not wanted:
                stand.state = wanted
                stand.update = moments.soon(at).isoformat()
                row.stand = stand.kept()
                plans = [Plan(What.UPDATE, target, moments.soon(at))]
                plans += await self._outbox.notify(session, target, "hidden" if hidden else "restored", at)
        return await self.card(target), plans

    async def close(
        self, target: str, *, takes: bool, at: datetime.datetime, cause: Cause | None = None
    ) -> tuple[Card, list[Plan]]:
        """Take no more replies to a share, or take them again. A reply's target is its share."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._in_sight(session, target)
            if isinstance(row, Reply):
                share = await session.get(Share, row.share)
                assert share is not None
                row, stand = share, Stand.read(share.stand)
            plans = []
            if stand.open is not takes:
                stand.open = takes
                stand.update = moments.soon(at).isoformat()
                row.stand = stand.kept()
                plans = [Plan(What.UPDATE, row.id, moments.soon(at))]
        return await self.card(row.id), plans

    async def _in_sight(self, session: AsyncSession, target: str) -> tuple[Share | Reply, Stand]:
        row = await either(session, target)
        stand = Stand.read(row.stand) if row is not None else None
        if row is None or stand is None or stand.state not in IN_SIGHT:
            raise not_there(stand, "no-such-share")
        return row, stand

    # --- muting a voice -------------------------------------------------------------------------------

    async def mute(
        self, space: str, target: str, scope: Scope, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Muted:
        """Mute the voice of a share or reply. Always a record of its own, always the same answer: it tells
        nothing about what was there before. Raises `Refused("voice-over")` when its handle has expired."""
        async with self._records.store.write(cause) as session:
            row = await either(session, target)
            if row is None:
                raise Refused("no-such-share")
            handle = await session.scalar(select(MuteHandle).where(MuteHandle.of == target))
            if handle is None or handle.until < at.date():
                raise Refused("voice-over")
            stand = Stand.read(row.stand)
            end = at + datetime.timedelta(days=_DAYS[scope])
            share = row.id if isinstance(row, Share) else row.share
            mute = Mute(
                space=space, until=end.date() + datetime.timedelta(days=1), account=handle.account,
                terms={"share": share if scope is Scope.THREAD else "", "end": end.isoformat()},
            )  # fmt: skip
            session.add(mute)
            plans = await self._hold_back(session, handle.account, share if scope is Scope.THREAD else "", at)
        return Muted(mute.id, stand.handle, end.date(), tuple(plans))

    async def lift(self, mute: str, *, cause: Cause | None = None) -> None:
        """End one mute, and no other. The same whether or not it was in force."""
        async with self._records.store.write(cause) as session:
            row = await session.get(Mute, mute)
            if row is not None:
                await session.delete(row)

    async def _hold_back(
        self, session: AsyncSession, account: str, share: str, at: datetime.datetime
    ) -> list[Plan]:
        """What this voice has waiting does not come out; but what moderators let out does: missing it, they
        would know whose it was."""
        plans: list[Plan] = []
        for handle in (await session.scalars(select(MuteHandle))).all():
            if account_parts(handle.account) != account_parts(account):
                continue
            row = await either(session, handle.of)
            if row is None or (share and (isinstance(row, Share) or row.share != share)):
                continue
            stand = Stand.read(row.stand)
            if stand.state is not State.QUEUED or (stand.reviewed and stand.goal is Goal.ROOM):
                continue
            stand.state, stand.reason = State.DECLINED, "muted"
            row.stand = stand.kept()
            plans += await self._outbox.notify(session, row.id, "declined", at)
        return plans

    # --- appeals --------------------------------------------------------------------------------------

    async def answer(
        self, appeal: str, text: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> list[Plan]:
        """Answer an appeal, blind. With the answer its address ends. Raises `Refused("decided-already")`."""
        async with self._records.store.write(cause) as session:
            row = await session.get(Appeal, appeal)
            if row is None or row.words["state"] == "answered":
                raise Refused("decided-already")
            row.words = row.words | {"state": "answered", "answer": text}
            return await self._outbox.notify(session, appeal, "answered", at)
