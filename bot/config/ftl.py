"""One file of texts in Fluent, read as far as it is needed.

The library reads a file character by character, and what formats it brings Babel along: half of the time
that Hearth took to start. Most texts are one line of words with gaps. Those are read here; of plain plurals
and of texts of several lines it is only seen here that they are Fluent, and the library reads them when they
are said. Everything else (terms, functions) it reads at once, and it refuses what is not Fluent.
`tests/config/test_ftl.py` reads every text both ways and compares.
"""

from __future__ import annotations

import collections
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

_LONGEST = 2000
"""Longer words go by Fluent, which has a limit of its own for them."""
_PLAIN_NUMBERS = range(1000)
"""Numbers that every language writes alike."""

_NAME = r"[A-Za-z][A-Za-z0-9_-]*"
_GAP = rf"\{{ *\$({_NAME}) *\}}"
_LINE = rf"(?P<value>(?:[^{{}}\n]|{_GAP.replace('(', '(?:', 1)})+)"
_HEAD = re.compile(rf"(?P<name>{_NAME}) *= *{_LINE}?")
_ATTRIBUTE = re.compile(rf" +\.(?P<name>{_NAME}) *= *{_LINE}")
_PIECE = rf"(?:[^{{}}\n]|{_GAP.replace('(', '(?:', 1)}|\{{ *[a-z][A-Za-z0-9_-]* *\}})"
_VARIANT = rf"\[{_NAME}\] {_PIECE}+"
_PLURAL = rf"\{{ *\${_NAME} *->(?:\n +{_VARIANT})*\n *\*{_VARIANT}(?:\n +{_VARIANT})*\n *\}}"
_LATER = re.compile(
    rf"(?P<name>{_NAME}) *= *(?:{_PIECE}|{_PLURAL})+(?:\n+ +(?![\[*.}}\s])(?:{_PIECE}|{_PLURAL})+)*"
)
"""Words on one line or several, with gaps, other texts and plurals in them: Fluent, read when it is said."""
_COMMENT = re.compile(r"\#{1,3}(?: .*)?")
_ENTRY_STARTS = re.compile(r"[A-Za-z\#-]")
_NAMED = re.compile(_NAME)
_GAPS = re.compile(_GAP)
_REFERENCE = re.compile(rf"\{{\s*({_NAME})\s*[.}}]")

Parts = tuple[tuple[str, bool], ...]
"""Words and, marked True, the names of gaps."""


class NotFluent(ValueError):
    """What is no text; `start` is the first line of it."""

    def __init__(self, start: str) -> None:
        super().__init__(f"not a text: {start!r}")
        self.start = start


class Words:
    """One text, or one attribute of a text."""

    def __init__(self, file: Ftl, name: str, attribute: str, parts: Parts | None) -> None:
        self._file = file
        self._name = name
        self._attribute = attribute
        self._parts = parts
        self.fixed = self._joined({}) if parts is not None and not any(gap for _, gap in parts) else None
        """The words where they have no gaps and need no library; else None."""

    def filled(self, args: Mapping[str, Any]) -> str:
        """The words with their gaps filled. Raises what Fluent finds wrong, where they cannot be."""
        words = self._joined(args)
        if words is not None:
            return words
        bundle = self._file.bundle(self._name)
        message = bundle.get_message(self._name)
        pattern = message.attributes[self._attribute] if self._attribute else message.value
        assert pattern is not None
        formatted, problems = bundle.format_pattern(pattern, dict(args))
        if problems:
            raise problems[0]
        return str(formatted)

    def _joined(self, args: Mapping[str, Any]) -> str | None:
        """The words, or None where joining will not do: a large number in a gap, say, or nothing for it."""
        if self._parts is None:
            return None
        pieces = []
        for part, gap in self._parts:
            piece = args.get(part) if gap else part
            if type(piece) is int and piece in _PLAIN_NUMBERS:
                piece = str(piece)
            if not isinstance(piece, str) or len(piece) > _LONGEST:
                return None
            pieces.append(piece)
        return "".join(pieces)


class Ftl:
    """The texts of one file, in one language. Raises `NotFluent` for what is none."""

    def __init__(self, source: str, language: str) -> None:
        self._language = language
        self._lines: dict[str, str] = {}
        """What is read here, as it is written."""
        self._words: dict[str, dict[str, Words]] = {}
        entries = list(_entries(source))
        # Of a name that is there twice the first counts: the library sees to that.
        times = collections.Counter(
            named[0] for entry in entries if (named := _NAMED.match(entry)) is not None
        )
        rest, unread = [], []
        for entry in entries:
            found = _simple(entry)
            if found is None or (found and times[found[0]] > 1):
                rest.append(entry)
                later = _LATER.fullmatch(entry.rstrip(" \n"))
                if later is None or times[later["name"]] > 1:
                    unread.append(entry)
                else:
                    self._words[later["name"]] = {"": Words(self, later["name"], "", None)}
            elif found:
                name, parts = found
                self._lines[name] = entry
                self._words[name] = {
                    attribute: Words(self, name, attribute, own) for attribute, own in parts.items()
                }
        self._rest = "\n".join(rest)
        for parsed in _parsed("\n".join(unread)):
            self._take(parsed)

    def words(self, name: str, attribute: str = "") -> Words | None:
        """A text, or one of its attributes; None where there is none."""
        found = self._words.get(name)
        return found.get(attribute) if found is not None else None

    def has(self, name: str) -> bool:
        """Whether there is a text of this name, were it one of attributes alone."""
        return name in self._words

    def bundle(self, name: str) -> FluentBundle:
        """Fluent's bundle with this text and all that the library has to see."""
        if name in self._lines and name not in self._referred:
            self._bundle.add_resource(_resource(self._lines[name]))
        return self._bundle

    def _take(self, parsed: object) -> None:
        from fluent.syntax import ast

        if isinstance(parsed, ast.Junk):
            raise NotFluent((parsed.content or "").strip().split("\n")[0])
        if isinstance(parsed, ast.Message):
            name = parsed.id.name
            own = {one.id.name: Words(self, name, one.id.name, None) for one in parsed.attributes}
            if parsed.value is not None:
                own[""] = Words(self, name, "", None)
            self._words.setdefault(name, own)

    @functools.cached_property
    def _referred(self) -> frozenset[str]:
        """Texts read here that others refer to."""
        return frozenset(_REFERENCE.findall(self._rest)) & self._lines.keys()

    @functools.cached_property
    def _bundle(self) -> FluentBundle:
        from fluent.runtime import FluentBundle

        bundle = FluentBundle([self._language], use_isolating=False)
        bundle.add_resource(_resource(self._rest))
        for name in self._referred:
            bundle.add_resource(_resource(self._lines[name]))
        return bundle


@functools.lru_cache(maxsize=128)
def read(source: str, language: str) -> Ftl:
    """The same, read once: Hearth that cannot open its storage starts again and again, and answers
    meanwhile; and a cog's findings are in the file of its other texts."""
    return Ftl(source, language)


def _entries(source: str) -> Iterator[str]:
    """The file in pieces that begin where an entry may begin; joined again they are the file."""
    held: list[str] = []
    for line in source.replace("\r\n", "\n").split("\n"):
        if held and _ENTRY_STARTS.match(line):
            yield "\n".join(held)
            held = []
        held.append(line)
    yield "\n".join(held)


def _simple(entry: str) -> tuple[str, dict[str, Parts]] | tuple[()] | None:
    """A text's name and the words of it and of its attributes; nothing for a comment or an empty line; None
    where it needs the library."""
    lines = [line for line in entry.split("\n") if line.strip(" ")]
    if not lines or (len(lines) == 1 and _COMMENT.fullmatch(lines[0])):
        return ()
    head = _HEAD.fullmatch(lines[0])
    attributes = [_ATTRIBUTE.fullmatch(line) for line in lines[1:]]
    if head is None:
        return None
    found = {"": _parts(head["value"])} if head["value"] is not None else {}
    for one in attributes:
        if one is None:
            return None
        found[one["name"]] = _parts(one["value"])
    return (head["name"], found) if found and all(found.values()) else None


def _parts(value: str) -> Parts:
    pieces = _GAPS.split(value.rstrip(" "))
    return tuple((piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece)


def _parsed(source: str) -> Sequence[object]:
    if not source.strip():
        return ()
    from fluent.syntax import FluentParser

    return FluentParser(with_spans=False).parse(source).body


def _resource(source: str) -> Any:
    from fluent.runtime import FluentResource

    return FluentResource(source)
