"""What Hearth counts of itself while it runs: sums by command, outcome and platform, and never by person,
space or room.

Whoever asks for help in a crisis is one in a single sum, without platform, outcome or duration, so that
nothing here tells a `/crisis` from another beyond "one more since you last looked". What a cog does not want
counted is not: who looks often enough would know to the second when somebody wrote what comes out later.
"""

from __future__ import annotations

import bisect
import collections
import datetime
from collections.abc import Callable, Collection, Sequence

from bot.scheduling.needs import DueRow, Ledger, Result, Slot, Step

from .answering import Answering, Outcome

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 3.0, 10.0, 60.0)
"""Upper bounds of the answer times that are told apart, in seconds. 1.5: from here on people see that an
answer is coming; 3: Discord gives up on a first answer."""

NO_COMMAND = "none"
"""What stands for a command where none was found."""


class Counts:
    """Sums since this process began."""

    def __init__(self) -> None:
        self.commands: collections.Counter[tuple[str, str, str]] = collections.Counter()
        """Events answered, by (command path, outcome, platform)."""
        self.crisis = 0
        """Times that a command which always answers was used."""
        self.failures = 0
        """Events that ended in an apology with a code."""
        self.slots: collections.Counter[str] = collections.Counter()
        """Scheduled slots by how they ended."""
        self.seconds = [0] * (len(BUCKETS) + 1)
        """Answers by the bucket of their duration, the last for those beyond every bound."""
        self.seconds_sum = 0.0

    def answered(self, platform: str, answer: Answering) -> None:
        """Count an event that was handled; one that nobody was answered is not counted."""
        if answer.outcome is None:
            return
        if answer.outcome is Outcome.FAILED:
            self.failures += 1
        command = answer.command
        if command is not None and command.always:
            self.crisis += 1
            return
        if command is not None and not command.counted:
            return
        path = command.path if command is not None else NO_COMMAND
        self.commands[path, answer.outcome.value, platform] += 1
        if answer.seconds is not None:
            self.seconds[bisect.bisect_left(BUCKETS, answer.seconds)] += 1
            self.seconds_sum += answer.seconds


class CountedLedger:
    """A ledger of slots that counts how they end. Fulfils scheduling's `Ledger`."""

    def __init__(self, ledger: Ledger, counts: Counts) -> None:
        self._ledger = ledger
        self._counts = counts

    def lane(self, name: str) -> CountedLedger:
        """As the ledger does."""
        return CountedLedger(self._ledger.lane(name), self._counts)

    async def upsert_due(self, rows: Sequence[DueRow]) -> None:
        """As the ledger does."""
        await self._ledger.upsert_due(rows)

    async def remove_due(self, prefix: str, keep: Collection[str] = ()) -> None:
        """As the ledger does."""
        await self._ledger.remove_due(prefix, keep)

    async def rows(self, prefix: str = "") -> Sequence[DueRow]:
        """As the ledger does."""
        return await self._ledger.rows(prefix)

    async def next_due(self) -> datetime.datetime | None:
        """As the ledger does."""
        return await self._ledger.next_due()

    async def claim(
        self, now: datetime.datetime, limit: int, step: Callable[[DueRow], Step]
    ) -> Sequence[Slot]:
        """As the ledger does; counts what it passed over once that is committed."""
        skipped: set[str] = set()

        def noticing(row: DueRow) -> Step:
            chosen = step(row)
            if chosen.claim != row.due:
                skipped.add(row.name)
            return chosen

        slots = await self._ledger.claim(now, limit, noticing)
        self._counts.slots["due"] += len(slots) + len(skipped)
        self._counts.slots["skipped"] += len(skipped)
        return slots

    async def finish(self, slot: Slot, result: Result, ref: str | None, *, told: bool = True) -> None:
        """As the ledger does, and counts it once it is recorded."""
        await self._ledger.finish(slot, result, ref, told=told)
        self._counts.slots[result] += 1

    async def told(self, slots: Sequence[Slot]) -> None:
        """As the ledger does."""
        await self._ledger.told(slots)

    async def untold(self) -> Sequence[tuple[Slot, Result, str | None]]:
        """As the ledger does."""
        return await self._ledger.untold()

    async def uncertain(self) -> Sequence[Slot]:
        """As the ledger does."""
        return await self._ledger.uncertain()

    async def latest(self, name: str) -> Slot | None:
        """As the ledger does."""
        return await self._ledger.latest(name)
