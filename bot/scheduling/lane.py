"""One lane of what is due: what one platform is to say, so that nothing waits there for another platform.

A lane claims due slots, sends them, asks about those in doubt, and records how each ended. It bounds what is
on its way at once and what waits for another attempt; where both are full the rest stays in its rows.
"""

from __future__ import annotations

import asyncio
import dataclasses
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.scheduling import plan
from bot.scheduling.needs import Absent, DueRow, Ledger, Outcome, Refused, Result, Sender, Slot, Step
from bot.scheduling.planning import stand, write
from bot.scheduling.telling import PATIENCE, Teller
from bot.sdk.ports import Later, NotSent, Sent, Unknown

_log = logging.getLogger(__name__)

LONGEST_REST = 30.0
"""Seconds after which a lane looks at clock and rows again, whatever it was told."""
_ATTENTION = timedelta(seconds=60)
"""Two looks at the clock further apart than this: the process was not there in between (stopped,
suspended).
"""
_SET_BACK = timedelta(hours=1)
"""A clock that goes back by more than this was wrong before: rows that it led astray are planned anew."""
_BRIEFLY = 0.25
"""Seconds that pass between two attempts at least."""
_BACKOFF = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Seconds between attempts of the same thing; the last is repeated."""
_PLACES_COME = (_BRIEFLY,) * 4 + (1.0,) * 10 + (2.0,) * 10 + (5.0,) * 10 + (15.0,)
"""Seconds between attempts where the place is not there: rooms come soon after a start, or it takes long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one lane has in hand. Seconds and numbers of slots."""

    at_once: int = 32
    """Slots being sent."""
    waiting: int = 256
    """Slots that wait for another attempt."""
    absent: int = 1024
    """Slots whose own place is not there: as long as they are not more, they take no place of others."""
    lost: int = 6
    """Sends of one slot whose answer is lost."""
    asking: timedelta = timedelta(minutes=25)
    """So long a slot is asked about at least where that is put off, and for as long as it could be sent."""
    queueing: timedelta = timedelta(minutes=15)
    """How long a slot that fell due while the lane was at work may wait its turn, even with a shorter
    grace."""


@dataclass(slots=True)
class _Held:
    """A claimed slot on its way."""

    slot: Slot
    until: datetime
    doubtful: bool = False
    """It may have been posted already: ask before sending."""
    absent: bool = False
    """Its place was not there when it was last tried."""
    lost: int = 0
    """Sends whose answer was lost."""
    asks: int = 0
    """Look-ups that had to wait."""
    asked_since: float | None = None
    """When the first of them was (monotonic, in seconds)."""
    put_off: int = 0
    """Sends that the platform put off."""


_Waiting = list[tuple[float, int, _Held]]
"""Slots in the order of the moment (monotonic, in seconds) at which each is tried again."""


class Lane:
    """Sends the due slots of one ledger view through one sender.

    `sleep` and `monotonic` are in seconds. `turn` is held while rows are claimed or planned, `passing` while
    time is passed by hand. `on_next` is told whenever the next due time was read (None: nothing lies ahead).
    """

    def __init__(
        self,
        ledger: Ledger,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        sleep: Callable[[float], Awaitable[object]],
        monotonic: Callable[[], float],
        turn: asyncio.Lock,
        passing: asyncio.Lock,
        bounds: Bounds,
        on_next: Callable[[datetime | None], None] | None = None,
    ) -> None:
        self._ledger, self._sender, self._clock = ledger, sender, clock
        self._sleep, self._monotonic, self._on_next = sleep, monotonic, on_next
        self._turn, self._passing, self._bounds = turn, passing, bounds
        self._woken = asyncio.Event()
        self._active: set[asyncio.Task[None]] = set()
        self._waiting: _Waiting = []
        self._absent: _Waiting = []  # those that wait for their place
        self._order = itertools.count()
        self._teller = Teller(ledger, sender, monotonic)
        self._recovered = self._stopping = self._astray = self._behind = False
        self._failures = 0
        self._last_look: datetime | None = None
        self._attentive_since: datetime | None = None

    async def run(self) -> None:
        """Send what is due until `stop`. Errors of ledger and sender are logged and tried again, never
        raised.
        """
        while not self._stopping:
            self._woken.clear()
            try:
                rest = await self._round()
                self._failures = 0
            except Exception as error:
                # The kind alone: texts of database errors may repeat what was stored.
                _log.warning("the ledger cannot be used: %s", type(error).__name__)
                rest = _after(self._failures, LONGEST_REST)
                self._failures += 1
            await self._rest(rest)

    def wake(self) -> None:
        """Look at the rows at once. Call it in the lane's event loop; harmless when nothing is due."""
        self._woken.set()

    async def stop(self, within: float) -> None:
        """Begin nothing more, let what is being sent end for `within` seconds, then break it off.

        A slot broken off, or waiting for another attempt, stays claimed: the next start asks about it.
        """
        self._stopping = True
        self.wake()
        await self._first(self._come_to_rest(), self._sleep(within))
        for task in list(self._active):
            task.cancel()
        await asyncio.gather(*self._active, return_exceptions=True)
        await self._teller.stop()

    async def _come_to_rest(self) -> None:
        async with self._turn:
            pass  # a claim that has begun hands its slots out first
        if self._active:
            await asyncio.wait(list(self._active))
        await self._teller.come_to_rest()

    async def tell(self) -> None:
        """Tell cogs what they have not heard of slots that ended. Raises what the ledger raises."""
        await self._teller.look_now()
        await self._first(self._teller.come_to_rest(), self._sleep(PATIENCE))

    async def next_due(self) -> datetime | None:
        """The earliest due time of this lane's rows, past ones included. Raises what the ledger raises."""
        return await self._ledger.next_due()

    async def finish_all(self, now: datetime, at_once: int) -> int:
        """Send everything due at `now`, so many at once, and wait for it; how many were begun. What has to
        wait for another attempt is left. Raises what the ledger raises."""
        self._look(now)
        await self._prepare(now)
        begun = 0
        while True:
            fresh = self._resume(self._waiting, at_once) + await self._fill(now, at_once)
            fresh += self._resume(self._absent, at_once)
            begun += fresh
            if self._active:
                await asyncio.wait(list(self._active))
            elif not fresh:
                break
        await self._teller.look_now()
        await self._teller.come_to_rest()
        return begun

    # --- one round ---------------------------------------------------------------------------------

    async def _round(self) -> float:
        """Begin what is due and return how many seconds there are to rest."""
        if self._passing.locked():
            return LONGEST_REST
        now = self._clock()
        self._look(now)
        await self._prepare(now)
        at_once = self._bounds.at_once
        self._resume(self._waiting, at_once)
        await self._fill(now, at_once)
        # Many rooms that are not there, asked for again and again, would leave no turn to others.
        self._resume(self._absent, min(at_once, len(self._active) + max(at_once // 4, 1)))
        await self._teller.look_now()
        next_due = await self._ledger.next_due()
        if self._on_next is not None:
            # What is due already waits for room, which is no matter of time: a bell for it would ring at
            # once, again and again, until the last of a long queue is out.
            self._on_next(next_due if next_due is not None and next_due > now else None)
        rest = self._teller.rest(LONGEST_REST)
        self._behind = next_due is not None and next_due <= now
        if len(self._active) < at_once:  # without room the end of a send wakes us
            for first in (*self._waiting[:1], *self._absent[:1]):
                rest = min(rest, first[0] - self._monotonic())
            if next_due is not None and self._room(at_once):
                rest = min(rest, (next_due - self._clock()).total_seconds())
        return max(rest, 0.01)

    def _look(self, now: datetime) -> None:
        last, self._last_look = self._last_look, now
        if last is None or self._attentive_since is None or abs(now - last) > _ATTENTION:
            self._attentive_since = now
        self._attentive_since = min(self._attentive_since, now)
        if last is not None and last - now > _SET_BACK:
            self._astray = True

    async def _prepare(self, now: datetime) -> None:
        """Before the first send ask about what a crash left; after a clock was set right, mend the rows."""
        async with self._turn:
            if not self._recovered:
                for slot in await self._ledger.uncertain():
                    self._wait(_Held(slot, slot.due + slot.grace, doubtful=True), 0.0)
                self._recovered = True
            if self._astray:
                lost = {row.name: row for row in await self._ledger.rows() if plan.astray(row, now)}
                await write(self._ledger, await stand(self._ledger, list(lost.values()), lost, now), lost)
                self._astray = False

    async def _fill(self, now: datetime, at_once: int) -> int:
        """Claim and begin as many due slots as there is room for."""
        begun, since = 0, self._attentive_since or now
        while not self._stopping and (room := self._room(at_once)):
            async with self._turn:
                due = await self._ledger.next_due()
                if due is None or due > now:
                    break
                slots = await self._ledger.claim(now, room, lambda row: self._step(row, now, since))
            for slot in slots:
                self._begin(_Held(slot, plan.send_until(slot, slot.due, since, self._bounds.queueing)))
            begun += len(slots)
        return begun

    def _step(self, row: DueRow, now: datetime, since: datetime) -> Step:
        step = plan.step(row, now, since, self._bounds.queueing)
        if step.claim != row.due and self._teller.hears(row):
            step = dataclasses.replace(step, tell=True)
            self._teller.look()
        if step.claim is None:
            _log.info("skipped as too late: %s %s due %s", row.cog, row.schedule, row.due.isoformat())
        return step

    def _room(self, at_once: int) -> int:
        bounds = self._bounds
        if len(self._absent) >= bounds.absent or len(self._waiting) >= bounds.waiting:
            return 0
        return max(at_once - len(self._active), 0)

    def _resume(self, waiting: _Waiting, at_once: int) -> int:
        """Begin again what has waited long enough."""
        begun = 0
        while waiting and len(self._active) < at_once and waiting[0][0] <= self._monotonic():
            self._begin(heapq.heappop(waiting)[2])
            begun += 1
        return begun

    async def _rest(self, seconds: float) -> None:
        if not self._woken.is_set() and not self._stopping:
            await self._first(self._woken.wait(), self._sleep(seconds))

    @staticmethod
    async def _first(*awaitables: Awaitable[object]) -> None:
        """Wait for whichever comes first and break off the others."""
        tasks = [asyncio.ensure_future(each) for each in awaitables]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # --- one slot ----------------------------------------------------------------------------------

    def _begin(self, held: _Held) -> None:
        task = asyncio.create_task(self._work(held))
        self._active.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._active.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # A fault of ours: the slot stays claimed, and the next start asks about it.
            _log.error("a slot was dropped: %s", type(error).__name__)
        # Claims go in batches: with rows left behind wake when a quarter of the room is free, not for each
        # send.
        at_once = self._bounds.at_once
        if self._waiting or self._absent or (self._behind and self._room(at_once) * 4 >= at_once):
            self.wake()

    def _wait(self, held: _Held, seconds: float) -> None:
        waiting = self._absent if held.absent else self._waiting
        heapq.heappush(waiting, (self._monotonic() + seconds, next(self._order), held))

    async def _work(self, held: _Held) -> None:
        again = await self._carry(held)
        if again is not None:
            self._wait(held, again)

    async def _carry(self, held: _Held) -> float | None:
        """Bring a slot as far as it goes now; seconds until the next attempt, None when it has ended."""
        if held.doubtful:
            found = await self._look_up(held.slot)
            if isinstance(found, Later | Absent):
                held.absent = isinstance(found, Absent)
                held.asks += 1
                now = self._monotonic()
                held.asked_since = now if held.asked_since is None else held.asked_since
                asked_for = timedelta(seconds=now - held.asked_since)
                if asked_for >= self._bounds.asking and self._clock() > held.until:
                    await self._end(held.slot, "unknown")
                    return None
                if isinstance(found, Absent):
                    return _again(found, held.asks - 1)
                return max(found.seconds, _after(held.asks - 1))
            if found is not None:
                await self._close(held.slot, found)
                return None
            held.doubtful = False
        held.absent = False
        if self._clock() > held.until:
            await self._end(held.slot, "skipped")
            return None
        if held.lost >= self._bounds.lost:
            await self._end(held.slot, "refused")
            return None
        outcome = await self._send(held.slot)
        if isinstance(outcome, Unknown):
            held.lost += 1
            held.doubtful = True
            return _after(held.lost - 1)
        if not isinstance(outcome, Later | Absent):
            await self._close(held.slot, outcome)
            return None
        held.absent = isinstance(outcome, Absent)
        held.put_off += 1
        again = _again(outcome, held.put_off - 1)
        if self._clock() + timedelta(seconds=again) > held.until:
            await self._end(held.slot, "skipped")
            return None
        return again

    async def _send(self, slot: Slot) -> Outcome:
        try:
            return await self._sender.send(slot)
        except Exception as error:
            _log.warning("sending failed (%s): %s %s", type(error).__name__, slot.cog, slot.schedule)
            return Unknown()

    async def _look_up(self, slot: Slot) -> Outcome | None:
        try:
            return await self._sender.look_up(slot)
        except Exception as error:
            _log.warning("looking up failed (%s): %s %s", type(error).__name__, slot.cog, slot.schedule)
            return Later(0.0)

    async def _close(self, slot: Slot, outcome: Outcome) -> None:
        """Record an outcome that is final."""
        match outcome:
            case Sent(ref):
                await self._end(slot, "sent", ref)
            case NotSent() | Refused():
                why = outcome.why.value if isinstance(outcome, NotSent) else outcome.reason
                _log.warning("refused (%s): %s %s due %s", why, slot.cog, slot.schedule, slot.due.isoformat())
                await self._end(slot, "refused")
            case _:
                await self._end(slot, "unknown")

    async def _end(self, slot: Slot, result: Result, ref: str | None = None) -> None:
        """Record how a slot ended, however long the ledger cannot be written: only then it is out of hand."""
        if result in ("unknown", "skipped"):
            _log.warning("%s: %s %s due %s", result, slot.cog, slot.schedule, slot.due.isoformat())
        hears = self._teller.hears(slot)
        for attempt in itertools.count():
            try:
                await self._ledger.finish(slot, result, ref, told=not hears)
            except Exception as error:
                _log.warning("how it ended cannot be recorded: %s", type(error).__name__)
                await self._sleep(_after(attempt, LONGEST_REST))
            else:
                break
        if hears:
            self._teller.begin(slot, result, ref)


def _again(later: Later | Absent, attempts: int) -> float:
    """Seconds until the next attempt: what the platform says, and more and more only where it cannot say. A
    queue before one busy room would else wait longer and longer for a room that is long free again."""
    if isinstance(later, Absent):
        return _PLACES_COME[min(attempts, len(_PLACES_COME) - 1)]
    return max(later.seconds, _BRIEFLY) if later.seconds > 0 else _after(attempts)


def _after(attempts: int, most: float = _BACKOFF[-1]) -> float:
    """Seconds to wait after this many failures."""
    return min(_BACKOFF[min(attempts, len(_BACKOFF) - 1)], most)
