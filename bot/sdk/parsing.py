"""Typed lines: which command is meant, and its options, in whatever language and order."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .commands import Command, Param
from .errors import Refused
from .words import Kind, Plain

_YES = frozenset({"yes", "y", "true", "1", "ja", "j", "oui", "sí", "si"})
_NO = frozenset({"no", "n", "false", "0", "nein", "non"})


class Names:
    """Every name a command goes by: its path, and its names in other languages."""

    def __init__(self) -> None:
        self._paths: dict[str, Command] = {}
        self._groups: dict[str, list[Command]] = {}

    def add(self, command: Command, names: Iterable[str]) -> None:
        """Let `names` (whole paths) lead to `command`; the first to claim a name keeps it."""
        for name in (command.path, *names):
            self._paths.setdefault(name.casefold(), command)
            first, _, rest = name.casefold().partition(" ")
            if rest:
                self._groups.setdefault(first, []).append(command)

    def find(self, line: str) -> tuple[Command, str] | list[Command]:
        """The command a line names and the rest of the line, or the commands of the group it names.

        Raises `Refused("unknown-command")`, with the nearest name where there is one.
        """
        words = line.strip().split(None, 2)
        if not words:
            raise Refused("unknown-command-empty")
        for many in (2, 1):
            if len(words) >= many:
                command = self._paths.get(" ".join(words[:many]).casefold())
                if command is not None:
                    rest = line.strip().split(None, many)
                    return command, rest[many] if len(rest) > many else ""
        if group := self._groups.get(words[0].casefold()):
            return list(dict.fromkeys(group))
        near = difflib.get_close_matches(words[0].casefold(), [*self._paths, *self._groups], 1, 0.6)
        if near:
            raise Refused("unknown-command-near", nearest=Plain(near[0]))
        raise Refused("unknown-command")


def options_of(params: Sequence[Param], rest: str, names: Mapping[str, str]) -> dict[str, object]:
    """The options in the rest of a typed line, still as text: `name:value`, `name=value` or in
    order; the last text option takes whatever remains. `names` maps other names to parameters'.

    Raises `Refused` for a word too many.
    """
    taken: dict[str, object] = {}
    by_name = {param.name.replace("_", "-"): param for param in params} | {
        param.name: param for param in params
    }
    by_name |= {other: by_name[own] for other, own in names.items() if own in by_name}
    free = []
    for word in _words(rest):
        for mark in (":", "="):
            name, found, value = word.partition(mark)
            if found and name.casefold() in by_name:
                taken[by_name[name.casefold()].name] = value
                break
        else:
            free.append(word)
    open_params = [param for param in params if param.name not in taken and param.kind is not Kind.FILE]
    while free and open_params:
        param = open_params.pop(0)
        if not open_params and param.kind in (Kind.TEXT, Kind.LONG_TEXT):
            taken[param.name] = " ".join(free)
            free = []
        else:
            taken[param.name] = free.pop(0)
    if free:
        raise Refused("too-many-words", word=Plain(free[0][:40]))
    return taken


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line.replace("'", r"\'"), posix=True)
    except ValueError:
        return line.split()


def value_of(param: Param, given: object, choices: Sequence[tuple[str, str]]) -> Any:
    """One option or answer as the handler wants it. Raises `Refused` naming the field."""
    if not isinstance(given, str):
        return given
    words = given.strip()
    match param.kind:
        case Kind.NUMBER:
            try:
                return int(words[:20])
            except ValueError:
                raise Refused("answer-number", field=param.name) from None
        case Kind.YES_NO:
            if words.casefold() in _YES | {label.casefold() for value, label in choices if value == "yes"}:
                return True
            if words.casefold() in _NO | {label.casefold() for value, label in choices if value == "no"}:
                return False
            raise Refused("answer-yes-no", field=param.name)
        case Kind.CHOICE:
            assert param.choice is not None
            # What a button, a native form or an answered question carries is the value itself, which may
            # look like another choice's number or label.
            if any(words == value for value, _ in choices):
                return param.choice(words)
            return param.choice(chosen(words, choices, param.name))
        case Kind.FILE:
            raise Refused("answer-file", field=param.name)
        case _:
            if len(given) > param.upto:
                raise Refused("answer-too-long", field=param.name, most=param.upto)
            return given


def chosen(words: str, choices: Sequence[tuple[str, str]], field: str) -> str:
    """The value that somebody's words mean: its number, its label, else the value itself or the beginning
    of just one label. Labels come first, since they are what people see.

    Raises `Refused("answer-choice")`.
    """
    wanted = words.strip().casefold()
    if wanted.isdecimal() and 1 <= int(wanted[:3]) <= len(choices):
        return choices[int(wanted) - 1][0]
    for value, label in choices:
        if wanted == label.casefold():
            return value
    for value, _ in choices:
        if wanted == value:
            return value
    starts = [value for value, label in choices if wanted and label.casefold().startswith(wanted)]
    if len(starts) == 1:
        return starts[0]
    raise Refused("answer-choice", field=field)
