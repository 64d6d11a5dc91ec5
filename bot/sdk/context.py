"""What a handler is given, and what a cog's service is built from."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from .commands import Command, Schedule
from .errors import CannotDo, Refused
from .people import Level, Person, Place
from .ports import Filters
from .schedules import Planned
from .spaces import Group, Space
from .words import Says

if TYPE_CHECKING:
    from bot.storage.store import Store

    from .profiles import Profiles

S = TypeVar("S")
R = TypeVar("R")

Clock = Callable[[], datetime.datetime]
"""The time now, aware, in UTC."""


async def aside(work: Callable[..., R], *args: Any) -> R:
    """Run heavy work (a chart, a long search) off the event loop."""
    return await asyncio.to_thread(work, *args)


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """One due time of something planned. `due` is aware, in UTC."""

    name: str
    due: datetime.datetime
    args: Mapping[str, object] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Cause:
    """The event that led to a write: the platform it came by and its id there."""

    lane: str
    event: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Planning(Generic[S]):
    """What a schedule's plan works from: one space with its profile in force. `now` is in UTC.

    `settings` is the cog's part of the space's profile; each `space.groups[…].settings` holds its
    part of a group. The plan is an async function of this that gives a list of `Planned`.
    """

    space: Space
    service: S
    settings: Any
    now: datetime.datetime


class Agenda(Protocol):
    """Where a cog enters what comes round. Takes effect at once; the cog's own rows stay the truth,
    since everything is planned anew from them at start."""

    async def plan(self, schedule: Schedule, space: str, planned: Planned) -> None:
        """Enter or move one."""

    async def drop(self, schedule: Schedule, space: str, name: str) -> None:
        """Take one out; nothing happens if it is not there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """What Hearth as a whole can do for one person, for the privacy cog: every cog and space at once."""

    export: Callable[[Person], Awaitable[Mapping[str, Any]]]
    """By cog; None for one that could not say just now."""
    erase: Callable[[Person], Awaitable[bool]]
    """True when no file holds it any more; False when that is still being finished."""
    spaces: Callable[[Person], Awaitable[list[Space]]]
    kept: Callable[[str], list[tuple[str, str]]]
    """By language: what every cog keeps, as (what, why, how long and who sees it)."""
    title: Callable[[str, str], str]
    """By cog and language: what it keeps, in a word or two."""
    stays: Callable[[Person, str], Awaitable[list[tuple[str, datetime.date]]]]
    """By language: what erasing leaves of a person in any cog, in words, and until which day (UTC)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Directory:
    """What there is to do here, for the help cog: (typed name, help) by level and language."""

    commands: Callable[[Level, str], list[tuple[str, str]]]
    prefix: Callable[[str], str]
    """By platform: what stands before a command's name."""
    options: Callable[[str, str], list[tuple[str, str]]]
    """By a command's typed name and language: (typed name, help) of its options."""


async def _nothing_to_wipe(schedule: str, names: Collection[str]) -> None:
    """Where nothing was planned."""


@dataclasses.dataclass(frozen=True, slots=True)
class Supplies:
    """What a cog's service is built from. `options` is the cog's part of the operator's config."""

    _store: Store | None
    data: Path
    clock: Clock
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    account: Account | None = None
    directory: Directory | None = None
    profiles: Profiles | None = None
    """The profiles of all communities, for the cog that edits them."""
    wipe: Callable[[str, Collection[str]], Awaitable[None]] = _nothing_to_wipe
    """Removes, by the schedule's name, every trace of what was planned under these names: for `forget`."""
    other: Callable[[str], Any] = lambda _: None
    """The service of another cog that this one names in `needs`; None where that is not loaded. Ask for it
    when it is used, not while building: cogs are loaded one after the other."""
    filters: Sequence[Filters] = ()
    """The platforms that can stop messages by themselves, before anybody sees them."""
    command: Callable[[str], Command | None] = lambda _: None
    """A command of any cog by its path, for a button that leads there (`crisis`); None where it is not
    loaded. Ask for it when it is used."""
    tell_operator: Callable[[str], None] = lambda _: None
    """Puts one line before the operator (the log, and their room if they named one)."""

    @property
    def store(self) -> Store:
        """The cog's own part of the database. Raises `CannotDo` in crisis-only mode."""
        if self._store is None:
            raise CannotDo("there is no storage")
        return self._store


@dataclasses.dataclass(frozen=True, slots=True)
class Context(Generic[S]):
    """Who asks, where and when, and what the cog works with. `now` is aware, in UTC.

    `cause` names the event that led here; handed to `store.write(cause=...)` it makes a repeated
    event leave one trace only.
    """

    person: Person
    place: Place
    now: datetime.datetime
    language: str
    space: Space
    service: S
    level: Level
    cause: Cause | None
    agenda: Agenda
    say: Callable[[Says], str]
    readers: Callable[[Place], Awaitable[int | None]]
    """How many people can read in a place, Hearth left out; None where that cannot be known."""
    reads: Callable[[Place, Person], Awaitable[bool | None]]
    """Whether somebody was let into a room; None where that cannot be known."""
    _settings: Any = None
    _group_settings: Any = None
    _progress: Callable[[str], Awaitable[None]] | None = None
    _rooms: Callable[[str], Place | None] = lambda _: None
    group: Group | None = None

    @property
    def settings(self) -> Any:
        """The cog's part of the space profile (its defaults where there is none)."""
        return self._settings

    @property
    def group_settings(self) -> Any:
        """The cog's part of this room's group, or None where no group meets here."""
        return self._group_settings

    def room(self, name: str) -> Place:
        """The room that the profile calls `name`. Raises `Refused("no-such-place")`."""
        place = self._rooms(name)
        if place is None:
            raise Refused("no-such-place")
        return place

    async def progress(self, says: Says) -> None:
        """Say, privately, how a long piece of work goes."""
        if self._progress is not None:
            await self._progress(self.say(says))
