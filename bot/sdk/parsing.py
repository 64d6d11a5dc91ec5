"""Typed lines: which command is meant, and its options, in whatever language and order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .commands import Command, Param
from .errors import Refused
from .people import Person
from .words import Kind, Message, Plain, Upload

_LIKE = 0.6
"""How alike a name must be to be offered (difflib's ratio)."""
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

    def find(
        self, line: str, called: Callable[[Command], str] = lambda command: command.path
    ) -> tuple[Command, str] | list[Command]:
        """The command a line names and the rest of the line, or the commands of the group it names.

        Raises `Refused("unknown-command")`; where a name is near, with what it is `called` to this person.
        """
        words = line.strip().split(None, 2)
        if not words:
            raise Refused("unknown-command-empty")
        for many in (2, 1):
            if len(words) >= many:
                command = self._paths.get(plain_name(" ".join(words[:many])))
                if command is not None:
                    rest = line.strip().split(None, many)
                    return command, rest[many] if len(rest) > many else ""
        if group := self._groups.get(plain_name(words[0])):
            return list(dict.fromkeys(group))
        import difflib  # only for whoever mistyped

        listed = [name for name, command in self._paths.items() if command.listed]
        near = difflib.get_close_matches(plain_name(words[0]), [*listed, *self._groups], 1, _LIKE)
        if not near:
            raise Refused("unknown-command")
        if near[0] in self._groups:
            nearest = called(self._groups[near[0]][0]).partition(" ")[0]
        else:
            nearest = called(self._paths[near[0]])
        raise Refused("unknown-command-near", nearest=Plain(nearest))


def plain_name(words: str) -> str:
    """A name as it is looked up: `Crisis!` means `crisis`."""
    return words.casefold().rstrip(".,;:!?\u2026")


def options_of(
    params: Sequence[Param],
    rest: str,
    names: Mapping[str, str],
    fits: Callable[[Param, str], bool] = lambda _, __: True,
) -> dict[str, object]:
    """The options in the rest of a typed line, still as text: `name:value`, `name=value` or in order.

    Words that belong together stand in quotes, straight or curly. A word that does not fit the option whose
    turn it is (`fits`) belongs to the text before it, as in `crisis New Zealand`; a last text option takes
    whatever remains, as it was typed. `names` maps other names to parameters'.

    Raises `Refused` for a word too many.
    """
    taken: dict[str, object] = {}
    by_name = {param.name.replace("_", "-"): param for param in params} | {
        param.name: param for param in params
    }
    by_name |= {other: by_name[own] for other, own in names.items() if own in by_name}
    free: list[re.Match[str]] = []
    waiting: Param | None = None
    for word in _WORD.finditer(rest):
        name = (word["name"] or "").casefold()
        if name in by_name:
            taken[by_name[name].name] = _unquoted(word["value"])
            # A phone's keyboard likes to put a space behind the colon: the value then is the next word.
            waiting = None if word["value"] else by_name[name]
        elif waiting is not None:
            taken[waiting.name] = _unquoted(word[0])
            waiting = None
        else:
            free.append(word)
    open_params = [param for param in params if param.name not in taken and param.kind is not Kind.FILE]
    last: Param | None = None
    while free and open_params:
        param = open_params[0]
        if len(open_params) == 1 and param.kind in (Kind.TEXT, Kind.LONG_TEXT):
            taken[param.name] = _as_typed(rest, free)
            return taken
        word = free.pop(0)
        if last is not None and not fits(param, _unquoted(word[0])):
            taken[last.name] = f"{taken[last.name]} {_unquoted(word[0])}"
            continue
        taken[param.name] = _unquoted(word[0])
        open_params.pop(0)
        last = param if param.kind in (Kind.TEXT, Kind.LONG_TEXT) else None
    if free:
        raise Refused("too-many-words", word=Plain(_unquoted(free[0][0])[:40]))
    return taken


_QUOTED = '"[^"]*"|\u201c[^\u201d]*\u201d|\u201e[^\u201c\u201d]*[\u201c\u201d]|\u00ab[^\u00bb]*\u00bb'
_WORD = re.compile(rf"(?P<name>[^\W\d][\w-]*)[:=](?P<value>{_QUOTED}|\S*)|(?:{_QUOTED})(?=\s|\Z)|\S+")
_ONE_QUOTED = re.compile(rf"(?:{_QUOTED})\Z")


def _unquoted(word: str) -> str:
    return word[1:-1] if _ONE_QUOTED.match(word) else word


def _as_typed(rest: str, words: Sequence[re.Match[str]]) -> str:
    """These words, with what stands between them where nothing else was said there."""
    if len(words) == 1:
        return _unquoted(words[0][0])
    between = rest[words[0].start() : words[-1].end()]
    together = sum(1 for _ in _WORD.finditer(between)) == len(words)
    return between if together else " ".join(_unquoted(word[0]) for word in words)


_NUMBER = re.compile(r"[+-]?\d{1,15}\Z")


def value_of(param: Param, given: object, choices: Sequence[tuple[str, str]]) -> Any:
    """One option or answer as the handler wants it. Raises `Refused` naming the field."""
    if not isinstance(given, str):
        return _native(param, given)
    words = given.strip()
    match param.kind:
        case Kind.NUMBER:
            if not _NUMBER.match(words):
                raise Refused("answer-number", field=param.name)
            return int(words)
        case Kind.YES_NO:
            return yes_or_no(words, choices, param.name) == "yes"
        case Kind.CHOICE:
            assert param.choice is not None
            # What a button, a native form or an answered question carries is the value itself, which may
            # look like another choice's number or label.
            if any(words == value for value, _ in choices):
                return param.choice(words)
            return param.choice(chosen(words, choices, param.name))
        case Kind.FILE:
            raise Refused("answer-file", field=param.name)
        case Kind.MESSAGE:
            return Message.read(given)  # out of a sealed draft: what people type never gets here
        case _ if param.personal:
            # A name alone may be anybody's: only a platform can say whose account was meant.
            raise Refused("answer-not-understood", field=param.name)
        case _:
            if len(given) > param.upto:
                raise Refused("answer-too-long", field=param.name, most=param.upto)
            return given


def _native(param: Param, given: object) -> Any:
    """What a platform told apart already, if it is of the kind that was declared."""
    match param.kind:
        case Kind.NUMBER if isinstance(given, int) and not isinstance(given, bool):
            return given
        case Kind.YES_NO if isinstance(given, bool):
            return given
        case Kind.CHOICE if param.choice is not None and isinstance(given, param.choice):
            return given
        case Kind.FILE if isinstance(given, Upload):
            return given
        case Kind.TEXT if param.personal and isinstance(given, Person):
            return given
        case Kind.MESSAGE if isinstance(given, Message):
            return given
    raise Refused("answer-not-understood", field=param.name)


def yes_or_no(words: str, choices: Sequence[tuple[str, str]], field: str) -> str:
    """`yes` or `no`: by the listed number or label, or by the word in one of several languages.

    Raises `Refused("answer-yes-no")`.
    """
    wanted = words.strip().casefold()
    if wanted in _YES:
        return "yes"
    if wanted in _NO:
        return "no"
    try:
        return chosen(words, choices, field)
    except Refused:
        raise Refused("answer-yes-no", field=field) from None


def chosen(words: str, choices: Sequence[tuple[str, str]], field: str) -> str:
    """The value that somebody's words mean: its number, its label, else the value itself or the beginning
    of just one label. Labels come first, since they are what people see.

    Raises `Refused("answer-choice")`.
    """
    wanted = words.strip().casefold()
    if wanted.isdecimal() and len(wanted) <= 3 and 1 <= int(wanted) <= len(choices):
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
