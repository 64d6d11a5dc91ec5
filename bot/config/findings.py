"""What is wrong with a configuration file, said in one line, with its place and the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from bot.config.phrases import Sentence, phrase, sentence_of
from bot.config.secret_shapes import looks_secret

#: Where a value stands in a document: mapping keys and list positions from the top.
Path = tuple[str | int, ...]

#: Line and column, both counted from 1, columns in characters.
Place = tuple[int, int]

#: So many findings are listed; a file with more is told so and read again after mending.
MAX_FINDINGS = 100

_SHOWN_CHARACTERS = 40
_COMPARED_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a file.

    What it says is English wherever it is printed; a `Sentence` in it can be said in other languages.
    `line` and `column` count from 1, columns in characters. `expected` is a phrase that follows the word
    "expected"; `nearest` is the valid name closest to what was written. Both may be empty.
    """

    file: str
    line: int
    column: int
    problem: str
    expected: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.sentence}"

    @property
    def sentence(self) -> Sentence:
        """The finding without its place: what is wrong, what was expected, the nearest valid name."""
        told = sentence_of(self.problem)
        if self.expected:
            told = phrase("with-expected", told=told, expected=self.expected)
        if self.nearest:
            told = phrase("with-nearest", told=told, nearest=self.nearest)
        return told


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, in the order of the file, at most `MAX_FINDINGS` and then one that says so."""
    ordered = sorted(dict.fromkeys(findings), key=lambda found: (found.file, found.line, found.column))
    if len(ordered) <= MAX_FINDINGS:
        return ordered
    last = ordered[MAX_FINDINGS - 1]
    more = Finding(
        last.file,
        last.line,
        last.column,
        phrase("more-findings"),
        phrase("want-first-mended"),
    )
    return [*ordered[:MAX_FINDINGS], more]


def shown(value: Any) -> str:
    """The value as a finding may print it: short, on one line, and never a secret."""
    if value is None:
        return phrase("nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return phrase("a-group")
    if isinstance(value, (list, tuple)):
        return phrase("a-list")
    text = shortened(str(value))
    return text if isinstance(value, (int, float)) or isinstance(text, Sentence) else f'"{text}"'


def written_as(value: Any) -> str:
    """The value as `shown`, but for nothing, which is empty."""
    return phrase("empty") if value is None else shown(value)


def shortened(text: str) -> str:
    """The text as a finding may print it: on one line, at most 40 characters, and never a secret."""
    if looks_secret(text):
        return phrase("hidden")
    few = text[: 4 * _SHOWN_CHARACTERS]
    flat = " ".join("".join(each if each.isprintable() else " " for each in few).split())
    return flat if len(flat) <= _SHOWN_CHARACTERS else flat[:_SHOWN_CHARACTERS].rstrip() + "…"


def nearest(written: str, valid: Collection[str]) -> str:
    """The valid name closest to what was written; empty if none is close."""
    plain: dict[str, str] = {}
    for name in valid:
        plain.setdefault(_plain(name), name)
    wanted = _plain(written[:_COMPARED_CHARACTERS])
    if wanted in plain:
        return plain[wanted]
    close = difflib.get_close_matches(wanted, plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else ""


def listed(names: Collection[str], most: int = 12) -> str:
    """Names as a phrase: "a, b or c"; after `most` names the rest is left out with an ellipsis."""
    few = list(names)[:most]
    if len(names) > most:
        return ", ".join(few) + ", …"
    if len(few) < 2:
        return "".join(few)
    return phrase("one-of", first=", ".join(few[:-1]), last=few[-1])


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_").strip("_#\u00a0\u200b\ufeff")
