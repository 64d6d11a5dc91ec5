"""Who may use a command. Where an event does not tell what its person may do, the platform is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from .commands import Command
from .errors import NotAllowed, Refused
from .people import Level, Person
from .ports import Event
from .spaces import Spaces
from .wishes import Wish

_PATIENCE = 1.5
"""Seconds for the platform to say what somebody may do: a form must open before Discord's three are over."""

Asks = Callable[[Person], Awaitable[Person | None]]
"""The same person with the roles and the level they have in their space; None where nobody can tell."""


class Allowing:
    """Compares what a command asks for with what a person may do."""

    def __init__(self, spaces: Spaces, asks: Asks) -> None:
        self._spaces, self._asks = spaces, asks

    async def allow(self, event: Event, wish: Wish) -> tuple[Person, Level]:
        """Who wishes, with what they may do, and the level they count at. Raises `NotAllowed` where that is
        not enough, `Refused` where it cannot be found out."""
        wanted = wish.command.level
        if wish.let_through:
            return event.person, max(wanted, self._level_of(event.person))
        # A form may have begun elsewhere than where its answers come from.
        told = not event.place.direct and wish.draft is None
        person = event.person if told else await self._asked(event.person, wanted)
        level = self._level_of(person)
        if level < wanted:
            raise NotAllowed("not-allowed", level=wanted.name.lower())
        return person, level

    async def level_for(self, person: Person, commands: Sequence[Command], *, told: bool) -> Level:
        """The level at which somebody is shown these commands; `told`: their event said what they may do.
        Raises `Refused` as `allow` does."""
        lowest = min(one.level for one in commands)
        return self._level_of(person if told else await self._asked(person, lowest))

    async def _asked(self, person: Person, wanted: Level) -> Person:
        """The person as the platform knows them in their space. It is asked only where more is wanted than
        is known already: no member's own command ever waits for that."""
        if not person.space or self._level_of(person) >= wanted:
            return person
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await self._asks(person)
        except TimeoutError:
            found = None
        if found is None:
            raise Refused("powers-unknown")
        return found

    def _level_of(self, person: Person) -> Level:
        return self._spaces.get(person.space).level_of(person)
