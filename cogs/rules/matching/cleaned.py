"""A text as patterns and contact finders read it: styles and unseen characters off, with the way back."""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from bisect import bisect_right
from functools import cached_property, partial
from itertools import accumulate
from typing import NamedTuple

from .characters import (
    ASTRAL,
    IGNORABLE,
    LOOSE_MARK,
    UNREAD_MARK,
    UNSEEN_FAR,
    foreign,
    ignorable,
    lengths,
    skeleton_lengths,
)

#: A character with what may combine with it, which is never ASCII.
_STRETCH = re.compile(".?[^\x00-\x7f]+|[\x00-\x7f]+(?![^\x00-\x7f])|.", re.DOTALL)
_DEEP = re.compile(f"[{LOOSE_MARK.pattern[1:-1]}{UNREAD_MARK.pattern[1:-1]}]{{9}}")
#: What needs cleaning although compatibility composition leaves it: unseen characters, loose and framed ones.
_UNCLEAN = re.compile(
    f"[{IGNORABLE.pattern[1:-2]}{LOOSE_MARK.pattern[1:-1]}{UNREAD_MARK.pattern[1:-1]}"
    "\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59\u2028\u2029\u3002\uff61\ud800-\udfff"
    "\U0001f100-\U0001f1e5]"
)
_DOTS = {"\u3002": ".", "\uff61": ".", "\u2024": "."}


def _clean(code: int) -> str:
    """What a character becomes."""
    character = chr(code)
    if 0x3400 <= code < 0xD7A4 and not 0xA000 <= code < 0xAC00:
        return character
    clean = _DOTS.get(character) or unicodedata.normalize("NFKC", character)
    if len(clean) > 3:
        clean = character
    if ignorable(character) or LOOSE_MARK.match(character):
        clean = ""
    elif unicodedata.category(character) in ("Cs", "Cn", "Zl", "Zp"):
        clean = " "
    elif 0x2460 <= code < 0x2500 or 0x1F100 <= code < 0x1F1E6:
        clean = clean.strip("()., ") or clean
    elif clean.isdecimal():
        clean = "".join(str(int(each)) for each in clean)
    return clean


def warm() -> None:
    """Work out beforehand what characters become, so that no message waits for it."""
    _plain()
    _lengths()
    skeleton_lengths("")


@functools.lru_cache(maxsize=1)
def _flat() -> list[str]:
    """What characters up to `ASTRAL` become. Beyond it only what is unseen goes."""
    return [_clean(code) for code in range(ord(ASTRAL))]


@functools.lru_cache(maxsize=1)
def _lengths() -> str:
    """How long that is, as `characters.lengths` takes it."""
    return "".join(map(chr, map(len, _flat())))


@functools.lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    """Letters and signs of everyday writing that are clean as they stand and combine with nothing."""
    return frozenset(
        each
        for each in map(chr, (*range(0xA0, 0x250), *range(0x2010, 0x2028)))
        if _flat()[ord(each)] == each == unicodedata.normalize("NFKC", each) and not _UNCLEAN.match(each)
    )


class Cleaned:
    """A text and its clean form; `original` leads from a part of the clean form to the text."""

    def __init__(self, text: str) -> None:
        self._raw = self._composed = self.text = text
        if text.isascii() or (len(text) <= 1000 and foreign(text) <= _plain()):
            return
        # Composing sorts stacked marks, which takes long for a tower of them; nobody reads a tower.
        if not _DEEP.search(text):
            self._composed = unicodedata.normalize("NFC", text)
        if not unicodedata.is_normalized("NFKC", text) or _UNCLEAN.search(text):
            self.text = UNSEEN_FAR.sub("", self._composed).translate(_flat())

    @cached_property
    def _ends(self) -> list[int]:
        """Up to where in the clean text each composed character goes."""
        return list(accumulate(lengths(self._composed, _lengths(), 1)))

    @cached_property
    def _stretches(self) -> _Stretches:
        raw = _STRETCH.findall(self._raw)
        composed = list(map(partial(unicodedata.normalize, "NFC"), raw))
        return _Stretches(
            list(map(operator.eq, raw, composed)),
            list(accumulate(map(len, raw))),
            list(accumulate(map(len, composed))),
        )

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original text that a part of the clean one, not empty, came from."""
        if self.text is self._raw:
            return start, end
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, end - 1)
        if self._composed == self._raw:
            return first, last + 1
        return self._stretches.original(first)[0], self._stretches.original(last)[1]


class _Stretches(NamedTuple):
    """A text in stretches that compose by themselves: which are as they were, and up to where each goes in
    the text and in the composed one."""

    same: list[bool]
    raw: list[int]
    composed: list[int]

    def original(self, place: int) -> tuple[int, int]:
        """From and up to where in the text a composed character came from: all of a stretch that changed."""
        at = bisect_right(self.composed, place)
        if self.same[at]:
            found = place - self.composed[at] + self.raw[at]
            return found, found + 1
        return self.raw[at - 1] if at else 0, self.raw[at]
