"""A profile in parts small enough for a phone: its sections and their entries, cut out and put back.

A part is a setting with all that belongs to it, or an item of a list, as whole lines with the comments right
above it. Only what stands on lines of its own can be cut out; `{…}` and `[…]` on one line stay whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from bot.config.documents import Document, load
from bot.config.findings import Path


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document: its lines `first` to `last` (counted from 1, both included), which are indented
    by `depth` spaces. `name` is its own, or of an item of a list the `id` or position. `id` stands for its
    path and is safe in a button."""

    path: Path
    name: str
    first: int
    last: int
    depth: int

    @property
    def id(self) -> str:
        """Ten characters that stand for the path, the same in every version."""
        return id_of(self.path)


def id_of(path: Path) -> str:
    """What stands for a path in a button."""
    return hashlib.blake2s(json.dumps(path).encode(), digest_size=5).hexdigest()


def parts_of(text: str) -> list[Part]:
    """Every part of a document, each right before those inside it; none where it cannot be read."""
    document, _ = load(text, "")
    return [] if document is None else parts_in(document, text)


def parts_in(document: Document, text: str) -> list[Part]:
    """The same of a text that was read already."""
    lines = text.split("\n")
    return list(_inside(document, lines, (), document.data, 1, len(lines)))


def _inside(
    document: Document, lines: list[str], path: Path, data: object, first: int, last: int
) -> Iterator[Part]:
    """The parts right below `path`, which has the lines `first` to `last` to itself."""
    begins: list[tuple[int, int, str | int, str, object]] = []
    if isinstance(data, dict):
        for name, value in data.items():
            line, column = document.names[(*path, name)]
            begins.append((line, column - 1, name, name, value))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            line, _ = document.values[(*path, at)]
            if not first <= line <= last:
                return  # an alias: it stands elsewhere
            column = len(lines[line - 1]) - len(lines[line - 1].lstrip())
            named = value.get("id") if isinstance(value, dict) else None
            begins.append((line, column, at, named if isinstance(named, str) else str(at + 1), value))
    depths = {depth for _, depth, *_ in begins}
    if len(depths) != 1 or len({line for line, *_ in begins}) < len(begins):
        return
    depth = depths.pop()
    for line, *_ in begins:
        before = lines[line - 1][:depth]
        item = lines[line - 1][depth : depth + 2].rstrip() == "-"
        if not first <= line <= last or before.strip() or item != isinstance(data, list):
            return  # written on one line with something else, or an alias
    starts = [_with_comments(lines, line, depth, first) for line, *_ in begins]
    ends = [*(start - 1 for start in starts[1:]), last]
    for start, end, (line, _, key, name, value) in zip(starts, ends, begins, strict=True):
        while end > line and not lines[end - 1].strip():
            end -= 1
        here = (*path, key)
        yield Part(here, name, start, end, depth)
        if isinstance(value, dict | list):
            yield from _inside(document, lines, here, value, line, end)


def _with_comments(lines: list[str], line: int, depth: int, first: int) -> int:
    """The first of the comment lines right above a line that are indented as it is."""
    while line > first and lines[line - 2].startswith(" " * depth + "#"):
        line -= 1
    return line


def cut(text: str, part: Part) -> str:
    """The lines of a part, without its indentation."""
    lines = text.split("\n")[part.first - 1 : part.last]
    return "\n".join(line if line[: part.depth].strip() else line[part.depth :] for line in lines)


def replaced(text: str, part: Part, by: str) -> str:
    """The document with other lines in place of a part; with none, the part is gone."""
    lines = text.split("\n")
    lines[part.first - 1 : part.last] = _indented(by, part.depth)
    return "\n".join(lines)


def added(text: str, inside: Part | None, more: str) -> str:
    """The document with lines more at the end of a part, beside what is there, or at its own end."""
    lines = text.rstrip("\n").split("\n")
    if inside is None:
        return "\n".join([*lines, *_indented(more, 0), ""])
    depth = next((one.depth for one in parts_of(text) if one.path[:-1] == inside.path), inside.depth + 2)
    lines[inside.last : inside.last] = _indented(more, depth)
    return "\n".join([*lines, ""])


def _indented(text: str, depth: int) -> list[str]:
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    if not any(line.strip() for line in lines):
        return []
    return [" " * depth + line if line.strip() else "" for line in lines]
