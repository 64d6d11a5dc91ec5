"""The communities: profiles from files and chat, versions in the database, the one in force in memory."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import datetime
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from bot.config.files import read_source
from bot.config.findings import Finding
from bot.config.operator import OperatorConfig
from bot.config.parts import Part
from bot.config.profile import (
    Difference,
    SpaceProfile,
    build_profile_model,
    parse_profile,
)
from bot.profile_reading import Reading
from bot.sdk.catalogue import Loaded
from bot.sdk.commands import Cog
from bot.sdk.people import Level, Person
from bot.sdk.profiles import Checked, Rulebook, Tried, Unfit, Version, began_from, unstamped
from bot.sdk.spaces import Group, Space, Spaces
from bot.storage.core.profiles import Profiles, author_parts
from bot.storage.core.tables import Profile
from bot.storage.errors import StorageError

log = logging.getLogger("hearth.communities")

LOOKS = datetime.timedelta(seconds=2)
"""So often `Communities.look` looks at files; one that changed is taken at the second look."""


def profile_model(cogs: Iterable[Cog[Any]]) -> type[SpaceProfile]:
    """The model of a profile with the sections of these cogs."""
    cogs = list(cogs)
    return build_profile_model(
        {_section(cog): cog.settings for cog in cogs if cog.settings is not None},
        {_section(cog): cog.group_settings for cog in cogs if cog.group_settings is not None},
    )


def _section(cog: Cog[Any]) -> str:
    return cog.name.replace("-", "_")


def space_from(id: str, profile: SpaceProfile) -> Space:
    """A profile in force."""
    groups = {
        key: Group(
            id=key,
            name=group.name,
            rooms=(group.room,),
            zone=profile.zone_of(key),
            language=profile.language_of(key),
            settings=_by_cog(profile.group_sections(key)),
        )
        for key, group in profile.groups.items()
    }
    return Space(
        id=id,
        name=profile.name,
        language=profile.language,
        zone=profile.zone,
        country=profile.country,
        groups=groups,
        settings=_by_cog(profile.sections()),
        roles={
            Level.FACILITATOR: frozenset(profile.roles.facilitator),
            Level.MODERATOR: frozenset(profile.roles.moderator),
        },
        operator_contact=profile.operator_contact or "",
        moderators_room=profile.moderators_room,
    )


def _by_cog(sections: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): section for name, section in sections.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class _InForce:
    """The version in force, read. `profile` is None where the cogs of today cannot read it any more."""

    version: Version
    profile: SpaceProfile | None
    parts: Sequence[Part]


@dataclasses.dataclass(frozen=True, slots=True)
class _File:
    """What a file looks like on the disk: when it was changed, how large it is, which one it is."""

    changed: int
    size: int
    inode: int

    @classmethod
    def at(cls, path: Path) -> _File | None:
        """How it looks now; None where there is none."""
        try:
            found = path.stat()
        except OSError:
            return None
        return cls(found.st_mtime_ns, found.st_size, found.st_ino)


class Communities:
    """Puts profiles in force: at start, when a file changes, and when moderators say so.

    Fulfils the sdk's `Profiles`. What is heavy (reading a long profile, comparing two) runs beside the event
    loop; what is in force changes in one step, after all of it was read.
    """

    def __init__(
        self,
        spaces: Spaces,
        profiles: Profiles | None,
        cogs: Callable[[], Iterable[Loaded]] = tuple,
    ) -> None:
        """`cogs` gives those that are loaded, to find the ones with rules."""
        self._spaces = spaces
        self.reading = Reading()
        self._table = profiles
        self._cogs = cogs
        self.on_change: Callable[[Space], Awaitable[None]] | None = None
        """Told of a space whose profile is another one now, or whose file waits for a decision."""
        self.held: dict[str, Sequence[Finding]] = {}
        """What kept a file from being taken, by space; the version before it stays in force."""
        self._in_force: dict[str, _InForce] = {}
        self._waiting: dict[str, Version] = {}
        self._troubles: dict[str, str] = {}
        self._files: dict[str, Path] = {}
        self._taken: dict[str, _File | None] = {}
        self._changing: dict[str, _File | None] = {}
        self._untold: set[str] = set()
        self._turns: dict[str, asyncio.Lock] = collections.defaultdict(asyncio.Lock)

    @property
    def model(self) -> type[SpaceProfile]:
        """What profiles are held against: the base settings and the sections of the cogs."""
        return self.reading.model

    # --- from files -----------------------------------------------------------------------------------

    async def open(self, config: OperatorConfig, *, terminal: bool, look_only: bool = False) -> None:
        """Bind every space to where it meets and put its profile in force. With `look_only` nothing is
        written: `held` then says what would be held."""
        for name, space in config.spaces.items():
            if space.discord is not None:
                self._spaces.bind("discord", [space.discord], name)
            self._spaces.bind("matrix", space.matrix, name)
            if space.terminal or terminal:
                self._spaces.bind("terminal", ["*"], name)
            self._files[name] = space.profile
            await self._take(name, space.profile, look_only=look_only)
        if self._table is not None:
            for name in await self._table.in_force():
                if name not in self._files:
                    await self._reload(name)  # set up in chat, on a server that the config does not name

    async def look(self) -> None:
        """Take whatever changed since the last look: files, and what another process put in force.

        A file that changes is taken when it looks the same twice, for editors write in pieces. With storage
        away nothing happens: the next look finds the same again.
        """
        if self._table is None:
            return
        looks = await asyncio.to_thread(self._looks)
        try:
            for name in list(self._untold):
                await self._tell(name)
            for name, look in looks.items():
                if look == self._taken.get(name):
                    self._changing.pop(name, None)
                elif name not in self._changing or self._changing[name] != look:
                    self._changing[name] = look
                else:
                    async with self._turns[name]:
                        if await self._take(name, self._files[name]):
                            await self._tell(name)
                    del self._changing[name]
            for name, number in (await self._table.in_force()).items():
                now = self._in_force.get(name)
                if now is None or now.version.number != number:
                    async with self._turns[name]:
                        if await self._reload(name):
                            await self._tell(name)
        except StorageError:
            log.debug("profiles are looked at again when storage is back")

    def _looks(self) -> dict[str, _File | None]:
        return {name: _File.at(file) for name, file in self._files.items()}

    async def _take(self, name: str, file: Path, *, look_only: bool = False) -> bool:
        """Read a file; whether something is to be told of. It makes a version only when it differs from its
        own last import. If a chat changed the profile meanwhile, the file is held and the version in force
        stays."""
        look = await asyncio.to_thread(_File.at, file)
        source, found = await asyncio.to_thread(read_source, file)
        findings: Sequence[Finding] = found
        if self._table is None:
            profile, self.held[name] = await asyncio.to_thread(
                parse_profile, source, str(file), self.reading.model, None
            )
            if profile is not None:
                self._spaces.apply(space_from(name, profile))
            return True
        content = hashlib.sha256(source).hexdigest()
        last = await self._table.last_file(name)
        if not findings and (last is None or last.content_hash != content):
            profile, findings = await asyncio.to_thread(
                parse_profile, source, str(file), self.reading.model, None
            )
            if profile is not None and look_only:
                current = await self._table.current(name)
                text = source.decode("utf-8")
                if _apart(current, last, began_from(text), unstamped(text)):
                    self.held[name] = [_held(file)]
                self._spaces.apply(space_from(name, profile))
                return False
            if profile is not None:
                await self._import(name, source.decode("utf-8"), content, last)
                last = await self._table.last_file(name)
        current = await self._table.current(name)
        waits = not findings and _undecided(last, current)
        if waits:
            findings = [_held(file)]  # said again at every start, until somebody decides
        for finding in findings:
            log.error("profile held: %s", finding)
        news = waits and name not in self._waiting
        never_there = look is None and last is None  # no author yet: `/setup` may make the first version
        trouble = "" if waits or not findings or never_there else _mark(look, findings)
        news = news or trouble not in ("", self._troubles.get(name))
        self._troubles[name] = trouble
        self._settle(name, findings, last if waits else None)
        self._taken[name] = look
        return await self._reload(name) or news

    async def _import(self, name: str, text: str, content: str, last: Profile | None) -> None:
        assert self._table is not None
        current = await self._table.current(name)
        began, text = began_from(text), unstamped(text)
        apart = _apart(current, last, began, text)
        if not apart:
            after = 0 if current is None else current.number
            apart = (await self._table.succeed(name, text, "file", after=after, content_hash=content)) is None
        if apart:
            await self._table.add(name, text, "file", content_hash=content, applied=False)

    async def _reload(self, name: str) -> bool:
        """Put in force what storage says is; whether that is another version than before."""
        assert self._table is not None
        current = await self._table.current(name)
        before = self._in_force.get(name)
        if current is None:
            self._spaces.apply(Space(name, name))
            return False
        if before is not None and before.version.number == current.number:
            return False
        version = _version(current, current.text)
        called = f"version {version.number} of {name}"
        profile, findings, parts = await asyncio.to_thread(self.reading.stored, version.text, called)
        if profile is None:
            self.held[name] = findings
            for finding in findings:
                log.error("stored profile does not apply: %s", finding)
        self._enter(name, version, profile, parts)
        return True

    def _enter(
        self, name: str, version: Version, profile: SpaceProfile | None, parts: Sequence[Part]
    ) -> None:
        self._in_force[name] = _InForce(version, profile, parts)
        self._spaces.apply(space_from(name, profile) if profile is not None else Space(name, name))

    def _settle(self, name: str, findings: Sequence[Finding], waiting: Profile | None) -> None:
        if findings:
            self.held[name] = findings
        else:
            self.held.pop(name, None)
        if waiting is not None:
            self._waiting[name] = _version(waiting)
        else:
            self._waiting.pop(name, None)

    async def _tell(self, name: str) -> None:
        """Tell of a change. What is in force is so already: with storage away, the next look tells again."""
        self._untold.add(name)
        if self.on_change is None:
            return
        try:
            await self.on_change(self._spaces.get(name))
        except StorageError:
            log.warning("schedules are planned anew when storage is back")
        else:
            self._untold.discard(name)

    # --- from chat ------------------------------------------------------------------------------------

    def current(self, space: str) -> Version | None:
        """The version in force. Memory only."""
        now = self._in_force.get(space)
        return now.version if now is not None else None

    def parts(self, space: str) -> Sequence[Part]:
        """The parts of the version in force. Memory only."""
        now = self._in_force.get(space)
        return now.parts if now is not None else ()

    def waiting(self, space: str) -> Version | None:
        """A file's version that waits for a decision, without its text. Memory only."""
        return self._waiting.get(space)

    def findings(self, space: str) -> Sequence[Finding]:
        """What kept the file on disk, or what is stored, from being taken. Memory only."""
        return () if space in self._waiting else self.held.get(space, ())

    def trouble(self, space: str) -> str:
        """Stands for what kept the file on disk, as it is now, from being taken; empty for nothing. Memory
        only."""
        return self._troubles.get(space, "")

    def space(self, id: str) -> Space:
        """The community as the profile in force has it. Memory only."""
        return self._spaces.get(id)

    def knows(self, section: str) -> bool:
        """Whether a profile may have a section of this name. Memory only."""
        return section in self.reading.model.model_fields

    async def check(self, space: str, source: str | bytes) -> Checked:
        """Read a text as a profile and hold it against the one in force."""
        now = self._in_force.get(space)
        if now is None:
            return await asyncio.to_thread(self.reading.check, source, 0, None)
        return await asyncio.to_thread(self.reading.check, source, now.version.number, now.profile)

    async def put(
        self, space: str, text: str, *, after: int, by: Person, restores: int | None = None
    ) -> int | None:
        """Put a checked text in force at once, if version `after` still is: the new version's number.

        None where somebody was first. Raises `ValueError` for a text that has findings, and `StorageError`.
        """
        assert self._table is not None
        text = unstamped(text)
        async with self._turns[space]:
            profile, findings, parts = await asyncio.to_thread(self.reading.proposed, text)
            if profile is None:
                raise ValueError(f"a profile with {len(findings)} findings cannot be put in force")
            number = await self._table.succeed(
                space, text, "chat", after=after, author=by, name=by.name, restores=restores
            )
            if number is None:
                if await self._reload(space):
                    await self._tell(space)
                return None
            stored = await self._table.get(space, number)
            assert stored is not None
            self._enter(space, _version(stored, text), profile, parts)
            self._settle(space, (), None)
            await self._tell(space)
            return number

    async def version(self, space: str, number: int) -> Version | None:
        """A version with its text."""
        assert self._table is not None
        found = await self._table.get(space, number)
        return _version(found, found.text) if found is not None else None

    async def before(self, space: str) -> Version | None:
        """The version that was in force before the present one, wherever that came from."""
        assert self._table is not None
        now = self.current(space)
        if now is None:
            return None
        found = await self._table.before(space, now.restores or now.number)
        return _version(found, found.text) if found is not None else None

    async def history(self, space: str, most: int) -> Sequence[Version]:
        """The newest versions, the newest first, without their texts."""
        assert self._table is not None
        return [_version(row) for row in await self._table.history(space, most)]

    async def changes(self, space: str, old: int, new: int) -> Sequence[Difference]:
        """What changed from one version to another; nothing where either cannot be read any more."""
        texts = [await self.version(space, number) for number in (old, new)]
        if any(one is None for one in texts):
            return ()
        return await asyncio.to_thread(self.reading.compare, *(one.text for one in texts if one is not None))

    async def keep(self, space: str, held: int) -> None:
        """Decide against a version that is held: what is in force stays."""
        assert self._table is not None
        async with self._turns[space]:
            waiting = self._waiting.get(space)
            if waiting is not None and waiting.number == held:
                await self._table.undo(space, held)
                self._settle(space, (), None)

    async def tries(
        self, space: str, text: str | None, lines: Sequence[str]
    ) -> Sequence[Sequence[Tried]] | None:
        """What the rules of a checked text (None: of the profile in force) would do about each line; None
        where no cog with rules is loaded."""
        able = self._rulebooks()
        if not able:
            return None
        profile = await self._read(space, text)
        found: list[list[Tried]] = [[] for _ in lines]
        for section, rules in able:
            settings = getattr(profile, section, None)
            for tried, more in zip(found, await rules.try_lines(settings, lines), strict=True):
                tried += more
        return found

    async def unfit(self, space: str, text: str | None) -> Sequence[Unfit]:
        """Which rules of a checked text (None: of the profile in force) no platform could keep by itself."""
        profile = await self._read(space, text)
        found: list[Unfit] = []
        for section, rules in self._rulebooks():
            found += await rules.unfit(getattr(profile, section, None))
        return found

    def _rulebooks(self) -> list[tuple[str, Rulebook]]:
        """The cogs with rules, by their sections of a profile."""
        return [(_section(one.cog), one.service) for one in self._cogs() if isinstance(one.service, Rulebook)]

    async def _read(self, space: str, text: str | None) -> SpaceProfile | None:
        if text is None:
            now = self._in_force.get(space)
            return now.profile if now is not None else None
        return (await asyncio.to_thread(self.reading.proposed, unstamped(text)))[0]

    async def made_by(self, person: Person) -> Sequence[tuple[str, Version]]:
        """The versions that an account made, each with its space, without their texts."""
        assert self._table is not None
        return [(row.space, _version(row)) for row in await self._table.of(person)]

    async def forget(self, person: Person) -> None:
        """Forget who made what an account made; the versions stay."""
        assert self._table is not None
        await self._table.forget(person)
        for space, now in list(self._in_force.items()):
            if now.version.by:
                stored = await self._table.get(space, now.version.number)
                by = _version(stored).by if stored is not None else ""
                self._in_force[space] = dataclasses.replace(
                    now, version=dataclasses.replace(now.version, by=by)
                )


def _mark(look: _File | None, findings: Sequence[Finding]) -> str:
    """Stands for a state of a file and what is wrong with it."""
    told = "\n".join([str(look), *map(str, findings)])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


def _version(row: Profile, text: str = "") -> Version:
    state = "undone" if row.undone else "applied" if row.applied else "held"
    by = author_parts(row.author)[2] if row.author is not None else ""
    return Version(row.number, row.created, cast(Any, row.source), cast(Any, state), by, row.restores, text)


def _apart(current: Profile | None, last: Profile | None, began: int | None, text: str) -> bool:
    """Whether a chat changed the profile since the file was read that now says `text`."""
    return (
        current is not None
        and current.source == "chat"
        and began != current.number
        and current.text not in (text, last.text if last is not None else None)
    )


def _undecided(last: Profile | None, current: Profile | None) -> bool:
    """Whether the file's last version waits for a decision that no later edit has made."""
    if last is None or current is None or last.applied or last.undone:
        return False
    return last.number > current.number


def _held(file: Path) -> Finding:
    return Finding(
        str(file), 1, 1, "the profile was changed in chat since this file was read",
        "a moderator's choice between the two; the one from chat stays in force",
    )  # fmt: skip
