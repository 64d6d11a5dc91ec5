"""Lines in: what somebody does in the terminal, one line each, in the window and in scripts alike.

    @peer1 #evening: /checkin       a command, or plain words, in a room
    @peer1: /help                   the same in the direct conversation with Hearth
    @peer1 #evening: /flag          a command about a message: the last that somebody else wrote there
    @peer1 presses 2                a button of the last message with buttons that this person sees, or a
                                    listed choice of the open form; by number or by label
    @peer1 answers heavy            the open question of a form; `-` leaves an optional one out
    @peer1 sends notes/plan.yaml    a file, for a question that asks for one
    @peer1 #evening                 comes into the room
    clock 2026-03-29T19:30 Europe/London

Blank lines say nothing, nor do lines that are `#` alone or begin with `#` and a space. People and rooms
come into being when they are first named.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Sequence

from .limits import LONGEST_LINE, LONGEST_NAME
from .write import one_line

_NAME = rf"[^\W_][\w.-]{{0,{LONGEST_NAME - 1}}}"
_ADDRESSED = re.compile(rf"@(?P<who>{_NAME})(?:\s+#(?P<room>{_NAME}))?\s*:(?P<words>.*)\Z", re.DOTALL)
_MOVES = re.compile(rf"@(?P<who>{_NAME})\s+#(?P<room>{_NAME})\s*\Z")
_DOES = re.compile(rf"@(?P<who>{_NAME})\s+(?P<verb>presses|answers|sends)\s+(?P<rest>.*)\Z", re.DOTALL)
_CLOCK = re.compile(r"clock\s+(?P<wall>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\s+(?P<zone>[\w/+-]+))?\s*\Z")
_A_NAME = re.compile(rf"{_NAME}\Z")
_QUOTES = {'"': '"', "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}"}

EXPECTED = (
    "@who #room: words, @who: words, @who presses NUMBER or LABEL, @who answers WORDS, @who sends FILE, "
    "@who #room, or clock 2026-03-29T19:30 Europe/London"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Says:
    """Somebody writes in a room, or (`room` None) to Hearth directly."""

    who: str
    room: str | None
    words: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Presses:
    """Somebody presses a button, or picks a listed choice, by its number or label."""

    who: str
    which: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """Somebody answers the open question of their form."""

    who: str
    words: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Sends:
    """Somebody sends a file of this machine."""

    who: str
    path: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Moves:
    """Somebody comes into a room."""

    who: str
    room: str


@dataclasses.dataclass(frozen=True, slots=True)
class SetsClock:
    """Time passes until `wall` (naive) on the clock of `zone`; None is the community's own zone."""

    wall: datetime.datetime
    zone: str | None


Line = Says | Presses | Answers | Sends | Moves | SetsClock


class Unreadable(ValueError):
    """A line is none of the above. The message says what was expected and repeats nothing of it."""


def read_line(line: str) -> Line | None:
    """What a line says to do; None for one that says nothing. Raises `Unreadable`."""
    line = line.removeprefix("\ufeff").strip()
    if not line or line == "#" or line.startswith("# "):
        return None
    if len(line) > LONGEST_LINE:
        raise Unreadable(f"at most {LONGEST_LINE} characters")
    if line.split(None, 1)[0] == "clock":
        return _clock(line)
    if found := _MOVES.match(line):
        return Moves(found["who"], found["room"])
    if found := _ADDRESSED.match(line):
        words = found["words"].strip()
        if not words:
            raise Unreadable("words or a /command after the colon")
        return Says(found["who"], found["room"], words)
    if found := _DOES.match(line):
        rest = found["rest"].strip()
        match found["verb"]:
            case "presses":
                return Presses(found["who"], _unquoted(rest))
            case "sends":
                return Sends(found["who"], _unquoted(rest))
            case _:
                return Answers(found["who"], rest)
    raise Unreadable(EXPECTED)


def is_name(name: str) -> bool:
    """Whether a person or a room can be called so."""
    return _A_NAME.match(name) is not None


def pick(which: str, labels: Sequence[str]) -> int | None:
    """The index that a number, a label, or the beginning of just one label names."""
    if which.isdecimal():
        n = int(which[:6])
        return n - 1 if 1 <= n <= len(labels) else None
    wanted = one_line(which).casefold()
    folded = [label.casefold() for label in labels]
    if wanted in folded:
        return folded.index(wanted)
    starts = [at for at, label in enumerate(folded) if wanted and label.startswith(wanted)]
    return starts[0] if len(starts) == 1 else None


def _clock(line: str) -> SetsClock:
    found = _CLOCK.match(line)
    if found is None:
        raise Unreadable("a day, a time and a zone, such as clock 2026-03-29T19:30 Europe/London")
    try:
        wall = datetime.datetime.fromisoformat(found["wall"])
    except ValueError:
        raise Unreadable("a day and a time that are in the calendar, such as 2026-03-29T19:30") from None
    return SetsClock(wall, found["zone"])


def _unquoted(words: str) -> str:
    if len(words) > 1 and _QUOTES.get(words[0]) == words[-1]:
        return words[1:-1].strip()
    return words
