"""What rooms and roles are called in each server, kept small.

discord.py's objects for channels and roles are ten times as large as all that is asked of them here: which
room a profile means by `#evening`, and which roles a member has. So each server's names are one packed
text, a line each, made from GUILD_CREATE and kept up by the events that change them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

_ROOMS = frozenset({0, 2, 5, 13})
"""Kinds of channel that take messages: resources/channel#channel-object-channel-types."""


class Names:
    """Names by server. All ids are text."""

    def __init__(self) -> None:
        self._rooms: dict[int, bytes] = {}
        self._roles: dict[int, bytes] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def __contains__(self, guild: str) -> bool:
        return guild.isdecimal() and int(guild) in self._rooms

    def __iter__(self) -> Iterator[str]:
        return iter([str(guild) for guild in self._rooms])

    def hear(self, event: str, data: Json) -> None:
        """Take in an event of the gateway."""
        if event == "GUILD_CREATE":
            self._arrive(data)
        elif event == "GUILD_DELETE":
            # An outage is no farewell: names stay known meanwhile.
            if not data.get("unavailable"):
                self._rooms.pop(int(data["id"]), None)
                self._roles.pop(int(data["id"]), None)
        elif event.startswith("CHANNEL_"):
            named = None if event == "CHANNEL_DELETE" or data.get("type") not in _ROOMS else data.get("name")
            _change(self._rooms, data, str(data["id"]), named)
        elif event.startswith("GUILD_ROLE_"):
            gone = event == "GUILD_ROLE_DELETE"
            role = data["role_id"] if gone else data["role"]["id"]
            _change(self._roles, data, str(role), None if gone else data["role"]["name"])

    def room(self, guild: str, wanted: str) -> tuple[str, str] | None:
        """(id, name) of the room that has this id or name, with or without `#`; None if there is none."""
        plain = wanted.removeprefix("#").casefold()
        for id, name in _lines(self._rooms.get(int(guild), b"")):
            if wanted == id or name.casefold() == plain:
                return id, name
        return None

    def role(self, guild: str, wanted: str) -> str | None:
        """The id of the role that has this id or name; None if there is none."""
        for id, name in _lines(self._roles.get(int(guild), b"")):
            if wanted == id or name.casefold() == wanted.casefold():
                return id
        return None

    def roles(self, guild: str, ids: Iterable[str]) -> frozenset[str]:
        """The ids themselves and the names they go by."""
        held = set(ids)
        if not held:
            return frozenset()
        named = {name for id, name in _lines(self._roles.get(int(guild), b"")) if id in held}
        return frozenset(held | named)

    def _arrive(self, data: Json) -> None:
        if data.get("unavailable"):
            return
        guild = int(data["id"])
        self._rooms[guild] = _packed(
            (one["id"], one["name"]) for one in data.get("channels") or () if one.get("type") in _ROOMS
        )
        self._roles[guild] = _packed(
            (one["id"], one["name"]) for one in data.get("roles") or () if one["id"] != data["id"]
        )


def _packed(named: Iterable[tuple[str, str]]) -> bytes:
    return "\n".join(f"{id} {' '.join(name.split())}" for id, name in named).encode()


def _lines(packed: bytes) -> Iterator[tuple[str, str]]:
    for line in packed.decode().split("\n"):
        id, space, name = line.partition(" ")
        if space:
            yield id, name


def _change(held: dict[int, bytes], data: Json, id: str, name: str | None) -> None:
    guild = data.get("guild_id")
    if guild is None or int(guild) not in held:
        return
    others = [(one, called) for one, called in _lines(held[int(guild)]) if one != id]
    held[int(guild)] = _packed([*others, (id, name)] if name is not None else others)
