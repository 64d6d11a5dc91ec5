"""The communities Hearth serves, each with its profile in force, all of it in memory."""

from __future__ import annotations

import dataclasses
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .people import Level, Person, Place


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """A group: for now a named room. `settings` holds each cog's part, by the cog's name."""

    id: str
    name: str
    rooms: tuple[str, ...]
    zone: str
    language: str
    settings: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Space:
    """A community with its profile in force. `zone` is an IANA name, `country` ISO 3166-1 or None."""

    id: str
    name: str
    language: str = "en"
    zone: str = "UTC"
    country: str | None = None
    groups: Mapping[str, Group] = dataclasses.field(default_factory=dict)
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    roles: Mapping[Level, frozenset[str]] = dataclasses.field(default_factory=dict)
    operator_contact: str = ""
    moderators_room: str | None = None
    tag: str = dataclasses.field(default="", repr=False)
    """Twelve characters that stand for this space in a button's token and in the ledger."""

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        """The space's zone."""
        return zoneinfo.ZoneInfo(self.zone)

    def level_of(self, person: Person) -> Level:
        """The person's level here: what the platform says, raised by the profile's role lists."""
        named = {role.casefold() for role in person.roles}
        found = [level for level, names in self.roles.items() if named & {name.casefold() for name in names}]
        return max([person.level, *found])

    def group_at(self, place: Place) -> Group | None:
        """The group whose room (or a thread in it) this is."""
        names = (place.name, place.room)
        here = {place.id, place.parent, *names, *(name.removeprefix("#") for name in names)} - {None, ""}
        for group in self.groups.values():
            if any(room in here or room.removeprefix("#") in here for room in group.rooms):
                return group
        return None


class Spaces:
    """Every space by id, and which space a server or room belongs to."""

    def __init__(self, tag: Callable[[str], str] = lambda _: "") -> None:
        """`tag` makes a space's tag from its id, under a key: ids can be guessed."""
        self._spaces: dict[str, Space] = {}
        self._homes: dict[tuple[str, str], str] = {}
        self._made: dict[str, str] = {}
        self._tag = tag

    def __iter__(self) -> Iterator[Space]:
        return iter(self._spaces.values())

    def bind(self, platform: str, places: Iterable[str], space: str) -> None:
        """Say that a server or some rooms of a platform (`*`: all the others) belong to a space."""
        for place in places:
            self._homes[platform, place] = space

    def apply(self, space: Space) -> None:
        """Put a space's profile in force."""
        self._spaces[space.id] = dataclasses.replace(space, tag=self._tag(space.id))

    def get(self, id: str) -> Space:
        """The space with this id; one that has no profile yet has the defaults."""
        return self._spaces.get(id) or Space(id, "", tag=self._tag(id) if id else "")

    def only(self, platform: str) -> Space | None:
        """The one space that this platform's places belong to, if there is just one."""
        homes = {space for (of, _), space in self._homes.items() if of == platform}
        return self.get(homes.pop()) if len(homes) == 1 else None

    def platforms(self, space: str) -> set[str]:
        """The platforms on which places are known to belong to a space."""
        own = {self._made[space]} if space in self._made else set()
        return own | {of for (of, _), home in self._homes.items() if home == space}

    def tagged(self, tag: str) -> Space | None:
        """The space that a token's tag stands for."""
        return next((space for space in self._spaces.values() if space.tag == tag), None) if tag else None

    def of(self, platform: str, *places: str) -> str:
        """The id of the space that the first known of these belongs to; one of its own otherwise.

        That is made under a key: it stands beside what is stored, and a server's own id would tell which
        server that is.
        """
        for place in (*places, "*"):
            if found := self._homes.get((platform, place)):
                return found
        own = f"{platform}:{places[0]}" if places else ""
        made = self._tag(own) or own if own else ""
        if made:
            self._made[made] = platform
        if made and made not in self._spaces:
            self.apply(Space(made, ""))
        return made
