"""YAML's own complaints, and what phones type into YAML, said in one kind sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.config.phrases import phrase


class Complaint(NamedTuple):
    """A sentence and what was expected, at a place (line and column from 1)."""

    line: int
    column: int
    problem: str
    expected: str = ""


#: Spaces that look like one and are none to YAML: no-break, figure, narrow no-break, ideographic.
ODD_SPACES = "\u00a0\u2007\u202f\u3000"
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_CURLY_OPEN = "“”„‟‘’‚‛«»"
#: Dashes that are longer than the hyphen that YAML wants.
LONG_DASHES = "–—―−"

_ODD_SPACE_AT_EDGE = re.compile(rf"^[ {ODD_SPACES}]*[{ODD_SPACES}]|:[{ODD_SPACES}]|[{ODD_SPACES}]+$")
_ODD_SPACE_AFTER_COLON = re.compile(rf"^[^\s:]+:[{ODD_SPACES}]")
_CURLY_VALUE = re.compile(rf"(?:^|[:\-,\[{{]\s*)([{_CURLY_OPEN}])")
_DASH_ITEM = re.compile(rf"^\s*([{LONG_DASHES}])\s")
_WIDE_COLON = re.compile(r"^\s*[\w -]+(：)")
_TAB_INDENT = re.compile(r"^ *\t")
_HASH_IN_LIST = re.compile(r"[\[,]\s*#")

#: What phones type instead of YAML, by the keys of what findings say of it.
PHONE_PROBLEMS = frozenset({"odd-space", "curly-quotes", "long-dash", "wide-colon"})

# libyaml's wording (scanner.c and parser.c, 0.2.5) to the keys of ours; the first that matches counts.
_WORDINGS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "colon-misplaced",
        "want-quotes-colon",
    ),
    (
        "found unexpected end of stream",
        "quote-open",
        "want-quote-closed",
    ),
    ("could not find expected ':'", "no-colon", "want-name-value"),
    ("did not find expected ',' or ']'", "list-open", "want-list-closed"),
    ("did not find expected ',' or '}'", "group-open", "want-group-closed"),
    (
        "did not find expected '-' indicator",
        "no-item",
        "want-item",
    ),
    (
        "did not find expected key",
        "does-not-fit",
        "want-fit",
    ),
    (
        "block sequence entries are not allowed",
        "item-misplaced",
        "want-dash-below",
    ),
    (
        "mapping keys are not allowed",
        "question-mark",
        "want-quotes-question",
    ),
    (
        "cannot start any token",
        "bad-beginning",
        "want-quotes",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "begins-with-star",
        "want-quotes",
    ),
    (
        "unknown escape character",
        "backslash",
        "want-single-quotes",
    ),
    ("hexdecimal", "backslash", "want-single-quotes"),
    (
        "Unicode character code",
        "backslash",
        "want-single-quotes",
    ),
    (
        "unexpected document indicator",
        "marker-in-quotes",
        "want-quote-before",
    ),
    ("expected <document start>", "after-the-end", "want-one-document"),
    ("comment or line break", "after-block-sign", "want-text-below"),
    ("indentation indicator", "block-number", "want-block-alone"),
    ("tab character", "tab", "want-spaces"),
    (
        "leading",
        "indented-further",
        "want-same-indentation",
    ),
    (
        "directive",
        "begins-with-percent",
        "want-quotes-percent",
    ),
    ("incompatible YAML document", "yaml-version", "want-no-such-line"),
    ("tag", "begins-with-tag", "want-quotes"),
    ("anchor", "begins-with-anchor", "want-quotes"),
    (
        "expected node content",
        "value-missing",
        "want-value",
    ),
    ("unexpected ':'", "colon-inside", "want-quotes"),
)


def syntax_complaints(
    lines: list[str], problem: str, place: tuple[int, int], opened: tuple[int, int] | None
) -> Iterator[Complaint]:
    """What YAML's complaint means: tabs and phone typing first, where they are its cause.

    `problem` is libyaml's wording, `place` where it stopped and `opened` where what it was reading began,
    both as (line, column) from 1.
    """
    tabs = [number for number, line in enumerate(lines, 1) if _TAB_INDENT.match(line)]
    for number in tabs:
        column = lines[number - 1].index("\t") + 1
        yield Complaint(number, column, phrase("tab"), phrase("want-spaces"))
    line, column = place
    if tabs and tabs[0] <= line:
        return
    suspects = dict.fromkeys([line, *([opened[0]] if opened else []), line - 1])
    for number in suspects:
        if 1 <= number <= len(lines) and (cause := _typed_by_phone(lines[number - 1], number)):
            yield cause
            return
    if "',' or" in problem or "node content" in problem:
        for number in suspects:
            found = _HASH_IN_LIST.search(lines[number - 1]) if 1 <= number <= len(lines) else None
            if found:
                yield Complaint(number, found.end(), phrase("comment"), phrase("want-name-in-quotes"))
                return
    if opened is not None and any(
        part in problem for part in ("end of stream", "',' or", "find expected ':'", "alphabetic")
    ):
        line, column = opened
    for wording, ours, expected in _WORDINGS:
        if wording in problem:
            yield Complaint(line, column, phrase(ours, open="{"), phrase(expected, close="}"))
            return
    yield Complaint(line, column, phrase("no-yaml"))


def _typed_by_phone(line: str, number: int) -> Complaint | None:
    if found := _ODD_SPACE_AT_EDGE.search(line):
        return Complaint(number, found.end(), phrase("odd-space"), phrase("want-plain-space"))
    if found := _DASH_ITEM.search(line):
        return Complaint(number, found.start(1) + 1, phrase("long-dash"), phrase("want-hyphen"))
    if found := _WIDE_COLON.search(line):
        return Complaint(number, found.start(1) + 1, phrase("wide-colon"), ":")
    if found := _CURLY_VALUE.search(line):
        straight = phrase("want-straight", text="…")
        return Complaint(number, found.start(1) + 1, phrase("curly-quotes"), straight)
    return None


def plain_complaint(text: str) -> tuple[str, str] | None:
    """What a phone may have done to a value without quotes; None if it is as it should be.

    Curly quotes, long dashes and no-break spaces inside a sentence are good writing and stay.
    """
    if text[:1] in _CURLY_OPEN and text[:1] and text[-1] in _CURLY_OPEN and len(text) > 1:
        inside = " ".join(text[1:-1].split())  # a finding is one line
        return phrase("curly-quotes"), phrase("want-straight", text=inside if len(text) <= 32 else "…")
    if _DASH_ITEM.match(text + " "):
        return phrase("long-dash"), phrase("want-hyphen")
    if text[:1] in ODD_SPACES or text[-1:] in ODD_SPACES or _ODD_SPACE_AFTER_COLON.match(text):
        return (phrase("odd-space"), phrase("want-plain-space")) if text else None
    return None


def key_complaint(name: str) -> tuple[str, str] | None:
    """What a phone may have done to the name of a setting; None if it is as it should be."""
    if any(space in name for space in ODD_SPACES):
        return phrase("odd-space"), phrase("want-plain-space")
    if any(unseen in name for unseen in _UNSEEN):
        return phrase("invisible-in-name"), phrase("want-name-anew")
    if name[:1] and (name[0] in _CURLY_OPEN or name[-1] in _CURLY_OPEN):
        return phrase("curly-quotes"), phrase("want-name-unquoted")
    if _DASH_ITEM.match(name):
        return phrase("long-dash"), phrase("want-hyphen")
    return None
