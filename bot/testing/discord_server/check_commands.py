"""Documented limits of application commands and autocomplete answers.

Source: https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from . import limits
from .check_components import Path, too_long
from .errors import Json, Violation

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(1, 12)
CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3

_EXTRA_SCRIPTS = ("DEVANAGARI", "THAI")  # #application-command-naming allows these scripts whole


def legal_name(name: str) -> bool:
    """Whether a slash command or option may be called this.

    The documented pattern is ^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$, in lower case wherever a
    lower case exists. Python's re has no \\p, hence the categories by hand.
    """
    if not 1 <= len(name) <= limits.COMMAND_NAME:
        return False
    for letter in name:
        if letter in "-_'" or unicodedata.category(letter)[0] in "LN":
            continue
        if not unicodedata.name(letter, "").startswith(_EXTRA_SCRIPTS):
            return False
    return all(letter == letter.lower() or len(letter.lower()) > 1 for letter in name)


def check_commands(commands: list[Json]) -> Iterator[Violation]:
    """Check a whole bulk overwrite: every command, and how many there are."""
    counts = Counter(command.get("type") or CHAT for command in commands)
    for kind, count in counts.items():
        most = limits.COMMANDS if kind == CHAT else limits.MENU_COMMANDS
        if count > most:
            yield Violation(
                (), "APPLICATION_COMMAND_TOO_MANY", f"{count} commands of type {kind}; at most {most}."
            )
    names = Counter((command.get("type") or CHAT, command.get("name")) for command in commands)
    if any(count > 1 for count in names.values()):
        yield Violation((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Two commands have one name.")
    for index, command in enumerate(commands):
        yield from check_command(command, (str(index),))


def check_command(command: Json, path: Path = ()) -> Iterator[Violation]:
    """Check one command."""
    chat = (command.get("type") or CHAT) == CHAT
    yield from _names(path, command, free=not chat)
    if chat:
        yield from too_long(
            (*path, "description"), command.get("description", ""), limits.COMMAND_DESCRIPTION, 1
        )
    elif command.get("description") or command.get("options"):
        yield Violation(
            path, "APPLICATION_COMMAND_MENU_FIELDS", "Menu commands have no description or options."
        )
    yield from _options(path, command.get("options") or [], depth=0)
    size = characters(command)
    if size > limits.COMMAND_CHARACTERS:
        yield Violation(
            path, "APPLICATION_COMMAND_TOO_LARGE", f"{size} characters; at most {limits.COMMAND_CHARACTERS}."
        )


def characters(command: Json) -> int:
    """The size of a command and all in it: names, descriptions, values; of translations the longest."""

    def longest(holder: Json, key: str) -> int:
        texts = [holder.get(key) or "", *(holder.get(f"{key}_localizations") or {}).values()]
        return max(len(text) for text in texts)

    total = longest(command, "name") + longest(command, "description")
    for choice in command.get("choices") or ():
        total += longest(choice, "name")
        total += len(choice["value"]) if isinstance(choice.get("value"), str) else 0
    return total + sum(characters(option) for option in command.get("options") or ())


def check_choices(choices: list[Json], path: Path) -> Iterator[Violation]:
    """Check fixed choices of an option, or those an autocomplete answer offers."""
    if len(choices) > limits.CHOICES:
        yield Violation(path, "BASE_TYPE_MAX_LENGTH", f"{len(choices)} choices; at most {limits.CHOICES}.")
    for index, choice in enumerate(choices):
        here = (*path, str(index))
        yield from too_long((*here, "name"), choice.get("name", ""), limits.CHOICE_TEXT, 1)
        yield from _locales(here, choice, "name", limits.CHOICE_TEXT)
        if isinstance(choice.get("value"), str):
            yield from too_long((*here, "value"), choice["value"], limits.CHOICE_TEXT)
        elif not isinstance(choice.get("value"), int | float):
            yield Violation((*here, "value"), "BASE_TYPE_REQUIRED", "A choice needs a value.")


def _names(path: Path, thing: Json, *, free: bool) -> Iterator[Violation]:
    """Name and translated names; `free` for menu commands, which may have capitals and spaces."""
    names: dict[Path, Any] = {("name",): thing.get("name", "")}
    for locale, name in (thing.get("name_localizations") or {}).items():
        names["name_localizations", locale] = name
    for where, name in names.items():
        yield from too_long((*path, *where), name, limits.COMMAND_NAME, 1)
        if not free and isinstance(name, str) and not legal_name(name):
            yield Violation((*path, *where), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    yield from _known_locales(path, thing, "name")
    yield from _locales(path, thing, "description", limits.COMMAND_DESCRIPTION)


def _locales(path: Path, thing: Json, key: str, most: int) -> Iterator[Violation]:
    for locale, text in (thing.get(f"{key}_localizations") or {}).items():
        yield from too_long((*path, f"{key}_localizations", locale), text, most, 1)
    yield from _known_locales(path, thing, key)


def _known_locales(path: Path, thing: Json, key: str) -> Iterator[Violation]:
    for locale in thing.get(f"{key}_localizations") or {}:
        if locale not in limits.LOCALES:
            yield Violation(
                (*path, f"{key}_localizations", locale), "BASE_TYPE_CHOICES", "Is not a locale of Discord's."
            )


def _options(path: Path, options: list[Json], depth: int) -> Iterator[Violation]:
    if len(options) > limits.COMMAND_OPTIONS:
        yield Violation((*path, "options"), "BASE_TYPE_MAX_LENGTH", f"{len(options)} options; at most 25.")
    seen: set[Any] = set()
    optional = False
    kinds = {option.get("type") for option in options}
    if kinds & {SUBCOMMAND, GROUP} and kinds - {SUBCOMMAND, GROUP}:
        yield Violation(
            (*path, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Subcommands and values do not mix.",
        )
    for index, option in enumerate(options):
        here, kind = (*path, "options", str(index)), option.get("type")
        yield from _names(here, option, free=False)
        yield from too_long(
            (*here, "description"), option.get("description", ""), limits.COMMAND_DESCRIPTION, 1
        )
        if option.get("name") in seen:
            yield Violation((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Used twice.")
        seen.add(option.get("name"))
        if kind in (SUBCOMMAND, GROUP):
            if depth >= limits.COMMAND_DEPTH or (kind == GROUP and depth):
                yield Violation(here, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep.")
            yield from _options(here, option.get("options") or [], depth + 1)
            continue
        if option.get("required"):
            if optional:
                yield Violation(
                    here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first."
                )
        else:
            optional = True
        choices = option.get("choices") or []
        yield from check_choices(choices, (*here, "choices"))
        if option.get("autocomplete") and choices:
            yield Violation(
                here, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "Autocomplete excludes choices."
            )
        if option.get("autocomplete") and kind not in (STRING, INTEGER, NUMBER):
            yield Violation(here, "APPLICATION_COMMAND_AUTOCOMPLETE_TYPE", "This type has no autocomplete.")
        for key in ("min_length", "max_length"):
            if not 0 <= (option.get(key) or 0) <= limits.STRING_OPTION:
                yield Violation((*here, key), "NUMBER_TYPE_RANGE", f"Must be 0 to {limits.STRING_OPTION}.")
