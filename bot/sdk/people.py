"""Who is speaking and where, without the platform's own objects."""

from __future__ import annotations

import dataclasses
import enum


class Level(enum.IntEnum):
    """The ladder of rights, the same on every platform."""

    MEMBER = 0
    FACILITATOR = 1
    MODERATOR = 2
    OPERATOR = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """One platform account in one space.

    `account` is the platform's own id; like `name` it is kept out of every repr, so that no log
    line and no trace can carry it. `space` is empty where no space is known (a direct conversation).
    `language` is what the client told (`en-GB`), `roles` what a profile's role lists may name.
    """

    platform: str
    account: str = dataclasses.field(repr=False)
    space: str = ""
    name: str = dataclasses.field(default="", repr=False, compare=False)
    language: str | None = dataclasses.field(default=None, compare=False)
    roles: frozenset[str] = dataclasses.field(default=frozenset(), repr=False, compare=False)
    level: Level = dataclasses.field(default=Level.MEMBER, compare=False)

    def within(self, space: str) -> Person:
        """The same account, in another space: what they may do in this one does not follow them there."""
        if self.space in ("", space):
            return dataclasses.replace(self, space=space)
        return dataclasses.replace(self, space=space, roles=frozenset(), level=Level.MEMBER)


class PlaceKind(enum.Enum):
    """What kind of place a message stands in."""

    ROOM = "room"
    THREAD = "thread"
    DIRECT = "direct"


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A room, a thread in one, or the direct conversation with one person.

    `id` is the platform's own; `parent` the room a thread hangs in; `name` is what people call it.
    """

    platform: str
    id: str = dataclasses.field(repr=False)
    space: str = ""
    kind: PlaceKind = PlaceKind.ROOM
    name: str = dataclasses.field(default="", repr=False, compare=False)
    parent: str | None = dataclasses.field(default=None, repr=False, compare=False)
    room: str = dataclasses.field(default="", repr=False, compare=False)
    """What the room is called that a thread hangs in, where it is known."""

    @property
    def direct(self) -> bool:
        """Whether only one person and Hearth are here."""
        return self.kind is PlaceKind.DIRECT

    def under(self, ref: str, name: str = "") -> Place:
        """The thread under the message `ref` of this room. It is opened when something is first said
        there, and then called `name`."""
        return Place(self.platform, ref, self.space, PlaceKind.THREAD, name, self.id, self.name)


def owner_of(person: Person) -> str:
    """Names an account within this process."""
    return f"{person.platform}|{person.account}"
