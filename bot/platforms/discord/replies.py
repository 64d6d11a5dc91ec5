"""Answers to one event.

https://docs.discord.com/developers/interactions/receiving-and-responding. An interaction must be answered
within three seconds and then takes more answers for fifteen minutes. What can happen to an answer:

- Discord is in trouble or the connection is lost: the first answer is repeated until it is surely there
  (Discord takes it once: 40060 then says that it has it); so is every private one. A public one after the
  first is not repeated where it may have arrived.
- 10062, it came too late, or an expired token: nobody can be answered any more. It is logged, without
  person or words; what a form's author typed is in its draft or saved, which is not decided here.
- 40060 at the first try: another process answers this one. This one is silent.
- anything else that is refused: raised as `Refusal`; the core apologises with a code.
"""

from __future__ import annotations

import asyncio
import enum
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.sdk.errors import CannotDo, NotPrivate
from bot.sdk.ports import Delivery, NotSent, Sent
from bot.sdk.words import Shown, ShownButton, ShownForm, Style

from . import forms, write
from .posting import Poster, nonce_of
from .rest import Dropped, Failed, Limited, Refusal, Rest, Trouble, Unsent

log = logging.getLogger("hearth.discord")

_MESSAGE, _DEFERRED, _CHOICES, _FORM = 4, 5, 8, 9
"""…#interaction-response-object-interaction-callback-type"""
_TOO_LATE = frozenset({10062, 10015, 50027})
"""Unknown interaction, unknown webhook, invalid webhook token."""
_ACKNOWLEDGED = 40060
_PAUSES = (0.2, 0.6)
"""Seconds before the second and third try: all within the three that a first answer has."""
_WAIT = 5.0
"""Seconds that an answer waits for its own rate limit."""


class _Stage(enum.Enum):
    NEW = "nothing said"
    DEFERRED = "an answer was announced"
    ANSWERED = "answered"
    OVER = "nobody hears us any more"


class InteractionReplies:
    """Answers to a command, a button or a filled form."""

    def __init__(self, rest: Rest, data: Mapping[str, Any], *, direct: bool) -> None:
        self._rest = rest
        self._callback = f"/interactions/{data['id']}/{data['token']}/callback"
        self._webhook = f"/webhooks/{data['application_id']}/{data['token']}"
        self._direct = direct
        self._from_form = data["type"] == 5
        self._stage = _Stage.NEW

    async def show(self, shown: Shown) -> None:
        """Show an answer: as the first response, in place of an announced one, or as a further one."""
        # Where nobody else is, an answer that stays is better than one that goes with the next restart.
        private = shown.private and not self._direct
        parts = write.messages(shown)
        if self._stage is _Stage.DEFERRED and not private and not self._direct:
            # What was announced privately stays private; the public answer is a message of its own.
            await self._further("DELETE", f"{self._webhook}/messages/@original", again=True)
            self._stage = _Stage.ANSWERED if self._stage is _Stage.DEFERRED else self._stage
        for part in parts:
            if self._stage is _Stage.OVER:
                return
            await self._show(part, private)

    async def _show(self, part: write.Message, private: bool) -> None:
        flags = write.EPHEMERAL if private else 0
        if self._stage is _Stage.NEW:
            if await self._first({"type": _MESSAGE, "data": part.body(flags)}, part):
                self._stage = _Stage.ANSWERED
        elif self._stage is _Stage.DEFERRED:
            done = await self._further(
                "PATCH", f"{self._webhook}/messages/@original", part.body(), part, again=True
            )
            if done:
                self._stage = _Stage.ANSWERED
        else:
            await self._further("POST", self._webhook, part.body(flags), part, again=private)

    async def open(self, form: ShownForm, at: int = 0) -> None:
        """Open a form. Discord takes one as the very first response only, and not to a form: raises
        `CannotDo` otherwise."""
        if self._stage is _Stage.OVER:
            return
        if self._stage is not _Stage.NEW or self._from_form:
            raise CannotDo("a form must be the first answer")
        if await self._first({"type": _FORM, "data": forms.modal(form)}):
            self._stage = _Stage.ANSWERED

    async def defer(self, *, private: bool) -> None:
        """Announce an answer. Always privately, so that a late refusal stays so."""
        if self._stage is not _Stage.NEW:
            return
        flags = 0 if self._direct else write.EPHEMERAL
        if await self._first({"type": _DEFERRED, "data": {"flags": flags}}):
            self._stage = _Stage.DEFERRED

    async def progress(self, words: str) -> None:
        """Say how it goes, in place of the announcement."""
        await self.defer(private=True)
        if self._stage is _Stage.DEFERRED:
            body = write.says(words).body()
            await self._further("PATCH", f"{self._webhook}/messages/@original", body, again=True)

    async def suggest(self, choices: Sequence[Mapping[str, str]]) -> None:
        """Offer values for an option that is being typed. A late offer is no offer: nothing is raised."""
        try:
            await self._rest.answer(
                "POST", self._callback, {"type": _CHOICES, "data": {"choices": list(choices)}}
            )
        except Failed:
            self._stage = _Stage.OVER

    # --- requests -----------------------------------------------------------------------------------------

    async def _first(self, body: Mapping[str, Any], part: write.Message | None = None) -> bool:
        """The first response; False if this interaction is not ours to answer any more."""
        files = part.files if part is not None else ()
        perhaps = False
        for pause in (*_PAUSES, None):
            try:
                await self._rest.answer("POST", self._callback, body, files)
            except Refusal as refusal:
                if refusal.code == _ACKNOWLEDGED:
                    if not perhaps:
                        log.info("another process answers an interaction of ours")
                        self._stage = _Stage.OVER
                    return perhaps
                self._unless_late(refusal)
                return False
            except (Dropped, Trouble, Unsent, Limited) as failed:
                perhaps = perhaps or isinstance(failed, Dropped | Trouble)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            else:
                return True
        return False

    async def _further(
        self, method: str, path: str, body: Any = None, part: write.Message | None = None, *, again: bool
    ) -> bool:
        """A request after the first response. `again`: repeating it does no harm."""
        files = part.files if part is not None else ()
        for pause in (*_PAUSES, None):
            try:
                await self._rest.answer(method, path, body, files, wait=_WAIT)
            except Refusal as refusal:
                if method == "DELETE" and refusal.code == 10008:
                    return True  # gone already: an earlier try did it
                self._unless_late(refusal)
                return False
            except (Dropped, Trouble, Unsent, Limited) as failed:
                if pause is None or (isinstance(failed, Dropped | Trouble) and not again):
                    raise
                await asyncio.sleep(pause)
            else:
                return True
        return False

    def _unless_late(self, refusal: Refusal) -> None:
        if refusal.code not in _TOO_LATE:
            raise refusal
        log.warning("an answer came too late for Discord (code %d)", refusal.code)
        self._stage = _Stage.OVER


class MessageReplies:
    """Answers to a written message, which no ephemeral message can answer: what is private goes to the
    person's direct conversation."""

    def __init__(self, rest: Rest, poster: Poster, data: Mapping[str, Any], *, direct: bool) -> None:
        self._rest = rest
        self._poster = poster
        self._channel = str(data["channel_id"])
        self._message = str(data["id"])
        self._author = str(data["author"]["id"])
        self._direct = direct
        self._count = 0

    async def show(self, shown: Shown) -> None:
        """Answer in the conversation, or privately. Raises `NotPrivate` where the person's is closed."""
        for part in write.messages(shown):
            if self._direct or not shown.private:
                reply = {} if self._direct else {"message_reference": self._reference()}
                self._sure(await self._say(self._channel, part, **reply))
            else:
                await self._privately(part)

    async def open(self, form: ShownForm, at: int = 0) -> None:
        """A message cannot be answered by a form; a button can, and its token leads there."""
        button = ShownButton(form.title, form.token, style=Style.MAIN)
        await self.show(Shown(text=form.title, buttons=(button,), private=True))

    async def defer(self, *, private: bool) -> None:
        """Show that something is being written; it is no matter if that fails."""
        try:
            await self._rest.call("POST", f"/channels/{self._channel}/typing")
        except Failed:
            return

    async def progress(self, words: str) -> None:
        """Say how it goes, privately."""
        await self._privately(write.says(words))

    async def _privately(self, part: write.Message) -> None:
        channel = self._channel if self._direct else await self._poster.direct_channel(self._author)
        if not isinstance(channel, str):
            self._sure(channel, private=True)
            return
        self._sure(await self._say(channel, part), private=True)

    async def _say(self, channel: str, part: write.Message, **more: Any) -> Delivery:
        self._count += 1
        return await self._poster.say(channel, part, nonce_of(self._message, self._count), **more)

    def _reference(self) -> dict[str, Any]:
        return {"message_id": self._message, "fail_if_not_exists": False}

    @staticmethod
    def _sure(delivery: Delivery, *, private: bool = False) -> None:
        if isinstance(delivery, Sent):
            return
        if private and isinstance(delivery, NotSent):
            raise NotPrivate("not-private-here")
        raise Unanswered(type(delivery).__name__)


class Unanswered(Failed):
    """A message could not be answered. Says how it ended, and nothing of what was said."""
