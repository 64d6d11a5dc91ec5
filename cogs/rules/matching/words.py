"""Words and phrases, thousands of them, found in one pass: an automaton over skeleton letters, then a
verdict."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .characters import fold
from .disguise import SENTENCE_END, Tongue, reads_as
from .forms import forms
from .text import Line, Span, skeleton_line

MAX_LETTERS = 256
LEAST_LETTERS = 8
"""Letters of different candidates in one message that get the long look, each counted as so many more; those
after it count only as they stand."""
MAX_FOUND = 20
"""Places in one message that are told of one owner; more would say nothing new, and one owner never hides
another."""
#: Words that also begin longer ones over a hyphen: in "psycho-social" nobody is called anything.
_COMBINING = frozenset(
    [
        "psycho",
        "schizo",
        "homo",
        "hetero",
        "bi",
        "narco",
        "nympho",
        "pedo",
        "paedo",
        "neuro",
        "auto",
        "socio",
        "necro",
        "retro",
        "trans",
        "ex",
        "anti",
        "self",
    ]
)


class Term(NamedTuple):
    """A word or phrase that a rule looks for, as written in the profile; `*` at its end makes it a
    beginning."""

    owner: int
    text: str
    forms: bool = False


class Found(NamedTuple):
    """A term found: whose it is, and where in the original text."""

    owner: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Key:
    word: str
    prefix: bool
    owners: tuple[int, ...]


class Lexicon:
    """All terms of a space's rules. Looking through a message costs the same for a hundred as for ten
    thousand."""

    def __init__(self, terms: Iterable[Term], languages: Sequence[str] = ("en",)) -> None:
        spoken = frozenset(each.replace("_", "-").split("-")[0].casefold() for each in languages)
        self._tongue = Tongue.of(languages)
        keys: dict[str, dict[tuple[str, bool], set[int]]] = defaultdict(lambda: defaultdict(set))
        for term in terms:
            prefix = term.text.rstrip().endswith("*")
            word = fold(term.text)
            if not word:
                continue
            for form in forms(word, spoken) if term.forms and not prefix else (word,):
                line = skeleton_line(form)
                keys[line[:-1] if prefix else line][form, prefix].add(term.owner)
        self.size = len(keys)
        self._automaton: Any = None
        if keys:
            import ahocorasick

            self._automaton = ahocorasick.Automaton()
            for line, readings in keys.items():
                self._automaton.add_word(
                    line,
                    (
                        len(line),
                        tuple(
                            _Key(word, prefix, tuple(sorted(who))) for (word, prefix), who in readings.items()
                        ),
                    ),
                )
            self._automaton.make_automaton()

    def find(self, lines: Iterable[Line]) -> Iterator[Found]:
        """Every term that a message says, openly or in disguise; places in the original text.

        `lines` are those of one message (see `text.lines`).
        """
        if self._automaton is None:
            return
        looks = _Looks(self._tongue)
        told: set[Found] = set()
        times: Counter[int] = Counter()
        enough: set[int] = set()
        for line in lines:
            for last, (length, keys) in self._automaton.iter(line.letters):
                for key in keys:
                    if enough.issuperset(key.owners) or (looks.over and not looks.stands(key, line.text)):
                        continue
                    for found in self._judge(line, last - length + 2, last, key, looks):
                        if found not in told:
                            told.add(found)
                            times[found.owner] += 1
                            if times[found.owner] >= MAX_FOUND:
                                enough.add(found.owner)
                            yield found

    @staticmethod
    def _judge(line: Line, start: int, last: int, key: _Key, looks: _Looks) -> Iterator[Found]:
        end = line.letters.find(" ", last)
        span = line.inside(start, end)
        text = line.text[slice(*span)]
        if len(text) > 1000:
            return
        if not looks.reads(text, key, end - last - 1, line) or _only_begins(key.word, line.text, span):
            return
        where = line.original(span)
        for owner in key.owners:
            yield Found(owner, *where)


class _Looks:
    """The long looks that one message gets."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._judged: dict[tuple[str, str, bool], bool] = {}
        self._left = MAX_LETTERS
        self._folded: dict[str, str] = {}
        self._stands: dict[tuple[str, bool, str], bool] = {}

    @property
    def over(self) -> bool:
        """Whether words count only as they stand from here on."""
        return self._left <= 0

    def stands(self, key: _Key, text: str) -> bool:
        """Whether the text of a line may say a word as it is. Once for each word and text."""
        asked = (key.word, key.prefix, text)
        if asked not in self._stands:
            if text not in self._folded:
                self._folded[text] = f" {fold(text)} "
            # Others may be of a script without spaces.
            before, after = (" ", "" if key.prefix else " ") if key.word.isascii() else ("", "")
            self._stands[asked] = f"{before}{key.word}{after}" in self._folded[text]
        return self._stands[asked]

    def reads(self, text: str, key: _Key, tail: int, line: Line) -> bool:
        """Whether words of a line read as a word, or begin so and go on for `tail` letters."""
        judged = (text, key.word, key.prefix)
        if judged not in self._judged:
            self._judged[judged] = (
                self._begins(text, key.word, tail, line) if key.prefix else self._is(text, key.word, line)
            )
        return self._judged[judged]

    def _is(self, text: str, word: str, line: Line) -> bool:
        if self.over:
            return fold(text) == word
        self._left -= len(text) + LEAST_LETTERS
        return reads_as(text, word, self._tongue, lambda: line.natives)

    def _begins(self, text: str, word: str, tail: int, line: Line) -> bool:
        if fold(text).startswith(word):
            return " " not in word or SENTENCE_END.search(text) is None
        if self.over:
            return False
        # A disguised beginning: what follows it is not known. The likeliest is looked at first.
        cut = len(text) - tail
        return any(
            self._is(text[:end], word, line)
            for end in (cut, cut + 1, cut - 1, cut + 2, cut - 2, cut + 3)
            if 0 < end <= len(text)
        )


def _only_begins(word: str, text: str, span: Span) -> bool:
    """Whether the word is only the first half of another: "psycho-" in "psycho-social"."""
    after = text[span[1] : span[1] + 2]
    return len(after) == 2 and after[0] in "-\u2010\u2011" and after[1].isalpha() and word in _COMBINING
