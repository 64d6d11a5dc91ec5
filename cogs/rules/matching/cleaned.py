"""A text as patterns and contact finders read it: styles and unseen characters off, with the way back."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

from .characters import LOOSE_MARK, ignorable

_CLUSTER = re.compile("[^\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]?"
                      "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]*", re.DOTALL)  # fmt: skip
_DOTS = {"\u3002": ".", "\uff61": ".", "\u2024": "."}


class _Cleaning(dict[int, str]):
    """What each character becomes, worked out when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        clean = _DOTS.get(character) or unicodedata.normalize("NFKC", character)
        if ignorable(character):
            clean = ""
        elif unicodedata.category(character) in ("Cs", "Cn", "Zl", "Zp"):
            clean = " "
        elif 0x2460 <= code < 0x2500 or 0x1F100 <= code < 0x1F1E6:
            clean = clean.strip("()., ") or clean
        elif clean.isdecimal():
            clean = "".join(str(int(each)) for each in clean)
        self[code] = clean
        return clean


_CLEANING = _Cleaning()


class Cleaned:
    """A text and its clean form; `original` leads from a part of the clean form to the text."""

    def __init__(self, text: str) -> None:
        self._raw = text
        if text.isascii():
            self.text = text
        elif unicodedata.is_normalized("NFC", text) and not LOOSE_MARK.search(text):
            self.text = text.translate(_CLEANING)
        else:
            self.text = "".join(clean for _, clean in self._clusters())

    def _clusters(self) -> list[tuple[int, str]]:
        """Each letter with its marks, composed, as its length and clean form; marks left over are dropped."""
        found = []
        for each in _CLUSTER.finditer(self._raw):
            composed = unicodedata.normalize("NFC", each[0][:8])
            found.append((len(each[0]), composed.translate(_CLEANING)))
        return found

    @cached_property
    def _places(self) -> list[tuple[int, int]] | None:
        if self.text is self._raw or self._raw.isascii():
            return None
        places: list[tuple[int, int]] = []
        at = 0
        for length, clean in self._clusters():
            places += [(at, at + length)] * len(clean)
            at += length
        return places

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original text that a part of the clean one, not empty, came from."""
        if self._places is None:
            return start, end
        return self._places[start][0], self._places[end - 1][1]
