"""Whether a piece of text reads as a word: the verdict on a candidate that the skeletons found.

A disguise costs its writer something that can be seen: letters of two scripts in one word, digits for
letters, a letter held down, signs between all letters. Each is allowed only where innocent words do not do
the
same; what people's languages need (accents, dotless i, a whole word in Cyrillic) is not a disguise.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .characters import IGNORABLE, LEET, UNSPACED, composed, fold, ignorable, lettered, own, script, skeletons

#: Letters beyond a to z of languages that a space may speak; elsewhere they count as accents.
_LETTERS = {
    "da": "æøåé", "de": "äöüß", "es": "áéíóúüñ", "et": "äöüõšž", "fi": "äöåšž", "fr": "àâæçéèêëîïôœùûüÿ",
    "hu": "áéíóöőúüű", "it": "àèéìîòù", "nb": "æøåé", "nl": "éëïóöü", "no": "æøåé", "pl": "ąćęłńóśźż",
    "pt": "àáâãçéêíóôõú", "ro": "ăâîșțşţ", "sv": "åäöé", "tr": "çğıöşü", "az": "çəğıöşü",
    "cs": "áčďéěíňóřšťúůýž",
}  # fmt: skip
_SCRIPTS = {
    "ar": "ARABIC", "be": "CYRILLIC", "bg": "CYRILLIC", "el": "GREEK", "fa": "ARABIC", "he": "HEBREW",
    "hi": "DEVANAGARI", "hy": "ARMENIAN", "ja": "CJK", "ka": "GEORGIAN", "kk": "CYRILLIC", "ko": "HANGUL",
    "mk": "CYRILLIC", "mr": "DEVANAGARI", "ne": "DEVANAGARI", "ru": "CYRILLIC", "sr": "CYRILLIC",
    "th": "THAI",
    "uk": "CYRILLIC", "ur": "ARABIC", "zh": "CJK",
}  # fmt: skip
#: A letter of these scripts that nobody takes for a Latin one: a text that has one is in its own language.
_NATIVE = {
    "CYRILLIC": re.compile("[бвгдёжзийклмнптфцчшщъыьэюяђґєїљњћќўџБГДЁЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯҐЄЇ]"),
    "GREEK": re.compile("[βγδεζηθλμξπσςφψωάέήίόύώΓΔΘΛΞΠΣΦΨΩ]"),
    "ARMENIAN": re.compile("[\u0531-\u0587]"),
    "GEORGIAN": re.compile("[\u10a0-\u10ff]"),
}
SENTENCE_END = re.compile(r"[.,;:!?\u2026\u3002][\"'\u201d)]?\s|\n\s*\n")
_LATIN_ACCENTED = re.compile("[\u00c0-\u017f\u01cd-\u01dc\u0218-\u021b\u1e00-\u1eff]")
_BENT = re.compile(r"([A-Za-z])\1|[lI]", re.IGNORECASE)
_LONG = 6
"""Letters from which a word may be cut once by a sign, or have one letter doubled, and still be sure."""


@dataclass(frozen=True, slots=True, eq=False)
class Tongue:
    """What a space's language makes ordinary: its script and its letters beyond a to z. Each is only the same
    as itself, which makes it a quick key."""

    script: str = "LATIN"
    letters: frozenset[str] = frozenset()
    dotless: bool = False

    @classmethod
    def of(cls, languages: Sequence[str]) -> Tongue:
        """What the languages of a space, by BCP 47 code, have together; the first one says the script.

        An unknown language is taken to be written in Latin.
        """
        codes = [each.replace("_", "-").split("-", 1)[0].casefold() for each in languages] or ["en"]
        letters = frozenset("".join(_LETTERS.get(each, "") for each in codes))
        return cls(_SCRIPTS.get(codes[0], "LATIN"), letters, codes[0] in {"tr", "az"})


class _Cost(NamedTuple):
    """What reading a piece as a word has taken for granted, counted in letters."""

    foreign: int = 0
    accents: int = 0
    home: int = 0
    """Accents that are letters of the space's own language."""
    digits: int = 0
    signs: int = 0
    swaps: int = 0
    repeats: int = 0
    skipped: int = 0
    plain: int = 0


_BITS = 12
_SUM = _BITS * len(_Cost._fields)
_ONE = {
    name: (1 << _BITS * at) + (0 if name == "plain" else 1 << _SUM) for at, name in enumerate(_Cost._fields)
}
"""One of a cost as a number: all of them in one, and on top of them how many there are in all, so that paying
is a sum and the cheapest is the smallest."""


def _unpacked(paid: int) -> _Cost:
    return _Cost(*(paid >> _BITS * at & (1 << _BITS) - 1 for at in range(len(_Cost._fields))))


@dataclass(slots=True)
class _Piece:
    """A piece of text taken apart: its characters, and what stands between them."""

    units: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    longest: int = 1
    """The most times one letter stands in a row."""


def _taken_apart(text: str) -> _Piece:
    """Characters that are seen, a run of separators as one space; a letter held down is cut at three."""
    piece = _Piece()
    run, before = 0, ""
    # Two strokes are a spoiler's edge, one may be an l.
    for each in composed(text.replace("||", "**")):
        if ignorable(each):
            continue
        if not lettered(each) and each not in LEET:
            if piece.units and piece.units[-1] == " ":
                piece.gaps[-1] += each
            else:
                piece.units.append(" ")
                piece.gaps.append(each)
            continue
        run = run + 1 if each.casefold() == before else 1
        before = each.casefold()
        piece.longest = max(piece.longest, run)
        if run <= 3:
            piece.units.append(each)
    return piece


def natives(text: str) -> frozenset[str]:
    """The scripts of which a text has a letter that nobody takes for a Latin one."""
    return frozenset(kind for kind, letters in _NATIVE.items() if letters.search(text))


def reads_as(text: str, word: str, tongue: Tongue, around: Callable[[], Collection[str]]) -> bool:
    """Whether `text`, whole words of a message, reads as `word`, which is folded (see `fold`); `around` says
    the message's `natives`."""
    if tongue.dotless:
        text = text.replace("I", "ı").replace("İ", "i")
    if fold(text) == word:
        return not (" " in word and SENTENCE_END.search(text)) and not _is_flag(text)
    if len(text) < len(word) and text.isascii() and IGNORABLE.search(text) is None:
        return False
    if text.isascii() and text.isalpha() and not _BENT.search(text):
        return False
    piece = _taken_apart(text)
    cost = _cheapest(piece.units, word, tongue)
    return cost is not None and _allowed(cost, piece, word, tongue, text, around)


def _is_flag(text: str) -> bool:
    return len(text) <= 2 and all(0x1F1E6 <= ord(each) <= 0x1F1FF for each in text)


def _cheapest(units: list[str], word: str, tongue: Tongue) -> _Cost | None:
    """The cheapest way to read the units as the word, each unit as one or more letters or a repeat of one."""
    reached = {0: 0}
    for unit in units:
        after: dict[int, int] = {}
        letters = own(unit)
        for place, cost in reached.items():
            for end, one in _steps(unit, letters, word, place, tongue):
                paid = cost + one
                if end not in after or paid >> _SUM < after[end] >> _SUM:
                    after[end] = paid
        if not after:
            return None
        reached = after
    return _unpacked(reached[len(word)]) if len(word) in reached else None


def _steps(unit: str, letters: str, word: str, place: int, tongue: Tongue) -> Iterator[tuple[int, int]]:
    """How far in the word a unit may lead, and for what."""
    if unit == " ":
        yield (place + 1, 0) if word.startswith(" ", place) else (place, _ONE["skipped"])
        return
    if letters and word.startswith(letters, place):
        yield place + len(letters), _ONE["plain"]
    elif place < len(word):
        if kind := _likeness(unit, word[place], tongue):
            yield place + 1, _ONE[kind]
        look = skeletons()[ord(unit)] or ""
        if len(look) > 1 and script(unit) not in ("", script(word[place])):
            meant = "".join(skeletons()[ord(each)] or "" for each in word[place : place + len(look)])
            if meant == look:
                yield place + len(look), _ONE["foreign"]
    if place and (letters == word[place - 1] or _likeness(unit, word[place - 1], tongue)):
        yield place, _ONE["repeats"]


@functools.lru_cache(maxsize=8192)
def _likeness(unit: str, letter: str, tongue: Tongue) -> str:
    """As what a character can stand for a letter that it is not, as a field of `_Cost`; empty for not at
    all."""
    if letter in LEET.get(unit, ""):
        return "digits" if unit.isdigit() else "signs"
    looks = skeletons()[ord(unit)]
    if letter == " " or looks is None or looks != skeletons()[ord(letter)]:
        return ""
    if unit in "Il" and letter in "li":
        return "swaps"
    own_letters = own(unit)
    if own_letters.isdigit() or letter.isdigit():
        return "digits" if letter.isalpha() and letter in LEET.get(own_letters, "") else ""
    if unit.isascii() and letter.isascii():
        return ""
    if script(unit) != script(letter):
        return "foreign"
    if script(unit) == "GREEK" and unit.isupper():
        return "plain"  # capitals are written without accents
    if script(unit) != "LATIN" or not letter.isascii():
        return ""
    if not _LATIN_ACCENTED.match(unit):
        return "foreign" if unit not in "ʼʻ" else ""
    return "home" if own_letters in tongue.letters else "accents"


def _allowed(
    cost: _Cost,
    piece: _Piece,
    word: str,
    tongue: Tongue,
    text: str,
    around: Callable[[], Collection[str]],
) -> bool:
    letters = word.replace(" ", "")
    length = len(letters)
    if cost.home and not cost.accents:
        return False
    if cost.accents and length < 5 and 2 * (cost.accents + cost.home) < length:
        return False
    if (cost.digits or cost.signs) and not _leet_is_plain(cost, length):
        return False
    if cost.swaps and (length < 5 or cost.swaps > 2):
        return False
    if cost.foreign and not _is_costume(text, word, tongue, around):
        return False
    if cost.repeats and piece.longest < 3 and (length < _LONG or cost.repeats > 2):
        return False
    return not cost.skipped or _cut_is_plain(piece, word)


def _leet_is_plain(cost: _Cost, length: int) -> bool:
    """Enough letters are themselves: `p0rn` and `5h1t` are words, the road `A55` and a `4` are not.

    Signs in the middle of a word are rarer than digits, so that fewer letters will do.
    """
    if cost.digits and length < 4:
        return False
    plain = cost.plain + cost.accents + cost.home + cost.foreign
    total = plain + cost.digits + cost.signs
    share = 3 if not cost.digits else 2 if total <= 4 else 3 if total <= 6 else 4
    return plain >= 1 and plain * share >= total and length >= 3


def _is_costume(text: str, word: str, tongue: Tongue, around: Callable[[], Collection[str]]) -> bool:
    """Whether letters of another script are a disguise: mixed into a word, or all of it in a Latin text."""
    meant = script(word[0])
    kinds = {script(each) for each in text} - {""}
    if meant in kinds or len(kinds) > 1:
        return True
    if tongue.script != meant:
        return False
    return kinds.isdisjoint(around())


#: Signs that a chat shows as nothing (spoilers, bold, code), so that the word stands there unbroken.
_UNSEEN_SIGNS = frozenset("*_|~`[]")


def _cut_is_plain(piece: _Piece, word: str) -> bool:
    """Whether what stands between the letters hides one word: all letters apart, or signs in a long word."""
    segments = "".join(each if each == " " else "x" for each in piece.units).split()
    gaps = piece.gaps
    if all(set(gap) <= _UNSEEN_SIGNS for gap in gaps):
        return True
    if len(segments) >= 3 and all(
        len(each) <= 3 and (len(each) == 1 or piece.longest >= 3) for each in segments
    ):
        return True
    if any(any(each.isspace() for each in gap) for gap in gaps) and " " not in word:
        return False
    if any(gap in "'\u2019" for gap in gaps):
        return False
    return len(gaps) >= 2 or len(word.replace(" ", "")) >= _LONG


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script that is written without spaces."""
    return UNSPACED.search(word) is not None
