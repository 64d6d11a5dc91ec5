"""A community's profile as the cog that edits it sees it: versions, checks, differences, parts."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from bot.config.findings import Finding
from bot.config.parts import Part, added, cut, id_of, parts_of, replaced
from bot.config.phone import Mend
from bot.config.profile import Difference
from bot.config.secret_shapes import looks_secret
from bot.config.zones import zone_of_country

from .people import Person
from .ports import Unfit
from .spaces import Space

LARGEST = 256 * 1024
"""Bytes of the largest profile."""

__all__ = [
    "LARGEST",
    "Checked",
    "Difference",
    "Finding",
    "Mend",
    "Part",
    "Profiles",
    "Rulebook",
    "Tried",
    "Unfit",
    "Version",
    "added",
    "began_from",
    "cut",
    "id_of",
    "parts_of",
    "quoted",
    "replaced",
    "stamped",
    "unstamped",
    "zone_of_country",
]


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """A version of a profile. `number` counts from 1 in its space, `at` is in UTC, `by` the name of whoever
    made it in chat (empty where that is not known), `restores` the version whose text it brought back."""

    number: int
    at: datetime.datetime
    source: Literal["file", "chat", "shipped"]
    state: Literal["applied", "held", "undone"]
    by: str = dataclasses.field(default="", repr=False)
    restores: int | None = None
    text: str = dataclasses.field(default="", repr=False)
    """Empty where only the list of versions was asked for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """A text that was read as a profile and held against the one in force.

    `text` is as it came, but for what phones typed, which is mended; line numbers are those of it. With
    findings it cannot be used, and `changes` is empty. `base` is the number of the version it was compared
    with, 0 for none; `began` the one that its own first line says it began from, if it says so.
    """

    text: str = dataclasses.field(repr=False)
    findings: tuple[Finding, ...]
    mends: tuple[Mend, ...]
    changes: tuple[Difference, ...] = dataclasses.field(repr=False)
    base: int
    began: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Tried:
    """What one rule would do about a line: its id, the actions as a profile names them, and where in the
    line (start and end, in characters), if it is about a place in it."""

    rule: str
    actions: tuple[str, ...]
    where: tuple[int, int] | None = None
    native: bool = False
    """Whether a platform that can do so stops the line by itself before anybody sees it."""


@runtime_checkable
class Rulebook(Protocol):
    """What the service of a cog with rules offers, so that moderators can try them."""

    async def try_lines(self, settings: Any, lines: Sequence[str]) -> Sequence[Sequence[Tried]]:
        """For each line what the rules in `settings` (the cog's part of a profile, or None) would do."""

    async def unfit(self, settings: Any) -> Sequence[Unfit]:
        """Which of the rules in `settings` no platform could keep by itself, and why; none where no platform
        keeps any."""


class Profiles(Protocol):
    """The profiles of all communities. What names a space takes its id."""

    def current(self, space: str) -> Version | None:
        """The version in force. Memory only."""

    def parts(self, space: str) -> Sequence[Part]:
        """The parts of the version in force. Memory only."""

    def waiting(self, space: str) -> Version | None:
        """A file's version that waits for a decision, without its text. Memory only."""

    def findings(self, space: str) -> Sequence[Finding]:
        """What kept the file on disk, or what is stored, from being taken. Memory only."""

    def trouble(self, space: str) -> str:
        """Stands for what kept the file on disk, as it is now, from being taken; empty for nothing. Memory
        only."""

    def space(self, id: str) -> Space:
        """The community as the profile in force has it. Memory only."""

    def knows(self, section: str) -> bool:
        """Whether a profile may have a section of this name. Memory only."""

    async def check(self, space: str, source: str | bytes) -> Checked:
        """Read a text as a profile and hold it against the one in force."""

    async def put(
        self, space: str, text: str, *, after: int, by: Person, restores: int | None = None
    ) -> int | None:
        """Put a checked text in force at once, if version `after` still is: the new version's number.

        None where somebody was first. Raises `ValueError` for a text that has findings.
        """

    async def version(self, space: str, number: int) -> Version | None:
        """A version with its text."""

    async def before(self, space: str) -> Version | None:
        """The version that was in force before the present one, wherever that came from."""

    async def history(self, space: str, most: int) -> Sequence[Version]:
        """The newest versions, the newest first, without their texts."""

    async def changes(self, space: str, old: int, new: int) -> Sequence[Difference]:
        """What changed from one version to another; nothing where either cannot be read any more."""

    async def keep(self, space: str, held: int) -> None:
        """Decide against a version that is held: what is in force stays."""

    async def tries(
        self, space: str, text: str | None, lines: Sequence[str]
    ) -> Sequence[Sequence[Tried]] | None:
        """What the rules of a checked text (None: of the profile in force) would do about each line; None
        where no cog with rules is loaded."""

    async def unfit(self, space: str, text: str | None) -> Sequence[Unfit]:
        """Which rules of a checked text (None: of the profile in force) no platform could keep by itself, and
        why; none where no platform keeps any."""

    async def made_by(self, person: Person) -> Sequence[tuple[str, Version]]:
        """The versions that an account made, each with its space, without their texts."""

    async def forget(self, person: Person) -> None:
        """Forget who made what an account made; the versions stay."""


_QUOTED = 100


def quoted(text: str, line: int) -> str:
    """A line of a text, as a message may quote it: short, and not where it holds a secret or nothing."""
    lines = text.replace("\r\n", "\n").split("\n")
    found = " ".join(lines[line - 1].split()) if 0 < line <= len(lines) else ""
    if looks_secret(found):
        return ""
    return found if len(found) <= _QUOTED else found[: _QUOTED - 1].rstrip() + "…"


_STAMP = re.compile(r"\A# Hearth: version ([0-9]{1,9})\b[^\n]*\n")


def stamped(text: str, number: int) -> str:
    """A version's text for people to take along: its first line says which version it is."""
    return (
        f"# Hearth: version {number}. Keep this line, so that nobody's change is overwritten unseen.\n{text}"
    )


def began_from(text: str) -> int | None:
    """The version that a text began from, where its first line says so."""
    found = _STAMP.match(text.replace("\r\n", "\n"))
    return int(found[1]) if found is not None else None


def unstamped(text: str) -> str:
    """The text as it is stored: plain line ends, and without the line that says what it began from."""
    return _STAMP.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
