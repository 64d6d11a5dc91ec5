"""Taps under a share, told in words and only from three people on, so that nobody counts."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sdk import Choice


class Kind(Choice):
    """What a tap says."""

    ME_TOO = "me-too"
    HEARD = "heard"
    STRENGTH = "strength"


_AMOUNTS = ((20, "many"), (8, "quite-a-few"), (3, "a-few"))


def amounts(counted: Mapping[str, int]) -> dict[str, str]:
    """How many tapped, by kind, as the keys of words; nothing below three."""
    return {kind: words for kind, number in counted.items() if (words := _amount(number))}


def _amount(number: int) -> str:
    return next((words for least, words in _AMOUNTS if number >= least), "")
