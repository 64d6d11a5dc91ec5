"""Rooms as the core knows them: which community a room belongs to, what it is called, who has which level.

A room is a community's when the operator's configuration names it, by id or by address, or names a Matrix
space that lists it. What a room says about itself is not believed: anybody can call a room anything, or say
that it belongs to a space. Addresses are looked up in the server's directory, spaces must list their rooms,
and a room follows another only where the old one points to it.
"""

from __future__ import annotations

import functools
import json
import logging
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from bot.sdk.people import Level, Person, Place, PlaceKind
from bot.sdk.ports import Front, Vault

from .rooms import Room, Rooms

log = logging.getLogger(__name__)

PLATFORM = "matrix"
ADDRESSES = "matrix/addresses"
MODERATES = 50
"""Who has this power level moderates: the default of every room version, and what clients call it."""
_DEPTH = 8


class Answer(Protocol):
    """A server's answer."""

    status: int
    body: Mapping[str, Any]


class Server(Protocol):
    """The account's homeserver."""

    async def request(self, method: str, path: str, body: object = None) -> Answer:
        """One request. Raises OSError when the connection failed."""


class Places:
    """Fulfils what the core asks about rooms. `bound`: ids and addresses that the configuration names."""

    def __init__(self, front: Front, rooms: Rooms, bound: Collection[str]) -> None:
        self._front, self._rooms = front, rooms
        self._bound = frozenset(bound)
        self._addresses: dict[str, str] = {}

    async def resolve(self, server: Server, vault: Vault) -> None:
        """Look up every address the configuration names; where that fails, what was found last stays."""
        wanted = sorted(name for name in self._bound if name.startswith("#"))
        if not wanted:
            return
        saved = await vault.load(ADDRESSES)
        before: dict[str, str] = {k: str(v) for k, v in json.loads(saved).items()} if saved else {}
        found = {name: before[name] for name in wanted if name in before}
        for name in wanted:
            try:
                answer = await server.request(
                    "GET", f"/_matrix/client/v3/directory/room/{quote(name, safe='')}"
                )
            except OSError:
                continue
            room_id = answer.body.get("room_id")
            if answer.status == 200 and isinstance(room_id, str):
                found[name] = room_id
            elif answer.status == 404:
                found.pop(name, None)
                log.warning("matrix: an address in the configuration leads to no room")
        self._addresses = found
        if found != before:
            await vault.save({ADDRESSES: json.dumps(found).encode()})

    # --- communities ----------------------------------------------------------------------------

    def communal(self, room_id: str) -> bool:
        """Whether a room is a community's."""
        addressed = set(self._addresses.values())
        return any(one in self._bound or one in addressed for one in self.around(room_id))

    def space(self, room_id: str) -> str:
        """The id of the space that a room belongs to."""
        names = []
        for one in self.around(room_id):
            names += [one, *(name for name, target in self._addresses.items() if target == one)]
        return self._front.space_of(PLATFORM, *names)

    def around(self, room_id: str) -> list[str]:
        """The room, the rooms it goes on from, and the Matrix spaces that list one of them."""
        found = self._lineage(room_id)
        for _ in range(_DEPTH):
            above = [
                room.room_id
                for room in self._rooms
                if room.space and room.room_id not in found and any(one in room.children for one in found)
            ]
            if not above:
                break
            found += above
        return found

    def _lineage(self, room_id: str) -> list[str]:
        found, room = [room_id], self._rooms.get(room_id)
        while room is not None and room.predecessor is not None and room.predecessor not in found:
            before = self._rooms.get(room.predecessor)
            if before is None or before.replacement != room.room_id:
                break
            found.append(before.room_id)
            room = before
        return found

    # --- places ---------------------------------------------------------------------------------

    def place(self, room_id: str, thread: str | None = None) -> Place:
        """A community's room, or a thread in it."""
        space = self.space(room_id)
        room = self._rooms.get(room_id)
        name = self._front.called(space, *self._names(room)) if room is not None else ""
        if thread is not None:
            return Place(PLATFORM, thread, space, PlaceKind.THREAD, name, room_id)
        return Place(PLATFORM, room_id, space, PlaceKind.ROOM, name)

    def direct(self, room_id: str, account: str) -> Place:
        """The conversation with one person. The space is theirs, where they share just one with the bot."""
        return Place(PLATFORM, room_id, self._only_space(account), PlaceKind.DIRECT)

    def find(self, name: str, space: str) -> Place | None:
        """The room of a space that goes by this id, address or name."""
        bare = name.removeprefix("#")
        for room in self._rooms:
            if room.space or (room.replacement is not None and room.replacement in self._rooms):
                continue
            lineage = self._lineage(room.room_id)
            known = {*lineage, *(n.removeprefix("#") for n in self._names(room))}
            known |= {n.removeprefix("#") for n, target in self._addresses.items() if target in lineage}
            if (name in known or bare in known) and self._rooms.pair(room.room_id) is None:
                found = self.space(room.room_id)
                if found == space:
                    return Place(PLATFORM, room.room_id, found, PlaceKind.ROOM, name)
        return None

    def label(self, room_id: str) -> str:
        """What people call a room; empty where nobody named it."""
        room = self._rooms.get(room_id)
        return (room.name or room.alias) if room is not None else ""

    def _names(self, room: Room) -> Sequence[str]:
        lineage = self._lineage(room.room_id)
        addresses = [name for name, target in self._addresses.items() if target in lineage]
        short = [f"#{alias[1:].partition(':')[0]}" for alias in (room.alias, *addresses) if alias]
        return [name for name in (room.name, room.alias, *addresses, *short) if name]

    # --- people ---------------------------------------------------------------------------------

    def person(self, account: str, room_id: str | None = None) -> Person:
        """Somebody as they are in a community's room, with the level they have there.

        Without a room they are met in a direct conversation: with their level where they share one
        community with the bot; as a member, in no space yet, where there are several.
        """
        if room_id is not None:
            room = self._rooms.get(room_id)
            power = self._power(room, account)
            return self._person(account, self.space(room_id), power, room)
        space = self._only_space(account)
        if not space:
            return self._person(account, "", -math.inf, self._any_room(account))
        return self.person_of(account, space)

    def person_of(self, account: str, space: str) -> Person:
        """Somebody with the highest level that they have in the rooms of a community."""
        shared = [room for room in self._shared(account) if self.space(room.room_id) == space]
        best = max(shared, key=lambda room: self._power(room, account), default=None)
        return self._person(account, space, self._power(best, account), best or self._any_room(account))

    def _person(self, account: str, space: str, power: float, room: Room | None) -> Person:
        name = (room.names.get(account) if room is not None else "") or account[1:].partition(":")[0]
        level = Level.MODERATOR if power >= MODERATES else Level.MEMBER
        return Person(
            PLATFORM, account, space, name=name, roles=_levels(power) | {account}, level=level
        )  # fmt: skip

    @staticmethod
    def _power(room: Room | None, account: str) -> float:
        if room is None or room.members.get(account) != "join":
            return -math.inf
        return room.level(account)

    def _shared(self, account: str) -> list[Room]:
        return [
            room
            for room in self._rooms
            if not room.space
            and room.replacement is None
            and room.members.get(account) == "join"
            and self._rooms.pair(room.room_id) is None
        ]

    def _only_space(self, account: str) -> str:
        spaces = {self.space(room.room_id) for room in self._shared(account)}
        return spaces.pop() if len(spaces) == 1 else ""

    def _any_room(self, account: str) -> Room | None:
        return next((room for room in self._rooms if account in room.members), None)

    def shared_rooms(self, account: str) -> list[str]:
        """The rooms of communities that somebody is in together with the bot."""
        return [room.room_id for room in self._shared(account)]


@functools.lru_cache(maxsize=256)
def _levels(power: float) -> frozenset[str]:
    """How a profile's role lists name power levels: `power 50` for everybody who has 50 or more."""
    highest = 100 if power > 100 else int(power) if power >= 0 else -1
    return frozenset(f"power {n}" for n in range(highest + 1))
