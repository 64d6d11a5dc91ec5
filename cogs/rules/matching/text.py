"""A text read for matching: lines of skeleton letters, each with its way back to the text as it was written.

Making a line is a handful of calls into C; the way back is worked out only for what matched. The first line
is the text as it stands. A second is made only where something stands between letters or for them: signs,
spaced letters, markup, masked links, percent signs of addresses.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import accumulate, chain, compress, count, pairwise, product, repeat
from typing import NamedTuple
from urllib.parse import unquote

from .characters import JOINT, LOOSE_MARK, UNSPACED_CLASS, capitals, skeleton, skeleton_lengths
from .disguise import natives

_DOUBLED = re.compile(r"([a-z])\1")
_REPEATED = re.compile("([a-z\x80-\U0010ffff])\\1+")
_SPACED_LINE = re.compile(" [^ ] [^ ] [^ ] ")
_GAP = f"[ {JOINT}]"
_LETTER = f"[^ {JOINT}]"
_JOINT = re.compile(f"(?<={_LETTER})({JOINT}{{1,4}})(?={_LETTER})")
# Begins with the sign itself, which is what makes the search quick.
_IS_CUT = re.compile(f"{JOINT}(?<={_LETTER}{JOINT}){JOINT}{{0,3}}{_LETTER}")
_LONE = f"[^ {JOINT}{UNSPACED_CLASS}]"
_SPACED = re.compile(f"(?<!{_LETTER}){_LONE}(?:{_GAP}{{1,3}}{_LONE}){{2,}}(?!{_LETTER})")
_GAPS = frozenset((" ", JOINT))
_NOT_GAP = re.compile(_LETTER)
_ROW_GAP = re.compile(f"({_GAP}+)")
_SIGNS = "@$!\u20ac\u00a3\u00a2|"
# The sign comes first and is looked back from, which makes the search quick.
_SIGN = re.compile(
    f"[{_SIGNS}](?:(?<!\\|[{_SIGNS}])(?!\\|)(?=[{_SIGNS}]{{0,4}}[^\\W_])"
    "|(?<=[^\\W_@$][@$\u20ac\u00a3\u00a2])[@$\u20ac\u00a3\u00a2]{0,3})"
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
Place = Callable[[int], int]
"""From an index in a skeleton to one in its text."""
_Source = Callable[[], tuple[Sequence[int], Sequence[int]]]


_SHORT = 1000


def squeezed(skeleton: str) -> str:
    """A skeleton with one space between words and at both ends, and each letter once where it repeats."""
    line = " " + " ".join(skeleton.split()) + " "
    if len(line) >= _SHORT:
        return "".join(compress(line, map(operator.ne, line, line[1:] + "\0")))
    for letter in set(_DOUBLED.findall(line)):  # each takes a pass, which is short
        pair = 2 * letter
        while pair in line:
            line = line.replace(pair, letter)
    return line if line.isascii() else _REPEATED.sub(_once, line)


def _once(found: re.Match[str]) -> str:
    return found[1]  # written out in C, where a template is not


def skeleton_line(text: str) -> str:
    """The line of a text or a word, as lines of messages are made."""
    return squeezed(skeleton(text))


class Line:
    """Skeleton letters of a text, and the way back.

    `text` is the text that the line was made of (with what encodes or masks taken off), `source` gives where
    each of its characters begins and ends in the original; without, they are the same. `places` gives for
    each character of the skeleton its place in `text`. Both are asked only when something was found.
    """

    def __init__(
        self,
        text: str,
        skeleton: str,
        places: Callable[[], Place] | None = None,
        source: _Source | None = None,
    ) -> None:
        self.text = text
        self.skeleton = skeleton
        self.letters = squeezed(skeleton)
        self._places = places
        self._source = source

    @cached_property
    def _words(self) -> tuple[list[int], list[int]]:
        """Where the words stand in the skeleton, and how long they are; squeezing drops letters, never a
        word."""
        parts = self.skeleton.replace(JOINT, " ").split(" ")
        lengths = list(map(len, parts))
        starts = map(operator.add, accumulate(lengths, initial=0), count())
        return list(compress(starts, lengths)), list(filter(None, lengths))

    @cached_property
    def _spaces(self) -> list[int]:
        """Where the spaces of `letters` stand."""
        return list(map(operator.add, accumulate(map(len, self.letters.split(" "))), count()))

    @cached_property
    def _place(self) -> Place:
        return self._places() if self._places is not None else place_in(self.text)

    def inside(self, start: int, end: int) -> Span:
        """The part of `text` that words of the line stand for; `start` is a letter, `end` the space after."""
        first = bisect_left(self._spaces, start) - 1
        last = bisect_left(self._spaces, end) - 1
        starts, lengths = self._words
        begin, close = self._place(starts[first]), self._place(starts[last] + lengths[last] - 1) + 1
        while close < len(self.text) and LOOSE_MARK.match(self.text[close]):
            close += 1
        return begin, close

    @cached_property
    def natives(self) -> frozenset[str]:
        """See `disguise.natives`."""
        return natives(self.text)

    def original(self, span: Span) -> Span:
        """A part of `text` in the text as it was written."""
        if self._source is None:
            return span
        starts, ends = self._origin
        return starts[span[0]], ends[span[1] - 1]

    @cached_property
    def _origin(self) -> tuple[Sequence[int], Sequence[int]]:
        assert self._source is not None
        return self._source()


def place_in(text: str) -> Place:
    """For a character of a text's skeleton the index in the text it came from."""
    if text.isascii():
        return _same
    lengths = skeleton_lengths(text)
    if lengths.count(1) == len(lengths):
        return _same
    return partial(bisect_right, list(accumulate(lengths)))


def _same(place: int) -> int:
    return place


def _decoded(text: str) -> tuple[str, _Source] | None:
    """A text without the percent signs of addresses and the targets of masked links; None if it has none."""
    cuts = [(each.span(), unquote(each[0], errors="replace")) for each in _ENCODED.finditer(text)]
    cuts += [(each.span(), "]") for each in _MASK_END.finditer(text)]
    if not cuts:
        return None
    pieces: list[str] = []
    taken: list[tuple[int, int, int]] = []
    at = 0
    for (start, end), instead in sorted(cuts):
        if start >= at:
            pieces += [text[at:start], instead]
            taken.append((start, end, len(instead)))
            at = end
    pieces.append(text[at:])
    return "".join(pieces), partial(_origins, taken, len(text))


def _origins(taken: Sequence[tuple[int, int, int]], length: int) -> tuple[list[int], list[int]]:
    """Where each character of a decoded text begins and ends in the text it was decoded from."""
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, put in taken:
        starts += [*range(at, start), *repeat(start, put)]
        ends += [*range(at + 1, start + 1), *repeat(end, put)]
        at = end
    return [*starts, *range(at, length)], [*ends, *range(at + 1, length + 1)]


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
    plain, source = text, None
    line = Line(text, skeleton(text))
    yield line
    decoded = _decoded(text) if "%" in text or "](" in text else None
    if decoded is not None:
        plain, source = decoded
        line = Line(plain, skeleton(plain), source=source)
        yield line
    signs = plain
    if not plain.isascii() and _CAPITAL.search(plain):
        signs = _CAPITAL.sub(_as_small, plain)
    if _has_signs(signs):
        signs = _SIGN.sub(_as_letters, signs)
    letters = line.skeleton if signs == plain else skeleton(signs)
    if signs != plain or (JOINT in letters and _IS_CUT.search(letters)) or _SPACED_LINE.search(line.letters):
        yield _joined(plain, signs, letters, source)


def _as_small(found: re.Match[str]) -> str:
    return capitals().get(ord(found[0]), found[0])


def _as_letters(found: re.Match[str]) -> str:
    return found[0].translate(_SIGN_LETTERS)


def _joined(plain: str, signs: str, skeleton: str, source: _Source | None) -> Line:
    """The line with what stands between letters taken out; other ways to join stand at its end.

    Lone letters in a row are one word, or several with wider gaps between. Such a row may begin with a word
    of one letter ("a", "I"), so that it is also given without its first.
    """
    rows: list[_Row] = []
    pieces: list[str] = []
    at = 0
    for found in _SPACED.finditer(skeleton):
        row = _row(found)
        rows.append(row)
        pieces += [skeleton[at : row.start], row.kept]
        at = row.end
    parts = _JOINT.split("".join((*pieces, skeleton[at:])))
    letters = "".join((*parts[::2], *(other for row in rows for other in row.others)))
    return Line(plain, letters, partial(_kept, signs, skeleton, rows, parts), source)


class _Row(NamedTuple):
    """Lone letters in a row: from and up to where, what of it stays, and other ways to read it, each after a
    space."""

    start: int
    end: int
    kept: str
    others: tuple[str, ...]

    def places(self, skeleton: str) -> list[int]:
        """Where in the skeleton what stays stands, then what each of the other ways is made of; a space
        stands nowhere."""
        lone = [each.start() for each in _NOT_GAP.finditer(skeleton, self.start, self.end)]
        kept = lone
        if len(self.kept) > len(lone):
            kept = lone[:1]
            widths = [_WIDTHS[skeleton[one + 1 : two]] for one, two in pairwise(lone)]
            narrow = min(widths)
            for (one, two), width in zip(pairwise(lone), widths, strict=True):
                kept += [two] if width == narrow else range(one + 1, two + 1)
        others = [[-1, *lone[len(lone) + 1 - len(each) :]] for each in self.others]
        return list(chain(kept, *others))


def _row(found: re.Match[str]) -> _Row:
    start, end = found.span()
    row = found[0]
    gaps = row[1::2]
    lone = row[::2]
    if gaps.count(gaps[0]) == len(gaps) and gaps[0] in _GAPS and _GAPS.isdisjoint(lone):
        kept = lone  # one sign between any two, as nearly always
    else:
        parts = _ROW_GAP.split(row)
        widths = list(map(_WIDTHS.__getitem__, parts[1::2]))
        kept = lone = "".join(parts[::2])
        narrow = min(widths)
        if narrow != max(widths):
            wider = zip(widths, parts[1::2], strict=True)
            parts[1::2] = ["" if width == narrow else gap for width, gap in wider]
            kept = "".join(parts)
    others = (" " + lone,) if len(kept) > len(lone) else ()
    return _Row(start, end, kept, (*others, " " + lone[1:]) if len(lone) > 3 else others)


def _kept(signs: str, skeleton: str, rows: Sequence[_Row], parts: Sequence[str]) -> Place:
    """The places in the text of what `_joined` leaves and adds."""
    where = place_in(signs)
    # What is between rows and what stays of them, in turn; then what each row adds.
    begins = [0, *(row.end for row in rows)]
    between = map(operator.sub, (row.start for row in rows), begins)
    ends = list(accumulate(chain.from_iterable(zip(between, (len(row.kept) for row in rows), strict=True))))
    length = (ends[-1] if ends else 0) + len(skeleton) - begins[-1]
    added = list(accumulate((sum(map(len, row.others)) for row in rows), initial=length))
    cuts = list(accumulate(map(len, parts[::2])))
    gone = list(accumulate(map(len, parts[1::2]), initial=0))
    known: dict[int, list[int]] = {}

    def in_row(number: int, place: int) -> int:
        if number not in known:
            known[number] = rows[number].places(skeleton)
        return known[number][place]

    def place(joined: int) -> int:
        at = joined + gone[min(bisect_right(cuts, joined), len(gone) - 1)]
        if at >= length:
            number = bisect_right(added, at) - 1
            return where(in_row(number, len(rows[number].kept) + at - added[number]))
        number, is_row = divmod(bisect_right(ends, at), 2)
        begin = at - (ends[2 * number + is_row - 1] if number or is_row else 0)
        return where(in_row(number, begin) if is_row else begins[number] + begin)

    return place


#: How far apart a gap sets two letters: signs alone are nearer than a space.
_WIDTHS = {
    gap: (" " in gap, len(gap) if " " in gap else 0)
    for length in (1, 2, 3)
    for gap in map("".join, product((" ", JOINT), repeat=length))
}
