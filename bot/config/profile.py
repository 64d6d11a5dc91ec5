"""The space profile: one YAML document a community, made of base settings and the sections of the cogs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, create_model

from bot.config.check import check, wrong
from bot.config.documents import MAX_BYTES, Document, load
from bot.config.fields import (
    KNOWN,
    ROOMS,
    CountryCode,
    Language,
    Line,
    RoomName,
    Settings,
    ShortName,
    Words,
    Zone,
)
from bot.config.findings import Finding, Path, in_order
from bot.config.phrases import phrase
from bot.config.secrets import typed_secrets


def _role(name: str) -> str:
    if name.casefold().startswith("power "):
        level = name[6:].strip()
        if not level.isdecimal() or len(level) > 3 or int(level) > 100:
            raise wrong(phrase("no-power-level"), phrase("want-power-level"))
        return f"power {int(level)}"
    return name


RoleName = Annotated[Line, AfterValidator(_role)]
"""A Discord role by name or id, a Matrix account or level (`power 50`), or a name in the terminal."""


class Roles(Settings):
    """Who helps here. What people may do on their platform counts as well."""

    facilitator: tuple[RoleName, ...] = Field(
        (),
        max_length=100,
        description="Who facilitates groups: Discord roles by name or id, Matrix accounts in quotes, "
        '"power 50", or names in the terminal.',
    )
    moderator: tuple[RoleName, ...] = Field(
        (), max_length=100, description="Who moderates the space, written as facilitators are."
    )


class GroupProfile(Settings):
    """A group of people who meet in a room; cogs add sections of their own."""

    name: Line = Field(description="What the group is called.")
    room: RoomName = Field(description='The room where it meets, by name or id, such as "#evening".')
    zone: Zone | None = Field(None, description="The group's time zone. By default the space's.")
    language: Language | None = Field(None, description="The group's language. By default the space's.")


class SpaceProfile(Settings):
    """The profile of a community; cogs add sections of their own."""

    name: Line = Field(description="What the community is called.")
    zone: Zone = Field(
        description="The time zone of everything scheduled, by its IANA name, such as Europe/London."
    )
    language: Language = Field(
        "en", description="The language spoken here, by its short code, such as en or pt-BR."
    )
    country: CountryCode | None = Field(
        None, description="The country whose crisis lines come first, by its two letters, such as GB."
    )
    moderators_room: RoomName | None = Field(
        None, description="The room where moderators are told what needs them."
    )
    roles: Roles = Field(Roles(), description="Who facilitates and who moderates.")
    operator_contact: Words | None = Field(
        None, description="How members reach whoever runs this bot; shown by /privacy and /help."
    )
    groups: Mapping[ShortName, GroupProfile] = Field(
        {},
        max_length=500,
        description="The groups, each under a short name in small letters that never changes.",
    )

    def zone_of(self, group: str) -> str:
        """The IANA zone of a group. Raises KeyError for a group that is not there."""
        return self.groups[group].zone or self.zone

    def language_of(self, group: str) -> str:
        """The language of a group. Raises KeyError for a group that is not there."""
        return self.groups[group].language or self.language

    def sections(self) -> dict[str, BaseModel]:
        """The sections that cogs have for the whole space, by name; those left out are not listed."""
        return _sections(self, SpaceProfile)

    def group_sections(self, group: str) -> dict[str, BaseModel]:
        """The sections that cogs have in a group, by name. Raises KeyError for a group that is not there."""
        return _sections(self.groups[group], GroupProfile)


P = TypeVar("P", bound=SpaceProfile)


def _sections(model: BaseModel, base: type[BaseModel]) -> dict[str, BaseModel]:
    found = (
        (name, getattr(model, name)) for name in type(model).model_fields if name not in base.model_fields
    )
    return {name: section for name, section in found if section is not None}


def build_profile_model(
    space_sections: Mapping[str, type[BaseModel]], group_sections: Mapping[str, type[BaseModel]]
) -> type[SpaceProfile]:
    """The model of a profile with the sections of the given cogs, each under its name.

    Every section may be left out; its attribute is then None. Raises ValueError for a name that a base
    setting has already, or that cannot be a name.
    """
    group = _with_sections("Group", GroupProfile, group_sections)
    groups = SpaceProfile.model_fields["groups"]
    space = _with_sections("Space", SpaceProfile, space_sections, groups=(Mapping[ShortName, group], groups))  # type: ignore[valid-type]  # made here
    return space


B = TypeVar("B", bound=BaseModel)


def _with_sections(name: str, base: type[B], sections: Mapping[str, type[BaseModel]], **more: Any) -> type[B]:
    for section in sections:
        if not section.isidentifier() or hasattr(base, section) or section in base.model_fields:
            raise ValueError(f"a section cannot be called {section}")
    fields: dict[str, Any] = {
        section: (model | None, Field(None, description=_described(model)))
        for section, model in sections.items()
    }
    return create_model(name, __base__=base, __module__=__name__, __doc__=base.__doc__, **fields, **more)


def _described(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or model.__name__).split())


def parse_profile(
    text: str | bytes,
    file: str,
    model: type[P],
    rooms: Collection[str] | None = None,
    known: Mapping[str, Collection[str]] | None = None,
) -> tuple[P | None, list[Finding]]:
    """Read a profile; returns it, or None with every finding in the order of the file.

    `file` is the name that findings give. With `rooms`, the names of the rooms of the space, a room that is
    not among them is a finding; without, rooms are taken as they are. So with `known`, the names of what
    ships with Hearth by what they name; see `bot.config.fields.known`.
    """
    profile, findings, _ = read_profile(text, file, model, rooms, known)
    return profile, findings


def read_profile(
    text: str | bytes,
    file: str,
    model: type[P],
    rooms: Collection[str] | None = None,
    known: Mapping[str, Collection[str]] | None = None,
) -> tuple[P | None, list[Finding], Document | None]:
    """As `parse_profile`, with the document as well where its shape can be read."""
    document, findings = load(text, file)
    if len(text) <= MAX_BYTES:
        plain = text if isinstance(text, str) else text.decode("utf-8", "replace")
        findings = findings + typed_secrets(plain.replace("\r\n", "\n").removeprefix("\ufeff"), file)
    profile = None
    if document is not None:
        profile, wrongs = check(document, model, {ROOMS: rooms, KNOWN: known or {}})
        findings = findings + wrongs
    return (None if findings else profile), in_order(findings), document


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that differs between two profiles, its values as JSON would hold them.

    `path` goes from the top of the profile down; entries of a list are named by their `id` where all have
    one, by themselves where they are words, else by their position. A whole section or entry that came or
    went is one difference.
    """

    path: Path
    kind: Literal["added", "removed", "changed", "moved"]
    old: Any = None
    new: Any = None


def differences(old: SpaceProfile | None, new: SpaceProfile) -> list[Difference]:
    """What changes from one profile to another, in the order of the new one, removals at their level's end.

    Settings left out count with their defaults, so that writing a default out changes nothing; of what comes
    as a whole only what was written is told. Without an old one everything that was written comes.
    """
    written = new.model_dump(mode="json", exclude_unset=True)
    if old is None:
        return list(_compared({}, written, ()))
    was_written = old.model_dump(mode="json", exclude_unset=True)
    return [
        replace(
            each,
            old=_written(was_written, each.path, each.old) if isinstance(each.old, dict) else each.old,
            new=_written(written, each.path, each.new) if isinstance(each.new, dict) else each.new,
        )
        for each in _compared(old.model_dump(mode="json"), new.model_dump(mode="json"), ())
    ]


def _written(written: Any, path: Path, whole: Any) -> Any:
    """What was written at a path, whose steps through lists may be ids; `whole` where nothing was."""
    for part in path:
        if isinstance(written, list) and isinstance(part, str):
            written = _ids(written) or {}
        try:
            written = written[part]
        except (KeyError, IndexError):
            return whole
    return written


def _compared(old: Any, new: Any, path: Path) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _by_name(old, new, path)
    elif isinstance(old, list) and isinstance(new, list) and (old or new):
        old_ids, new_ids = _ids(old), _ids(new)
        if old_ids is None or new_ids is None:
            names: list[str | int] = [*range(max(len(old), len(new)))]
            yield from _by_name(
                dict(zip(names, old, strict=False)), dict(zip(names, new, strict=False)), path
            )
            return
        yield from _by_name(old_ids, new_ids, path)
        kept = [each for each in old_ids if each in new_ids]
        if kept != [each for each in new_ids if each in old_ids]:
            yield Difference(path, "moved", list(old_ids), list(new_ids))
    elif old is None:
        yield Difference(path, "added", None, new)
    elif new is None:
        yield Difference(path, "removed", old, None)
    else:
        yield Difference(path, "changed", old, new)


def _by_name(old: Mapping[Any, Any], new: Mapping[Any, Any], path: Path) -> Iterator[Difference]:
    for name, value in new.items():
        if name in old:
            yield from _compared(old[name], value, (*path, name))
        else:
            yield Difference((*path, name), "added", None, value)
    for name, value in old.items():
        if name not in new:
            yield Difference((*path, name), "removed", value, None)


def _ids(entries: list[Any]) -> dict[str, Any] | None:
    """Entries by their ids, words by themselves; None unless every entry has a name of its own."""
    if all(isinstance(each, str) for each in entries):
        words = {each: each for each in entries}
        return words if len(words) == len(entries) else None
    named = {
        each["id"]: each for each in entries if isinstance(each, dict) and isinstance(each.get("id"), str)
    }
    return named if len(named) == len(entries) else None
