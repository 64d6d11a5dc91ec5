"""Taps under a share, told in words and only from three people on, so that nobody counts."""

from __future__ import annotations

import collections
from collections.abc import Iterable

from bot.sdk import Choice


class Kind(Choice):
    """What a tap says."""

    ME_TOO = "me-too"
    HEARD = "heard"
    STRENGTH = "strength"


_AMOUNTS = ((20, "many"), (8, "quite-a-few"), (3, "a-few"))


def counts_of(kinds: Iterable[str]) -> dict[str, int]:
    """How many taps of each kind; reports are none."""
    known = {kind.value for kind in Kind}
    return dict(collections.Counter(kind for kind in kinds if kind in known))


def amount(number: int) -> str:
    """A number as the key of its words; empty below three."""
    return next((words for least, words in _AMOUNTS if number >= least), "")
