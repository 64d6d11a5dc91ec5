"""What the holder of a receipt's code can do with a share, or with a reply. Nobody else can."""

from __future__ import annotations

import collections
import dataclasses
import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Cause, Person, Refused

from . import moments
from .plans import Plan, What
from .records import (
    Records,
    address_of,
    code_read,
    either,
    fits,
    is_of,
    panel_key,
    person_of,
    thread_of,
    voice_mark,
)
from .said import Said, Where
from .standing import IN_SIGHT, Goal, Stand, State
from .tables import Address, Appeal, Reply, Share, Voice

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
    """What its author sees of a share, or of a reply. `key` goes into the panel's buttons."""

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
    reply: bool = False
    worried: bool = False
    """Whether somebody said that they are worried."""
    plans: tuple[Plan, ...] = ()


class Receipts:
    """Acts on a share or reply by its code. A panel's key stands for the code until the next cut."""

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
                row: Share | Reply | None = await session.scalar(select(Share).where(Share.code == hashed))
                row = row or await session.scalar(select(Reply).where(Reply.code == hashed))
                share = await thread_of(session, row) if row is not None else None
                if row is not None and share is not None and share.secret:
                    self._wrong.pop((person.platform, person.account), None)
                    return await self._panel(session, row, share)
        self._wrong[person.platform, person.account] = [*tries, at]
        self._wrong.move_to_end((person.platform, person.account))
        while len(self._wrong) > _REMEMBERED:
            self._wrong.popitem(last=False)
        raise Refused("no-such-code", field="code")

    async def panel(self, share: str, key: str) -> Panel:
        """The panel again. Raises `Refused("stale-panel")`."""
        async with self._records.store.read() as session:
            row, above, _ = await self._either(session, share, key)
            return await self._panel(session, row, above)

    async def edit(
        self,
        person: Person,
        share: str,
        key: str,
        said: Said,
        where: Where,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> Panel:
        """Put other words in the place of what was shared. What stands in the room changes a little later.
        Raises `Refused("muted")` like everything here by which words come out."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            await self._records.refuse_muted(session, person, row.id, at)
            self._may_change(stand, where)
            row.words = row.words | said.kept() | {"added": []}
            plans = self._change_soon(row, stand, at)
            return await self._panel(session, row, row, plans)

    async def add(
        self,
        person: Person,
        share: str,
        key: str,
        text: str,
        where: Where,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> Panel:
        """Add words below what was shared."""
        async with self._records.store.write(cause) as session:
            row, stand = await self._own(session, share, key)
            await self._records.refuse_muted(session, person, row.id, at)
            self._may_change(stand, where)
            added = [*row.words["added"], text]
            if len(added) > _MOST_ADDED:
                raise Refused("added-enough", most=_MOST_ADDED)
            if len(row.words["text"]) + sum(map(len, added)) > _LONGEST_TOGETHER:
                raise Refused("added-long", field="text")
            row.words = row.words | {"added": added}
            plans = self._change_soon(row, stand, at)
            return await self._panel(session, row, row, plans)

    async def take_down(
        self, share: str, key: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> list[Plan]:
        """Take it down: what it says is forgotten now, what stands in the room goes. With a share its
        replies go, too."""
        async with self._records.store.write(cause) as session:
            row, _, stand = await self._either(session, share, key)
            if stand.state is State.POSTING:
                raise Refused("just-going-out")
            plans = self._removal(row, at)
            if isinstance(row, Reply):
                await self._records.end_reply(session, row, keep_to_remove=bool(plans))
                return plans
            if plans:
                for reply in await session.scalars(select(Reply).where(Reply.share == share)):
                    plans += self._removal(reply, at)
            await self._records.end(session, row, keep_to_remove=bool(plans))
            return plans

    @staticmethod
    def _removal(row: Share | Reply, at: datetime.datetime) -> list[Plan]:
        """What takes its post away, if it stands there."""
        stand = Stand.read(row.stand)
        if stand.state not in IN_SIGHT or not stand.ref:
            return []
        stand.update = moments.soon(at).isoformat()
        row.stand = stand.kept()
        return [Plan(What.UPDATE, row.id, moments.soon(at))]

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
            return await self._panel(session, row, row)

    async def cut(self, share: str, key: str, *, cause: Cause | None = None) -> None:
        """Destroy at once what leads from it to its author. Every panel shown before is stale then."""
        async with self._records.store.write(cause) as session:
            row, above, stand = await self._either(session, share, key)
            await self._records.cut(session, row, above, stand)
            row.stand = stand.kept()

    async def again(
        self,
        person: Person,
        share: str,
        key: str,
        where: Where,
        *,
        at: datetime.datetime,
        cause: Cause | None = None,
    ) -> Panel:
        """Send once more what was held or refused. Raises `Refused("not-now")` where it is not."""
        async with self._records.store.write(cause) as session:
            row, above, stand = await self._either(session, share, key)
            if stand.state not in (State.HELD, State.FAILED):
                raise Refused("not-now")
            return await self._requeue(session, person, row, above, stand, where, at)

    async def changed(
        self,
        person: Person,
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
            row, above, stand = await self._either(session, share, key)
            if stand.state is not State.CHANGE:
                raise Refused("not-now")
            if isinstance(row, Reply):
                row.words = {"text": said.text, "name": row.words["name"], "author": row.words["author"]}
            else:
                row.words = {"added": row.words["added"], **said.kept()}
            stand.goal = Goal.REVIEW
            return await self._requeue(session, person, row, above, stand, where, at)

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
            about, above, stand = await self._either(session, share, key)
            if stand.state not in (State.HIDDEN, State.DECLINED, State.POSTED):
                raise Refused("not-now")
            for open_one in await session.scalars(select(Appeal).where(Appeal.space == person.space)):
                if open_one.words.get("of") == about.id and open_one.words["state"] != "answered":
                    raise Refused("appealed")
            due = moments.later(at, 1, 10)
            # What never had a place has no name of its own: moderators know it by its thread's.
            handle = stand.handle or Stand.read(above.stand).handle
            row = Appeal(
                space=person.space, until=at.date() + datetime.timedelta(days=_APPEAL_DAYS), unsaved=True,
                words={
                    "text": text, "of": about.id, "handle": handle,
                    "state": "waiting", "due": due.isoformat(),
                },
            )  # fmt: skip
            session.add(row)
            session.add(address_of(row.id, person, replies=False))
            return [Plan(What.APPEAL, row.id, due)]

    # --- inside ---------------------------------------------------------------------------------------

    async def _own(self, session: AsyncSession, share: str, key: str) -> tuple[Share, Stand]:
        row = await session.get(Share, share)
        if row is None or not fits(key, row):
            raise Refused("stale-panel")
        return row, Stand.read(row.stand)

    async def _either(self, session: AsyncSession, id: str, key: str) -> tuple[Share | Reply, Share, Stand]:
        """A share or reply, the share it belongs to, and how it stands with it."""
        row = await either(session, id)
        above = await thread_of(session, row) if row is not None else None
        if row is None or above is None or not fits(key, above, row if isinstance(row, Reply) else None):
            raise Refused("stale-panel")
        stand = Stand.read(row.stand)
        if stand.state is State.GONE:
            raise Refused("no-such-share")
        return row, above, stand

    @staticmethod
    def _may_change(stand: Stand, where: Where) -> None:
        if stand.reviewed or where.settings.policy == "review-first":
            raise Refused("reviewed-first")
        if stand.state not in (State.QUEUED, State.POSTED):
            raise Refused("not-now")

    def _change_soon(self, row: Share, stand: Stand, at: datetime.datetime) -> tuple[Plan, ...]:
        if stand.state is not State.POSTED:
            return ()
        due = moments.later(at, *_CHANGED)
        stand.update = due.isoformat()
        row.stand = stand.kept()
        return (Plan(What.UPDATE, row.id, due),)

    async def _requeue(
        self,
        session: AsyncSession,
        person: Person,
        row: Share | Reply,
        above: Share,
        stand: Stand,
        where: Where,
        at: datetime.datetime,
    ) -> Panel:
        await self._records.refuse_muted(session, person, above.id, at)
        over = Stand.read(above.stand)
        if isinstance(row, Reply) and not (over.open and over.state is State.POSTED):
            raise Refused("replies-closed")
        settings = where.settings
        if settings.policy == "review-first" and not stand.reviewed:
            stand.goal, stand.reviewed = Goal.REVIEW, True
        due = moments.when(at, settings.delay, settings.hours, where.zone)
        stand.state, stand.due, stand.slot = State.QUEUED, due.isoformat(), ""
        row.stand = stand.kept()
        return await self._panel(session, row, above, (Plan(What.POST, row.id, due),))

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

    async def _panel(
        self, session: AsyncSession, row: Share | Reply, above: Share, plans: tuple[Plan, ...] = ()
    ) -> Panel:
        stand, over = Stand.read(row.stand), Stand.read(above.stand)
        address = await session.scalar(select(Address).where(Address.of == row.id))
        reply = row if isinstance(row, Reply) else None
        return Panel(
            row.id, panel_key(above, reply), stand.handle or over.handle, stand.state,
            Said(row.words["text"]) if reply else Said.read(row.words), over.open,
            address is not None and bool(address.wish["replies"]), address is not None,
            stand.goal, not stand.reviewed, over.room, over.group,
            str(row.words.get("asked", "")), stand.reason, reply is not None, stand.worried, plans,
        )  # fmt: skip
