"""What a single character may stand for: its skeleton, its own letters, its script.

The *skeleton* of a character is the small Latin letter (or letters) that it can be taken for; characters of
scripts that nobody takes for Latin keep themselves. Skeletons only find candidates, so they are generous;
`disguise` then says whether the text really reads as the word.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence

#: A sign that may stand inside a word without ending it: what joins `p.s.y` or `psy**cho`.
JOINT = "\x1f"

#: Default-ignorable characters (Unicode 14, DerivedCoreProperties), the Arabic stretching stroke, the empty
#: braille cell and the interlinear marks: none of them is seen as a letter of its own.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u0640\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
IGNORABLE = re.compile(f"[{_IGNORABLE}]+")

#: Marks that belong to no one script and that stack without end; and the points of Hebrew and Arabic, which
#: most people leave out.
_LOOSE_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_POINTS = (
    "\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
)
LOOSE_MARK = re.compile(f"[{_LOOSE_MARKS}]")
UNREAD_MARK = re.compile(f"[{_LOOSE_MARKS}{_POINTS}]")

#: Scripts written without spaces: each character is a word of its own as far as boundaries go.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff"
)
UNSPACED = re.compile(f"[{_UNSPACED}]")
UNSPACED_CLASS = _UNSPACED

#: Blocks whose characters are taken for Latin letters, by people or by their makers. Hebrew, Arabic, Indic
#: and East Asian scripts are left out: nobody reads them as Latin, and their readers would be the ones hurt.
_LOOKALIKES = (
    (0x00A2, 0x0590), (0x10A0, 0x10FF), (0x13A0, 0x13FE), (0x1400, 0x1680), (0x1D00, 0x1DC0), (0x1E00,
    0x2000),
    (0x2070, 0x20C0), (0x2100, 0x2190), (0x2460, 0x2500), (0x2C60, 0x2CFF), (0x2DE0, 0x2E00), (0xA4D0,
    0xA500),
    (0xA640, 0xA6A0), (0xA720, 0xA800), (0xAB30, 0xABC0), (0xFB00, 0xFB18), (0xFF01, 0xFF5F),
    (0x10280, 0x10330), (0x10400, 0x104B0), (0x1D400, 0x1D800), (0x1F100, 0x1F200),
)  # fmt: skip

_DIGIT_LETTERS = dict(zip("0123456789", "oizeasgtbg", strict=True))
#: What a digit or sign is written for; `1`, `!` and `|` are either of two letters.
LEET = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "gq",
    "@": "a", "$": "s", "!": "il", "|": "il", "\u20ac": "e", "\u00a3": "l", "\u00a2": "c",
}  # fmt: skip
_APOSTROPHES = "'\u2018\u2019\u02bc\u00b4`\u201b\u02b9\uff07"
#: Letters that a table of look-alikes draws too far from what they are.
_OWN_WAY = {
    "\u00f0": "d", "\u00d0": "d", "\u00fe": "th", "\u00de": "th", "\u00df": "s", "\u1e9e": "s",
    "\u00a4": JOINT,
    "\u00a9": "c", "\u00ae": "r", "\u00d7": "x", "\u0131": "i", "\u0130": "i", "\u0138": "k", "\u01c3": "i",
}  # fmt: skip


def _is_framed(code: int) -> bool:
    """Whether a sign is a letter in a frame, or of a currency that is drawn as a letter (the euro is not)."""
    return (
        0x2460 <= code < 0x2500 or 0x1F100 <= code < 0x1F200 or (0x20A0 <= code < 0x20C0 and code != 0x20AC)
    )


@functools.lru_cache(maxsize=8192)
def lettered(character: str) -> bool:
    """Whether a character is part of a word: a letter, a digit, a mark, or a letter in a frame."""
    if character.isalnum():
        return True
    return character in _DRAWN or _is_framed(ord(character)) or unicodedata.category(character)[0] == "M"


#: Signs of mathematics that are drawn like a letter.
_DRAWN = {"\u2202": "d", "\u2211": "e", "\u220f": "n", "\u2206": "a", "\u221a": "v", "\u2229": "n",
    "\u222a": "u",
          "\u222b": "s", "\u2208": "e", "\u03f5": "e"}  # fmt: skip


@functools.lru_cache(maxsize=8192)
def ignorable(character: str) -> bool:
    """Whether a character is shown as nothing, or is a mark that is read without."""
    return IGNORABLE.match(character) is not None or UNREAD_MARK.match(character) is not None


def _letters(text: str) -> str:
    """Letters and digits of a text as small Latin skeleton letters, `l` as `i`; empty if there are none."""
    plain = "".join(_DIGIT_LETTERS.get(each, each) for each in text.casefold() if each.isalnum())
    return plain.replace("l", "i")


def _plain_skeleton(code: int) -> str | None:
    """The skeleton of a character outside the table of look-alikes."""
    character = chr(code)
    if 0x3400 <= code < 0xA000 or code >= 0x20000:
        return f" {character} " if not 0xE0000 <= code < 0xE1000 else None
    if 0xAC00 <= code < 0xD7A4:
        return character
    kind = unicodedata.category(character)
    if ignorable(character):
        return None
    if kind[0] in "ZC":
        return " "
    if 0x1F1E6 <= code <= 0x1F1FF:
        return _letters(chr(code - 0x1F1E6 + 97))
    if UNSPACED.match(character):
        return f" {unicodedata.normalize('NFKC', character)} "
    if kind[0] == "M":
        return character
    if kind[0] == "N":
        value = unicodedata.digit(character, None)
        return JOINT if value is None else _DIGIT_LETTERS[str(value)]
    if kind[0] == "L":
        if len(unicodedata.normalize("NFKC", character)) > 3:
            return character  # a whole phrase in one character, which nobody spells words with
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())
        return "".join(each for each in folded if each.isalnum() and not ignorable(each)) or None
    return JOINT


class _Skeletons(dict[int, str | None]):
    """The skeletons of all characters; those of ideographs and what nobody writes are not kept."""

    def __missing__(self, code: int) -> str | None:
        return _plain_skeleton(code)


def everyday_codes() -> Iterator[int]:
    """Codes of characters worth knowing beforehand: all but ideographs, Hangul, and what has no letters."""
    for first, end in (
        (0x80, 0x3400),
        (0xA000, 0xAC00),
        (0xD7A4, 0x10000),
        (0x10000, 0x11000),
        (0x1D000, 0x1FB00),
    ):
        yield from range(first, end)


@functools.lru_cache(maxsize=1)
def skeletons() -> _Skeletons:
    """Character code to skeleton, for `str.translate`: letters, `JOINT`, a space, or None for what is
    unseen."""
    import decancer_py  # maps each look-alike of Unicode; only its letters are taken, one by one

    table = _Skeletons()
    for code in range(128):
        character = chr(code)
        if character.isalnum():
            table[code] = _letters(character)
        elif character.isspace() or code < 32 or code == 127 or character in _APOSTROPHES:
            table[code] = " "
        else:
            table[code] = JOINT
    for first, end in _LOOKALIKES:
        for code in range(first, end):
            character = chr(code)
            if character.lower() != character and len(character.lower()) == 1:
                continue
            kind = unicodedata.category(character)[0]
            if (kind in "LN" or (kind == "S" and _is_framed(code))) and not ignorable(character):
                found = _letters(_OWN_WAY.get(character) or str(decancer_py.parse(character)))
                if found and found.isascii():
                    table[code] = found
    for first, end in _LOOKALIKES:
        for code in range(first, end):
            small = chr(code).lower()
            if chr(code) != small and len(small) == 1:
                table[code] = table[ord(small)]
    for character in _APOSTROPHES:
        table[ord(character)] = " "
    for character, letters in (_OWN_WAY | _DRAWN).items():
        table[ord(character)] = letters if letters == JOINT else _letters(letters)
    for code in everyday_codes():
        if code not in table:
            table[code] = _plain_skeleton(code)
    return table


_FOREIGN = re.compile("[^\x00-\x7f]")
_FEW = 12
"""So many different characters beyond ASCII are put into it one by one, which is quicker than a table."""


def foreign(text: str) -> set[str]:
    """The different characters of a text that are not ASCII."""
    return set(_FOREIGN.findall(text))


def skeleton(text: str) -> str:
    """The skeletons of all characters of a text."""
    table = skeletons()
    if len(text) <= 1000 and not text.isascii():
        others = foreign(text)
        if len(others) <= _FEW:
            plain = text
            for each in others:
                plain = plain.replace(each, (table[ord(each)] or "").replace(JOINT, "-"))
            if plain.isascii():  # what was put in is its own skeleton, and a hyphen's is a joint
                return plain.translate(table)
    if FAR.search(text):
        text = " ".join(_EACH_FAR.split(UNSEEN_FAR.sub("", text)))
    return text.translate(_flat())


ASTRAL = "\U00020000"
"""From here on there are ideographs and what nobody writes."""
FAR = re.compile(f"[{ASTRAL}-\U0010ffff]")
UNSEEN_FAR = re.compile("[\U000e0000-\U000e0fff]+")
_EACH_FAR = re.compile(f"({FAR.pattern})")


def lengths(text: str, near: str, far: int) -> Sequence[int]:
    """How long what each character of a text becomes is: up to `ASTRAL` as the table `near` says it, in
    characters for numbers (nothing is as quick as a text that serves as a table), beyond it `far`."""
    found = text.translate(near)
    if FAR.search(text):
        found = FAR.sub(chr(far), UNSEEN_FAR.sub(lambda run: chr(0) * len(run[0]), found))
    return found.encode("latin-1")


@functools.lru_cache(maxsize=1)
def _flat() -> list[str | None]:
    """The skeletons up to `ASTRAL` in a row, far quicker than a dictionary where each differs."""
    table = skeletons()
    return [table[code] if code in table else _plain_skeleton(code) for code in range(ord(ASTRAL))]


def skeleton_lengths(text: str) -> Sequence[int]:
    """How long the skeleton of each character of a text is."""
    return lengths(text, _lengths(), 3)


@functools.lru_cache(maxsize=1)
def _lengths() -> str:
    return "".join(chr(len(each or "")) for each in _flat())


@functools.lru_cache(maxsize=1)
def capitals() -> dict[int, str]:
    """Greek and Cyrillic capitals that look like another Latin letter than their small ones do."""
    import decancer_py

    return {
        ord(each): str(decancer_py.parse(each))
        for each in map(chr, range(0x370, 0x530))
        if each.isupper()
        and len(str(decancer_py.parse(each))) == 1
        and _letters(str(decancer_py.parse(each))) != skeletons()[ord(each)]
    }


@functools.lru_cache(maxsize=8192)
def own(character: str) -> str:
    """The letters that a character really is, small, its style (full-width, circled, bold) taken off."""
    code = ord(character)
    if 0x1F1E6 <= code <= 0x1F1FF:
        return chr(code - 0x1F1E6 + 97)
    if code < 128:
        return character.lower()
    if 0x1F130 <= code <= 0x1F189 or 0x249C <= code <= 0x24B5 or 0x20A0 <= code < 0x20C0:
        return (skeletons()[code] or "") if code not in _L_SHAPES else "l"
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return "".join(each for each in folded if not ignorable(each))


#: Framed forms of L, whose skeleton is the i that l, I and 1 share.
_L_SHAPES = frozenset({0x249C + 11, 0x1F130 + 11, 0x1F150 + 11, 0x1F170 + 11})


@functools.lru_cache(maxsize=8192)
def script(character: str) -> str:
    """The script of a letter by the first word of its name, such as `LATIN`; empty for what has none."""
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "")
    return name.split(" ", 1)[0] if name else ""


_TOWER = re.compile(f"[{_LOOSE_MARKS}{_POINTS}]{{9}}")


def composed(text: str) -> str:
    """A text with marks composed onto their letters; marks that stand on one letter like a tower are dropped.

    Composing sorts the marks on a letter, which takes long for thousands of them.
    """
    if _TOWER.search(text):
        text = UNREAD_MARK.sub("", text)
    return unicodedata.normalize("NFC", text)


class _Folding(dict[int, str]):
    """What a character is when words are compared, worked out when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        found = "" if ignorable(character) else own(character) if lettered(character) else " "
        if len(self) < _FOLDED:
            self[code] = found
        return found


_FOLDED = 8192
_FOLDING = _Folding()


def fold(text: str) -> str:
    """A text as words are compared: composed, small, styles off, unseen characters gone, one space
    between."""
    return " ".join((text if text.isascii() else composed(text)).translate(_FOLDING).split())
