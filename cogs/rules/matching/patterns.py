r"""Regular expressions of moderators: RE2 only, with word boundaries of our own.

RE2 never runs away, but it can be slow: its time is the length of the text times the size of the pattern. So
patterns are taken only after they were run on the worst line that could be found for them (see `costs`).

RE2's `\b`, `\w`, `\d` and `\s` know ASCII alone. Here they mean Unicode: `\w`, `\d` and `\s` are
rewritten, and a
`\b` becomes a place that is looked at after a match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .cleaned import Cleaned
from .phrases import phrase

if TYPE_CHECKING:
    from .words import Found

MAX_LENGTH = 500
MAX_PROGRAM = 5000
"""RE2 instructions of one pattern; a hundred nested repeats come to about this."""
MAX_TOGETHER = 300_000
"""Instructions of all patterns of a space. Far above it RE2 could run out of memory in a text, and a set that
does so says "no match" without a word."""
ONE_MEMORY = 8 << 20
SET_MEMORY = 64 << 20
"""Bytes RE2 may use: for one pattern, and for all of a space at once. Used only as far as needed."""
MAX_TRIES = 12
"""Matches of one pattern in one message whose boundaries are looked at."""

_WORD = r"\pL\pM\pN_"
_OUTSIDE = {
    "w": f"[{_WORD}]",
    "W": f"[^{_WORD}]",
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r"[\s\pZ]",
    "S": r"[^\s\pZ]",
}
_INSIDE = {"w": _WORD, "d": r"\p{Nd}", "D": r"\P{Nd}", "s": r"\s\pZ"}


class PatternRefused(ValueError):
    """A pattern that is not taken; its text is a sentence to follow "this pattern". `source` names it where
    several were tried together."""

    def __init__(self, reason: str, source: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.source = source


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern ready to run.

    `scan` finds where it may match, `searches` where it does: with RE2's own boundaries beside ours, which is
    exact in ASCII, and with ours alone. `edges` are the groups at which a boundary has to be, `inner`
    those at
    which none may be.
    """

    source: str
    scan: str
    searches: tuple[Any, ...]
    edges: tuple[int, ...]
    inner: tuple[int, ...]

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the pattern matches, from left to right, by each way of looking."""
        for search in self.searches[:1] if text.isascii() else self.searches:
            start = 0
            for _ in range(MAX_TRIES):
                found = search.search(text, start)
                if found is None:
                    break
                if found.end() > found.start() and self._holds(text, found):
                    yield found.span()
                    start = found.end()
                else:
                    start = found.start() + 1
                if start > len(text):
                    break

    def _holds(self, text: str, found: Any) -> bool:
        return all(at_boundary(text, found.start(each)) for each in self.edges) and not any(
            at_boundary(text, found.start(each)) for each in self.inner
        )


def at_boundary(text: str, place: int) -> bool:
    """Whether a word begins or ends at a place of a text, in any script."""
    return _is_word(text[place - 1 : place] if place > 0 else "") != _is_word(text[place : place + 1])


def _is_word(character: str) -> bool:
    return character != "" and (character.isalnum() or character == "_" or _MARK.match(character) is not None)


_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0980-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0b82-\u0bcd"
    "\u0c00-\u0c4d\u0d00-\u0d4d\u0e31-\u0e3a\u0e47-\u0e4e\u102b-\u103e\u17b4-\u17d3]"
)


def prepare(source: str) -> Pattern:
    """A pattern from its source as written in a profile. Raises PatternRefused with the reason."""
    if not source.strip():
        raise PatternRefused(phrase("pattern-empty"))
    if len(source) > MAX_LENGTH:
        raise PatternRefused(phrase("pattern-long", most=MAX_LENGTH))
    scan, exact, edges, inner = _translated(source)
    compiled = _compiled(scan)
    if compiled.programsize > MAX_PROGRAM:
        raise PatternRefused(phrase("pattern-big", repeat="{0,20}"))
    if compiled.search("") is not None:
        raise PatternRefused(phrase("pattern-matches-nothing"))
    loose = re.sub(r"\\[bB]", "", exact)
    searches = (_compiled(exact),) if exact == loose else (_compiled(exact), _compiled(loose))
    numbers = searches[0].groupindex
    return Pattern(
        source, scan, searches, tuple(numbers[each] for each in edges), tuple(numbers[each] for each in inner)
    )


def options(memory: int) -> Any:
    """RE2's settings for patterns: no case, quiet, so many bytes of memory at most."""
    import re2

    chosen = re2.Options()
    chosen.case_sensitive = False
    chosen.max_mem = memory
    chosen.log_errors = False
    return chosen


def _compiled(pattern: str) -> Any:
    import re2

    try:
        return re2.compile(pattern, options(ONE_MEMORY))
    except re2.error as error:
        raise PatternRefused(_reason(error)) from None


def _reason(error: Exception) -> str:
    """RE2's complaint as a kind sentence."""
    told = error.args[0] if error.args else ""
    told = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    if "invalid escape sequence" in told:
        return phrase("pattern-escape", escape=told.rsplit(":", 1)[-1])
    for part, key in (
        ("invalid perl operator", "pattern-looks-around"),
        ("missing )", "pattern-open-bracket"),
        ("unexpected )", "pattern-closing-bracket"),
        ("missing closing ]", "pattern-open-class"),
        ("no argument for repetition", "pattern-repeats-nothing"),
        ("bad repetition operator", "pattern-two-repeats"),
        ("invalid repetition size", "pattern-repeats-often"),
        ("invalid character class range", "pattern-backwards"),
        ("too large", "pattern-too-large"),
    ):
        if part in told:
            return phrase(key)
    return phrase("pattern-unreadable")


def _translated(source: str) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """The pattern to scan with, the one to search with, and the names of its boundary groups."""
    scan: list[str] = []
    exact: list[str] = []
    edges: list[str] = []
    inner: list[str] = []
    inside = False
    at = 0
    while at < len(source):
        character = source[at]
        if character == "\\" and at + 1 < len(source):
            letter = source[at + 1]
            at += 2
            if letter in "bB" and not inside:
                name = f"hearth_{len(edges) + len(inner)}"
                (edges if letter == "b" else inner).append(name)
                scan.append("(?:)")
                exact.append(f"\\{letter}(?P<{name}>)")
                continue
            known = (_INSIDE if inside else _OUTSIDE).get(letter)
            if known is None and inside and letter in "bBWS":
                raise PatternRefused(phrase("pattern-in-class", escape=f"\\{letter}"))
            piece = known or f"\\{letter}"
            if letter == "Q" or letter == "E":
                raise PatternRefused(phrase("pattern-quotes"))
            if letter in "pP" and source[at : at + 1] == "{":
                end = source.find("}", at)
                piece, at = source[at - 2 : end + 1], end + 1
            scan.append(piece)
            exact.append(piece)
            continue
        if character == "[" and not inside:
            inside = True
            # A ] right after the bracket is itself.
            length = (
                3 if source[at + 1 : at + 3] == "^]" else 2 if source[at + 1 : at + 2] in ("^", "]") else 1
            )
            piece = source[at : at + length]
            at += length
        elif character == "[" and source[at + 1 : at + 2] == ":":
            end = source.find(":]", at)
            piece = source[at : end + 2] if end > 0 else character
            at += len(piece)
        else:
            inside = inside and character != "]"
            piece = character
            at += 1
        scan.append(piece)
        exact.append(piece)
    return "".join(scan), "".join(exact), tuple(edges), tuple(inner)


class PatternSet:
    """All patterns of a space, looked for in one pass."""

    def __init__(self, patterns: Sequence[tuple[int, Pattern]]) -> None:
        """`patterns` with whose they are. Raises PatternRefused if they do not fit into memory together."""
        self.patterns = tuple(patterns)
        self._set: Any = None
        if patterns:
            import re2

            if sum(each.searches[0].programsize for _, each in patterns) > MAX_TOGETHER:
                raise PatternRefused(phrase("pattern-big-together"))

            self._set = re2.Set.SearchSet(options(SET_MEMORY))
            for _, each in patterns:
                self._set.Add(each.scan)
            try:
                self._set.Compile()
            except re2.error:
                raise PatternRefused(phrase("pattern-big-together")) from None

    def find(self, text: Cleaned) -> Iterator[Found]:
        """The first place found for each owner whose patterns match, in the original text."""
        from .words import Found

        if self._set is None:
            return
        told: set[int] = set()
        for index in self._set.Match(text.text) or ():
            owner, pattern = self.patterns[index]
            if owner in told:
                continue
            for start, end in pattern.find(text.text):
                told.add(owner)
                yield Found(owner, *text.original(start, end))
                break
