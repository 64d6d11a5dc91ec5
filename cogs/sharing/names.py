"""Names for voices and shares: kind and neutral words, drawn at random, each once where it is used."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quick one where there is one: this runs at every start."""
TRIES = 40
"""Draws before names get longer."""
REACH = 98
"""How far numbers go at first."""
_SMALLEST = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """The words of one language."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    shares: tuple[str, ...]
    number: str

    def voice(self, taken: Collection[str], *, numbered: bool) -> str:
        """A pseudonym that nobody in the thread has. There is always one more."""
        if numbered:
            return _free(lambda reach: f"{self.number} {_number(reach)}", taken)
        return _free(
            lambda reach: (
                f"{secrets.choice(self.first)} {secrets.choice(self.second)}"
                + (f" {_number(reach // 10)}" if reach > REACH else "")
            ),
            taken,
        )

    def share(self, reach: int) -> str:
        """A short name for a share, with a number of up to `reach` or so. It may be taken."""
        return f"{secrets.choice(self.shares)} {_number(reach)}"


def _free(draw: Callable[[int], str], taken: Collection[str]) -> str:
    held = {one.casefold() for one in taken}
    reach = REACH
    while True:
        for _ in range(TRIES):
            name = draw(reach)
            if name.casefold() not in held:
                return name
        reach *= 10


def _number(reach: int) -> int:
    return _SMALLEST + secrets.randbelow(max(reach, 1))


def folded(name: str) -> str:
    """A handle as it is looked up: `Amber  7` is `amber 7`."""
    return " ".join(name.split()).casefold().strip("#.,!?\"'“”„")


def read_names(folder: Path) -> Mapping[str, Names]:
    """The words of every language in `data/names`, by language."""
    found = {}
    for file in sorted(folder.glob("*.yaml")):
        held = yaml.load(file.read_bytes(), Loader=_LOADER)  # noqa: S506 - a safe one
        found[str(held["language"])] = Names(
            tuple(held["first"]), tuple(held["second"]), tuple(held["shares"]), str(held["number"])
        )
    return found
