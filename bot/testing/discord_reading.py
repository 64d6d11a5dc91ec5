"""What stands in a message on Discord, as a person reads it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from bot.platforms.terminal.write import SeenField

_FIELD = re.compile(r"\*\*(?P<name>(?:[^*\\]|\\.)+)\*\*(?:\n(?P<text>[\s\S]*))?\Z")
_SPOILER = re.compile(r"\|\|([\s\S]+?)\|\|")
"""As Discord's clients have it: what is escaped inside is not looked at."""
_WARNING = "\u26a0 "


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What is in sight, and what a reader sees only after opening every spoiler (`folded`)."""

    text: str
    fields: tuple[SeenField, ...]
    warning: str
    folded: str


def reading(texts: Sequence[str]) -> Reading:
    """What the texts of a message say."""
    in_sight: list[str] = []
    hidden: list[str] = []
    for text in texts:
        spoiler = _SPOILER.match(text)
        if spoiler is None:
            in_sight.append(text)
            continue
        hidden.append(spoiler[1])
        if rest := text[spoiler.end() :]:
            in_sight.append(rest)
    text, fields = _parts(in_sight)
    inside, inner = _parts(hidden)
    named = [f"{one.name}: {one.text}" if one.name else one.text for one in inner]
    warning = next((one for one in in_sight if one.startswith(_WARNING)), "")
    return Reading(
        text,
        tuple(fields),
        plain(warning.removeprefix(_WARNING)),
        "\n".join(part for part in (inside, *named) if part),
    )


def _parts(texts: Sequence[str]) -> tuple[str, list[SeenField]]:
    """What stands on its own, and what stands under a name."""
    alone: list[str] = []
    fields: list[SeenField] = []
    for text in texts:
        named = _FIELD.match(text)
        if named is not None:
            fields.append(SeenField(plain(named["name"]), plain(named["text"] or "")))
        elif fields and not text.startswith(("```", "-# ")):
            last = fields[-1]
            told = f"{last.text}\n{plain(text)}".strip("\n")
            fields[-1] = SeenField(last.name, told, copy=True)
        else:
            alone.append(plain(text))
    return "\n".join(alone), fields


def plain(words: str) -> str:
    """Words as a person reads them."""
    if words.startswith("```"):
        return words.strip("`\n")
    words = re.sub(r"(?m)^(### |-# )", "", words)
    words = re.sub(r"\*\*((?:[^*\\]|\\.)+)\*\*", r"\1", words)
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", words)
