"""Taking along, being forgotten, and growing old."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person

from .records import Records, is_of, tap_mark, voice_mark
from .standing import Stand, State
from .tables import (
    Address,
    Appeal,
    Member,
    Mute,
    MuteHandle,
    Pending,
    Reply,
    Secret,
    Share,
    Shown,
    Tap,
    Voice,
)
from .taps import Kind

_UNSENT = frozenset({State.QUEUED, State.REVIEW, State.CHANGE, State.DECLINED, State.FAILED, State.HELD})


class Leaving:
    """What can be linked to a person is theirs; what cannot any more is nobody's."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def export(self, person: Person) -> dict[str, Any]:
        """All that can still be linked to a person, in every space."""
        store = self._records.store
        hashes = {who: space for space, who in await store.who_everywhere(person)}
        told: dict[str, Any] = {"agreed": [], "written": [], "shares": [], "voices": [], "taps": []}
        async with store.read() as session:
            for member in await session.scalars(select(Member).where(Member.who.in_(hashes))):
                told["agreed"].append({"space": member.space, **member.wish})
            for pending in await session.scalars(select(Pending)):
                if is_of(pending.account, person) and "text" in pending.words:
                    told["written"].append(pending.words["text"])
            reached = {
                one.of: one for one in await session.scalars(select(Address)) if is_of(one.account, person)
            }
            for share in await session.scalars(select(Share)):
                if not share.secret:
                    continue
                stand = Stand.read(share.stand)
                if share.id in reached:
                    told["shares"].append({
                        "space": share.space, "name": stand.handle, "state": stand.state.value,
                        "text": share.words["text"], "replies": reached[share.id].wish["replies"],
                    })  # fmt: skip
                told["voices"] += await self._voices(session, share, stand, person)
                told["taps"] += await self._taps(session, share, stand, person)
        return told

    async def _voices(
        self, session: AsyncSession, share: Share, stand: Stand, person: Person
    ) -> list[dict[str, Any]]:
        mark = voice_mark(share.secret, person)
        voice = await session.scalar(select(Voice).where(Voice.share == share.id, Voice.mark == mark))
        if voice is None:
            return []
        replies = [
            reply.words["text"]
            for reply in await session.scalars(select(Reply).where(Reply.share == share.id))
            if reply.words and reply.words["name"] == voice.name["name"] and not reply.words["author"]
        ]
        return [{"thread": stand.handle, **voice.name, "replies": replies}]

    async def _taps(
        self, session: AsyncSession, share: Share, stand: Stand, person: Person
    ) -> list[dict[str, str]]:
        marks = {tap_mark(share.secret, person, kind.value): kind.value for kind in Kind}
        found = await session.scalars(select(Tap.mark).where(Tap.share == share.id, Tap.mark.in_(marks)))
        return [{"thread": stand.handle, "tap": marks[mark]} for mark in found]

    async def forget(self, person: Person, session: AsyncSession | None = None) -> None:
        """What can be linked to a person goes, in every space. Shares that stand in their rooms stay (their
        code takes them down), and so do mute handles and mutes until their day."""
        store = self._records.store
        hashes = [who for _, who in await store.who_everywhere(person)]
        posts: list[str] = []
        tells: list[str] = []
        appeals: list[str] = []
        async with store.within(session) as own:
            await own.execute(delete(Member).where(Member.who.in_(hashes)))
            for pending in (await own.scalars(select(Pending))).all():
                if is_of(pending.account, person):
                    await own.delete(pending)
            for address in (await own.scalars(select(Address))).all():
                if is_of(address.account, person):
                    tells.append(address.id)
                    appeal = await own.get(Appeal, address.of)
                    if appeal is not None:
                        appeals.append(appeal.id)
                        await own.delete(appeal)
                    await own.delete(address)
            handles = (await own.scalars(select(MuteHandle))).all()
            theirs = {handle.of: handle for handle in handles if is_of(handle.account, person)}
            for id, handle in theirs.items():
                posts += await self._unsent(own, id, handle)
            await own.flush()
            for share in (await own.scalars(select(Share))).all():
                if share.secret:
                    await self._traces(own, share, person)
            await self._records.forget_counts(own, person)
        await self._records.supplies.wipe("post", posts)
        await self._records.supplies.wipe("update", posts)
        await self._records.supplies.wipe("tell", tells)
        await self._records.supplies.wipe("appeal", appeals)

    async def _unsent(self, session: AsyncSession, id: str, handle: MuteHandle) -> list[str]:
        """What had not come out goes, with the handle: there is nothing a mute could be about."""
        row: Share | Reply | None = await session.get(Share, id) or await session.get(Reply, id)
        if row is None or Stand.read(row.stand).state not in _UNSENT:
            return []
        await session.execute(delete(Shown).where(Shown.id == id))
        await session.delete(row)
        await session.delete(handle)
        return [id]

    async def _traces(self, session: AsyncSession, share: Share, person: Person) -> None:
        marks = [voice_mark(share.secret, person)]
        await session.execute(delete(Voice).where(Voice.share == share.id, Voice.mark.in_(marks)))
        marks = [tap_mark(share.secret, person, kind.value) for kind in Kind]
        taps = (await session.scalars(select(Tap).where(Tap.share == share.id, Tap.mark.in_(marks)))).all()
        if not taps:
            return
        stand = Stand.read(share.stand)
        for tap in taps:
            stand.taps[tap.kind] = stand.taps.get(tap.kind, 0) - 1
            await session.delete(tap)
        share.stand = stand.kept()

    async def stays(self, person: Person) -> list[datetime.date]:
        """Until which days (UTC) a voice of this person can be muted, or is: what an erasure leaves."""
        async with self._records.store.read() as session:
            days = [
                one.until for one in await session.scalars(select(MuteHandle)) if is_of(one.account, person)
            ]
            days += [one.until for one in await session.scalars(select(Mute)) if is_of(one.account, person)]
        return sorted(days)

    async def age_out(self, now: datetime.datetime) -> None:
        """Let go of what has reached its end."""
        today = now.date()
        async with self._records.store.write() as session:
            for pending in (await session.scalars(select(Pending))).all():
                if datetime.datetime.fromisoformat(pending.words["expires"]) <= now:
                    await session.delete(pending)
            for table in (MuteHandle, Mute):
                await session.execute(delete(table).where(table.until < today))
            for appeal in (await session.scalars(select(Appeal).where(Appeal.until < today))).all():
                await session.execute(delete(Address).where(Address.of == appeal.id))
                await session.delete(appeal)
            await session.flush()
            old = select(Share).where(Share.until < today)
            for share in (await session.scalars(old)).all():
                if Stand.read(share.stand).state is not State.POSTING:
                    await self._records.end(session, share)
            await session.flush()
            for reply in (await session.scalars(select(Reply).where(Reply.until < today))).all():
                stand = Stand.read(reply.stand)
                if stand.state is not State.POSTING and not stand.update:
                    await self._records.end_reply(session, reply)
            await session.flush()
            orphans = select(Reply).where(Reply.share.not_in(select(Share.id)))
            for reply in (await session.scalars(orphans)).all():
                await self._orphaned(session, reply)
            kept = {(today - datetime.timedelta(days=1)).isoformat(), today.isoformat()}
            kept.add((today + datetime.timedelta(days=1)).isoformat())
            for space in set((await session.scalars(select(Secret.space))).all()):
                await self._records.end_days(session, space, kept)

    async def _orphaned(self, session: AsyncSession, reply: Reply) -> None:
        if Stand.read(reply.stand).update:
            return  # its post is still to be taken away
        handle = await session.scalar(select(MuteHandle.id).where(MuteHandle.of == reply.id))
        if handle is None:
            await session.delete(reply)
