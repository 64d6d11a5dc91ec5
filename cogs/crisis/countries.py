"""Finding the country somebody means: typed in haste, misspelt, in another language, or as a code.

English and everyday names, and the names in some twenty languages, were written down when the directory was
built. Only the names in a member's own language are asked of Babel, once a language, and everything works
without them.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PLAIN = str.maketrans("łøđðıæœþ", "loddiaot") | {
    # A flag is its country's code in letters of its own.
    0x1F1E6 + at: chr(ord("a") + at)
    for at in range(26)
}


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory: ISO 3166-1 alpha-2 (and ``XK``) with its name in the language asked for."""

    code: str
    name: str


def fold(text: str) -> str:
    """Reduce a name to what is compared: lower case, no accents, single spaces, no leading "the"."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    plain = "".join(c for c in apart if not unicodedata.category(c).startswith("M"))
    return re.sub(r"[\W_]+", " ", plain).strip().removeprefix("the ")


def keys(names: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Make the two search tables of ``names.yaml``: folded name to codes, likeliest first.

    ``main`` has codes, English names and everyday names; ``other`` the names in other languages.
    """
    main: dict[str, list[str]] = {fold(name): list(codes) for name, codes in names["shared"].items()}
    other: dict[str, list[str]] = {}
    places = names["countries"]
    for code, place in places.items():
        for name in (place["name"], *place.get("everyday", ())):
            _add(main, fold(name), code)
    for code, place in places.items():
        for name in place.get("also", ()):
            if (folded := fold(name)) not in main:
                _add(other, folded, code)
    return {"main": main, "other": other}


def _add(table: dict[str, list[str]], folded: str, code: str) -> None:
    codes = table.setdefault(folded, [])
    if code not in codes:
        codes.append(code)


class Countries:
    """All countries by name, in memory."""

    def __init__(self, names: Mapping[str, Any], tables: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        places = names["countries"]
        self._english: dict[str, str] = {code: place["name"] for code, place in places.items()}
        self._codes = {code.casefold(): code for code in places}
        self._codes |= {
            place["alpha3"].casefold(): code for code, place in places.items() if "alpha3" in place
        }
        self._main, self._other = tables["main"], tables["other"]
        self._spoken: dict[str, dict[str, str]] = {}
        self._folded: dict[str, dict[str, list[str]]] = {}

    def name(self, code: str, language: str = "en") -> str:
        """The name of a country in a language, in English where that is not to be had; the code where it is
        unknown.
        """
        return self._names(language).get(code) or self._english.get(code, code)

    def find(self, text: str, language: str = "en", limit: int = 8) -> list[Country]:
        """Countries somebody may mean, best first; one where the text is exactly a name or code of one."""
        return [Country(code, self.name(code, language)) for code in self._search(text, language)[:limit]]

    def meant(self, text: str, language: str = "en", limit: int = 8) -> tuple[list[Country], bool]:
        """Like `find`, and whether the words are surely meant for these: the whole name, its beginning, or a
        slip of the finger. "Berlin" is near to Belgium's name and does not mean it.
        """
        wanted = fold(text)
        codes = self._search(text, language)[:limit]
        found = [Country(code, self.name(code, language)) for code in codes]
        tables = (self._table(language), self._main, self._other)
        if self._exact(wanted, language):
            return found, True
        if any(self._begun(wanted, (table,)) for table in tables):
            return found, len(wanted) >= _TELLING
        sure = any(
            name[:1] == wanted[:1] and _likeness(name, wanted) >= _SLIP
            for table in tables
            for name, named in table.items()
            if codes and codes[0] in named
        )
        return found, sure

    def within(self, text: str, language: str = "en") -> list[Country]:
        """Countries whose whole name stands among these words, as in "austria, I am not safe".

        Short words count only where they cannot be anything else: "us" and "it" are codes, and words.
        """
        shouted = text == text.upper()
        words = re.findall(r"[^\W_][\w'.-]*", text)[:60]
        tables = [self._table(language), self._main]
        sentence = len(words) > _NO_SENTENCE
        if not sentence:
            tables.append(self._other)  # in a whole sentence some other language's "island" is just an island
        codes: list[str] = []
        at = 0
        while at < len(words):
            for size in range(min(_FEW_WORDS, len(words) - at), 0, -1):
                named = self._named(" ".join(words[at : at + size]), tables, shouted)
                if named and sentence and size == 1 and fold(words[at]) in _ALSO_A_WORD:
                    named = named if at and fold(words[at - 1]) in _BEFORE_A_PLACE else []
                if named:
                    codes += named
                    at += size - 1
                    break
            at += 1
        return [Country(code, self.name(code, language)) for code in dict.fromkeys(codes)]

    def _named(self, words: str, tables: Iterable[Mapping[str, Sequence[str]]], shouted: bool) -> list[str]:
        wanted = fold(words)
        if len(wanted) < _TELLING and wanted in self._codes:
            plain = wanted not in self._main and (shouted or words != words.upper())
            return [] if plain else [self._codes[wanted]]
        return _first(_ways_to_write(wanted), tables)

    def suggest(self, text: str, language: str = "en", limit: int = 25) -> list[tuple[str, str]]:
        """Code and name of what the text typed so far may become; without text the first ones by name."""
        if not fold(text):
            everyone = ((code, self.name(code, language)) for code in self._english)
            return sorted(everyone, key=lambda one: fold(one[1]))[:limit]
        exact = self._exact(fold(text), language)
        begun = self._begun(fold(text), (self._table(language), self._main))
        found = list(dict.fromkeys([*exact, *begun])) or self._search(text, language)
        return [(code, self.name(code, language)) for code in found[:limit]]

    def _search(self, text: str, language: str) -> list[str]:
        wanted = fold(text)
        if not wanted:
            return []
        if exact := self._exact(wanted, language):
            return exact
        near = (self._table(language), self._main)
        return (
            self._begun(wanted, near)
            or self._begun(wanted, (self._other,))
            or self._close(wanted, near)
            or self._close(wanted, (self._other,))
        )

    def _exact(self, wanted: str, language: str) -> list[str]:
        code = self._codes.get(wanted.replace(" ", ""))
        if code is not None and " " not in wanted:
            return [code]
        return _first(_ways_to_write(wanted), (self._table(language), self._main, self._other))

    def _begun(self, wanted: str, tables: Iterable[Mapping[str, Sequence[str]]]) -> list[str]:
        """Names that begin with the text, then names of which a later word does."""
        found: list[tuple[bool, str, str]] = []
        for table in tables:
            for name, codes in table.items():
                if name.startswith(wanted):
                    found += [(False, name, code) for code in codes]
                elif f" {wanted}" in name:
                    found += [(True, name, code) for code in codes]
        return list(dict.fromkeys(code for _, _, code in sorted(found, key=lambda one: one[:2])))

    def _close(self, wanted: str, tables: Iterable[Mapping[str, Sequence[str]]]) -> list[str]:
        """Names spelt nearly like the text, and only those about as near as the nearest."""
        if len(wanted) < 3:
            return []
        found: dict[str, float] = {}
        compare = difflib.SequenceMatcher(b=wanted, autojunk=False)
        for table in tables:
            for name, codes in table.items():
                if abs(len(name) - len(wanted)) > 3:
                    continue
                compare.set_seq1(name)
                if compare.real_quick_ratio() < _NEAR or compare.quick_ratio() < _NEAR:
                    continue
                if (ratio := compare.ratio()) >= _NEAR:
                    for code in codes:
                        found[code] = max(ratio, found.get(code, 0.0))
        best = max(found.values(), default=0.0)
        return [
            code for code, ratio in sorted(found.items(), key=lambda one: -one[1]) if ratio >= best - 0.08
        ]

    def _table(self, language: str) -> dict[str, list[str]]:
        short = _short(language)
        if short not in self._folded:
            table: dict[str, list[str]] = {}
            for code, name in self._names(short).items():
                _add(table, fold(name), code)
            self._folded[short] = table
        return self._folded[short]

    def _names(self, language: str) -> dict[str, str]:
        short = _short(language)
        if short == "en":
            return self._english
        if short not in self._spoken:
            self._spoken[short] = self._ask_babel(short)
        return self._spoken[short]

    def _ask_babel(self, language: str) -> dict[str, str]:
        # Babel is slow to import and reads a file for each language, so only here and once for each.
        try:
            from babel import Locale, UnknownLocaleError
        except ImportError:
            return {}
        try:
            spoken = Locale.parse(language).territories
            return {code: str(spoken[code]) for code in self._english if code in spoken}
        except (UnknownLocaleError, ValueError, OSError):
            return {}


def _ways_to_write(wanted: str) -> list[str]:
    """The folded text, and what it stands for where it begins with a quarter of the compass cut short."""
    quarter, _, rest = wanted.partition(" ")
    return [wanted, *(f"{whole} {rest}" for whole in _QUARTERS.get(quarter, ()) if rest)]


def _first(written: Iterable[str], tables: Iterable[Mapping[str, Sequence[str]]]) -> list[str]:
    tables = tuple(tables)
    return next((list(table[name]) for name in written for table in tables if name in table), [])


def _likeness(name: str, wanted: str) -> float:
    return difflib.SequenceMatcher(a=name, b=wanted, autojunk=False).ratio()


def _short(language: str) -> str:
    """The language without its region: ``pt`` of ``pt-BR``. Names differ little, and few languages keep the
    caches small.
    """
    return re.split(r"[-_]", language.casefold(), maxsplit=1)[0]


_NEAR = 0.74
"""How alike a misspelt name must be (difflib's ratio): "Swizterland" passes, "Iran" for "Ireland" does not.
"""

_SLIP = 0.85
"""How alike it must be to be surely meant: "gremany" is, "Narnia" for Armenia is not."""
_TELLING = 4
"""Fewer letters may begin, or be, any other word."""
_FEW_WORDS = 5
"""The most words that are looked at together: the longest everyday names have about as many."""
_NO_SENTENCE = 3
"""So few words hardly are a sentence."""
_QUARTERS = {
    "n": ("north", "northern"),
    "nth": ("north", "northern"),
    "north": ("northern",),
    "s": ("south",),
    "sth": ("south",),
    "e": ("east",),
    "w": ("west", "western"),
}
"""Without these "S Sudan" is near to Sudan, and "N Ireland" to Ireland, where other numbers answer."""
_ALSO_A_WORD = frozenset({"chad", "china", "georgia", "guinea", "jersey", "jordan", "turkey"})
"""In a sentence these may be a friend's name, or a thing, unless a word for a place stands before."""
_BEFORE_A_PLACE = frozenset({"in", "from", "aus", "en", "de", "to", "of"})
