"""What people write to each other, as the core sees it where somebody watches; what a command is about."""

from __future__ import annotations

import collections
import datetime
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.sdk.ports import Attached, Front, Wrote
from bot.sdk.words import Message

from .client import Client
from .history import History, Unreachable
from .places import Places
from .read import Changed, Media, Said
from .rooms import Rooms
from .visible import visible

_REMEMBERED = 2000
_STEPS = 8
"""How many changes of name and picture are looked behind for the moment somebody came in."""


class Watch:
    """Reads messages for the core. Where nobody watches, it does nothing but look whether somebody does."""

    def __init__(self, client: Client, rooms: Rooms, places: Places, history: History, front: Front) -> None:
        self._client, self._rooms, self._places = client, rooms, places
        self._history, self._front = history, front
        self._joined: collections.OrderedDict[tuple[str, str], int] = collections.OrderedDict()

    def watches(self, room_id: str) -> bool:
        """Whether anybody wants to see what is written in a room."""
        return room_id in self._rooms and self._front.watches(self._places.space(room_id))

    async def message(self, room_id: str, event_id: str) -> Message | None:
        """A message of a room, as it reads now. None where there is none, or where it cannot be told whose
        it is."""
        try:
            found = await self._history.original(room_id, event_id)
        except Unreachable:
            return None
        if found is None or found.gone:
            return None
        content = found.latest if found.latest is not None else found.content
        words = visible(content) if content is not None else ""
        own, partner = found.sender == self._client.user_id, self._rooms.pair(room_id)
        if partner is not None:
            place, author = self._places.direct(room_id, partner), self._places.person(partner)
        else:
            place = self._places.place(room_id, found.thread)
            author = self._places.person(found.sender, room_id)
        return Message(place, found.event_id, None if own else author, words)

    async def said(self, said: Said) -> Wrote:
        """What somebody just wrote."""
        return Wrote(
            Message(
                self._places.place(said.room_id, said.thread),
                said.event_id,
                self._places.person(said.sender, said.room_id),
                said.visible,
            ),
            files=_attached(said.media),
            mentions=len(said.mentions),
            everyone=said.everyone,
            joined=await self._came(said.room_id, said.sender),
        )

    async def changed(self, changed: Changed) -> Wrote | None:
        """What somebody put in the place of what they wrote before. None for an edit that counts nowhere:
        of what somebody else wrote, or of what is gone (client-server API, "event replacements")."""
        try:
            found = await self._history.message(changed.room_id, changed.target)
        except Unreachable:
            return None  # whose message it is cannot be told; acting on it might hit somebody else's
        if found is None or found.gone or found.replaces is not None or found.sender != changed.sender:
            return None
        return Wrote(
            Message(
                self._places.place(changed.room_id, found.thread),
                found.event_id,
                self._places.person(changed.sender, changed.room_id),
                changed.visible,
            ),
            edited=True,
            files=_attached(changed.media),
            mentions=len(changed.mentions),
            everyone=changed.everyone,
            joined=await self._came(changed.room_id, changed.sender),
            at=datetime.datetime.fromtimestamp(found.at / 1000, datetime.UTC),
        )

    # --- when somebody came ---------------------------------------------------------------------

    def moved(self, room_id: str, account: str) -> None:
        """Somebody came into a room or went."""
        self._joined.pop((room_id, account), None)

    async def _came(self, room_id: str, account: str) -> datetime.datetime | None:
        """When somebody came to the community: into this room, or before that into a Matrix space over it."""
        moments = [
            await self._came_into(one, account)
            for one in self._places.around(room_id)
            if self._is_in(one, account)
        ]
        known = [at for at in moments if at is not None]
        return datetime.datetime.fromtimestamp(min(known) / 1000, datetime.UTC) if known else None

    def _is_in(self, room_id: str, account: str) -> bool:
        room = self._rooms.get(room_id)
        return room is not None and room.members.get(account) == "join"

    async def _came_into(self, room_id: str, account: str) -> int | None:
        key = (room_id, account)
        if key not in self._joined:
            found = await self._look_up(room_id, account)
            if found is None:
                return None
            self._joined[key] = found
            while len(self._joined) > _REMEMBERED:
                self._joined.popitem(last=False)
        return self._joined[key]

    async def _look_up(self, room_id: str, account: str) -> int | None:
        """The time of the event with which somebody came in: changes of their name stand before it."""
        room, who = quote(room_id, safe=""), quote(account, safe="")
        path = f"/_matrix/client/v3/rooms/{room}/state/m.room.member/{who}?format=event"
        for _ in range(_STEPS):
            try:
                answer = await self._client.request("GET", path)
            except OSError:
                return None
            at, unsigned = answer.body.get("origin_server_ts"), answer.body.get("unsigned")
            if answer.status != 200 or not isinstance(at, int):
                return None
            before = _replaced(unsigned)
            if before is None:
                return at
            path = f"/_matrix/client/v3/rooms/{room}/event/{quote(before, safe='')}"
        return None


def _replaced(unsigned: Any) -> str | None:
    """The event before a member's event, where they were in the room already."""
    if not isinstance(unsigned, Mapping):
        return None
    before, replaced = unsigned.get("prev_content"), unsigned.get("replaces_state")
    inside = isinstance(before, Mapping) and before.get("membership") == "join"
    return replaced if inside and isinstance(replaced, str) else None


def _attached(media: Media | None) -> tuple[Attached, ...]:
    return (Attached(media.name, media.mime, media.size),) if media is not None else ()
