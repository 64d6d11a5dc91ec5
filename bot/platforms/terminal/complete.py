"""Completion in the window: people, rooms, commands, their options, and what is suggested for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.sdk.commands import Described, DescribedParam
from bot.sdk.ports import Front
from bot.sdk.words import Kind

from .face import TerminalPlatform
from .write import one_line

_ADDRESS = re.compile(r"@(?P<who>\S+?)(?:\s+#(?P<room>\S+?))?\s*:\s*")
_LAST_WORD = re.compile(r'(?:[^\s"]|"[^"]*"?)*\Z')
_VERBS = ("presses", "answers", "sends")
_LANGUAGE = "en"


class Completions(Completer):
    """`here` tells who is typing and in which room (None: directly). Touches memory only."""

    def __init__(
        self, terminal: TerminalPlatform, front: Front, here: Callable[[], tuple[str, str | None]]
    ) -> None:
        self._terminal = terminal
        self._front = front
        self._here = here

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the words before the cursor may become."""
        line = document.text_before_cursor.lstrip()
        who, room = self._here()
        if address := _ADDRESS.match(line):
            who, room = address["who"], address["room"]
            line = line[address.end() :]
        elif line.startswith(("@", "#")):
            yield from self._names(line)
            return
        if line.startswith("/"):
            yield from self._command(line[1:], who, room)
        elif line:
            yield from self._choices(line, who)

    def _names(self, line: str) -> Iterator[Completion]:
        people, rooms = self._terminal.named()
        word = line.split(" ")[-1]
        if word.startswith("#"):
            yield from _starting(word, (f"#{room}" for room in rooms))
        elif " " not in line:
            yield from _starting(word, (f"@{who}" for who in people))
        elif line.count(" ") == 1:
            yield from _starting(word, _VERBS)

    def _choices(self, line: str, who: str) -> Iterator[Completion]:
        asked = self._terminal.open_form(who)
        if asked is not None and asked.form is not None:
            yield from _starting(line, asked.form.choices)

    def _command(self, line: str, who: str, room: str | None) -> Iterator[Completion]:
        described = list(self._front.described())
        meant = max(
            (one for one in described if line.startswith(f"{one.path} ")),
            key=lambda one: len(one.path),
            default=None,
        )
        if meant is None:
            for one in sorted(described, key=lambda one: one.path):
                if one.path.startswith(line.casefold()):
                    yield Completion(one.path, -len(line), display_meta=one_line(one.helps[_LANGUAGE]))
            return
        yield from self._option(meant, line[len(meant.path) + 1 :], who, room)

    def _option(self, command: Described, rest: str, who: str, room: str | None) -> Iterator[Completion]:
        found = _LAST_WORD.search(rest)
        word = found[0] if found is not None else ""
        name, named, typed = word.partition(":")
        if named:
            for param in command.params:
                if param.name == name:
                    yield from self._values(command, param, typed.strip('"'), len(typed), who, room)
            return
        given = {before.partition(":")[0] for before in rest.split()}
        left = [param for param in command.params if param.name not in given]
        for param in left:
            if param.name.startswith(word):
                yield Completion(f"{param.name}:", -len(word), display_meta=one_line(param.helps[_LANGUAGE]))
        if left and word:
            yield from self._values(command, left[0], word.strip('"'), len(word), who, room)

    def _values(
        self, command: Described, param: DescribedParam, typed: str, length: int, who: str, room: str | None
    ) -> Iterator[Completion]:
        pairs: list[tuple[str, str]] = []
        if param.suggests:
            place = self._terminal.conversation(who) if room is None else self._terminal.room(room)
            option = param.name.replace("-", "_")
            offered = self._front.suggest(command.path, option, typed, self._terminal.person(who), place)
            pairs = [(one.value, str(one.label)) for one in offered]
        elif param.choices:
            pairs = [(value, words.get(_LANGUAGE, value)) for value, words in param.choices]
        elif param.kind is Kind.YES_NO:
            pairs = [("yes", "yes"), ("no", "no")]
        elif param.personal:
            pairs = [(name, name) for name in self._terminal.named()[0]]
        for value, label in pairs:
            if param.suggests or typed.casefold() in f"{value} {label}".casefold():
                words = one_line(value)
                yield Completion(f'"{words}"' if " " in words else words, -length, display=one_line(label))


def _starting(word: str, names: Iterable[str]) -> Iterator[Completion]:
    for name in names:
        if name.casefold().startswith(word.casefold()):
            yield Completion(name, -len(word))
