"""Messages of ours that show what somebody typed into a form: redacted when the form ends, or when its draft
does; and private commands that were typed where others read them. Which ones they are is kept sealed, so that
no restart leaves one standing. A little later the room's keys go that could still open it all: what a
homeserver keeps of it, nobody can read with what is kept here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sdk.ports import Vault

from .send import Outcome, Refused, Sent

log = logging.getLogger(__name__)

SHOWING = "matrix/showing-drafts"
_AGAIN = 60 * 1000
"""Milliseconds until a redaction that did not go through is tried again."""
_SLOW = 10 * 60 * 1000
"""Milliseconds that a redaction may wait for the purse before it is tried again."""
_GIVEN_UP = 24 * 3600 * 1000
KEYS_REST = 60 * 1000
"""Milliseconds for which the keys of an ended form are still there: until surely nothing that was said is
read anew after a crash."""
_LONGEST_WAIT = 60.0
_SIGNED_OUT = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN")


@dataclass(slots=True)
class _Showing:
    room_id: str = field(repr=False)
    event_id: str = field(repr=False)
    """Empty: not a message, but the keys that open what was said in the room."""
    until: int
    """When it goes, in milliseconds since 1970."""
    since: int
    """The same for when it was said: nothing is tried for ever."""
    nth: int = 0


class Fading:
    """What shows typed words, and until when. `ended` is told of a room whose form was left open for so long
    that it is none any more; `mark` notes what was said in a room until now, and `forget` lets go of the keys
    that open what was marked."""

    def __init__(
        self,
        vault: Vault,
        redact: Callable[[str, str], Awaitable[Outcome]],
        ended: Callable[[str], None],
        now: Callable[[], int],
        mark: Callable[[str], None],
        forget: Callable[[str], Awaitable[None]],
    ) -> None:
        self._vault, self._redact, self._ended, self._now = vault, redact, ended, now
        self._mark, self._forget = mark, forget
        self._shown: list[_Showing] = []
        self._open: dict[str, int] = {}
        self._news = asyncio.Event()
        self.count = 0
        """How many messages were noted so far: `end` takes it."""

    async def load(self) -> None:
        """Take back what was noted before a restart."""
        saved = await self._vault.load(SHOWING)
        for room_id, event_id, until, since in json.loads(saved) if saved else ():
            # Whatever comes in after a start is handled before keys go that open it.
            until = until if event_id else max(until, self._now() + KEYS_REST)
            self._shown.append(_Showing(room_id, event_id, until, since))

    async def note(self, room_id: str, events: Sequence[str], until: int) -> None:
        """A form is open in a room until then, and these messages show what was typed into it."""
        self._open[room_id] = until
        for event_id in events:
            self.count += 1
            self._shown.append(_Showing(room_id, event_id, until, self._now(), self.count))
        if events:
            await self._save()
        self._news.set()

    async def hide(
        self, room_id: str, event_id: str, spawn: Callable[[Coroutine[Any, Any, None]], None]
    ) -> None:
        """Redact an event now, beside everything else. Should that not come to its end, it is done later,
        also after a restart."""
        one = _Showing(room_id, event_id, self._now() + _SLOW, self._now())
        self._shown.append(one)
        spawn(self._take_away([one]))
        await self._save()

    def holds(self, room_id: str) -> bool:
        """Whether a form is open in a room, or something still shows what was typed there."""
        return room_id in self._open or any(one.room_id == room_id and one.event_id for one in self._shown)

    async def end(self, room_id: str, upto: int | None = None) -> None:
        """The form in a room has ended: what showed its answers goes; with `upto`, what was noted by then."""
        self._open.pop(room_id, None)
        for one in self._shown:
            if one.room_id == room_id and one.event_id and (upto is None or one.nth <= upto):
                one.until = 0
        self._forget_later(room_id)
        await self._save()
        self._news.set()

    def _forget_later(self, room_id: str) -> None:
        self._mark(room_id)
        others = [one for one in self._shown if one.room_id != room_id or one.event_id]
        now = self._now()
        self._shown = [*others, _Showing(room_id, "", now + KEYS_REST, now)]

    async def finish(self, room_id: str) -> None:
        """Redact at once what a room still shows: Hearth is about to leave it."""
        self._open.pop(room_id, None)
        await self._take_away([one for one in self._shown if one.room_id == room_id and one.event_id])

    async def run(self) -> None:
        """Redact what is due, for as long as the connection lasts."""
        while True:
            self._news.clear()
            now = self._now()
            for room_id in [room for room, until in self._open.items() if until <= now]:
                del self._open[room_id]
                self._forget_later(room_id)
                self._ended(room_id)
            await self._take_away([one for one in self._shown if one.until <= now and one.event_id])
            await self._forget_said([one for one in self._shown if one.until <= now and not one.event_id])
            nexts = [*(one.until for one in self._shown), *self._open.values()]
            wait = (min(nexts) - self._now()) / 1000 if nexts else _LONGEST_WAIT
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(max(wait, 0.0), _LONGEST_WAIT))

    async def _take_away(self, due: list[_Showing]) -> None:
        for one in due:
            outcome = await self._redact(one.room_id, one.event_id)
            refused = isinstance(outcome, Refused) and outcome.why not in _SIGNED_OUT
            if isinstance(outcome, Sent) or refused or one.since < self._now() - _GIVEN_UP:
                self._shown = [other for other in self._shown if other is not one]
                self._forget_later(one.room_id)
            else:
                one.until = self._now() + _AGAIN
            if refused:
                log.warning("matrix: an event could not be taken away")
        if due:
            await self._save()

    async def _forget_said(self, due: list[_Showing]) -> None:
        for one in due:
            if self.holds(one.room_id):
                one.until = self._now() + KEYS_REST  # what is still open there is read back after a restart
                continue
            self._shown = [other for other in self._shown if other is not one]
            try:
                await self._forget(one.room_id)
            except Exception as error:  # they go with the next commit
                log.warning("matrix: room keys are not given up yet (%s)", type(error).__name__)
        if due:
            await self._save()

    async def _save(self) -> None:
        packed = [[one.room_id, one.event_id, one.until, one.since] for one in self._shown]
        try:
            await self._vault.save({SHOWING: json.dumps(packed).encode() if packed else None})
        except Exception as error:  # it is still taken away in this run
            log.warning("matrix: which messages show a draft is not kept (%s)", type(error).__name__)
