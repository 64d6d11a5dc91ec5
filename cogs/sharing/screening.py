"""What is looked at before anything anonymous is posted: hidden characters, contact details, one's own name,
words that sound like danger or like advice. All of it for the writer's eyes alone.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import yaml

from bot.sdk import Person, Place

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quick one where there is one: this runs at every start."""
_JOINER, _NON_JOINER, _EMOJI_STYLE = "\u200d", "\u200c", "\ufe0f"
_LINES = re.compile(r"\n{3,}")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@[\w.=/+-]+:[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(
    r"(?<![\w.,])(?:\+|\(?0)\d?[\d ()./\u2010-\u2015-]{5,20}\d(?![\w])|(?<![\w.,])\d{9,15}(?!\w)"
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\Z")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'"})
_SHORTEST_NAME = 3


class Finding(Protocol):
    """What a rule of the community has to say about words, to their writer."""

    @property
    def says(self) -> str:
        """One private sentence, in the writer's language."""

    @property
    def stops(self) -> bool:
        """Whether the words may not go out like this."""


@runtime_checkable
class Rules(Protocol):
    """The community's rules, as far as sharing asks: the service of the cog `rules`, where that can say."""

    async def privately(self, person: Person, place: Place, words: str, language: str) -> Sequence[Finding]:
        """What the rules of this place say about words that are to be posted there without a name. Nothing is
        noted, nothing kept in mind, and nobody is told."""


@dataclasses.dataclass(frozen=True, slots=True)
class Screened:
    """What was found. `text` is what would go out."""

    text: str = dataclasses.field(repr=False)
    contacts: bool = False
    own_name: bool = False
    danger: bool = False
    advice: bool = False


class Screening:
    """Looks at words. All of it is quick and touches memory only."""

    def __init__(self, data: Path) -> None:
        self._danger = _phrases(data / "danger")
        self._advice = _phrases(data / "advice")

    def look(self, text: str, person: Person) -> Screened:
        """What there is to say about somebody's words before they go out."""
        plain = cleaned(text)
        flat = _flat(plain)
        return Screened(
            plain,
            contacts=has_contacts(plain),
            own_name=_names(plain, person),
            danger=bool(self._danger.search(flat)),
            advice=bool(self._advice.search(flat)),
        )


def cleaned(text: str) -> str:
    """Words without what nobody sees: marks of direction, invisible letters, odd spaces, which could carry a
    mark of where they were copied from. Joined emoji and scripts that need joiners stay as they are.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = [
        seen
        for at, char in enumerate(text)
        if (seen := _seen(char, text[at - 1] if at else "", text[at + 1] if at + 1 < len(text) else ""))
    ]
    lines = "".join(kept).split("\n")
    return _LINES.sub("\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


def _seen(char: str, before: str, after: str) -> str:
    category = unicodedata.category(char)
    if char == "\n":
        return char
    if char == _JOINER:
        return char if _pictorial(before) and _pictorial(after) else ""
    if char == _NON_JOINER:
        return char if before > "\u0590" and after > "\u0590" and before.isalpha() and after.isalpha() else ""
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return char if char == _EMOJI_STYLE and _pictorial(before) else ""
    if category in ("Zs", "Zl", "Zp") or char == "\t":
        return " "
    if category in ("Cc", "Cf", "Cs", "Co", "Cn") or char in "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5":
        return ""
    return char


def _pictorial(char: str) -> bool:
    return bool(char) and (
        unicodedata.category(char) in ("So", "Sk")
        or char in f"{_EMOJI_STYLE}\u2640\u2642"
        or char in "#*0123456789"
    )


def has_contacts(text: str) -> bool:
    """Whether a phone number, an e-mail address or an account stands in it."""
    if _ADDRESS.search(text):
        return True
    for found in _NUMBER.finditer(text):
        digits = sum(char.isdigit() for char in found[0])
        if _FEWEST_DIGITS <= digits <= _MOST_DIGITS and not _DATE.match(found[0].strip(" ()")):
            return True
    return False


def _names(text: str, person: Person) -> bool:
    local = person.account.lstrip("@").partition(":")[0]
    wanted = {person.name, person.account, local, *person.name.split()}
    flat = text.casefold()
    return any(
        re.search(rf"(?<!\w){re.escape(one.casefold())}(?!\w)", flat)
        for one in wanted
        if len(one) >= _SHORTEST_NAME
    )


def _flat(text: str) -> str:
    return " ".join(re.sub(r"[^\w' ]+", " ", text.casefold().translate(_QUOTES)).split())


def _phrases(folder: Path) -> re.Pattern[str]:
    found: list[str] = []
    for file in sorted(folder.glob("*.yaml")):
        held: Mapping[str, Sequence[str]] = yaml.load(file.read_bytes(), Loader=_LOADER)  # noqa: S506 - a safe one
        found += [_flat(phrase) for phrase in held["phrases"]]
    longest_first = sorted(set(found), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
