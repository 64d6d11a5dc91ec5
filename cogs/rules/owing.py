"""What was decided and is still to be done: kept until it is done, so that the end of the process loses none.

What can be done twice (taking a message away, a break) is done at once, and again after a crash. What cannot
(a post, a word to somebody) goes out once: as a post of the agenda, which asks the platform before it posts
again, or not at all where the process ended in the very moment of sending.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import enum
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person, Place, account_parts

from .matching.conditions import Action
from .records import Records
from .story import Again, Out, place_from, place_text
from .tables import Case, Owed

GRACE = datetime.timedelta(days=1)
"""What was decided longer ago is not done any more: nobody would know what for."""


class Kind(enum.Enum):
    """What is to be done."""

    REMOVE = "remove"
    BREAK = "break"
    FOLD = "fold"
    TELL = "tell"
    ASK = "ask"


TWICE = frozenset({Kind.REMOVE, Kind.BREAK})
"""What is as good done twice as once."""
_WORDS = frozenset({Kind.FOLD, Kind.TELL})
"""What has somebody's words in it, or words for them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Duty:
    """One thing to be done about somebody. Without an `id` it is lost with the process."""

    id: str
    kind: Kind
    person: Person
    number: int
    """Of the case."""
    told: Mapping[str, Any] = dataclasses.field(repr=False)

    @property
    def place(self) -> Place:
        """Where the message was."""
        return place_from(self.told["place"])

    @property
    def again(self) -> Again:
        """What is posted under a warning."""
        told = self.told
        return Again(self.place, told["name"], told["words"], told["warning"], told["files"])


def duties(
    person: Person,
    actions: Sequence[Action],
    out: Iterable[Out],
    *,
    place: Place | None,
    ref: str,
    words: str,
    files: int,
    says: Iterable[str],
    hears: bool,
    stopped: bool,
    asks: bool,
    at: datetime.datetime,
) -> list[dict[str, object]]:
    """What is to be done after a decision, in order, as it is sealed. `says` are the nudges' sentences;
    `hears`: the person wants to be told of what is only a hint; `stopped`: nobody saw the message; `asks`:
    moderators have not been asked to look at it yet."""
    kinds = {each.kind for each in actions}
    away = bool(kinds & {"hold", "remove"})
    there = place is not None and ref and not stopped
    fold = next((each for each in actions if each.kind == "fold"), None)
    # Platforms let nobody fold somebody else's message; one of files alone stays as it is.
    folded = fold is not None and not away and there and words.strip() != ""
    where = {"place": place_text(place) if place is not None else ""}
    found: list[dict[str, object]] = []
    if there and (away or folded):
        found.append({"kind": Kind.REMOVE.value, **where, "ref": ref})
    found += [{"kind": Kind.BREAK.value, "break": one.id} for one in out if one.until > at]
    if fold is not None and folded:
        warning = str(fold.value or "")
        again = {"name": person.name, "words": words, "warning": warning, "files": files}
        found.append({"kind": Kind.FOLD.value, **where, **again})
    taken = (
        "told-held" if "hold" in kinds
        else "told-taken" if "remove" in kinds
        else "told-break" if "time_out" in kinds
        else "told-folded" if folded
        else ""
    )  # fmt: skip
    hints = [each for each in says if each] if hears or taken else []
    hints += [str(each.value) for each in actions if each.kind == "suggest" and hears]
    if not stopped and (taken or hints):
        told = {"says": taken or "told-hint", "hints": hints, "hears": hears, "language": person.language}
        found.append({"kind": Kind.TELL.value, **told})
    if asks and kinds & {"hold", "ask"}:
        found.append({"kind": Kind.ASK.value})
    return found


class Owing:
    """What is still to be done, as rows."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._in_hand: set[str] = set()

    @staticmethod
    def owe(
        session: AsyncSession, case: Case, person: Person, wanted: Sequence[dict[str, object]]
    ) -> tuple[Duty, ...]:
        """Keep what is to be done in a case. A hint alone is not worth a row."""
        rows = [Owed(space=case.space, case=case.id, at=case.opened, what=each) for each in wanted]
        kept = any(Kind(each["kind"]) is not Kind.TELL for each in wanted)
        if kept:
            session.add_all(rows)
        return tuple(
            Duty(row.id if kept else "", Kind(each["kind"]), person, case.number, each)
            for row, each in zip(rows, wanted, strict=True)
        )

    @contextlib.contextmanager
    def in_hand(self, duties: Collection[Duty]) -> Iterator[None]:
        """While these are being done, nobody else is to begin with them."""
        ids = {duty.id for duty in duties}
        self._in_hand |= ids
        try:
            yield
        finally:
            self._in_hand -= ids

    async def left(self, space: str) -> list[tuple[Duty, datetime.datetime]]:
        """What is still to be done in a space and in nobody's hand, and since when."""
        async with self._records.store.read() as session:
            rows = await session.execute(
                select(Owed, Case).join(Case, Case.id == Owed.case).where(Owed.space == space)
            )
            return [(_duty(row, case), row.at) for row, case in rows.all() if row.id not in self._in_hand]

    async def duty(self, id: str) -> Duty | None:
        """One thing that is still to be done."""
        async with self._records.store.read() as session:
            row = await session.get(Owed, id)
            case = await session.get(Case, row.case) if row is not None else None
            return _duty(row, case) if row is not None and case is not None else None

    async def done(self, ids: Collection[str]) -> None:
        """These were done, or cannot be."""
        if any(ids):
            async with self._records.store.write() as session:
                await session.execute(delete(Owed).where(Owed.id.in_(ids)))

    @staticmethod
    async def forget(session: AsyncSession, cases: Sequence[str]) -> None:
        """Let go what has words in it."""
        for row in (await session.scalars(select(Owed).where(Owed.case.in_(cases)))).all():
            if Kind(row.what["kind"]) in _WORDS:
                await session.delete(row)


def _duty(row: Owed, case: Case) -> Duty:
    what: Mapping[str, Any] = row.what
    platform, account, space = account_parts(case.account)
    person = Person(platform, account, space, language=what.get("language"))
    return Duty(row.id, Kind(what["kind"]), person, case.number, what)


__all__ = ["GRACE", "TWICE", "Duty", "Kind", "Owing", "duties"]
