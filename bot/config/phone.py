"""What phones do to YAML, undone: curly quotes, long dashes, odd spaces and wide colons, each told by line.

Only where they stand in the way of YAML: inside a sentence they are good writing and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from bot.config.documents import load
from bot.config.findings import Finding
from bot.config.phrases import sentence_of
from bot.config.syntax import LONG_DASHES, ODD_SPACES, PHONE_PROBLEMS

What = Literal["quotes", "dashes", "spaces", "colons"]


class Mend(NamedTuple):
    """One kind of thing that was mended in a line, counted from 1."""

    line: int
    what: What


_ODD = f"[{ODD_SPACES}]"
_INDENT = re.compile(rf"^[ {ODD_SPACES}]*{_ODD}[ {ODD_SPACES}]*")
_AFTER_SIGN = re.compile(rf"(?<=[:\-])[ {ODD_SPACES}]*{_ODD}[ {ODD_SPACES}]*|(?<=[,\[{{]){_ODD}+")
_BEFORE_COLON = re.compile(rf"^(\s*(?:- )?[\w-]+){_ODD}+(?=:)")
_AT_END = re.compile(rf"[ {ODD_SPACES}]*{_ODD}[ {ODD_SPACES}]*$")
_DASH = re.compile(rf"^(\s*)[{LONG_DASHES}](?=\s)")
_COLON = re.compile(r"^(\s*(?:- )?[\w -]+)\uff1a\s*")
_BEGINS = r"(?P<before>(?:^|[\[{,]|(?:^|\s)-\s|:\s)\s*)"
_ENDS = r"(?=\s*(?:$|[,\]}]|:(?:\s|$)|\s\#))"
_QUOTED = re.compile(
    _BEGINS + "(?:[\u201c\u201d\u201e\u201f\u00ab\u00bb](?P<double>[^\u201c\u201d\u201e\u201f\u00ab\u00bb]*)"
    "[\u201c\u201d\u201f\u00ab\u00bb]|[\u2018\u2019\u201a\u201b](?P<single>.*?)[\u2018\u2019\u201b])" + _ENDS
)
_BLOCK = re.compile(r"(?:^|[:\-]\s+)[|>][+-]?[0-9]?[+-]?\s*(?:#.*)?$")


def mended(text: str, findings: Iterable[Finding] | None = None) -> tuple[str, list[Mend]]:
    """The text as it was meant, and what was mended; as it came where phones did no harm.

    `findings` are those of this text, where it was read already.
    """
    known = load(text, "")[1] if findings is None else findings
    if not any(sentence_of(finding.problem).key in PHONE_PROBLEMS for finding in known):
        return text, []
    lines = text.replace("\r\n", "\n").split("\n")
    mends: list[Mend] = []
    for at in _outside_of_blocks(lines):
        lines[at], found = _line(lines[at])
        mends += [Mend(at + 1, what) for what in found]
    return "\n".join(lines), mends


def _outside_of_blocks(lines: list[str]) -> Iterator[int]:
    """The lines that are not words under `|` or `>`, which may hold anything. A line is read again after
    it was mended, since only then its depth can be told."""
    inside: int | None = None
    for at in range(len(lines)):
        depth = len(lines[at]) - len(lines[at].lstrip(f" {ODD_SPACES}"))
        if inside is not None and (depth > inside or not lines[at].strip()):
            continue
        inside = None
        yield at
        if _BLOCK.search(lines[at]):
            inside = len(lines[at]) - len(lines[at].lstrip())


def _line(line: str) -> tuple[str, list[What]]:
    whole, comment = line, ""
    if (begins := re.search(r"(?:^|\s)#", line)) is not None and not _quotes_before(line, begins.start()):
        line, comment = line[: begins.start()], line[begins.start() :]
        if not line.strip():
            return whole, []
    found: list[What] = []

    def change(what: What, by: str) -> None:
        nonlocal line
        if by != line:
            line = by
            found.append(what)

    spaces = _INDENT.sub(lambda one: " " * len(one[0]), line)
    spaces = _BEFORE_COLON.sub(r"\1", spaces)
    change("spaces", _AT_END.sub("", _AFTER_SIGN.sub(" ", spaces)))
    change("dashes", _DASH.sub(r"\1-", line))
    change("colons", _COLON.sub(r"\1: ", line))
    for _ in range(len(line)):  # a mended quote may be what the next one begins after
        before = line
        change("quotes", _QUOTED.sub(_straight, line))
        if line == before:
            break
    return line + comment, list(dict.fromkeys(found))


def _quotes_before(line: str, at: int) -> bool:
    """Whether a quote is open at this place, so that `#` begins no comment there."""
    return any(line[:at].count(quote) % 2 for quote in ('"', "'")) or bool(
        re.search("[\u201c\u201e\u201f\u00ab][^\u201d\u00bb]*$", line[:at])
    )


def _straight(found: re.Match[str]) -> str:
    inner = found["double"] if found["double"] is not None else found["single"]
    escaped = inner.replace("\\", "\\\\").replace('"', '\\"')
    return f'{found["before"]}"{escaped}"'
