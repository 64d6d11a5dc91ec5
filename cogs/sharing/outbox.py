"""On the way out: what waits, what was handed to the platform, what came of it, and what people are told."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Fate, Person, Place

from . import moments
from .plans import Plan, What
from .records import Records, either, person_of
from .said import Said
from .standing import IN_SIGHT, Goal, Stand, State, place_kept, place_read
from .tables import Address, Appeal, Reply, Share, Shown
from .taps import amounts

_SOON = (1, 10)
_REPLIES_GATHER = (10, 60)
_MOST_NOTICES = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """A share or reply as it is shown. `counts` are amounts in words, by tap."""

    id: str
    handle: str = dataclasses.field(repr=False)
    said: Said
    added: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    picture: Mapping[str, str] | None = dataclasses.field(default=None, repr=False)
    counts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    open: bool = True
    hidden: bool = False
    reply: bool = False
    share: str = ""
    name: str = dataclasses.field(default="", repr=False)
    author: bool = False
    answers: str = dataclasses.field(default="", repr=False)
    """What a reply answers."""
    goal: Goal = Goal.ROOM
    room: str = ""
    group: str = ""
    place: Place | None = None
    ref: str = dataclasses.field(default="", repr=False)
    state: State = State.POSTED


@dataclasses.dataclass(frozen=True, slots=True)
class Notice:
    """What one person is to be told about one share, reply or appeal."""

    to: Person
    handle: str = dataclasses.field(repr=False)
    kinds: tuple[str, ...]
    replies: int = 0
    asked: str = dataclasses.field(default="", repr=False)
    answer: str = dataclasses.field(default="", repr=False)
    reason: str = ""
    text: str = dataclasses.field(default="", repr=False)
    """What a reply said."""
    review: bool = False
    """Whether it was on its way to moderators."""


def card_of(share: Share, stand: Stand, counts: Mapping[str, str], picture: Shown | None) -> Card:
    """A share as it is shown."""
    return Card(
        share.id, stand.handle, Said.read(share.words), tuple(share.words["added"]),
        picture.picture if picture is not None else None, counts, stand.open, stand.state is State.HIDDEN,
        goal=stand.goal, room=stand.room, group=stand.group,
        place=place_read(stand.place) if stand.place else None, ref=stand.ref, state=stand.state,
    )  # fmt: skip


class Outbox:
    """Everything that leaves by itself."""

    def __init__(self, records: Records) -> None:
        self._records = records

    # --- what waits -----------------------------------------------------------------------------------

    async def waiting(self, space: str, at: datetime.datetime, *kinds: What) -> list[Plan]:
        """Everything of a community that is to come out (of these kinds, by default of all), to plan it anew.
        What should have come out while nobody was there gets another random moment, so that a queue does not
        come out at once, in order."""
        wanted = set(kinds or What)
        found: list[Plan] = []
        async with self._records.store.write() as session:
            if wanted & {What.POST, What.UPDATE}:
                shares = select(Share).where(Share.space == space)
                replies = select(Reply).where(Reply.share.in_(shares.with_only_columns(Share.id)))
                rows: list[Share | Reply] = [
                    *(await session.scalars(shares)),
                    *(await session.scalars(replies)),
                ]
                for row in rows:
                    stand = Stand.read(row.stand)
                    found += self._waits(row, stand, at)
                    if stand.update:
                        found.append(Plan(What.UPDATE, row.id, _ahead(stand.update, at)))
            if What.TELL in wanted:
                for address in await session.scalars(select(Address)):
                    if address.wish["due"] and person_of(address.account).space == space:
                        found.append(Plan(What.TELL, address.id, _ahead(address.wish["due"], at)))
            if What.APPEAL in wanted:
                for appeal in await session.scalars(select(Appeal).where(Appeal.space == space)):
                    if appeal.words["state"] == "waiting":
                        found.append(Plan(What.APPEAL, appeal.id, _ahead(appeal.words["due"], at)))
        return [plan for plan in found if plan.what in wanted]

    def _waits(self, row: Share | Reply, stand: Stand, at: datetime.datetime) -> list[Plan]:
        if stand.state is State.QUEUED and stand.due_at is not None:
            if stand.due_at <= at:
                stand.due = moments.later(at, *_SOON).isoformat()
                row.stand = stand.kept()
            assert stand.due_at is not None
            return [Plan(What.POST, row.id, stand.due_at)]
        if stand.state is State.POSTING and stand.slot:
            # Its slot is on record with the dispatcher, which finds out what came of it.
            return [Plan(What.POST, row.id, datetime.datetime.fromisoformat(stand.slot))]
        return []

    async def where(self, id: str) -> Card | None:
        """What is to come out, without handing it out yet; None where there is nothing to say any more."""
        async with self._records.store.read() as session:
            return await self._card(session, id)

    async def hand_out(self, id: str, slot: datetime.datetime, place: Place) -> Card | None:
        """Give a share or reply out to be posted at `place`. The same again for the same slot; to any other
        slot nothing, so that it is posted under one slot only. None for nothing to say."""
        await self._records.ready(place.space)
        async with self._records.store.write() as session:
            row = await either(session, id)
            if row is None:
                return None
            stand = Stand.read(row.stand)
            if stand.state is State.POSTING:
                return await self._card(session, id) if stand.slot == slot.isoformat() else None
            if stand.state is not State.QUEUED:
                return None
            stand.state, stand.slot = State.POSTING, slot.isoformat()
            if stand.goal is Goal.REVIEW:
                stand.desk = place_kept(place)
            else:
                stand.place = place_kept(place)
            if isinstance(row, Reply) and not stand.handle:
                await self._name(session, row, stand)
            row.stand = stand.kept()
            return await self._card(session, id)

    async def _name(self, session: AsyncSession, reply: Reply, stand: Stand) -> None:
        share = await session.get(Share, reply.share)
        assert share is not None
        above = Stand.read(share.stand)
        above.replies += 1
        share.stand = above.kept()
        stand.handle = f"{above.handle}.{above.replies}"
        reply.handle = await self._records.handle_hash(share.space, stand.handle)

    async def settle(
        self, id: str, slot: datetime.datetime, fate: Fate, ref: str | None, at: datetime.datetime
    ) -> list[Plan]:
        """Note what came of a slot; told twice it is noted once."""
        async with self._records.store.read() as session:
            row = await either(session, id)
            place = Stand.read(row.stand).place if row is not None else []
        if place:
            await self._records.ready(str(place[2]))
        async with self._records.store.write() as session:
            row = await either(session, id)
            if row is None:
                return []
            stand = Stand.read(row.stand)
            if stand.state is State.QUEUED and fate in (Fate.REFUSED, Fate.SKIPPED):
                if stand.due != slot.isoformat():
                    return []  # an older slot; the one in force is still to come
                stand.slot = slot.isoformat()
            elif stand.state is not State.POSTING or stand.slot != slot.isoformat():
                return []
            return await self._settled(session, row, stand, fate, ref or "", at)

    async def _settled(
        self,
        session: AsyncSession,
        row: Share | Reply,
        stand: Stand,
        fate: Fate,
        ref: str,
        at: datetime.datetime,
    ) -> list[Plan]:
        plans: list[Plan] = []
        if fate is Fate.POSTED and stand.goal is Goal.REVIEW:
            stand.state, stand.desk_ref = State.REVIEW, ref
        elif fate is Fate.POSTED:
            stand.state, stand.ref = State.POSTED, ref
            row.message = await self._records.message_hash(place_read(stand.place), ref)
            row.unsaved = False
            if isinstance(row, Share):
                row.until = at.date() + datetime.timedelta(days=stand.keep)
                picture = await session.get(Shown, row.id)
                if picture is not None:
                    picture.unsaved = False
                await self._unless_wanted(session, row.id)
            else:
                row.until = None
                plans += await self._reply_posted(session, row, at)
                await self._unless_wanted(session, row.id)
        else:
            stand.state = State.HELD if fate in (Fate.UNKNOWN, Fate.SKIPPED) else State.FAILED
            plans += await self.notify(session, row.id, stand.state.value, at)
        row.stand = stand.kept()
        return plans

    async def _reply_posted(self, session: AsyncSession, reply: Reply, at: datetime.datetime) -> list[Plan]:
        if reply.words["author"]:
            return []
        return await self.notify(session, reply.share, "reply", at, gather=True)

    async def _unless_wanted(self, session: AsyncSession, of: str) -> None:
        """What led to its author until it was out goes now, unless they want to hear of replies."""
        address = await session.scalar(select(Address).where(Address.of == of))
        if address is not None and not address.wish["replies"] and not address.wish["due"]:
            await session.delete(address)

    # --- what is shown anew ---------------------------------------------------------------------------

    async def shown_anew(self, id: str) -> Card | None:
        """A share or reply as it should stand there now (`State.GONE`: it should not); None where it stands
        nowhere. From now on another change is planned anew."""
        async with self._records.store.write() as session:
            row = await either(session, id)
            if row is None:
                return None
            stand = Stand.read(row.stand)
            stand.update = ""
            if stand.state is State.GONE:
                row.stand = stand.kept()
                place = place_read(stand.place) if stand.place else None
                return Card(id, stand.handle, Said(""), place=place, ref=stand.ref, state=State.GONE)
            if stand.state not in IN_SIGHT:
                return None
            if isinstance(row, Share):
                stand.shown = amounts(stand.taps)
            row.stand = stand.kept()
            return await self._card(session, id)

    async def _card(self, session: AsyncSession, id: str) -> Card | None:
        row = await either(session, id)
        if row is None:
            return None
        stand = Stand.read(row.stand)
        if stand.state is State.GONE:
            return None
        if isinstance(row, Share):
            return card_of(row, stand, stand.shown, await session.get(Shown, id))
        share = await session.get(Share, row.share)
        if share is None:
            return None
        above = Stand.read(share.stand)
        if stand.state in (State.QUEUED, State.POSTING):
            place = place_read(above.place).under(above.ref, above.handle) if above.ref else None
        else:
            place = place_read(stand.place) if stand.place else None
        reaches = above.state is State.POSTED and above.open
        words = row.words
        return Card(
            id, stand.handle or above.handle, Said(words["text"]), open=reaches,
            hidden=stand.state is State.HIDDEN, reply=True, share=share.id,
            name=words["name"], author=words["author"], answers=share.words["text"], goal=stand.goal,
            room=above.room, group=above.group, place=place, ref=stand.ref, state=stand.state,
        )  # fmt: skip

    async def give_up(self, id: str, at: datetime.datetime) -> list[Plan]:
        """A queued reply whose thread is closed or gone does not come out; who wrote it is told."""
        async with self._records.store.write() as session:
            row = await either(session, id)
            if row is None:
                return []
            stand = Stand.read(row.stand)
            if stand.state is not State.QUEUED:
                return []
            stand.state = State.FAILED
            row.stand = stand.kept()
            return await self.notify(session, id, "failed", at)

    # --- what people are told -------------------------------------------------------------------------

    async def notify(
        self, session: AsyncSession, of: str, kind: str, at: datetime.datetime, *, gather: bool = False
    ) -> list[Plan]:
        """Have somebody told, at a random moment; nothing happens where no address leads to them."""
        address = await session.scalar(select(Address).where(Address.of == of))
        if address is None or (kind == "reply" and not address.wish["replies"]):
            return []
        wish = dict(address.wish)
        wish["notices"] = [*wish["notices"], kind][-_MOST_NOTICES:]
        if not wish["due"]:
            wish["due"] = moments.later(at, *(_REPLIES_GATHER if gather else _SOON)).isoformat()
        address.wish = wish
        return [Plan(What.TELL, address.id, datetime.datetime.fromisoformat(wish["due"]))]

    async def notice(self, address: str, slot: datetime.datetime) -> Notice | None:
        """What to tell now; the same again for the same slot, nothing for another."""
        async with self._records.store.write() as session:
            row = await session.get(Address, address)
            if row is None or not row.wish["notices"]:
                return None
            wish = dict(row.wish)
            if wish["slot"] not in ("", slot.isoformat()):
                return None
            if not wish["slot"]:
                wish["slot"], wish["told"] = slot.isoformat(), len(wish["notices"])
                row.wish = wish
            told = wish["notices"][: wish["told"]]
            about, appeal = await either(session, row.of), await session.get(Appeal, row.of)
            stand = Stand.read(about.stand) if about is not None else None
            handle = stand.handle if stand is not None else ""
            words = about.words if about is not None else {}
            if isinstance(about, Reply) and not handle:
                share = await session.get(Share, about.share)
                handle = Stand.read(share.stand).handle if share is not None else ""
            return Notice(
                person_of(row.account, wish["language"]),
                appeal.words["handle"] if appeal is not None else handle,
                tuple(dict.fromkeys(told)), told.count("reply"), str(words.get("asked", "")),
                str(appeal.words.get("answer", "")) if appeal is not None else "",
                stand.reason if stand is not None else "",
                str(words.get("text", "")) if isinstance(about, Reply) else "",
                stand is not None and stand.goal is Goal.REVIEW,
            )  # fmt: skip

    async def told(self, address: str, slot: datetime.datetime, at: datetime.datetime) -> bool:
        """Note that it was told, or cannot be: a closed door is not knocked at again. Whether that is over
        now: not while another slot is on its way there."""
        async with self._records.store.write() as session:
            row = await session.get(Address, address)
            if row is None:
                return True
            if row.wish["slot"] != slot.isoformat():
                return not row.wish["slot"]
            wish = dict(row.wish)
            wish["notices"], wish["slot"], wish["due"] = wish["notices"][wish["told"] :], "", ""
            if wish["notices"]:
                wish["due"] = moments.later(at, *_SOON).isoformat()
            row.wish = wish
            if not wish["due"]:
                await self._ended(session, row)
        return True

    async def to_tell(self, address: str) -> list[Plan]:
        """When there is something to be told to an address, if there is."""
        async with self._records.store.read() as session:
            row = await session.get(Address, address)
            due = row.wish["due"] if row is not None else ""
            return [Plan(What.TELL, address, datetime.datetime.fromisoformat(due))] if due else []

    async def _ended(self, session: AsyncSession, address: Address) -> None:
        """An address that has done its work goes."""
        appeal = await session.get(Appeal, address.of)
        if appeal is not None:
            await session.delete(appeal)
            await session.delete(address)
            return
        about = await either(session, address.of)
        stand = Stand.read(about.stand) if about is not None else None
        over = stand is None or stand.state in IN_SIGHT
        if over and not address.wish["replies"]:
            await session.delete(address)

    # --- appeals --------------------------------------------------------------------------------------

    async def appeal(self, id: str) -> tuple[str, str] | None:
        """An appeal's short name and words; None where it is over."""
        async with self._records.store.read() as session:
            row = await session.get(Appeal, id)
            return None if row is None else (row.words["handle"], row.words["text"])

    async def appeal_stands(self, id: str) -> None:
        """It is before the moderators now."""
        async with self._records.store.write() as session:
            row = await session.get(Appeal, id)
            if row is not None and row.words["state"] == "waiting":
                row.words = row.words | {"state": "asked"}


def _ahead(due: str, at: datetime.datetime) -> datetime.datetime:
    """A due time as it is, or, where it has passed, one shortly ahead."""
    moment = datetime.datetime.fromisoformat(due)
    return moment if moment > at else moments.later(at, *_SOON)
