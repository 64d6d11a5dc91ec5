"""What the holder of a receipt's code can do with a share. Nobody else can."""

from __future__ import annotations

import collections
import dataclasses
import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Cause, Person, Refused

from . import moments
from .plans import Plan, What
from .records import Records, address_of, code_read, fits, is_of, panel_key, person_of, voice_mark
from .standing import IN_SIGHT, Goal, Stand, State
from .tables import Address, Appeal, Reply, Share, Voice
from .writing import Said, Where

_WRONG_TRIES = 5
_TRIES_REST = datetime.timedelta(minutes=10)
_REMEMBERED = 10_000
_APPEAL_DAYS = 14
_MOST_ADDED = 5
_LONGEST_TOGETHER = 3600
"""Characters: with its title and all, a message on Discord shows 4,000."""
_CHANGED = (1, 4)


@dataclasses.dataclass(frozen=True, slots=True)
class Panel:
    """What the author sees of their share. `key` goes into the panel's buttons."""

    id: str
    key: str = dataclasses.field(repr=False)
    handle: str = dataclasses.field(repr=False)
    state: State
    said: Said
    open: bool
    replies: bool
    """Whether its author is told of replies."""
    reachable: bool
    """Whether anything leads to its author."""
    goal: Goal = Goal.ROOM
    may_edit: bool = True
    """Whether it can be changed without moderators: not where they read first."""
    room: str = ""
    group: str = ""
    asked: str = dataclasses.field(default="", repr=False)
    reason: str = ""
    plans: tuple[Plan, ...] = ()


class Receipts:
    """Acts on a share by its code. A panel's key stands for the code until the next cut."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._wrong: collections.OrderedDict[tuple[str, str], list[datetime.datetime]] = (
            collections.OrderedDict()
        )

    async def open(self, person: Person, typed: str, *, at: datetime.datetime) -> Panel:
        """The panel for a code. Raises `Refused("no-such-code")`, and `code-tries` after too many wrong ones;
        who tried is held in memory only, and only while it counts."""
        tries = [
            one for one in self._wrong.get((person.platform, person.account), []) if at - one < _TRIES_REST
        ]
        if len(tries) >= _WRONG_TRIES:
            raise Refused("code-tries", minutes=int(_TRIES_REST.total_seconds() // 60))
        code = code_read(typed)
        if code is not None:
            hashed = await self._records.code_hash(person.space, code)
            async with self._records.store.read() as session:
                share = await session.scalar(select(Share).where(Share.code == hashed))
                if share is not None and share.secret:
                    self._wrong.pop((person.platform, person.account), None)
                    return await self._panel(session, share)
        self._wrong[person.platform, person.account] = [*tries, at]
        self._wrong.move_to_end((person.platform, person.account))
        while len(self._wrong) > _REMEMBERED:
            self._wrong.popitem(last=False)
        raise Refused("no-such-code", field="code")

    async def panel(self, share: str, key: str) -> Panel:
        """The panel again. Raises `Refused("stale-panel")`."""
        async with self._records.store.read() as session:
            row, _ = await self._own(session, share, key)
            return await self._panel(session, row)

    async def edit(
        self, share: str, key: str, said: Said, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Panel:
        """Put other words in the place of what was shared. What stands in the room changes a little later."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            self._may_change(stand)
            row.words = row.words | said.kept() | {"added": []}
            plans = self._change_soon(row, stand, at)
            return await self._panel(session, row, plans)

    async def add(
        self, share: str, key: str, text: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Panel:
        """Add words below what was shared."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            self._may_change(stand)
            added = [*row.words["added"], text]
            if len(added) > _MOST_ADDED:
                raise Refused("added-enough", most=_MOST_ADDED)
            if len(row.words["text"]) + sum(map(len, added)) > _LONGEST_TOGETHER:
                raise Refused("added-long", field="text")
            row.words = row.words | {"added": added}
            plans = self._change_soon(row, stand, at)
            return await self._panel(session, row, plans)

    async def take_down(
        self, share: str, key: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> list[Plan]:
        """Take it down: what it says is forgotten now, what stands in the room goes."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            if stand.state is State.POSTING:
                raise Refused("just-going-out")
            plans = []
            if stand.state in IN_SIGHT and stand.ref:
                stand.update = moments.soon(at).isoformat()
                row.stand = stand.kept()
                plans.append(Plan(What.UPDATE, row.id, moments.soon(at)))
                for reply in await session.scalars(select(Reply).where(Reply.share == share)):
                    of_reply = Stand.read(reply.stand)
                    if of_reply.state in IN_SIGHT and of_reply.ref:
                        of_reply.update = stand.update
                        reply.stand = of_reply.kept()
                        plans.append(Plan(What.UPDATE, reply.id, moments.soon(at)))
            await self._records.end(session, row, keep_to_remove=bool(plans))
            return plans

    async def tell_replies(
        self, person: Person, share: str, key: str, *, on: bool, cause: Cause | None = None
    ) -> Panel:
        """Tell whoever holds the code of replies from now on, or stop that. A new address is made where there
        is none; the author's voice in the thread hangs on it."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            address = await session.scalar(select(Address).where(Address.of == share))
            if on:
                if address is not None and not is_of(address.account, person):
                    await self._forget_voice(session, row, address)
                    await session.delete(address)
                    await session.flush()
                    address = None
                if address is None:
                    address = address_of(share, person, replies=True)
                    session.add(address)
                address.wish = address.wish | {"replies": True, "language": person.language}
                await self._author_voice(session, row, person)
            elif address is not None:
                address.wish = address.wish | {"replies": False}
                if stand.state in IN_SIGHT:
                    await self._forget_voice(session, row, address)
                    await session.delete(address)
            await session.flush()
            return await self._panel(session, row)

    async def cut(self, share: str, key: str, *, cause: Cause | None = None) -> None:
        """Destroy at once what leads from the share to its author. Every panel shown before is stale then."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            await self._records.cut(session, row, stand)
            row.stand = stand.kept()

    async def again(
        self, share: str, key: str, where: Where, *, at: datetime.datetime, cause: Cause | None = None
    ) -> Panel:
        """Send once more what was held or refused. Raises `Refused("not-now")` where it is not."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            if stand.state not in (State.HELD, State.FAILED):
                raise Refused("not-now")
            return await self._requeue(session, row, stand, where, at)

    async def changed(
        self,
        share: str,
        key: str,
        said: Said,
        where: Where,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> Panel:
        """Send again what moderators asked to change. Raises `Refused("not-now")` where they did not."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            if stand.state is not State.CHANGE:
                raise Refused("not-now")
            row.words = {"added": row.words["added"], **said.kept()}
            stand.goal = Goal.REVIEW
            return await self._requeue(session, row, stand, where, at)

    async def appeal(
        self,
        person: Person,
        share: str,
        key: str,
        text: str,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> list[Plan]:
        """Ask moderators to look again, without a name. The answer finds its way by an address of its own,
        which ends with it, or after 14 days. Raises `Refused("appealed")` while one is open."""
        async with self._records.store.write(cause) as session:
            _, stand = await self._own(session, share, key)
            if stand.state not in (State.HIDDEN, State.DECLINED, State.POSTED):
                raise Refused("not-now")
            for open_one in await session.scalars(select(Appeal).where(Appeal.space == person.space)):
                if open_one.words["handle"] == stand.handle and open_one.words["state"] != "answered":
                    raise Refused("appealed")
            due = moments.later(at, 1, 10)
            row = Appeal(
                space=person.space, until=at.date() + datetime.timedelta(days=_APPEAL_DAYS), unsaved=True,
                words={"text": text, "handle": stand.handle, "state": "waiting", "due": due.isoformat()},
            )  # fmt: skip
            session.add(row)
            session.add(address_of(row.id, person, replies=False))
            return [Plan(What.APPEAL, row.id, due)]

    async def withdraw(
        self, person: Person, reply: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> list[Plan]:
        """Take back an anonymous reply of one's own: known by one's voice in the thread. Raises
        `Refused("no-such-share")`."""
        async with self._records.store.write(cause) as session:
            row = await session.get(Reply, reply)
            share = await session.get(Share, row.share) if row is not None else None
            if row is None or share is None or not share.secret:
                raise Refused("no-such-share")
            mark = voice_mark(share.secret, person)
            voice = await session.scalar(select(Voice).where(Voice.share == share.id, Voice.mark == mark))
            if voice is None or voice.name["name"] != row.words.get("name"):
                raise Refused("no-such-share")
            stand = Stand.read(row.stand)
            if stand.state is State.POSTING:
                raise Refused("just-going-out")
            plans = []
            if stand.state in IN_SIGHT and stand.ref:
                plans.append(Plan(What.UPDATE, row.id, moments.soon(at)))
                stand.update = moments.soon(at).isoformat()
            address = await session.scalar(select(Address).where(Address.of == row.id))
            if address is not None:
                await session.delete(address)
            if not plans:
                await session.delete(row)
                return []
            stand.state, row.words, row.unsaved = State.GONE, {}, False
            row.stand = stand.kept()
            return plans

    # --- inside ---------------------------------------------------------------------------------------

    async def _own(self, session: AsyncSession, share: str, key: str) -> tuple[Share, Stand]:
        row = await session.get(Share, share)
        if row is None or not fits(row, key):
            raise Refused("stale-panel")
        return row, Stand.read(row.stand)

    @staticmethod
    def _may_change(stand: Stand) -> None:
        if stand.reviewed or stand.state not in (State.QUEUED, State.POSTED):
            raise Refused("not-now")

    def _change_soon(self, row: Share, stand: Stand, at: datetime.datetime) -> tuple[Plan, ...]:
        if stand.state is not State.POSTED:
            return ()
        due = moments.later(at, *_CHANGED)
        stand.update = due.isoformat()
        row.stand = stand.kept()
        return (Plan(What.UPDATE, row.id, due),)

    async def _requeue(
        self, session: AsyncSession, row: Share, stand: Stand, where: Where, at: datetime.datetime
    ) -> Panel:
        settings = where.settings
        due = moments.when(at, settings.delay, settings.hours, where.zone)
        stand.state, stand.due, stand.slot = State.QUEUED, due.isoformat(), ""
        row.stand = stand.kept()
        return await self._panel(session, row, (Plan(What.POST, row.id, due),))

    async def _author_voice(self, session: AsyncSession, row: Share, person: Person) -> None:
        mark = voice_mark(row.secret, person)
        voice = await session.scalar(select(Voice).where(Voice.share == row.id, Voice.mark == mark))
        if voice is None:
            session.add(Voice(share=row.id, mark=mark, name={"name": "", "author": True}))

    async def _forget_voice(self, session: AsyncSession, row: Share, address: Address) -> None:
        mark = voice_mark(row.secret, person_of(address.account))
        voice = await session.scalar(select(Voice).where(Voice.share == row.id, Voice.mark == mark))
        if voice is not None and voice.name["author"]:
            await session.delete(voice)

    async def _panel(self, session: AsyncSession, row: Share, plans: tuple[Plan, ...] = ()) -> Panel:
        stand = Stand.read(row.stand)
        address = await session.scalar(select(Address).where(Address.of == row.id))
        return Panel(
            row.id, panel_key(row), stand.handle, stand.state, Said.read(row.words), stand.open,
            address is not None and bool(address.wish["replies"]), address is not None,
            stand.goal, not stand.reviewed, stand.room, stand.group,
            str(row.words.get("asked", "")), stand.reason, plans,
        )  # fmt: skip
