"""One's own check-ins as a picture: a dot for each, and nothing between them.

No line joins the dots and nothing is summed up, because there is nothing to reach; days without a
check-in are just open. The picture brings its own quiet background, so it reads the same in a dark
and in a light client.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import importlib.util
import io
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .times import locale_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_PAPER, _INK, _FAINT = "#f7f5f0", "#3d4451", "#d9d5cc"
_DOTS = ("#5b6d92", "#6682a3", "#6f98a8", "#79a99b", "#8db385")
"""From heavy to light; all of one weight, so that none is the good one. The rows tell them apart."""
_WIDTH, _HEIGHT, _EDGE, _GAP = 1140, 600, 29, 17
_WORD, _DATE = 27, 25
"""Sizes of letters. This and what is above: in pixels."""
_MANY = 60
_SMOOTH = 8
_ONE_AT_A_TIME = threading.Lock()  # a font is not made for threads


def draw(
    points: Sequence[tuple[datetime.datetime, int]],
    words: Sequence[str],
    first: datetime.date,
    last: datetime.date,
    language: str,
) -> bytes:
    """A PNG of check-ins from `first` to `last`, both included. `points` are (wall time where the person
    is, step counted from 0 for the heaviest), `words` what each step is called. Takes about a twentieth of
    a second: run it aside."""
    with _ONE_AT_A_TIME:
        return _draw(points, words, first, last, language)


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    """Where the dots are, in pixels; it has some days from left to right, and steps from bottom to top."""

    left: int
    right: int
    top: int
    bottom: int
    days: int
    steps: int

    def across(self, day: float) -> int:
        """Where a day, counted from 0, begins."""
        return round(self.left + (self.right - self.left) * (day / self.days + 0.02) / 1.04)

    def up(self, step: float) -> int:
        """Where a step lies."""
        return round(self.bottom - (self.bottom - self.top) * (step + 0.6) / (self.steps + 0.2))


def _draw(
    points: Sequence[tuple[datetime.datetime, int]],
    words: Sequence[str],
    first: datetime.date,
    last: datetime.date,
    language: str,
) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    most = _WIDTH * 2 // 5
    names = [_fitting(_drawable(word), most) or str(step + 1) for step, word in enumerate(words)]
    room = max(round(_font(_WORD).getlength(name)) for name in names)
    field = _Field(
        _EDGE + room + _GAP, _WIDTH - _EDGE, _EDGE, _HEIGHT - _EDGE - _DATE - _GAP,
        (last - first).days + 1, len(words),
    )  # fmt: skip
    if field.days <= 10:
        for border in range(field.days + 1):
            at = field.across(border)
            pen.line((at, field.top, at, field.bottom), fill=_FAINT)
    for step, name in enumerate(names):
        at = field.up(step)
        pen.line((field.left, at, field.right, at), fill=_FAINT, width=2)
        pen.text((field.left - _GAP, at), name, fill=_INK, font=_font(_WORD), anchor="rm")
    for day, date in _ticks(first, last, language):
        half = _font(_DATE).getlength(date) / 2
        middle = min(max(field.across(day), half + 4), _WIDTH - half - 4)
        pen.text((middle, field.bottom + _GAP), date, fill=_INK, font=_font(_DATE), anchor="mt")
    many = len(points) > _MANY
    dot = _dot(17, 0.6) if many else _dot(26, 0.85)
    for moment, step in points:
        left = field.across(_days_since(first, moment)) - dot.width // 2
        image.paste(_DOTS[step], (left, field.up(step) - dot.height // 2), dot)
    picture = io.BytesIO()
    image.save(picture, format="PNG")
    return picture.getvalue()


@functools.cache
def _dot(size: int, strength: float) -> Image:
    """A round mask without steps at its edge."""
    from PIL import Image, ImageDraw

    large = Image.new("L", (size * _SMOOTH, size * _SMOOTH))
    ImageDraw.Draw(large).ellipse((0, 0, size * _SMOOTH - 1, size * _SMOOTH - 1), fill=round(255 * strength))
    return large.resize((size, size), Image.Resampling.BOX)


@functools.cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    # matplotlib brings this one along; nothing of its own is loaded for it.
    found = importlib.util.find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    file = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


def _days_since(first: datetime.date, at: datetime.datetime) -> float:
    return (at.date() - first).days + (at.hour * 60 + at.minute) / 1440


def _ticks(first: datetime.date, last: datetime.date, language: str) -> list[tuple[float, str]]:
    """Where a date stands under the picture: each day of a week, each week of a month, months of a year."""
    from babel.dates import format_date, format_skeleton

    locale = locale_of(language)
    days = (last - first).days + 1
    if days <= 10:
        shown = [first + datetime.timedelta(days=day) for day in range(days)]
        return [((day - first).days + 0.5, str(format_date(day, "EEE d", locale))) for day in shown]
    if days <= 100:
        shown = [first + datetime.timedelta(days=day) for day in range(0, days, 7)]
        return [((day - first).days + 0.5, str(format_skeleton("MMMd", day, locale=locale))) for day in shown]
    shown = _months(first, last)
    return [((day - first).days + 0.5, str(format_date(day, "LLL", locale))) for day in shown]


def _months(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    found = []
    day = first.replace(day=1)
    while day <= last:
        if day >= first:
            found.append(day)
        day = (day + datetime.timedelta(days=32)).replace(day=1)
    return found


def _drawable(word: str) -> str:
    """The word without what the font has no picture for (an emoji, say)."""
    return "".join(letter for letter in word if letter == " " or _known(letter)).strip()


@functools.lru_cache(maxsize=1000)
def _known(letter: str) -> bool:
    drawn, unknown = (_font(_WORD).getmask(one) for one in (letter, "\uffff"))
    return drawn.size != unknown.size or bytes(drawn) != bytes(unknown)


def _fitting(word: str, most: int) -> str:
    """As much of the word as has room in so many pixels."""
    if _font(_WORD).getlength(word) <= most:
        return word
    while word and _font(_WORD).getlength(word + "…") > most:
        word = word[:-1]
    return word + "…"
