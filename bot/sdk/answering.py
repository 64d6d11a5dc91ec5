"""Answering one event: a deferral at most, answers in order behind it, failures logged without words."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import logging
import secrets

from .commands import Command
from .ports import Replies
from .texts import CORE, MissingText, Texts
from .words import Plain, Says, Shown, ShownForm, text

log = logging.getLogger("hearth.pipeline")


def log_failure(error: BaseException, doing: str, code: str | None) -> None:
    """Where and what kind: never the exception's own words, which may be a member's."""
    frames = []
    step = error.__traceback__
    while step is not None:
        place = step.tb_frame.f_code
        frames.append(f"{'/'.join(place.co_filename.split('/')[-2:])}:{step.tb_lineno}")
        step = step.tb_next
    where = " < ".join(reversed(frames[-6:]))
    log.error("%s failed: %s at %s", doing, type(error).__name__, where, extra={"reference": code})


class Outcome(enum.Enum):
    """How an event ended, for the counts."""

    ANSWERED = "answered"
    FORM = "form"
    REFUSED = "refused"
    NOT_PRIVATE = "not-private"
    REPEATED = "repeated"
    STORAGE = "storage"
    FAILED = "failed"


def told(texts: Texts, cog: str, says: Says, language: str) -> str:
    """The words; where their author forgot them, an apology with a code."""
    try:
        return texts.say(cog, says, language)
    except MissingText as error:
        code = secrets.token_hex(3).upper()
        log_failure(error, f"finding a text of {cog}", code)
        return texts.say(CORE, text("sorry", code=Plain(code)), language)


class _Patience:
    """Defers when its time is up; leaving it early calls that off."""

    def __init__(self, answer: Answering, seconds: float) -> None:
        self._answer = answer
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        if not self._answer.waiting:
            self._answer.waiting = True
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._answer.defer_soon)

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._answer.waiting = False


class Answering:
    """A platform's replies, with one deferral at most and answers in order behind it."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._deferring: asyncio.Task[None] | None = None
        self._begun = False
        self.waiting = False
        """Whether it will be announced when it takes too long."""
        self.cog = CORE
        """Whose texts tell what goes wrong."""
        self.command: Command | None = None
        """What was asked for, once it is found."""
        self.outcome: Outcome | None = None
        """How it ended; None while nothing was said."""
        self.foreword = ""
        """Said before the next private answer, in the same message."""
        self.seconds: float | None = None
        """How long the first answer took; None while there is none. A deferral is no answer."""
        self._since = asyncio.get_running_loop().time()

    def patient(self, seconds: float) -> _Patience:
        """Announce an answer if what is inside takes longer than this."""
        return _Patience(self, seconds)

    def defer_soon(self) -> None:
        """Begin to defer, if nothing was said yet."""
        if not self._begun and self._deferring is None:
            self._deferring = asyncio.ensure_future(self._replies.defer(private=True))

    async def defer(self) -> None:
        """Defer now, if nothing was said yet."""
        self.defer_soon()
        await self._settle()

    async def show(self, shown: Shown) -> None:
        """Show an answer, after a deferral under way."""
        await self._settle()
        self._begun = True
        if self.foreword and shown.private:
            shown = dataclasses.replace(shown, text=f"{self.foreword}\n\n{shown.text}".strip())
            self.foreword = ""
        await self._replies.show(shown)
        self._said(Outcome.ANSWERED)

    async def open(self, form: ShownForm, at: int = 0) -> None:
        """Open a form."""
        await self._settle()
        self._begun = True
        await self._replies.open(form, at)
        self._said(Outcome.FORM)

    async def progress(self, words: str) -> None:
        """Say how it goes. Work that is under way does not end because this could not be said."""
        await self.defer()
        try:
            await self._replies.progress(words)
        except Exception as error:
            log_failure(error, "telling progress", None)

    def _said(self, outcome: Outcome) -> None:
        if self.seconds is None:
            self.seconds = asyncio.get_running_loop().time() - self._since
        self.outcome = self.outcome or outcome

    async def _settle(self) -> None:
        if self._deferring is None:
            return
        try:
            await self._deferring
        except Exception as error:
            # The answer itself may still arrive, and is worth trying.
            log_failure(error, "deferring", None)

    def done(self) -> None:
        """Nothing more will be said."""
        if self._deferring is not None:
            self._deferring.add_done_callback(lambda task: task.cancelled() or task.exception())
