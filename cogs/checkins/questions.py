"""What prompts ask: the sets in `data/prompts`, and whose turn it is."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

DEFAULT_SET = "gentle"


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One question, with its words by language."""

    id: str
    words: Mapping[str, str]

    def told(self, language: str) -> str:
        """The words in this language, else in its base language, else in English, else in any."""
        for tongue in (language, language.split("-")[0], "en"):
            if tongue in self.words:
                return self.words[tongue]
        return next(iter(self.words.values()))


def read_sets(folder: Path) -> dict[str, tuple[Question, ...]]:
    """Every set in the folder, by the file's name. Raises `ValueError` for a file that is no set."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    sets = {}
    for file in sorted(folder.glob("*.yaml")):
        written = yaml.load(file.read_bytes(), Loader=loader)  # noqa: S506 - a safe one, and quick
        try:
            sets[file.stem] = tuple(
                Question(str(one["id"]), {str(tongue): str(words) for tongue, words in one["words"].items()})
                for one in written["questions"]
            )
        except (TypeError, KeyError, AttributeError):
            raise ValueError(f"{file.name} is no set of questions") from None
        if len({one.id for one in sets[file.stem]}) != len(sets[file.stem]):
            raise ValueError(f"{file.name} uses an id twice")
    return sets


def own_questions(written: Sequence[str]) -> tuple[Question, ...]:
    """Questions that a group wrote itself, known by their words."""
    return tuple(
        Question(hashlib.blake2s(words.encode(), digest_size=8).hexdigest(), {"en": words})
        for words in dict.fromkeys(written)
    )


def turn(ids: Sequence[str], past: Sequence[tuple[int, str]], seed: str) -> tuple[int, str]:
    """The round and the question whose turn it is, after `past` ((round, id), the newest first).

    Each round asks everything once, in an order of its own; a question never follows itself.
    """
    round_ = past[0][0] if past else 0
    asked = {one for number, one in past if number == round_}
    left = [one for one in ids if one not in asked]
    if not left:
        round_ += 1
        left = [one for one in ids if one != past[0][1]] or list(ids)

    def place(one: str) -> bytes:
        return hashlib.blake2s(f"{seed}|{round_}|{one}".encode()).digest()

    return round_, min(left, key=place)
