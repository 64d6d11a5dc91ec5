"""The window: somebody types, for whichever person and room they choose, and sees what everybody sees."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.text import Text

from bot.sdk.ports import Front

from .complete import Completions
from .face import TerminalPlatform
from .limits import LONGEST_NAME
from .read import Answers, Line, Moves, Presses, Says, SetsClock, Unreadable, read_line
from .write import Seen, neutral, rendered, wrapped

_NAME = rf"[^\W_][\w.-]{{0,{LONGEST_NAME - 1}}}"
_SWITCHES = re.compile(rf"(?:@(?P<who>{_NAME})(?P<direct>\s*:)?)?\s*(?:#(?P<room>{_NAME}))?\s*\Z")

Passes = Callable[[SetsClock], Awaitable[str | None]]


class Window:
    """One person at the keyboard, speaking for many. `passes` lets time pass, or says why not; `later` is a
    moment to come, as a `clock` line names it, for the example."""

    def __init__(
        self, terminal: TerminalPlatform, front: Front, passes: Passes, who: str, room: str | None, later: str
    ) -> None:
        self.who = who
        self.room = room
        self._terminal = terminal
        self._passes = passes
        self._later = later
        self._completions = Completions(terminal, front, lambda: (self.who, self.room))
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._answered = False
        if room is not None:
            terminal.comes(who, room)
        terminal.watch(self._show)

    async def run(self) -> None:
        """Read lines and do them until Ctrl-D or Ctrl-C."""
        self.say(f"You are {self._here()}. Type /help; Tab completes; a number presses a button.")
        self.say(f"@peer2 #evening switches; clock {self._later} passes time; Ctrl-D leaves.")
        session: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), completer=self._completions, complete_while_typing=True
        )
        with patch_stdout(raw=True):
            self._console = Console(
                highlight=False, markup=False, emoji=False, soft_wrap=True, force_terminal=True
            )
            while True:
                try:
                    line = await session.prompt_async(self._prompt)
                except (EOFError, KeyboardInterrupt):
                    self.say("Everything is kept. Goodbye.")
                    return
                await self.takes(line)

    async def takes(self, typed: str) -> None:
        """Do what was typed, and tell what cannot be read."""
        try:
            line = self._line(typed.strip())
        except Unreadable as error:
            self.say(f"I can't read that. Expected {error}.")
            return
        if line is None:
            return
        if isinstance(line, SetsClock):
            self.say(await self._passes(line) or f"It is {line.wall:%Y-%m-%d %H:%M}.")
            return
        self._answered = False
        await self._terminal.do(line)
        if isinstance(line, Says) and not self._answered:
            self.say(f"(said in #{line.room}; commands begin with /)" if line.room is not None else "(said)")

    def say(self, words: str) -> None:
        """Something of the window's own."""
        self._print(Text(neutral(words), "dim"))

    def _line(self, typed: str) -> Line | None:
        if not typed and self._terminal.open_form(self.who) is not None:
            return Answers(self.who, "-")  # "you can leave this empty" is taken at its word
        if not typed or typed == "#" or typed.startswith("# "):
            return None
        if typed[0] in "@#" and (switch := _SWITCHES.match(typed)):
            return self._switch(switch)
        if typed[0] == "@" or typed.split(None, 1)[0] == "clock":
            return read_line(typed)
        if typed.isdecimal():
            return Presses(self.who, typed)
        if typed.startswith("/"):
            return Says(self.who, self.room, typed)
        if self._terminal.open_form(self.who) is not None:
            return (
                Says(self.who, self.room, "/stop") if typed.casefold() == "stop" else Answers(self.who, typed)
            )
        return Says(self.who, self.room, typed)

    def _switch(self, found: re.Match[str]) -> Line | None:
        self.who = found["who"] or self.who
        if found["room"]:
            self.room = found["room"]
        elif found["direct"]:
            self.room = None
        if self.room is None:
            self._terminal.person(self.who)
            return None
        return Moves(self.who, self.room)

    def _show(self, record: Seen) -> None:
        self._answered = True
        self._print(rendered(record))

    def _print(self, words: Text) -> None:
        self._console.print(wrapped(words, self._console.width))

    def _here(self) -> str:
        return f"@{self.who} in #{self.room}" if self.room is not None else f"@{self.who} with Hearth alone"

    def _prompt(self) -> FormattedText:
        room = f" #{self.room}" if self.room is not None else ""
        asked = self._terminal.open_form(self.who)
        mark = "? " if asked is not None else "> "
        return FormattedText([("ansicyan bold", f"@{self.who}"), ("ansigreen bold", room), ("", mark)])
