"""What patterns cost at worst: a search for the line that takes them longest.

The search is the same each time for the same patterns: lines made of their own pieces, repeated, cut short,
shuffled by a fixed sequence, then the worst of them crossed. Only the stop-watch differs from one machine to
another, and it is handed in.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from .cleaned import Cleaned
from .patterns import Pattern, PatternRefused, PatternSet
from .phrases import phrase

LINE = 4000
"""Characters of a line: as many as Discord lets anyone write."""
LIMIT = 0.003
"""Seconds that all patterns together may take on the worst line."""
ROUNDS = 12

Watch = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst line found, and the seconds it took."""

    line: str
    seconds: float


def accept(
    patterns: Sequence[tuple[int, Pattern]], limit: float = LIMIT, watch: Watch = time.thread_time
) -> PatternSet:
    """The patterns as a set. Raises PatternRefused, naming the costliest, if they are too slow together."""
    together = PatternSet(patterns)
    worst = worst_line(together, limit, watch)
    if worst.seconds > limit:
        alone = [(_seconds(PatternSet([each]), worst.line, watch), each[1].source) for each in patterns]
        costliest = max(alone)[1] if alone else ""
        raise PatternRefused(
            phrase(
                "pattern-slow",
                took=f"{worst.seconds * 1000:.0f}",
                length=f"{LINE:,}",
                most=f"{limit * 1000:.0f}",
                costliest=costliest[:60],
            ),
            costliest,
        )
    return together


def worst_line(patterns: PatternSet, limit: float = LIMIT, watch: Watch = time.thread_time) -> Worst:
    """The slowest line found; the search ends with the first that is well over the limit.

    RE2 remembers what it worked out, so that a line is fast the second time, but whoever means harm sends
    a new
    one each time. So a kind of line counts with the best of three lines of that kind, none seen before.
    """
    ranking: list[Worst] = []
    if not patterns.patterns:
        return Worst("", 0.0)
    for kind in _kinds([each.source for _, each in patterns.patterns]):
        ranking.append(_measured(patterns, kind, watch))
        if ranking[-1].seconds > 2 * limit:
            return ranking[-1]
    for number in range(ROUNDS):
        ranking = sorted(ranking, key=lambda each: -each.seconds)[:6]
        ranking.append(_measured(patterns, partial(_crossed, tuple(ranking)), watch, number))
    return max(ranking, key=lambda each: each.seconds)


_Kind = Callable[["_Chance"], str]


def _measured(patterns: PatternSet, kind: _Kind, watch: Watch, seed: int = 0) -> Worst:
    tries = []
    for number in range(3):
        line = kind(_Chance(100 * seed + number))
        tries.append(Worst(line, _seconds(patterns, line, watch)))
    return min(tries, key=lambda each: each.seconds)


def _seconds(patterns: PatternSet, line: str, watch: Watch) -> float:
    start = watch()
    for _found in patterns.find(Cleaned(line)):
        pass
    return watch() - start


class _Chance:
    """A fixed sequence of numbers that looks like chance (a linear congruence)."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, end: int) -> int:
        """A number from 0 to `end` - 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self._state >> 33) % end


def _pieces(sources: Sequence[str]) -> list[str]:
    """The plain text in patterns, and one of each kind of character that they name."""
    pieces: dict[str, None] = {}
    for source in sources:
        plain = re.sub(
            r"\\[pP](?:\{[^}]*\}|.)|\\[a-zA-Z]|\{\d+(?:,\d*)?\}|\(\?[a-zA-Z:]*|\[\^?|[\]()|^$+*?]",
            "\x00",
            source,
        )
        for each in re.split("\x00|\\.", plain.replace("\\", "")):
            if each:
                pieces[each[:60]] = None
        if re.search(r"\\[dD]|\d-\d", source):
            pieces["7"] = None
        if re.search(r"\\[sS]", source):
            pieces[" "] = None
    return list(pieces) or ["a"]


def _kinds(sources: Sequence[str]) -> Iterator[_Kind]:
    """Kinds of lines that may be slow for these patterns, the most likely ones first."""
    pieces = _pieces(sources)
    letters = sorted({letter for each in pieces for letter in each})
    begun = [each[:length] for each in pieces for length in range(1, min(len(each), 6) + 1)]
    for alphabet in (
        letters,
        [*letters, " "],
        pieces,
        begun,
        [each + " " for each in pieces],
        [each[:1] for each in pieces],
    ):
        yield partial(_shuffled, tuple(alphabet))
    for text in ("".join(pieces), " ".join(pieces), "".join(each[:-1] or each for each in pieces)):
        yield partial(_repeated, text)
    step = max(1, len(pieces) // 8)
    for each in pieces[::step][:8]:
        yield partial(_repeated, each)
        yield partial(_shuffled, (each, each[:1], "x"))
    yield partial(_shuffled, ("a", "7", " ", "\u00e4", "\u0416", "\u3042", "-"))


def _shuffled(alphabet: Sequence[str], chance: _Chance) -> str:
    parts: list[str] = []
    length = 0
    while length < LINE:
        parts.append(alphabet[chance.below(len(alphabet))])
        length += len(parts[-1])
    return "".join(parts)[:LINE]


def _repeated(text: str, chance: _Chance) -> str:
    start = chance.below(len(text))
    return (text[start:] + text * (LINE // len(text) + 1))[:LINE]


def _crossed(ranking: Sequence[Worst], chance: _Chance) -> str:
    """A line of blocks of the worst ones, with a few letters changed places."""
    parts: list[str] = []
    while sum(map(len, parts)) < LINE:
        parent = ranking[chance.below(len(ranking))].line
        start = chance.below(LINE - 20)
        parts.append(parent[start : start + 20 + chance.below(200)])
    return "".join(parts)[:LINE]
