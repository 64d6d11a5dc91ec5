"""One pass over a text that says which finders are worth asking."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from . import links, phones
from .contacts import EMAIL_DETECTOR, POSTAL_DETECTOR

_DETECTORS = {
    "phone": phones.DETECTOR,
    "email": EMAIL_DETECTOR,
    "address": POSTAL_DETECTOR,
    "link": links.DETECTOR,
}
MEMORY = 64 << 20
"""Bytes that RE2 may use; it takes only what it needs."""


class Detectors:
    """The detectors that a space's rules need."""

    def __init__(self, names: Collection[str | int]) -> None:
        self.names = tuple(name for name in _DETECTORS if name in names)
        self._set: Any = None
        if self.names:
            import re2

            options = re2.Options()
            options.max_mem = MEMORY
            self._set = re2.Set.SearchSet(options)
            for name in self.names:
                self._set.Add(_DETECTORS[name])
            self._set.Compile()

    def seen(self, text: str) -> Sequence[str]:
        """The names of the finders that may find something in a clean text."""
        if self._set is None:
            return ()
        return [self.names[index] for index in self._set.Match(text) or ()]
