"""Coming into rooms: whose invitations are followed, what is said on the threshold, where a room goes on."""

from __future__ import annotations

import collections
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from .direct import InvitePolicy
from .line import Line
from .mail import Mail
from .places import Places
from .read import Invited, Upgraded
from .signing import State

log = logging.getLogger(__name__)

_REMEMBERED = 2000


class Arrivals:
    """Follows invitations and room upgrades. `resolve` looks the configured addresses up anew; `say` says one
    of the core's sentences where an event happened; `called` is the bot's name in a room."""

    def __init__(
        self,
        line: Line,
        places: Places,
        mail: Mail,
        policy: InvitePolicy,
        *,
        resolve: Callable[[], Coroutine[Any, Any, None]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        say: Callable[..., Awaitable[bool]],
        called: Callable[[str], str],
    ) -> None:
        self._line, self._rooms, self._places, self._mail = line, line.rooms, places, mail
        self._policy, self._resolve, self._spawn = policy, resolve, spawn
        self._say, self._called = say, called
        self._ignored: collections.OrderedDict[str, Invited] = collections.OrderedDict()

    async def invited(self, invited: Invited) -> bool:
        """Somebody wants the bot in a room; whether something was done about it."""
        if not self._policy.admits(invited, self._rooms):
            await self._resolve()
            if not (self._policy.mates and self._is_ours(invited)):
                log.info("matrix: an invitation is left alone")
                self._leave_alone(invited)
                return False
        return await self._follow(invited)

    def _leave_alone(self, invited: Invited) -> None:
        """An invitation that is not ours to follow now may be later, when a space lists its room."""
        self._ignored[invited.room_id] = invited
        while len(self._ignored) > _REMEMBERED:
            self._ignored.popitem(last=False)
        if len(self._ignored) == 1 and self._policy.mates:
            self._spawn(self._think_again())

    async def _think_again(self) -> None:
        while self._ignored:
            await self._line.sync.until(lambda: any(map(self._is_ours, self._ignored.values())))
            for invited in [one for one in self._ignored.values() if self._is_ours(one)]:
                del self._ignored[invited.room_id]
                await self._follow(invited)

    async def _follow(self, invited: Invited) -> bool:
        why = await self._line.doors.join(invited.room_id, invited.sender)
        if why is not None:
            log.warning("matrix: an invitation could not be followed (%s)", why)
            return False
        await self._greet(invited)
        return True

    def _is_ours(self, invited: Invited) -> bool:
        """Whether a room is a community's, or goes on from one by the word of somebody who may invite."""
        if self._places.communal(invited.room_id):
            return True
        return any(
            room.replacement == invited.room_id and room.may(invited.sender, "invite") for room in self._rooms
        )

    async def _greet(self, invited: Invited) -> None:
        room = self._rooms.get(invited.room_id)
        if room is None or room.space:
            return
        between_two = self._rooms.pair(invited.room_id) == invited.sender
        partner = self._rooms.partner(invited.room_id)
        if partner is not None and self._mail.waits(partner):
            await self._mail.deliver(partner)
            return
        readable = not room.encrypted or self._line.identity.state in (State.SIGNED, State.NEW)
        key = "greeting-direct" if between_two and readable else "greeting-room"
        await self._say(invited, key if readable else "greeting-room-unread", name=self._called(room.room_id))

    async def upgraded(self, upgraded: Upgraded) -> bool:
        """A room goes on elsewhere; whether the bot went along."""
        followed = await self._line.doors.follow(upgraded)
        if followed is None:
            log.warning("matrix: a room upgrade was not followed")
        return followed is not None
