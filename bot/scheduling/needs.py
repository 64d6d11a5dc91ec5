"""What scheduling needs from others: a ledger to remember by and a sender to speak through.

Both are Protocols, so that storage and the sdk fulfil them without being imported here. All instants are
aware and in UTC; wall times appear only inside rules (see `bot.scheduling.due`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.sdk.ports import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One schedule as its owner wants it: what to run, by which rule, and how late it may still come.

    `name` identifies the schedule for ever (it is half of the ledger's unique key) and must not contain a
    platform's id of a person; whatever does belongs into `args`, which the ledger stores sealed and no repr
    shows.
    """

    name: str = field(repr=False)
    space: str = field(repr=False)
    cog: str
    schedule: str
    args: Mapping[str, object] = field(repr=False, hash=False)
    zone: str = field(repr=False)
    rule: str = field(repr=False)
    """Written by `bot.scheduling.due.rule_text`."""
    grace: timedelta
    """How long after its due time a missed slot may still be sent."""
    lane: str = ""
    """The platform on which it speaks; empty where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow(Wanted):
    """A schedule with the moment of its next slot: one row of the table that the dispatcher reads."""

    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(DueRow):
    """One claimed occurrence. (name, due) is unique in the ledger for as long as the ledger remembers it."""

    mark: str
    """Random, at most 25 characters; carried by the post itself and sent as its nonce or transaction id."""
    claimed_at: datetime
    """When the claim was committed. No attempt to send was made before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a claim does with one due row: which occurrence to hand out, and where the row moves to."""

    claim: datetime | None
    """The occurrence to send, None for none. Where it is not the row's own `due`, that one is skipped."""
    next: datetime | None
    """The row's new due time, always in the future; None: the rule has ended and the row goes."""
    tell: bool = False
    """Whether somebody wants to hear that the row's own slot is skipped, where it is."""


def new_mark() -> str:
    """A mark for a new ledger row: 16 characters (64 random bits), legal as a Discord nonce and in a URL."""
    return secrets.token_hex(8)


Result = Literal["sent", "refused", "skipped", "unknown"]
"""How a slot ended. `unknown`: it may have been posted and nobody can tell; it is never sent again."""


class Ledger(Protocol):
    """The due rows and the ledger of slots, for the spaces that this dispatcher serves.

    Every method is one transaction, committed when it returns; it raises what the database raises and has
    then changed nothing.
    """

    def lane(self, name: str) -> Ledger:
        """The same ledger, of which `rows`, `next_due`, `claim`, `untold` and `uncertain` see this lane
        alone."""

    async def upsert_due(self, rows: Sequence[DueRow]) -> None:
        """Write these rows, replacing whatever stands under the same name (its `due` included)."""

    async def remove_due(self, prefix: str, keep: Collection[str] = ()) -> None:
        """Delete the due rows whose name starts with `prefix` (taken literally), except the names in `keep`.

        Ledger rows stay: they are what prevents a second post when a schedule comes back.
        """

    async def rows(self, prefix: str = "") -> Sequence[DueRow]:
        """The due rows whose name starts with `prefix` (taken literally), in any order."""

    async def next_due(self) -> datetime | None:
        """The earliest `due` of all rows, past ones included; None without rows."""

    async def claim(self, now: datetime, limit: int, step: Callable[[DueRow], Step]) -> Sequence[Slot]:
        """Take up to `limit` rows with `due <= now`, by (due, name), and hand out what may be sent.

        For each row `step(row)` (pure, quick, never raises) is asked inside the transaction. Then: where
        `step.claim` differs from `row.due`, a ledger row (name, row.due) with result `skipped` is written
        unless one exists, untold where `step.tell`; where `step.claim` is not None and no ledger row (name,
        step.claim) exists, one is written as claimed at `now` with a `new_mark()`, and the slot is in the
        answer; the due row moves to `step.next` or is deleted. The answer may be empty although more rows
        are due: they were all skipped or already posted.
        """

    async def finish(self, slot: Slot, result: Result, ref: str | None, *, told: bool = True) -> None:
        """Record how a claimed slot ended; `ref` is the platform's id of the post where there is one. `told`:
        nobody is waiting to hear it.

        Records nothing where the ledger has forgotten the slot meanwhile (its person was erased).
        """

    async def told(self, slots: Sequence[Slot]) -> None:
        """Record that these were told, as far as the ledger still knows them."""

    async def untold(self) -> Sequence[tuple[Slot, Result, str | None]]:
        """Slots that ended and were not told, the oldest first: how they ended, and the post's `ref`."""

    async def uncertain(self) -> Sequence[Slot]:
        """Slots claimed and not finished, the oldest first: what a crash left behind."""

    async def latest(self, name: str) -> Slot | None:
        """The slot of this schedule with the greatest `due` that was claimed (not merely skipped), as it was
        then: with the rule and zone in force when it was claimed. None where the ledger remembers none.
        """


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was posted and trying again cannot help (what may help later is `Later`).

    `reason` is a text key or a fixed word, never a member's words or an id: it is logged.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing was posted: the slot's own place is not there just now. It is tried again; what waits so for
    its own place keeps no other slot waiting."""


Outcome = Delivery | Refused | Absent


class Sender(Protocol):
    """Runs a slot through the pipeline and posts what comes of it. Methods may be called concurrently."""

    async def send(self, slot: Slot) -> Outcome:
        """Post the slot's view with `slot.mark` as nonce or transaction id and as the mark in the post.

        A slot with nothing to say is `Sent("")`. An exception counts as `Unknown`; what certainly posted
        nothing should say `NotSent`, `Refused`, `Later` or `Absent`.
        """

    def hears(self, row: DueRow) -> bool:
        """Whether `settled` is to be told what becomes of this. Memory only."""

    async def settled(self, slot: Slot, result: Result, ref: str | None) -> None:
        """Hear how the slot ended, once that is recorded; perhaps again after a crash, and then the same.
        Raises what makes it worth telling again."""

    async def look_up(self, slot: Slot) -> Outcome | None:
        """Find out whether the slot was posted: None, when the history was read and the post is not in it.

        Within two minutes of `claimed_at` by sending again with the same nonce or transaction id, but only
        while `due + grace` has not passed (it may create the post); otherwise, and when the clock stands
        before `claimed_at`, by looking for the mark in the bot's own recent messages. `Unknown` where that
        cannot be read at all (the slot is closed as unknown), `Later` or `Absent` where it cannot be asked
        just now.
        """
