"""Every cog that is loaded, every command by its names, and their words in every language."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from .commands import Cog, Command, Described, DescribedParam, Param
from .errors import Declaration
from .parsing import Names, plain_name
from .people import Level, Person
from .spaces import Group
from .texts import Texts
from .words import Kind


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """A cog at work. `defaults` are its settings where a profile says nothing; None if it has none."""

    cog: Cog[Any]
    service: Any
    defaults: Any

    def part_of(self, group: Group | None) -> Any:
        """The cog's settings in a group: its defaults where the profile says nothing of it; None without
        a group, or where something must be said."""
        if group is None or self.cog.group_settings is None:
            return None
        if (said := group.settings.get(self.cog.name)) is not None:
            return said
        fields = self.cog.group_settings.model_fields.values()
        return None if any(field.is_required() for field in fields) else self.cog.group_settings()


_FEW = 6
"""Choices that fit beside an option's help on a phone."""


class Catalogue:
    """The commands there are. Raises `Declaration` where two cogs claim one name or a group is mixed."""

    def __init__(self, cogs: Iterable[Loaded], texts: Texts) -> None:
        self.cogs: dict[str, Loaded] = {}
        self.commands: dict[str, Command] = {}
        self.names = Names()
        self._texts = texts
        self._described: tuple[Described, ...] | None = None
        self._urgent: frozenset[str] = frozenset()
        for loaded in cogs:
            self.add(loaded)

    async def stays(self, person: Person, language: str) -> list[tuple[str, datetime.date]]:
        """What erasing leaves of a person, and until which day (UTC): of each cog whose service says so with
        `stays(person)`, as keys of its texts."""
        return [
            (self._texts.say(name, key, language), until)
            for name, loaded in self.cogs.items()
            if hasattr(loaded.service, "stays")
            for key, until in await loaded.service.stays(person)
        ]

    def add(self, loaded: Loaded) -> None:
        """Take a cog in, wholly or (raising `Declaration`) not at all."""
        cog = loaded.cog
        for path, command in cog.commands.items():
            if path in self.commands:
                raise Declaration(f"two cogs have a command {path!r}: {self.commands[path].cog}, {cog.name}")
            first = path.split(" ")[0]
            for other_path, other in (self.commands | cog.commands).items():
                if other is command or other_path.split(" ")[0] != first:
                    continue
                if (other.group is None) != (command.group is None):
                    raise Declaration(f"{first!r} is both a command and a group of commands")
                if command.group and other.level != command.level:
                    raise Declaration(f"the commands of {first!r} are for different levels")
        self.cogs[cog.name] = loaded
        self.commands |= cog.commands
        for command in cog.commands.values():
            if command.listed:
                self.names.add(command, self._translated(command).values())
        urgent = {command.path for command in self.commands.values() if command.always and command.listed}
        for path in tuple(urgent):
            urgent |= {name.casefold() for name in self._translated(self.commands[path]).values()}
        self._urgent = frozenset(urgent)
        self._described = None

    def leave_out(self, cog: str) -> None:
        """Forget whatever was taken in of a cog that turned out to be broken."""
        self.cogs.pop(cog, None)
        kept = [loaded for loaded in self.cogs.values() if loaded.cog.name != cog]
        self.cogs, self.commands, self.names = {}, {}, Names()
        self._urgent, self._described = frozenset(), None
        for loaded in kept:
            self.add(loaded)

    def urgent(self, line: str) -> bool:
        """Whether the line names a command that always answers."""
        words = line.strip().lstrip("/!").split(None, 1)
        return bool(words) and plain_name(words[0]) in self._urgent

    def _translated(self, command: Command) -> Mapping[str, str]:
        own = self._texts.in_every_language(command.cog, f"{key_of(command)}.name")
        if not command.group:
            return own
        groups = self._texts.in_every_language(command.cog, f"group-{command.group}.name")
        tongues = set(own) | set(groups)
        return {
            tongue: f"{groups.get(tongue, command.group)} {own.get(tongue, command.name)}"
            for tongue in tongues
        }

    def help_of(self, command: Command, language: str) -> str:
        """What a command is for, in one line."""
        if language.split("-")[0] == "en":
            return command.help
        return self._texts.find(command.cog, [key_of(command)], language, command.help)

    def called(self, command: Command, language: str) -> str:
        """What a command is called in this language."""
        return self._translated(command).get(language.split("-")[0], command.path)

    def param_label(self, command: Command, param: Param, language: str) -> str:
        """What an option is called in this language."""
        key = f"{key_of(command)}-{param.name.replace('_', '-')}"
        return self._texts.find(command.cog, [f"{key}.name"], language, param.name.replace("_", "-"))

    def param_names(self, command: Command) -> Mapping[str, str]:
        """Other names of a command's options -> their own."""
        names = {}
        for param in command.params:
            key = f"{key_of(command)}-{param.name.replace('_', '-')}.name"
            for name in self._texts.in_every_language(command.cog, key).values():
                names[name.casefold()] = param.name
        return names

    def described(self) -> tuple[Described, ...]:
        """Every listed command with its words in every language."""
        if self._described is None:
            self._described = tuple(self._describe(one) for one in self.commands.values() if one.listed)
        return self._described

    def listing(self, level: Level, language: str) -> list[tuple[str, str]]:
        """(typed name, help) of the commands that this level reaches: what always answers first, then in
        the order of loading."""
        return [
            (self.called(one, language), self.help_of(one, language))
            for one in sorted(self.commands.values(), key=lambda one: not one.always)
            if one.listed and one.level <= level
        ]

    def options(self, name: str, language: str) -> list[tuple[str, str]]:
        """(typed name, help) of the options of the command that is called `name` in this language, with what
        there is to choose from where that is little."""
        found = [one for one in self.commands.values() if one.listed and self.called(one, language) == name]
        return [
            (self.param_label(one, param, language), self._param_help(one, param, language))
            for one in found
            for param in one.params
            if param.kind is not Kind.MESSAGE
        ]

    def _param_help(self, command: Command, param: Param, language: str) -> str:
        key = f"{key_of(command)}-{param.name.replace('_', '-')}"
        told = self._texts.find(command.cog, [key], language, "")
        if param.choice is None or param.kind is not Kind.CHOICE:
            return told
        labels = [
            self._texts.find(
                command.cog, [f"choice-{type(one).__name__.lower()}-{one.value}"], language, one.value
            )
            for one in param.choice
        ]
        return f"{told}: {', '.join(labels)}" if len(labels) <= _FEW else told

    def _describe(self, command: Command) -> Described:
        texts, cog = self._texts, command.cog
        menu = texts.in_every_language(cog, f"{key_of(command)}.menu") if command.about is not None else {}
        if command.about is not None and "en" not in menu:
            raise Declaration(f"{cog}: {command.path!r} has no text {key_of(command)}.menu for message menus")
        params = []
        for param in command.params:
            if param.kind is Kind.MESSAGE:
                continue  # nobody fills it in: it is the message that the command is about
            key = f"{key_of(command)}-{param.name.replace('_', '-')}"
            helps = texts.in_every_language(cog, key)
            if "en" not in helps:
                raise Declaration(f"{cog}: option {param.name!r} of {command.path!r} has no text {key!r}")
            choices: tuple[tuple[str, Mapping[str, str]], ...] = ()
            if param.choice is not None and param.kind is Kind.CHOICE:
                choices = tuple(
                    (
                        str(one.value),
                        texts.in_every_language(cog, f"choice-{type(one).__name__.lower()}-{one.value}"),
                    )
                    for one in param.choice
                )
            params.append(
                DescribedParam(
                    name=param.name.replace("_", "-"),
                    kind=param.kind,
                    required=param.required,
                    names=texts.in_every_language(cog, f"{key}.name"),
                    helps=helps,
                    choices=choices,
                    suggests=param.suggest is not None,
                    personal=param.personal,
                    upto=param.upto,
                )
            )
        return Described(
            path=command.path,
            group=command.group,
            name=command.name,
            names=texts.in_every_language(cog, f"{key_of(command)}.name"),
            helps={"en": command.help} | dict(texts.in_every_language(cog, key_of(command))),
            params=tuple(params),
            level=command.level,
            private=command.private,
            always=command.always,
            form=command.form is not None,
            menu=menu,
            group_names=texts.in_every_language(cog, f"group-{command.group}.name") if command.group else {},
            group_helps=texts.in_every_language(cog, f"group-{command.group}") if command.group else {},
        )


def key_of(command: Command) -> str:
    """The key of a command's texts."""
    return "command-" + command.path.replace(" ", "-")
