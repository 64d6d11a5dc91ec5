"""Due rows and the ledger of slots: fulfils what `bot.scheduling.needs.Ledger` asks, with its own records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

from sqlalchemy import delete, exists, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ..store import Storage
from .tables import COG, Due, SlotRow

Result = Literal["sent", "refused", "skipped", "unknown"]


_IN_ONE_GO = 30
"""Rows that are opened before others on the event loop have their turn."""


class IsDue(Protocol):
    """A schedule with the moment of its next slot."""

    @property
    def name(self) -> str: ...  # noqa: D102 - as in the due table
    @property
    def space(self) -> str: ...  # noqa: D102
    @property
    def cog(self) -> str: ...  # noqa: D102
    @property
    def schedule(self) -> str: ...  # noqa: D102
    @property
    def args(self) -> Mapping[str, object]: ...  # noqa: D102
    @property
    def zone(self) -> str: ...  # noqa: D102
    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def grace(self) -> timedelta: ...  # noqa: D102
    @property
    def lane(self) -> str: ...  # noqa: D102
    @property
    def due(self) -> datetime: ...  # noqa: D102


class IsStep(Protocol):
    """Which occurrence to hand out, and where the row moves to."""

    @property
    def claim(self) -> datetime | None: ...  # noqa: D102 - as in scheduling
    @property
    def next(self) -> datetime | None: ...  # noqa: D102
    @property
    def tell(self) -> bool: ...  # noqa: D102


RowT = TypeVar("RowT", bound=IsDue)
SlotT = TypeVar("SlotT", bound=IsDue)


class Ledger(Generic[RowT, SlotT]):
    """Every method is one transaction, committed when it returns. Raises StorageError, then unchanged.

    `row` and `slot` are the records of scheduling to answer with, `new_mark` makes a slot's mark;
    `spaces` restricts this ledger to the spaces that this process serves (None: all), `cogs` to those that
    are loaded (None: all), `lane` to what one platform is to say (None: all of them). What is of a cog that
    was left out waits until it is back.
    """

    def __init__(
        self,
        storage: Storage,
        row: Callable[..., RowT],
        slot: Callable[..., SlotT],
        new_mark: Callable[[], str],
        spaces: Collection[str] | None = None,
        *,
        cogs: Collection[str] | None = None,
        lane: str | None = None,
    ) -> None:
        self._storage = storage
        self._store = storage.store(COG)
        self._row = row
        self._slot = slot
        self._new_mark = new_mark
        self._spaces = spaces
        self._cogs = cogs
        self._lane = lane

    def lane(self, name: str) -> Ledger[RowT, SlotT]:
        """The same ledger, of which `rows`, `next_due`, `claim`, `untold` and `uncertain` see this lane
        alone."""
        made = self._row, self._slot, self._new_mark, self._spaces
        return Ledger(self._storage, *made, cogs=self._cogs, lane=name)

    async def serve(self, lanes: Collection[str]) -> None:
        """Put into the lane of everything else (``""``) what stands in one that nobody serves any more, so
        that it is neither forgotten nor left without an end. Without lanes nothing is moved."""
        if not lanes:
            return
        async with self._store.write() as session:
            open_ones = (SlotRow.result == "claimed") | SlotRow.finished_at.is_(None)
            for rows in (
                update(Due).where(Due.lane.not_in([*lanes, ""])),
                update(SlotRow).where(SlotRow.lane.not_in([*lanes, ""]), open_ones),
            ):
                await session.execute(rows.values(lane="").execution_options(synchronize_session=False))

    async def upsert_due(self, rows: Sequence[RowT]) -> None:
        """Write these rows in place of whatever stands under the same name."""
        async with self._store.write() as session:
            there = {row.name: row for row in await _named(session, [row.name for row in rows])}
            for row in rows:
                values = {**_schedule(row), "due": row.due}
                found = there.get(row.name)
                if found is None:
                    session.add(Due(**values))
                else:
                    for name, value in values.items():
                        setattr(found, name, value)

    async def remove_due(self, prefix: str, keep: Collection[str] = ()) -> None:
        """Delete the due rows whose name starts with `prefix`, taken literally, except those in `keep`."""
        async with self._store.write() as session:
            names = set(await session.scalars(select(Due.name).where(_starts(prefix)))) - set(keep)
            for chunk in _chunks(sorted(names)):
                await session.execute(delete(Due).where(Due.name.in_(chunk)))

    async def rows(self, prefix: str = "") -> Sequence[RowT]:
        """The due rows whose name starts with `prefix`, taken literally."""
        async with self._store.read() as session:
            found = []
            for at, row in enumerate(
                await session.scalars(select(Due).where(_starts(prefix), self._mine(Due))), 1
            ):
                if at % _IN_ONE_GO == 0:
                    await asyncio.sleep(0)  # each is opened by its key: hundreds would hold everybody up
                found.append(self._read(row))
            return found

    async def next_due(self) -> datetime | None:
        """The earliest due time of all rows, past ones included."""
        async with self._store.read() as session:
            return await session.scalar(select(Due.due).where(self._mine(Due)).order_by(Due.due).limit(1))

    async def claim(self, now: datetime, limit: int, step: Callable[[RowT], IsStep]) -> Sequence[SlotT]:
        """Take up to `limit` rows due by `now` in the order of (due, name); see scheduling's Protocol."""
        slots: list[SlotT] = []
        async with self._store.write() as session:
            steps = await self._steps(session, now, limit, step)
            known = await _known(session, steps)
            for row, done in steps:
                if done.claim != row.due and (row.name, row.due) not in known:
                    session.add(_skipped(row, None if done.tell else now))
                if done.claim is not None and (row.name, done.claim) not in known:
                    claimed = _slot_row(row, done.claim, "claimed", self._new_mark(), claimed_at=now)
                    session.add(claimed)
                    slots.append(self._read_slot(claimed))
                await _move(session, row, done.next)
        return slots

    async def finish(self, slot: SlotT, result: Result, ref: str | None, *, told: bool = True) -> None:
        """Record how a claimed slot ended; `ref` is the platform's id of the post. It is finished when its
        cog was `told`, or does not want to be.

        A slot that is not there any more was erased with its person while it was on its way: nothing of it
        is written again.
        """
        wanted = select(SlotRow).where(SlotRow.name == slot.name, SlotRow.due == slot.due)
        async with self._store.write() as session:
            found = (await session.scalars(wanted)).one_or_none()
            if found is not None:
                found.result, found.ref = result, ref
                found.finished_at = self._store.now() if told else None

    async def told(self, slots: Sequence[SlotT]) -> None:
        """Record that these were told; what was forgotten meanwhile stays forgotten."""
        async with self._store.write() as session:
            for slot in slots:
                wanted = (SlotRow.name == slot.name) & (SlotRow.due == slot.due)
                found = await session.scalar(select(SlotRow).where(wanted, SlotRow.result != "claimed"))
                if found is not None:
                    found.finished_at = self._store.now()

    async def untold(self) -> Sequence[tuple[SlotT, Result, str | None]]:
        """Slots that ended and whose cogs were not told, the oldest first."""
        wanted = select(SlotRow).where(
            SlotRow.result != "claimed", SlotRow.finished_at.is_(None), self._mine(SlotRow)
        )
        async with self._store.read() as session:
            return [
                (self._read_slot(row), cast(Result, row.result), row.ref)
                for row in await session.scalars(wanted.order_by(SlotRow.due))
            ]

    async def uncertain(self) -> Sequence[SlotT]:
        """Slots that were claimed and not finished, the oldest first."""
        wanted = select(SlotRow).where(SlotRow.result == "claimed", self._mine(SlotRow))
        async with self._store.read() as session:
            found = await session.scalars(wanted.order_by(SlotRow.claimed_at, SlotRow.due, SlotRow.name))
            return [self._read_slot(row) for row in found]

    async def latest(self, name: str) -> SlotT | None:
        """The claimed slot of this schedule with the greatest due time, as it was when it was claimed."""
        wanted = (
            select(SlotRow)
            .where(SlotRow.name == name, SlotRow.claimed_at.is_not(None))
            .order_by(SlotRow.due.desc())
            .limit(1)
        )
        async with self._store.read() as session:
            found = await session.scalar(wanted)
            return None if found is None else self._read_slot(found)

    async def mark_all_before(self, now: datetime, step: Callable[[RowT], IsStep]) -> int:
        """After a restore: everything due by `now` counts as done, what was being sent as unknown.

        Nothing of the past is posted again; the next start tells the cogs. Returns how many slots were passed
        over.
        """
        passed = 0
        while True:
            async with self._store.write() as session:
                unfinished = select(SlotRow).where(SlotRow.result == "claimed")
                for slot in await session.scalars(unfinished):
                    slot.result = "unknown"
                steps = await self._steps(session, now, 200, step)
                known = await _known(session, steps)
                for row, done in steps:
                    if (row.name, row.due) not in known:
                        session.add(_skipped(row, None))
                    await _move(session, row, done.next if done.next is None or done.next > now else None)
            passed += len(steps)
            if not steps:
                return passed

    async def forget_before(self, moment: datetime) -> None:
        """Drop ledger rows older than `moment`, the latest claimed one of each name excepted."""
        later = aliased(SlotRow)
        followed = exists().where(
            later.name == SlotRow.name, later.due > SlotRow.due, later.claimed_at.is_not(None)
        )
        old = (SlotRow.due < moment) & (SlotRow.result != "claimed")
        old &= SlotRow.claimed_at.is_(None) | followed
        async with self._store.write() as session:
            await session.execute(delete(SlotRow).where(old).execution_options(synchronize_session=False))

    async def wipe(self, beginning: str, endings: Collection[str]) -> None:
        """Delete every row, waiting and past, whose name begins and ends so: what an erased person had."""
        async with self._store.write() as session:
            for table in (Due, SlotRow):
                wanted = select(table.name).where(_starts(beginning, table)).distinct()
                names = await session.scalars(wanted)
                gone = [name for name in names if name.endswith(tuple(endings))]
                for chunk in _chunks(sorted(gone)):
                    await session.execute(
                        delete(table)
                        .where(table.name.in_(chunk))
                        .execution_options(synchronize_session=False)
                    )

    async def _steps(
        self, session: AsyncSession, now: datetime, limit: int, step: Callable[[RowT], IsStep]
    ) -> list[tuple[Due, IsStep]]:
        wanted = select(Due).where(Due.due <= now, self._mine(Due)).order_by(Due.due, Due.name).limit(limit)
        return [(row, step(self._read(row))) for row in (await session.scalars(wanted)).all()]

    def _mine(self, table: type[Due] | type[SlotRow]) -> Any:
        mine: Any = true()
        if self._spaces is not None:
            mine &= table.space.in_(self._spaces)
        if self._cogs is not None:
            mine &= table.cog.in_(self._cogs)
        if self._lane is not None:
            mine &= table.lane == self._lane
        return mine

    def _read(self, row: Due) -> RowT:
        return self._row(**_plain(row), due=row.due)

    def _read_slot(self, row: SlotRow) -> SlotT:
        return self._slot(**_plain(row), due=row.due, mark=row.mark, claimed_at=row.claimed_at)


def _plain(row: Due | SlotRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "space": row.space,
        "cog": row.cog,
        "schedule": row.schedule,
        "args": row.args,
        "zone": row.zone,
        "rule": row.rule,
        "grace": timedelta(seconds=row.grace_seconds),
        "lane": row.lane,
    }


def _schedule(row: IsDue) -> dict[str, Any]:
    return {
        "name": row.name,
        "space": row.space,
        "cog": row.cog,
        "schedule": row.schedule,
        "args": dict(row.args),
        "zone": row.zone,
        "rule": row.rule,
        "grace_seconds": int(row.grace.total_seconds()),
        "lane": row.lane,
    }


def _slot_row(row: Due, due: datetime, result: str, mark: str, claimed_at: datetime | None) -> SlotRow:
    plain = _plain(row)
    grace = plain.pop("grace")
    return SlotRow(
        **plain,
        grace_seconds=int(grace.total_seconds()),
        due=due,
        result=result,
        mark=mark,
        claimed_at=claimed_at,
        finished_at=None,
        ref=None,
    )


def _skipped(row: Due, finished_at: datetime | None) -> SlotRow:
    skipped = _slot_row(row, row.due, "skipped", "", claimed_at=None)
    skipped.finished_at = finished_at
    return skipped


async def _known(session: AsyncSession, steps: Sequence[tuple[Due, IsStep]]) -> set[tuple[str, datetime]]:
    """The slots of these rows that the ledger has already."""
    names = [row.name for row, _ in steps]
    moments = {row.due for row, _ in steps} | {done.claim for _, done in steps if done.claim is not None}
    wanted = select(SlotRow.name, SlotRow.due).where(SlotRow.name.in_(names), SlotRow.due.in_(moments))
    return {(name, due) for name, due in await session.execute(wanted)}


async def _move(session: AsyncSession, row: Due, due: datetime | None) -> None:
    if due is None:
        await session.delete(row)
    else:
        row.due = due


async def _named(session: AsyncSession, names: Sequence[str]) -> list[Due]:
    found: list[Due] = []
    for chunk in _chunks(names):
        found.extend(await session.scalars(select(Due).where(Due.name.in_(chunk))))
    return found


def _chunks(names: Sequence[str], size: int = 500) -> list[Sequence[str]]:
    return [names[at : at + size] for at in range(0, len(names), size)]


def _starts(prefix: str, table: type[Due] | type[SlotRow] = Due) -> Any:
    # LIKE would ignore case on SQLite and need its own signs escaped.
    return func.substr(table.name, 1, len(prefix)) == prefix
