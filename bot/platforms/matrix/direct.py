"""Getting into rooms and out of them: direct rooms, invitations by policy, room upgrades.

Rules: `decisions.md` (direct rooms), `matrix-conventions.md` 10, 11, 13, 19.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from .purse import Urgency
from .read import Invited, Upgraded
from .rooms import Rooms
from .send import Actions, Later, Refused, Unknown

SLOW = 30.0
"""Seconds for the sync to show what was just done."""
_ALGORITHM = "m.megolm.v1.aes-sha2"


@dataclass(frozen=True, slots=True)
class Ready:
    """A room in which this person can read what is private to them."""

    room_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """A room the person was invited to and has not joined yet."""

    room_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoWay:
    """This person cannot be reached privately now.

    `why`: a Matrix error code (`M_INVITE_BLOCKED`), `slow`, `unknown`, or `later`, which may work
    after `seconds`.
    """

    why: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class InvitePolicy:
    """Whose invitations are accepted: those of named people and of people of named servers; for a
    conversation between two those of anybody the bot already shares a room with (`mates`), or of anybody
    at all (`open_direct`); anybody's into any room (`everybody`)."""

    people: frozenset[str] = field(default=frozenset(), repr=False)
    servers: frozenset[str] = frozenset()
    mates: bool = True
    open_direct: bool = False
    everybody: bool = False

    def admits(self, invited: Invited, rooms: Rooms) -> bool:
        """Whether to follow this invitation."""
        server = invited.sender.partition(":")[2]
        if self.everybody or invited.sender in self.people or server in self.servers:
            return True
        return invited.direct and (self.open_direct or (self.mates and rooms.shared_with(invited.sender)))


class Doors:
    """Opens, joins and leaves rooms. `until` waits for the sync to show something (`Sync.until`)."""

    def __init__(
        self,
        rooms: Rooms,
        actions: Actions,
        until: Callable[[Callable[[], bool]], Awaitable[None]],
        *,
        slow: float = SLOW,
    ) -> None:
        self._rooms, self._actions, self._until, self._slow = rooms, actions, until, slow
        self._opening: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def direct(self, person: str, urgency: Urgency = Urgency.PERSON) -> Ready | Opening | NoWay:
        """The direct room with a person, opened if there is none. Costs at most two actions."""
        async with self._opening.setdefault(person, asyncio.Lock()):
            found = self._rooms.direct(person)
            if found is not None:
                return Ready(found.room_id)
            pending = self._rooms.opening(person)
            if pending is not None:
                return Opening(pending.room_id)
            plain = self._rooms.plain_pair(person)
            if (
                plain is not None
                and await self._encrypt(plain.room_id, urgency)
                and self._rooms.private(plain.room_id, person)
            ):
                return Ready(plain.room_id)
            return await self._open(person, urgency)

    async def _encrypt(self, room_id: str, urgency: Urgency) -> bool:
        path = f"/_matrix/client/v3/rooms/{_q(room_id)}/state/m.room.encryption/"
        done = await self._actions.do("PUT", path, {"algorithm": _ALGORITHM}, urgency)
        return isinstance(done, Mapping) and await self._seen(lambda: self._encrypted(room_id))

    def _encrypted(self, room_id: str) -> bool:
        room = self._rooms.get(room_id)
        return room is None or room.encrypted

    async def _open(self, person: str, urgency: Urgency) -> Opening | NoWay:
        wanted: dict[str, Any] = {
            "preset": "private_chat",
            "visibility": "private",
            "is_direct": True,
            "invite": [person],
            "power_level_content_override": {"invite": 100},
            "initial_state": [
                {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": _ALGORITHM}},
                {
                    "type": "m.room.history_visibility",
                    "state_key": "",
                    "content": {"history_visibility": "joined"},
                },
                {"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "forbidden"}},
            ],
        }
        done = await self._actions.do(
            "POST", "/_matrix/client/v3/createRoom", wanted, urgency, repeatable=False, own_limit=True
        )
        if not isinstance(done, Mapping):
            return NoWay(_why(done), done.seconds if isinstance(done, Later) else 0.0)
        room_id = str(done["room_id"])
        if not await self._seen(lambda: self._rooms.private(room_id, person)):
            return NoWay("slow")
        return Opening(room_id)

    async def join(self, room_id: str, inviter: str, urgency: Urgency = Urgency.PERSON) -> str | None:
        """Join a room and wait until its state is known. None when done, else why not."""
        # Ids of room version 12 name no server: the inviter's is asked.
        via = inviter.partition(":")[2]
        query = urlencode([("server_name", via), ("via", via)])
        path = f"/_matrix/client/v3/join/{_q(room_id)}?{query}"
        done = await self._actions.do("POST", path, {}, urgency, own_limit=True)
        if not isinstance(done, Mapping):
            return _why(done)
        return None if await self._seen(lambda: room_id in self._rooms) else "slow"

    async def leave(self, room_id: str, urgency: Urgency = Urgency.CLEANUP) -> str | None:
        """Leave a room, or turn an invitation down. None when done, else why not."""
        done = await self._actions.do("POST", f"/_matrix/client/v3/rooms/{_q(room_id)}/leave", {}, urgency)
        if not isinstance(done, Mapping):
            return _why(done)
        self._rooms.forget(room_id)
        return None

    async def follow(self, upgraded: Upgraded, urgency: Urgency = Urgency.PERSON) -> str | None:
        """Go along with a room upgrade. The new room's id, or None when it is not to be trusted.

        Joined only if the tombstone's sender could invite here, kept only if they can there as well
        and the new room names the old one: otherwise anybody could lead the bot, and a group's
        settings, into a room of theirs.
        """
        old = self._rooms.get(upgraded.room_id)
        if old is None or old.replacement != upgraded.replacement:
            return None
        if not old.may(upgraded.sender, "invite") or not old.may(
            upgraded.sender, "m.room.tombstone", state=True
        ):
            return None
        if await self.join(upgraded.replacement, upgraded.sender, urgency) is not None:
            return None
        new = self._rooms.get(upgraded.replacement)
        if (
            new is not None
            and new.predecessor == upgraded.room_id
            and new.level(upgraded.sender) >= new.needed("invite")
        ):
            return upgraded.replacement
        await self.leave(upgraded.replacement, urgency)
        return None

    async def _seen(self, known: Callable[[], bool]) -> bool:
        try:
            async with asyncio.timeout(self._slow):
                await self._until(known)
        except TimeoutError:
            return False
        return True


def _why(done: Refused | Unknown | Later) -> str:
    if isinstance(done, Refused):
        return done.why
    return "later" if isinstance(done, Later) else "unknown"


def _q(part: str) -> str:
    return quote(part, safe="")
