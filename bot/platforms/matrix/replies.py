"""Answers to one event: in the room where it was asked, or to its person alone in the direct room."""

from __future__ import annotations

import collections
import contextlib
import contextvars
import dataclasses
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sdk.errors import NotPrivate
from bot.sdk.people import Person, Place
from bot.sdk.ports import Front
from bot.sdk.words import Shown, ShownForm

from . import write
from .client import Client
from .direct import NoWay, Opening
from .mail import Mail
from .purse import Urgency
from .rooms import Rooms
from .send import Outcome, Refused, Sent

URGENCY: contextvars.ContextVar[Urgency] = contextvars.ContextVar("urgency", default=Urgency.SCHEDULED)
"""How urgent what goes out now is: what somebody waits for goes before what was planned."""
_ACTED: contextvars.ContextVar[list[bool] | None] = contextvars.ContextVar("acted", default=None)
_KNOCKS = 3600.0
"""Seconds between two public requests to the same person to open a chat."""


@contextlib.contextmanager
def acting() -> Iterator[Callable[[], bool]]:
    """Tells whether anything was done in a room while an event was handled."""
    noted: list[bool] = []
    token = _ACTED.set(noted)
    try:
        yield lambda: bool(noted)
    finally:
        _ACTED.reset(token)


def acted() -> None:
    """Say that something is done in a room now."""
    if (noted := _ACTED.get()) is not None:
        noted.append(True)


class Unanswered(Exception):
    """An event could not be answered. Says how it ended, and nothing of what was said."""


class Knocks:
    """Who was asked lately, in public, to open a chat."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._asked: collections.OrderedDict[str, float] = collections.OrderedDict()

    def may(self, account: str) -> bool:
        """Whether to ask now; then it counts as asked."""
        now = self._monotonic()
        while self._asked and next(iter(self._asked.values())) < now - _KNOCKS:
            self._asked.popitem(last=False)
        if account in self._asked:
            return False
        self._asked[account] = now
        return True


@dataclass(frozen=True, slots=True)
class Means:
    """What answering takes."""

    client: Client
    rooms: Rooms
    mail: Mail
    front: Front
    knocks: Knocks
    spawn: Callable[[Coroutine[Any, Any, None]], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """Where something was asked: the event, its room and thread, and the community's room (and thread) that
    a private answer belongs to. `answers`: it answers the open question of a form, or stops it. `beside`: a
    text that is said once besides what is answered privately."""

    event_id: str = field(repr=False)
    room_id: str = field(repr=False)
    thread: str | None = field(default=None, repr=False)
    origin: tuple[str, str | None] | None = field(default=None, repr=False)
    answers: bool = False
    beside: str = ""


class MatrixReplies:
    """How one event is answered. `asked.room_id` is where it was asked; `place` is what the core was told."""

    def __init__(self, means: Means, person: Person, place: Place, asked: Asked, urgency: Urgency) -> None:
        self._means, self._person, self._place, self._asked = means, person, place, asked
        self._urgency = urgency
        self._between_two = means.rooms.pair(asked.room_id) == person.account
        self._beside = self._say(asked.beside) if asked.beside else ""
        self._count = 0
        self._shut = False
        """Whether this person turned out to be out of reach: then nobody knocks twice for one event."""
        self.opened = False
        """Whether a form's question was asked."""
        self.shown = False
        """Whether anything else was said."""

    async def show(self, shown: Shown) -> None:
        """Show an answer. A private one goes to the direct room, or `NotPrivate` is raised."""
        cause = self._cause()
        if shown.private:
            if self._beside:
                shown = dataclasses.replace(shown, text="\n\n".join(filter(None, (shown.text, self._beside))))
                self._beside = ""
            waits = not self._asked.answers and await self._form_waits()
            letter = write.letter(shown, self._say, direct=True, origin=self._asked.origin, waits=waits)
            await self._privately(letter, cause)
        else:
            letter = write.letter(shown, self._say, direct=False, origin=self._asked.origin)
            await self._publicly(letter, cause)
        self.shown = True

    async def _form_waits(self) -> bool:
        """Whether a question is open that the next plain words would answer. Somebody in need waits for
        nothing: for them memory must do."""
        room, offers = self._means.rooms.direct(self._person.account), self._means.mail.offers
        if room is None:
            return False
        if self._urgency is Urgency.RESCUE:
            return offers.known_form(room.room_id) is not None
        return await offers.open_form(room.room_id) is not None

    async def open(self, form: ShownForm, at: int = 0) -> None:
        """Ask question `at`, privately."""
        if self._beside:
            form = dataclasses.replace(form, problem="\n\n".join(filter(None, (self._beside, form.problem))))
            self._beside = ""
        letter = write.question(form, at, self._say, origin=self._asked.origin)
        await self._privately(letter, self._cause())
        self.opened = True

    async def defer(self, *, private: bool) -> None:
        """An announcement would cost as much as an answer. A typing notice costs nothing, and tells too much:
        it makes the bot look active just now to everybody who shares a room with it, and so that somebody
        wrote to it (measured with Synapse 1.163; an encrypted message does not)."""

    async def progress(self, words: str) -> None:
        """It is seen that something is written: words would cost as much as the answer itself."""
        await self.defer(private=True)

    # --- ways -----------------------------------------------------------------------------------

    async def _privately(self, letter: write.Letter, cause: str) -> None:
        means, account = self._means, self._person.account
        room = means.rooms.direct(account)
        if means.client.plain or self._shut:
            raise NotPrivate("not-private-here")
        if self._urgency is Urgency.RESCUE and room is None:
            # Opening a room takes its time, and joining it takes a person's: whoever can answer now does.
            self._shut = True
            means.spawn(self._open_meanwhile(letter, cause))
            raise NotPrivate("not-private-here")
        elsewhere = room is None or room.room_id != self._asked.room_id
        if elsewhere:
            # Somebody who looks at another room should notice that there is an answer.
            letter = dataclasses.replace(letter, notice=False)
        ended, _ = await means.mail.privately(
            account,
            letter,
            cause=cause,
            urgency=self._urgency,
            thread=None if elsewhere else self._asked.thread,
        )
        if isinstance(ended, Sent | Opening):
            return
        if isinstance(ended, NoWay) or (isinstance(ended, Refused) and ended.why in ("not private", "gone")):
            self._shut = True
            await self._ask_for_a_chat()
            raise NotPrivate("not-private-here")
        raise Unanswered(type(ended).__name__)

    async def _open_meanwhile(self, letter: write.Letter, cause: str) -> None:
        await self._means.mail.privately(
            self._person.account, letter, cause=cause, urgency=Urgency.PERSON
        )  # fmt: skip

    async def _ask_for_a_chat(self) -> None:
        """One sentence that names no command, and not again for an hour."""
        if self._between_two or not self._means.knocks.may(self._person.account):
            return
        words = self._say("open-a-chat")
        letter = write.letter(Shown(text=words, private=False), self._say, direct=False)
        await self._publicly(letter, f"{self._asked.event_id}/chat")

    async def _publicly(self, letter: write.Letter, cause: str) -> None:
        asked = self._asked
        ended: Outcome
        ended, offer = await self._means.mail.put(
            asked.room_id,
            letter,
            cause=cause,
            urgency=self._urgency,
            thread=asked.thread,
            answers=None if self._between_two else asked.event_id,
            mentions=() if self._between_two else (self._person.account,),
        )
        if not isinstance(ended, Sent):
            raise Unanswered(type(ended).__name__)
        if offer is not None and not self._between_two:
            await self._means.mail.offers.asked_in_public(offer)

    def _say(self, key: str, **args: str | int) -> str:
        return self._means.front.say(key, self._person, self._place, **args)

    def _cause(self) -> str:
        self._count += 1
        return self._asked.event_id if self._count == 1 else f"{self._asked.event_id}#{self._count}"
