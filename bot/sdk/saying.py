"""What a handler returned, said: views to whoever asked, posts to their places, edits and removals done."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from .answering import Answering
from .commands import Command
from .errors import NotPrivate, Refused
from .people import Person, Place
from .ports import Event
from .showing import Showing
from .spaces import Space
from .telling import Telling
from .texts import CORE
from .words import Edit, Post, Remove, Shown, TimeOut, View

Act = Post | Edit | Remove | TimeOut
"""What is done in a place, apart from the answer to whoever asked."""
Carries = Callable[[Act, str, Space, str], Awaitable[None]]
"""Carries out an act of a cog in a space, under a mark. Raises `Refused`."""


class Saying:
    """Says what handlers return. `act` carries an act out or raises `Refused`; `language` finds the
    language of a person at a place."""

    def __init__(
        self,
        showing: Showing,
        telling: Telling,
        act: Carries,
        language: Callable[[Person, Place], str],
    ) -> None:
        self._showing = showing
        self._telling = telling
        self._act = act
        self._language = language

    async def say(
        self,
        event: Event,
        command: Command,
        said: Any,
        space: Space,
        language: str,
        granted: bool,
        answer: Answering,
    ) -> None:
        """Everything a command's handler returned, in order, in this language. Who asked always hears
        something. Raises `NotPrivate`."""
        answered, undelivered = False, False
        for n, one in enumerate(said if isinstance(said, list) else [said]):
            if isinstance(one, Act):
                try:
                    await self._act(one, command.cog, space, self._showing.mark(event.id, n))
                except Refused:
                    undelivered = True
            elif isinstance(one, View):
                shown = self._showing.view(
                    command.cog,
                    one,
                    language,
                    private=command.private or one.private or event.place.direct,
                    space=space.tag if event.person.space else "",
                    granted=granted,
                )
                await self._show(shown, command, event, answer)
                answered = True
        if undelivered:
            await self._telling.tell(event, answer, "not-delivered")
        elif not answered:
            await self._telling.tell(event, answer, "that-is-done")

    async def _show(self, shown: Shown, command: Command, event: Event, answer: Answering) -> None:
        try:
            await answer.show(shown)
        except NotPrivate:
            if not command.always:
                raise
            words = self._showing.texts.say(CORE, "for-anyone", self._language(event.person, event.place))
            for_anyone = f"{words}\n\n{shown.title}".strip()
            await answer.show(dataclasses.replace(shown, private=False, title=for_anyone))
