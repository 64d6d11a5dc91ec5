"""Which community somebody means, and where they were met: memory first, storage only where it must be."""

from __future__ import annotations

import collections

from bot.storage.core.reach import Reach
from bot.storage.errors import StorageError

from .errors import Refused
from .people import Person
from .spaces import Space, Spaces

_REMEMBERED = 20_000


class Meeting:
    """Who was met in which space. `reach` is None in crisis-only mode."""

    def __init__(self, spaces: Spaces, reach: Reach | None) -> None:
        self._spaces = spaces
        self._reach = reach
        self._met: collections.OrderedDict[tuple[str, str, str], None] = collections.OrderedDict()

    async def met(self, person: Person) -> None:
        """Note that somebody was met in their space. Without storage it is noted another time."""
        key = (person.platform, person.account, person.space)
        if key in self._met or self._reach is None or not person.space:
            return
        try:
            await self._reach.met(person)
        except StorageError:
            return
        self._met[key] = None
        while len(self._met) > _REMEMBERED:
            self._met.popitem(last=False)

    async def choose(self, person: Person) -> None:
        """Remember the person's space as the one that is meant in a direct conversation."""
        if self._reach is not None:
            await self._reach.choose(person)

    async def meant(self, person: Person) -> str | list[Space]:
        """The id of the space a direct conversation is about, or those to choose from.

        Raises `Refused("not-here")` where none is in reach.
        """
        if self._reach is None:
            raise Refused("not-here")
        if (chosen := await self._reach.chosen(person)) is not None:
            return chosen
        near = await self._reach.spaces(person)
        if not near and (only := self._spaces.only(person.platform)) is not None:
            return only.id
        if not near:
            raise Refused("not-here")
        return [self._spaces.get(one) for one in near[:10]]

    def likely(self, person: Person) -> str:
        """The space a direct conversation is about, as far as memory tells: `/crisis` asks no storage."""
        for platform, account, space in reversed(self._met):
            if (platform, account) == (person.platform, person.account):
                return space
        only = self._spaces.only(person.platform)
        return only.id if only is not None else ""

    async def forget(self, person: Person) -> None:
        """Forget an account, here and in storage, so that whoever comes back is met anew."""
        for key in [key for key in self._met if key[:2] == (person.platform, person.account)]:
            del self._met[key]
        if self._reach is not None:
            await self._reach.forget(person)
