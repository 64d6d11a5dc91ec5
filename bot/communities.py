"""The communities: profiles from files and chat, versions in the database, the one in force in memory."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.config.files import read_source
from bot.config.findings import Finding
from bot.config.operator import OperatorConfig
from bot.config.profile import SpaceProfile, build_profile_model, parse_profile
from bot.sdk.commands import Cog
from bot.sdk.people import Level
from bot.sdk.spaces import Group, Space, Spaces
from bot.storage.core.profiles import Profiles
from bot.storage.core.tables import Profile

log = logging.getLogger("hearth.communities")


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


class Communities:
    """Puts profiles in force: at start, and whenever a new version comes."""

    def __init__(self, spaces: Spaces, model: type[SpaceProfile], profiles: Profiles | None) -> None:
        self._spaces = spaces
        self._model = model
        self._profiles = profiles
        self.held: dict[str, list[Finding]] = {}
        """What kept a file from being taken, by space; the version before it stays in force."""

    async def open(self, config: OperatorConfig, *, terminal: bool) -> None:
        """Bind every space to where it meets and put its profile in force."""
        for name, space in config.spaces.items():
            if space.discord is not None:
                self._spaces.bind("discord", [space.discord], name)
            self._spaces.bind("matrix", space.matrix, name)
            if space.terminal or terminal:
                self._spaces.bind("terminal", ["*"], name)
            await self._take(name, space.profile)

    async def _take(self, name: str, file: Path) -> None:
        """The file makes a version only when it differs from its own last import. If a chat changed
        the profile meanwhile, the file is held and the version in force stays."""
        source, findings = read_source(file)
        text = source.decode("utf-8", "replace")
        content = hashlib.sha256(source).hexdigest()
        if self._profiles is None:
            profile, findings = parse_profile(source, str(file), self._model)
            if profile is not None:
                self._spaces.apply(space_from(name, profile))
            return
        last = await self._profiles.last_file(name)
        current = await self._profiles.current(name)
        if not findings and (last is None or last.content_hash != content):
            profile, findings = parse_profile(source, str(file), self._model)
            chat_since = current is not None and current.source == "chat"
            if profile is not None:
                await self._profiles.add(name, text, "file", content_hash=content, applied=not chat_since)
                findings = [_held(file)] if chat_since else []
        elif not findings and _undecided(last, current):
            findings = [_held(file)]  # said again at every start, until somebody decides
        if findings:
            self.held[name] = findings
            for finding in findings:
                log.error("profile held: %s", finding)
        current = await self._profiles.current(name)
        if current is None:
            self._spaces.apply(Space(name, name))
            return
        profile, findings = parse_profile(current.text, f"version {current.number} of {name}", self._model)
        if profile is not None:
            self._spaces.apply(space_from(name, profile))
        else:
            self._spaces.apply(Space(name, name))
            self.held[name] = findings
            for finding in findings:
                log.error("stored profile does not apply: %s", finding)


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
