"""A text read for matching: lines of skeleton letters, each with its way back to the text as it was written.

Making a line is a handful of calls into C; the way back is worked out only for what matched. The first line
is the text as it stands. A second is made only where something stands between letters or for them: signs,
spaced letters, markup, masked links, percent signs of addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain, pairwise, repeat
from urllib.parse import unquote

from .characters import JOINT, LOOSE_MARK, UNSPACED_CLASS, capitals, skeletons

_DOUBLED = re.compile(r"([a-z])\1")
_REPEATED = re.compile(r"([^\x00-\x7f])\1+")
_SPACED_LINE = re.compile(" [^ ] [^ ] [^ ] ")
_GAP = f"[ {JOINT}]"
_LETTER = f"[^ {JOINT}]"
_JOINT = re.compile(f"(?<={_LETTER}){JOINT}{{1,4}}(?={_LETTER})")
# Begins with the sign itself, which is what makes the search quick.
_WORD = re.compile(f"{_LETTER}+")
_IS_CUT = re.compile(f"{JOINT}(?<={_LETTER}{JOINT}){JOINT}{{0,3}}{_LETTER}")
_LONE = f"[^ {JOINT}{UNSPACED_CLASS}]"
_SPACED = re.compile(f"(?<!{_LETTER}){_LONE}(?:{_GAP}{{1,3}}{_LONE}){{2,}}(?!{_LETTER})")
_NOT_GAP = re.compile(_LETTER)
_GAPS = re.compile(f"{_GAP}+")
_SIGN = re.compile(
    "(?<!\\|)[@$!\u20ac\u00a3\u00a2|](?!\\|)(?=[@$!\u20ac\u00a3\u00a2|]{0,4}[^\\W_])|(?<=[^\\W_@$])"
    "[@$\u20ac\u00a3\u00a2]{1,4}"
)
_SIGN_LETTERS = str.maketrans(
    {"@": "a", "$": "s", "!": "i", "|": "i", "\u20ac": "e", "\u00a3": "i", "\u00a2": "c"}
)
_BANG = re.compile(r"![^\W_]")
_CAPITAL = re.compile("[\u0386-\u03ab\u03d2-\u03d4\u03e0-\u03ef]")
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_MASK_END = re.compile(r"\]\([^()\s]{1,1000}\)")

Span = tuple[int, int]
"""From and up to, in characters of a text."""


def squeezed(skeleton: str) -> str:
    """A skeleton with one space between words and at both ends, and each letter once where it repeats."""
    line = " " + " ".join(skeleton.split()) + " "
    for letter in set(_DOUBLED.findall(line)):
        pair = 2 * letter
        while pair in line:
            line = line.replace(pair, letter)
    return line if line.isascii() else _REPEATED.sub(r"\1", line)


def skeleton_line(text: str) -> str:
    """The line of a text or a word, as lines of messages are made."""
    return squeezed(text.translate(skeletons()))


class Line:
    """Skeleton letters of a text, and the way back.

    `text` is the text that the line was made of (with what encodes or masks taken off), `source` the place of
    each of its characters in the original; without, they are the same. `places` gives for each character
    of the
    skeleton its place in `text`, and is asked only when something was found.
    """

    def __init__(
        self,
        text: str,
        skeleton: str,
        places: Callable[[], Sequence[int]] | None = None,
        source: Sequence[Span] | None = None,
    ) -> None:
        self.text = text
        self.skeleton = skeleton
        self.letters = squeezed(skeleton)
        self._places = places
        self._source = source

    @cached_property
    def _words(self) -> list[Span]:
        """Where the words stand in the skeleton; squeezing drops letters, never a word."""
        return [each.span() for each in _WORD.finditer(self.skeleton)]

    @cached_property
    def _text_places(self) -> Sequence[int]:
        return self._places() if self._places is not None else places(self.text)

    def inside(self, start: int, end: int) -> Span:
        """The part of `text` that words of the line stand for; `start` is a letter, `end` the space after."""
        first = self.letters.count(" ", 0, start) - 1
        last = first + self.letters.count(" ", start, end)
        where = self._text_places
        begin, close = where[self._words[first][0]], where[self._words[last][1] - 1] + 1
        while close < len(self.text) and LOOSE_MARK.match(self.text[close]):
            close += 1
        return begin, close

    def original(self, span: Span) -> Span:
        """A part of `text` in the text as it was written."""
        if self._source is None:
            return span
        return self._source[span[0]][0], self._source[span[1] - 1][1]


def places(text: str) -> Sequence[int]:
    """For each character of a text's skeleton the index in the text it came from, and the end."""
    if text.isascii():
        return range(len(text) + 1)
    lengths = [len(each) if each else 0 for each in map(skeletons().__getitem__, map(ord, text))]
    found = list(chain.from_iterable(map(repeat, range(len(text)), lengths)))
    found.append(len(text))
    return found


def _decoded(text: str) -> tuple[str, list[Span]] | None:
    """A text without the percent signs of addresses and the targets of masked links; None if it has none."""
    encoded = "%" in text and _ENCODED.search(text)
    masked = "](" in text and _MASK_END.search(text)
    if not encoded and not masked:
        return None
    pieces: list[str] = []
    source: list[Span] = []
    cuts = [(each.span(), unquote(each[0], errors="replace")) for each in _ENCODED.finditer(text)]
    cuts += [(each.span(), "]") for each in _MASK_END.finditer(text)]
    at = 0
    for (start, end), instead in sorted(cuts):
        if start < at:
            continue
        pieces += [text[at:start], instead]
        source += [(index, index + 1) for index in range(at, start)]
        source += [(start, end)] * len(instead)
        at = end
    pieces.append(text[at:])
    source += [(index, index + 1) for index in range(at, len(text))]
    return "".join(pieces), source


def _has_signs(text: str) -> bool:
    """Whether a sign in a text may stand for a letter."""
    return (
        "@" in text
        or "$" in text
        or "|" in text
        or ("!" in text and _BANG.search(text) is not None)
        or (not text.isascii() and ("\u20ac" in text or "\u00a3" in text or "\u00a2" in text))
    )


def lines(text: str) -> Iterator[Line]:
    """The lines of a text, the one as it stands first; all together no longer than a few times the text."""
    table = skeletons()
    plain, source = text, None
    line = Line(text, text.translate(table))
    yield line
    decoded = _decoded(text) if "%" in text or "](" in text else None
    if decoded is not None:
        plain, source = decoded
        line = Line(plain, plain.translate(table), source=source)
        yield line
    signs = plain
    if not plain.isascii() and _CAPITAL.search(plain):
        signs = _CAPITAL.sub(_as_small, plain)
    if _has_signs(signs):
        signs = _SIGN.sub(_as_letters, signs)
    skeleton = line.skeleton if signs == plain else signs.translate(table)
    if (
        signs != plain
        or (JOINT in skeleton and _IS_CUT.search(skeleton))
        or _SPACED_LINE.search(line.letters)
    ):
        yield _joined(plain, signs, skeleton, source)


def _as_small(found: re.Match[str]) -> str:
    return capitals().get(ord(found[0]), found[0])


def _as_letters(found: re.Match[str]) -> str:
    return found[0].translate(_SIGN_LETTERS)


def _joined(plain: str, signs: str, skeleton: str, source: Sequence[Span] | None) -> Line:
    """The line with what stands between letters taken out; other ways to join stand at its end.

    Lone letters in a row are one word, or several with wider gaps between. Such a row may begin with a
    word of
    one letter ("a", "I"), so that it is also given without its first.
    """
    others: list[str] = []

    def together(found: re.Match[str]) -> str:
        row = found[0]
        gaps, lone = _GAPS.findall(row), _NOT_GAP.findall(row)
        narrow = min(map(_width, gaps))
        wide = [gap if _width(gap) != narrow else "" for gap in gaps]
        if any(wide):
            others.append(" " + "".join(lone))
        if len(lone) > 3:
            others.append(" " + "".join(lone[1:]))
        return "".join(letter + gap for letter, gap in zip(lone, [*wide, ""], strict=True))

    letters = _SPACED.sub(together, skeleton)
    letters = _JOINT.sub("", letters) + "".join(others)
    return Line(plain, letters, partial(_kept, signs, skeleton), source)


def _kept(signs: str, skeleton: str) -> list[int]:
    """The places in the text of what `_joined` leaves and adds, found by going the same way with places."""
    where = places(signs)
    pieces: list[str] = []
    left: list[int] = []
    others: list[int] = []
    at = 0
    for found in _SPACED.finditer(skeleton):
        start, end = found.span()
        pieces.append(skeleton[at:start])
        left += where[at:start]
        lone = [start + each.start() for each in _NOT_GAP.finditer(found[0])]
        gaps = [skeleton[one + 1 : two] for one, two in pairwise(lone)]
        widths = [_width(each) for each in gaps]
        narrow = min(widths)
        for index, gap, width in zip(lone, [*gaps, ""], [*widths, narrow], strict=True):
            until = index + 1 if width == narrow else index + 1 + len(gap)
            pieces.append(skeleton[index:until])
            left += where[index:until]
        if max(widths) != narrow:
            others += [len(signs), *(where[index] for index in lone)]
        if len(lone) > 3:
            others += [len(signs), *(where[index] for index in lone[1:])]
        at = end
    pieces.append(skeleton[at:])
    left += where[at : len(skeleton)]
    kept: list[int] = []
    at = 0
    for cut in _JOINT.finditer("".join(pieces)):
        kept += left[at : cut.start()]
        at = cut.end()
    return [*kept, *left[at:], *others, len(signs)]


def _width(gap: str) -> tuple[bool, int]:
    """How far apart a gap sets two letters: signs alone are nearer than a space."""
    return " " in gap, len(gap) if " " in gap else 0
