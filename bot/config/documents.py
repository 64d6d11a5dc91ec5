"""YAML documents as plain data with the place of every value, and everything wrong with them at once.

Values without quotes are read as YAML 1.2 reads them, and more carefully: `NO`, `on` and `yes` are text (a
setting that wants true or false takes them), `19:00` and dates are text, `0123` keeps its zero. Anchors and
aliases are followed within limits that are counted before anything is expanded; tags and merge keys are
refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.config.findings import Finding, Path, Place, in_order, nearest, shown
from bot.config.phrases import phrase
from bot.config.syntax import key_complaint, plain_complaint, syntax_complaints

#: The largest document, in bytes of UTF-8.
MAX_BYTES = 256 * 1024
#: How deep lists and groups may stand in each other, aliases followed.
MAX_DEPTH = 20
#: How many values a document may hold, aliases followed.
MAX_VALUES = 50_000
#: How many aliases (`*name`) a document may use.
MAX_ALIASES = 200
#: The longest name of a setting, in characters.
MAX_NAME = 100
#: The most digits of a number without quotes; the ids of chat platforms have at most 20.
MAX_DIGITS = 20

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# A comment that begins without a space is more likely the name of a room: `room: #evening`.
_COMMENT = re.compile(r"\s*#[^\s#]")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})

# What YAML cannot hold, and line separators that would make our line numbers differ from an editor's.
_UNREADABLE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_MOST_UNREADABLE = 20
_BOM = "\ufeff"
_OTHER_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


@dataclass(frozen=True)
class Document:
    """A document read: its data, and where each value and each name of a setting stands.

    `spelling` holds how a number or a true or false was written, for settings that want text.
    """

    file: str
    data: dict[str, Any]
    values: Mapping[Path, Place]
    names: Mapping[Path, Place]
    spelling: Mapping[Path, str]
    #: Where something was found wrong already: what stands there is not judged a second time.
    faulty: frozenset[Place]

    def place(self, path: Path, *, name: bool = False) -> Place:
        """Where the value at a path stands (or the name of the setting), else its nearest parent."""
        first, second = (self.names, self.values) if name else (self.values, self.names)
        while path:
            found = first.get(path) or second.get(path)
            if found is not None:
                return found
            path, first, second = path[:-1], self.names, self.values
        return (1, 1)

    def leaves(self) -> Iterator[tuple[Path, Any]]:
        """Every single value (no list, no group) with its path, in the order of the document."""
        return _leaves(self.data, ())


def _leaves(data: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(data, dict):
        for name, each in data.items():
            yield from _leaves(each, (*path, name))
    elif isinstance(data, list):
        for index, each in enumerate(data):
            yield from _leaves(each, (*path, index))
    else:
        yield path, data


def load(source: bytes | str, file: str) -> tuple[Document | None, list[Finding]]:
    """Read one YAML document whose top level is a group of settings.

    Returns the document, if its shape can be read at all, and everything found wrong, in the order of the
    file. `file` is the name that the findings give. Never raises for any content.
    """
    findings: list[Finding] = []
    text = _decoded(source, file, findings)
    if text is None:
        return None, in_order(findings)
    lines = text.split("\n")
    reader = _Reader(file, lines, findings)
    try:
        top = reader.read(text)
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark)
        if place[0] > len(lines):
            # The end of the file counts as a line of its own to YAML, not to an editor.
            place = (len(lines), len(lines[-1]) + 1)
        opened = _place(error.context_mark) if error.context_mark is not None else None
        for said in syntax_complaints(lines, error.problem or "", place, opened):
            findings.append(Finding(file, *said))
        return None, in_order(findings)
    except yaml.YAMLError:
        findings.append(Finding(file, 1, 1, phrase("no-yaml")))
        return None, in_order(findings)
    except _TooMuchError:
        return None, in_order(findings)
    if top is None or (isinstance(top, _Text) and top.value is None):
        findings.append(Finding(file, 1, 1, phrase("file-empty"), phrase("want-some-settings")))
        return None, in_order(findings)
    if not isinstance(top, _Map):
        what = phrase("file-a-list") if isinstance(top, _List) else phrase("file-a-text")
        if all((found.line, found.column) != top.place for found in findings):
            findings.append(Finding(file, *top.place, what, phrase("want-some-settings")))
        return None, in_order(findings)
    laid = _Laid({}, {}, {})
    data = laid.out(top, (), top.place)
    faulty = frozenset((found.line, found.column) for found in findings)
    document = Document(file, data, laid.values, laid.names, laid.spelling, faulty)
    return document, in_order(findings)


def _decoded(source: bytes | str, file: str, findings: list[Finding]) -> str | None:
    """The text with plain line ends, or None if it cannot be read on."""
    size = len(source) if isinstance(source, bytes) or len(source) > MAX_BYTES else _bytes_in(source)
    if size > MAX_BYTES:
        expected = phrase("want-kib-most", most=MAX_BYTES // 1024)
        findings.append(Finding(file, 1, 1, phrase("file-too-large"), expected))
        return None
    if isinstance(source, str):
        text = source
    else:
        for mark, encoding in _OTHER_ENCODINGS:
            if source.startswith(mark):
                problem = phrase("file-saved-as", encoding=encoding)
                findings.append(Finding(file, 1, 1, problem, phrase("want-it-utf-8")))
                return None
        try:
            text = source.decode("utf-8")
        except UnicodeDecodeError as error:
            before = source[: error.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
            line, column = _after(before.removeprefix(_BOM))
            findings.append(Finding(file, line, column, phrase("no-utf-8"), phrase("want-file-utf-8")))
            return None
    if text.startswith(_BOM):
        text = text[1:]
        findings.append(Finding(file, 1, 1, phrase("byte-order-mark"), phrase("want-plain-utf-8")))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    unreadable = list(_UNREADABLE.finditer(text))
    for match in unreadable[:_MOST_UNREADABLE]:
        line, column = _after(text[: match.start()])
        problem = phrase("invisible-character", character=f"U+{ord(match.group()):04X}")
        findings.append(Finding(file, line, column, problem, phrase("want-no-such-character")))
    return None if unreadable else text


def _bytes_in(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _after(before: str) -> Place:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _place(mark: Any) -> Place:
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


class _TooMuchError(Exception):
    """A limit is passed: the document is not read on."""


@dataclass(slots=True)
class _Text:
    value: Any
    spelling: str | None
    place: Place
    size: int = 1
    height: int = 0


@dataclass(slots=True)
class _List:
    place: Place
    items: list[_Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class _Map:
    place: Place
    entries: dict[str, tuple[Place, _Node]] = field(default_factory=dict)
    #: The name read last, whose value comes next; `waiting` tells it from a name that was refused.
    name: str | None = None
    name_place: Place = (1, 1)
    waiting: bool = False
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class _Alias:
    target: _Node
    place: Place
    size: int
    height: int


_Node = _Text | _List | _Map | _Alias


class _Reader:
    """Builds nodes from the parser's events, one by one, so that no limit is passed before it is noticed."""

    def __init__(self, file: str, lines: list[str], findings: list[Finding]) -> None:
        self._file = file
        self._lines = lines
        self._findings = findings
        self._open: list[tuple[_List | _Map, str | None]] = []
        self._anchors: dict[str, _Node] = {}
        self._unfinished: set[str] = set()
        self._aliases = 0
        self._values = 0
        self._top: _Node | None = None

    def read(self, text: str) -> _Node | None:
        """The top node of the first document. Raises YAMLError, and _TooMuchError with its finding made."""
        documents = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            place = _place(event.start_mark)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(place, phrase("second-document"), phrase("want-one-document"))
            elif isinstance(event, yaml.ScalarEvent):
                self._refuse_tag(event.tag, place)
                self._count(place)
                self._add(self._text(event, place), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event.anchor or "", place)
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                self._refuse_tag(event.tag, place)
                self._count(place)
                self._begin(
                    _List(place) if isinstance(event, yaml.SequenceStartEvent) else _Map(place), event.anchor
                )
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                node, anchor = self._open.pop()
                if anchor is not None:
                    self._unfinished.discard(anchor)
                    self._anchors[anchor] = node
                self._add(node, None)
        return self._top

    def _find(self, place: Place, problem: str, expected: str = "", near: str = "") -> None:
        self._findings.append(Finding(self._file, *place, problem, expected, near))

    def _stop(self, place: Place, problem: str, expected: str) -> None:
        self._find(place, problem, expected)
        raise _TooMuchError

    def _count(self, place: Place, values: int = 1) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            self._stop(place, phrase("too-many-values"), phrase("want-values-most", most=MAX_VALUES))

    def _begin(self, node: _List | _Map, anchor: str | None) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._stop(node.place, phrase("nested-too-deep"), phrase("want-levels-most", most=MAX_DEPTH))
        if anchor is not None:
            self._anchors.pop(anchor, None)
            self._unfinished.add(anchor)
        self._open.append((node, anchor))

    def _refuse_tag(self, tag: str | None, place: Place) -> None:
        if tag is not None:
            self._find(place, phrase("begins-with-tag"), phrase("want-quotes"))

    def _alias(self, anchor: str, place: Place) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            self._stop(place, phrase("too-many-aliases"), phrase("want-aliases-most", most=MAX_ALIASES))
        if anchor in self._unfinished:
            problem = phrase("alias-in-itself", alias=anchor[:40])
            self._stop(place, problem, phrase("want-written-out"))
        target = self._anchors.get(anchor)
        if target is None:
            self._find(
                place,
                phrase("alias-undefined", alias=anchor[:40]),
                phrase("want-quotes-star"),
                nearest(anchor, self._anchors),
            )
            self._add(_Text(None, None, place), None)
            return
        if len(self._open) + target.height > MAX_DEPTH:
            self._stop(place, phrase("nested-too-deep"), phrase("want-levels-most", most=MAX_DEPTH))
        self._count(place, target.size)
        self._add(_Alias(target, place, target.size, target.height), None)

    def _add(self, node: _Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
            self._unfinished.discard(anchor)
        if not self._open:
            self._top = node
            return
        parent = self._open[-1][0]
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if isinstance(parent, _List):
            parent.items.append(node)
        elif not parent.waiting:
            parent.waiting = True
            parent.name_place = node.place
            parent.name = self._name(node, parent)
        else:
            parent.waiting = False
            if parent.name is not None:
                parent.entries[parent.name] = (parent.name_place, node)

    def _name(self, node: _Node, parent: _Map) -> str | None:
        """The name of a setting; None, with a finding, for one that cannot be used."""
        if not isinstance(node, _Text):
            what = phrase("alias-as-name") if isinstance(node, _Alias) else phrase("list-as-name")
            self._find(node.place, what, phrase("want-name-value"))
            return None
        name = node.value if node.spelling is None else node.spelling
        if not isinstance(name, str) or not name:
            self._find(node.place, phrase("name-empty"), phrase("want-name-value"))
            return None
        if name == "<<":
            self._find(node.place, phrase("merged"), phrase("want-written-out"))
            return None
        if len(name) > MAX_NAME:
            self._find(
                node.place, phrase("name-too-long"), phrase("want-characters-most", max_length=MAX_NAME)
            )
            return None
        if complaint := key_complaint(name):
            self._find(node.place, *complaint)
        if name in parent.entries:
            line = parent.entries[name][0][0]
            problem = phrase("second-time", name=shown(name), line=line)
            self._find(node.place, problem, phrase("want-each-name-once"))
            return None
        return name

    def _text(self, event: Any, place: Place) -> _Text:
        written: str = event.value
        if event.style in ("'", '"', "|", ">") or not event.implicit[0]:
            return _Text(written, None, place)
        if written in _NOTHING:
            line, column = place
            if not written and _COMMENT.match("".join(self._lines[line - 1 : line]), column - 1):
                self._find(place, phrase("comment-instead"), phrase("want-quoted-name"))
            return _Text(None, written, place)
        if written in _TRUE or written in _FALSE:
            return _Text(written in _TRUE, written, place)
        if written[0] in "-+.0123456789":
            return self._number(written, place)
        if complaint := plain_complaint(written):
            self._find(place, *complaint)
        return _Text(written, None, place)

    def _number(self, written: str, place: Place) -> _Text:
        if _WHOLE.fullmatch(written):
            if len(written) > MAX_DIGITS:
                problem = phrase("so-many-digits", digits=len(written.lstrip("-")))
                self._find(place, problem, phrase("want-digits-most", most=MAX_DIGITS))
                return _Text(0, written, place)
            return _Text(int(written), written, place)
        if _NO_NUMBER.fullmatch(written):
            problem = phrase("no-usable-number", number=written)
            self._find(place, problem, phrase("want-number-or-quotes"))
            return _Text(0, written, place)
        if len(written) <= 2 * MAX_DIGITS and _DECIMAL.fullmatch(written):
            number = float(written)
            if math.isinf(number):
                self._find(place, phrase("number-too-large"), phrase("want-smaller-or-quotes"))
                return _Text(0, written, place)
            return _Text(number, written, place)
        if complaint := plain_complaint(written):
            self._find(place, *complaint)
        return _Text(written, None, place)


@dataclass(slots=True)
class _Laid:
    """Nodes laid out as data, every value with its path; sizes and depths were counted before."""

    values: dict[Path, Place]
    names: dict[Path, Place]
    spelling: dict[Path, str]

    def out(self, node: _Node, path: Path, place: Place) -> Any:
        self.values[path] = place
        if isinstance(node, _Alias):
            return self.out(node.target, path, place)
        if isinstance(node, _Map):
            data = {}
            for name, (name_place, child) in node.entries.items():
                self.names[(*path, name)] = name_place
                data[name] = self.out(child, (*path, name), child.place)
            return data
        if isinstance(node, _List):
            return [self.out(child, (*path, index), child.place) for index, child in enumerate(node.items)]
        if node.spelling is not None and node.value is not None:
            self.spelling[path] = node.spelling
        return node.value
