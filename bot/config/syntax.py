"""YAML's own complaints, and what phones type into YAML, said in one kind sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


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

_ODD_SPACE = "a no-break space, as phones type it, stands where a plain space belongs"
_CURLY = "the quotes here are curly, as phones type them, and YAML does not read them as quotes"
_DASH = "a long dash, as phones type it, stands where a list item begins"
_WIDE = "a wide colon stands where a plain one belongs"
#: What phones type instead of YAML, as findings say it.
PHONE_PROBLEMS = frozenset({_ODD_SPACE, _CURLY, _DASH, _WIDE})

# libyaml's wording (scanner.c and parser.c, 0.2.5) to ours; the first that matches counts.
_WORDINGS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a colon stands where no name can begin a setting",
        "quotes around a text with a colon in it, or the indentation of the lines around",
    ),
    (
        "found unexpected end of stream",
        "a quote is opened here and never closed",
        "the same quote at the end of the text",
    ),
    ("could not find expected ':'", "a name stands here without its colon", "name: value"),
    ("did not find expected ',' or ']'", "a list opened with [ is not closed here", "a comma or ]"),
    ("did not find expected ',' or '}'", "a group opened with { is not closed here", "a comma or }"),
    (
        "did not find expected '-' indicator",
        "this line stands in a list and is no item of it",
        "a dash and a space at the same indentation as the items above",
    ),
    (
        "did not find expected key",
        "this does not fit what stands above it",
        "the same indentation as the settings beside it, and quotes around a whole text or none",
    ),
    (
        "block sequence entries are not allowed",
        "a list item cannot begin here",
        "the dash on a line of its own below the name",
    ),
    (
        "mapping keys are not allowed",
        "a question mark and a space cannot begin anything here",
        "quotes around a text that begins with a question mark",
    ),
    (
        "cannot start any token",
        "a text cannot begin with this character",
        "quotes around the text",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "a text that begins with * or & has a special meaning in YAML",
        "quotes around the text",
    ),
    (
        "unknown escape character",
        "a backslash in double quotes begins nothing known here",
        "single quotes around the text",
    ),
    ("hexdecimal", "a backslash in double quotes begins nothing known here", "single quotes around the text"),
    (
        "Unicode character code",
        "a backslash in double quotes begins nothing known here",
        "single quotes around the text",
    ),
    (
        "unexpected document indicator",
        "a line --- or ... stands inside a quoted text",
        "the closing quote before it",
    ),
    ("expected <document start>", "something stands after the end of the document", "one document in a file"),
    ("comment or line break", "something stands after | or >", "the text on the lines below it"),
    ("indentation indicator", "the number after | or > is not one to nine", "| or > alone"),
    ("tab character", "a tab stands in the indentation", "spaces"),
    (
        "leading",
        "the first lines of this text are indented further than the rest",
        "the same indentation in all lines",
    ),
    (
        "directive",
        "a line that begins with % has a special meaning in YAML",
        "quotes around a text that begins with %",
    ),
    ("incompatible YAML document", "the line %YAML asks for another version of YAML", "no such line"),
    ("tag", "a text that begins with ! has a special meaning in YAML", "quotes around the text"),
    ("anchor", "a text that begins with & has a special meaning in YAML", "quotes around the text"),
    (
        "expected node content",
        "something is missing here, or a sign stands where a value belongs",
        "a value, or quotes around a text",
    ),
    ("unexpected ':'", "a colon stands inside a list or group on one line", "quotes around the text"),
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
        yield Complaint(number, column, "a tab stands in the indentation", "spaces")
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
                yield Complaint(
                    number, found.end(), "after # YAML reads a comment", 'quotes around the name: "#name"'
                )
                return
    if opened is not None and any(
        part in problem for part in ("end of stream", "',' or", "find expected ':'", "alphabetic")
    ):
        line, column = opened
    for wording, ours, expected in _WORDINGS:
        if wording in problem:
            yield Complaint(line, column, ours, expected)
            return
    yield Complaint(line, column, "this cannot be read as YAML")


def _typed_by_phone(line: str, number: int) -> Complaint | None:
    if found := _ODD_SPACE_AT_EDGE.search(line):
        return Complaint(number, found.end(), _ODD_SPACE, "a plain space")
    if found := _DASH_ITEM.search(line):
        return Complaint(number, found.start(1) + 1, _DASH, "a plain hyphen: -")
    if found := _WIDE_COLON.search(line):
        return Complaint(number, found.start(1) + 1, _WIDE, ":")
    if found := _CURLY_VALUE.search(line):
        return Complaint(number, found.start(1) + 1, _CURLY, 'straight quotes: "…"')
    return None


def plain_complaint(text: str) -> tuple[str, str] | None:
    """What a phone may have done to a value without quotes; None if it is as it should be.

    Curly quotes, long dashes and no-break spaces inside a sentence are good writing and stay.
    """
    if text[:1] in _CURLY_OPEN and text[:1] and text[-1] in _CURLY_OPEN and len(text) > 1:
        inside = " ".join(text[1:-1].split())  # a finding is one line
        return _CURLY, f'straight quotes: "{inside}"' if len(text) <= 32 else 'straight quotes: "…"'
    if _DASH_ITEM.match(text + " "):
        return _DASH, "a plain hyphen: -"
    if text[:1] in ODD_SPACES or text[-1:] in ODD_SPACES or _ODD_SPACE_AFTER_COLON.match(text):
        return (_ODD_SPACE, "a plain space") if text else None
    return None


def key_complaint(name: str) -> tuple[str, str] | None:
    """What a phone may have done to the name of a setting; None if it is as it should be."""
    if any(space in name for space in ODD_SPACES):
        return _ODD_SPACE, "a plain space"
    if any(unseen in name for unseen in _UNSEEN):
        return "an invisible character stands in this name", "the name typed anew"
    if name[:1] and (name[0] in _CURLY_OPEN or name[-1] in _CURLY_OPEN):
        return _CURLY, "the name without quotes"
    if _DASH_ITEM.match(name):
        return _DASH, "a plain hyphen: -"
    return None
