"""What is known of the rooms the bot is in: members, rights, encryption. Pure; fed by the sync.

Kept here and not read from nio, which knows no creators (room version 12) and never drops a room
that was left. Sources: the Matrix specification's room versions and `m.room.power_levels`;
`matrix-conventions.md` 12 and 13, `decisions.md` (direct rooms).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_DEFAULTS = {"invite": 0, "kick": 50, "ban": 50, "redact": 50}


@dataclass(slots=True)
class Room:
    """One room's state, as far as the bot uses it. `members` maps ids to `join` or `invite`."""

    room_id: str = field(repr=False)
    members: dict[str, str] = field(default_factory=dict, repr=False)
    names: dict[str, str] = field(default_factory=dict, repr=False)
    version: str = "1"
    creators: frozenset[str] = field(default=frozenset(), repr=False)
    power: Mapping[str, Any] | None = field(default=None, repr=False)
    encrypted: bool = False
    history: str = "shared"
    join_rule: str = "invite"
    name: str = field(default="", repr=False)
    alias: str = field(default="", repr=False)
    replacement: str | None = field(default=None, repr=False)
    predecessor: str | None = field(default=None, repr=False)
    joined_at: int = 0
    last_written: int = 0
    space: bool = False
    children: frozenset[str] = field(default=frozenset(), repr=False)
    """What a Matrix space lists as belonging to it."""

    @property
    def open_to_others(self) -> bool:
        """Whether people can read here whom nobody in the room let in: then its members are not all readers.
        Restricted rooms let in whoever is in another one (client-server API, `m.room.join_rules`)."""
        return self.join_rule not in ("invite", "knock", "private") or self.history == "world_readable"

    @property
    def creators_stand_above(self) -> bool:
        """Whether creators have endless power and stand in no list (room version 12 and later)."""
        return self.version.startswith("org.matrix.hydra") or (
            self.version.isdecimal() and int(self.version) >= 12
        )

    def level(self, user_id: str) -> float:
        """The power level of somebody; endless for a creator from version 12 on."""
        if user_id in self.creators and self.creators_stand_above:
            return math.inf
        if self.power is None:
            return 100 if user_id in self.creators else 0
        users = self.power.get("users")
        if isinstance(users, Mapping) and user_id in users:
            return _number(users[user_id], 0)
        return _number(self.power.get("users_default"), 0)

    def needed(self, what: str, *, state: bool = False) -> float:
        """The level that an act (`invite`, `kick`, `ban`, `redact`) or an event type needs."""
        power = self.power or {}
        if what in _DEFAULTS:
            return _number(power.get(what), _DEFAULTS[what])
        events = power.get("events")
        if isinstance(events, Mapping) and what in events:
            return _number(events[what], 0)
        if not state:
            return _number(power.get("events_default"), 0)
        return _number(power.get("state_default"), 50 if self.power is not None else 0)

    def may(self, user_id: str, what: str, *, state: bool = False) -> bool:
        """Whether somebody who is in the room has the level for this."""
        return self.members.get(user_id) == "join" and self.level(user_id) >= self.needed(what, state=state)


class Rooms:
    """All rooms the account `me` has joined."""

    def __init__(self, me: str) -> None:
        self.me = me
        self._rooms: dict[str, Room] = {}
        self._written: dict[str, int] = {}
        self.communal: Callable[[str], bool] = lambda room_id: False
        """Whether a room is a community's: then it is nobody's direct room, even with one member only."""

    def __contains__(self, room_id: str) -> bool:
        return room_id in self._rooms

    def __iter__(self) -> Iterator[Room]:
        return iter(list(self._rooms.values()))

    def get(self, room_id: str) -> Room | None:
        """The room, if the bot is in it."""
        return self._rooms.get(room_id)

    def learn(self, room_id: str, source: Mapping[str, Any]) -> None:
        """Take in one state event of a joined room. Anything else, or malformed, changes nothing."""
        content, key = source.get("content"), source.get("state_key")
        if not isinstance(content, Mapping) or not isinstance(key, str):
            return
        room = self._rooms.get(room_id)
        if room is None:
            room = self._rooms[room_id] = Room(room_id, last_written=self._written.get(room_id, 0))
        kind = source.get("type")
        if kind == "m.room.member":
            self._member(room, source, content, key)
        elif kind == "m.space.child":
            # Without servers to ask an entry is taken back (module spaces).
            listed = isinstance(content.get("via"), list) and bool(content["via"])
            room.children = room.children | {key} if listed else room.children - {key}
        elif key:
            return
        elif kind == "m.room.create":
            self._create(room, source, content)
        elif kind == "m.room.power_levels":
            room.power = dict(content)
        elif kind == "m.room.encryption":
            room.encrypted = True
        elif kind == "m.room.history_visibility":
            room.history = str(content.get("history_visibility", "shared"))
        elif kind == "m.room.join_rules":
            room.join_rule = str(content.get("join_rule", "invite"))
        elif kind == "m.room.name":
            room.name = str(content.get("name") or "")
        elif kind == "m.room.canonical_alias":
            room.alias = str(content.get("alias") or "")
        elif kind == "m.room.tombstone":
            target = content.get("replacement_room")
            room.replacement = target if isinstance(target, str) else None

    def _member(self, room: Room, source: Mapping[str, Any], content: Mapping[str, Any], who: str) -> None:
        membership = content.get("membership")
        if membership in ("join", "invite"):
            if who == self.me and membership == "join" and room.members.get(who) != "join":
                at = source.get("origin_server_ts")
                room.joined_at = at if isinstance(at, int) and _came_in(source) else 0
            room.members[who] = str(membership)
            shown = content.get("displayname")
            room.names[who] = shown if isinstance(shown, str) else ""
        else:
            room.members.pop(who, None)
            room.names.pop(who, None)

    @staticmethod
    def _create(room: Room, source: Mapping[str, Any], content: Mapping[str, Any]) -> None:
        room.version = str(content.get("room_version", "1"))
        creator = content.get("creator", source.get("sender"))
        more = content.get("additional_creators") if room.creators_stand_above else None
        if room.creators_stand_above:
            creator = source.get("sender")
        room.creators = frozenset(
            who for who in (creator, *(more if isinstance(more, list) else ())) if isinstance(who, str)
        )
        before = content.get("predecessor")
        if isinstance(before, Mapping) and isinstance(before.get("room_id"), str):
            room.predecessor = before["room_id"]
        room.space = content.get("type") == "m.space"

    def forget(self, room_id: str) -> None:
        """The bot is out of this room."""
        self._rooms.pop(room_id, None)
        self._written.pop(room_id, None)

    def wrote(self, room_id: str, at: int) -> None:
        """Somebody wrote here at `at` (milliseconds): of several direct rooms the last one counts."""
        room = self._rooms.get(room_id)
        if room is not None and at > room.last_written:
            room.last_written = at
            if len(room.members) == 2:
                self._written[room_id] = at

    def private(self, room_id: str, person: str) -> bool:
        """Whether this room is encrypted, meant for two, and holds, invited ones counted, just this person
        and the bot."""
        room = self._rooms.get(room_id)
        return (
            room is not None
            and room.encrypted
            and room.replacement is None
            and person != self.me
            and not self._for_many(room)
            and set(room.members) == {person, self.me}
            and room.members.get(self.me) == "join"
        )

    def direct(self, person: str) -> Room | None:
        """The direct room with this person in which they can read: of several the one last written in."""
        found = [
            room
            for room in self._rooms.values()
            if self.private(room.room_id, person) and room.members.get(person) == "join"
        ]
        return max(found, key=lambda room: (room.last_written, room.joined_at, room.room_id), default=None)

    def opening(self, person: str) -> Room | None:
        """A direct room whose invitation this person has not accepted yet."""
        found = (
            room
            for room in self._rooms.values()
            if self.private(room.room_id, person) and room.members.get(person) == "invite"
        )
        return next(found, None)

    def plain_pair(self, person: str) -> Room | None:
        """A plain room of this person and the bot alone, by invitation only, that the bot may encrypt."""
        for room in self._rooms.values():
            if (
                not room.encrypted
                and not self._for_many(room)
                and room.replacement is None
                and room.join_rule == "invite"
                and room.members == {person: "join", self.me: "join"}
                and room.may(self.me, "m.room.encryption", state=True)
            ):
                return room
        return None

    def partner(self, room_id: str) -> str | None:
        """The person this room is a direct room with, None where it is not one."""
        room = self._rooms.get(room_id)
        others = [who for who in room.members if who != self.me] if room else []
        return others[0] if len(others) == 1 and self.private(room_id, others[0]) else None

    def pair(self, room_id: str) -> str | None:
        """The only other person in a room, encrypted or not, that is no community's; None elsewhere."""
        room = self._rooms.get(room_id)
        others = [who for who in room.members if who != self.me] if room else []
        return others[0] if room is not None and len(others) == 1 and not self._for_many(room) else None

    def _for_many(self, room: Room) -> bool:
        """Whether a room is meant for more than two, however many are there: clients give a conversation
        between two neither a name nor an address."""
        return room.space or bool(room.name or room.alias) or self.communal(room.room_id)

    def shared_with(self, person: str) -> bool:
        """Whether the bot is in any room with this person."""
        return any(person in room.members for room in self._rooms.values())

    def dump(self) -> bytes:
        """What must survive a restart: when each direct room was last written in. To be sealed."""
        return json.dumps(self._written).encode()

    def load(self, saved: bytes | None) -> None:
        """Take back what `dump` gave."""
        if saved:
            self._written = {str(k): int(v) for k, v in json.loads(saved).items()}


def _came_in(source: Mapping[str, Any]) -> bool:
    unsigned = source.get("unsigned")
    before = unsigned.get("prev_content") if isinstance(unsigned, Mapping) else None
    return not (isinstance(before, Mapping) and before.get("membership") == "join")


def _number(value: object, default: float) -> float:
    # Rooms older than version 10 may hold levels as strings.
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    try:
        return float(int(value))
    except (ValueError, OverflowError):
        return default
