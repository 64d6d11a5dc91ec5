"""What people write to each other in rooms: seen by the cogs that keep a space's rules, by nobody else."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from typing import Any

from bot.storage.errors import AlreadyHandled

from .answering import log_failure
from .catalogue import Catalogue, Loaded
from .commands import Watcher
from .errors import Refused
from .people import Person
from .ports import Event, Wrote
from .saying import Act, Carries
from .spaces import Space, Spaces
from .words import Post, View


class Watching:
    """Shows messages to watchers and does what they yield. Nothing here is ever answered in public, and
    what goes wrong is told to nobody but the log: who wrote the message asked for nothing."""

    def __init__(
        self,
        catalogue: Catalogue,
        spaces: Spaces,
        context: Callable[[Event, Loaded, Space], Any],
        act: Carries,
        mark: Callable[[str, int], str],
    ) -> None:
        self._catalogue = catalogue
        self._spaces = spaces
        self._context = context
        self._act = act
        self._mark = mark

    def watches(self, space: str) -> bool:
        """Whether any cog wants to see what is written in this space."""
        found = self._spaces.get(space)
        return any(self._wants(watcher, loaded, found) for loaded, watcher in self._watchers())

    async def take(self, event: Event, wrote: Wrote) -> None:
        """Show one message to every watcher that wants it. Raises nothing."""
        space = self._spaces.get(event.person.space)
        for loaded, watcher in self._watchers():
            if not self._wants(watcher, loaded, space):
                continue
            marks = (self._mark(f"{watcher.cog}|{event.id}", n) for n in itertools.count())
            try:
                async with contextlib.aclosing(
                    watcher.handler(self._context(event, loaded, space), wrote)
                ) as said:
                    one = await anext(said)
                    while True:
                        one = await said.asend(
                            await self._do(one, watcher.cog, event.person, space, next(marks))
                        )
            except (StopAsyncIteration, AlreadyHandled, Refused):
                continue
            except Exception as error:
                log_failure(error, f"{watcher.cog} looking at a message", None)

    async def _do(self, one: Any, cog: str, writer: Person, space: Space, mark: str) -> bool:
        """Whether it reached its place."""
        act = Post(writer, one) if isinstance(one, View) else one
        assert isinstance(act, Act)
        try:
            await self._act(act, cog, space, mark)
        except Refused:
            return False  # their messages may be closed; it stands in the cog's own record
        except Exception as error:
            log_failure(error, f"{cog} acting on a message", None)
            return False
        return True

    def _watchers(self) -> list[tuple[Loaded, Watcher]]:
        cogs = self._catalogue.cogs.values()
        return [(loaded, watcher) for loaded in cogs for watcher in loaded.cog.watchers]

    def _wants(self, watcher: Watcher, loaded: Loaded, space: Space) -> bool:
        return loaded.service is not None and watcher.wants(space.settings.get(watcher.cog, loaded.defaults))
