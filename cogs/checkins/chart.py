"""One's own check-ins as a picture: a dot for each, and nothing between them.

No line joins the dots and nothing is summed up, because there is nothing to reach; days without a
check-in are just open. The picture brings its own quiet background, so it reads the same in a dark
and in a light client.
"""

from __future__ import annotations

import datetime
import io
import threading
import warnings
from collections.abc import Sequence

from .times import locale_of

_PAPER, _INK, _FAINT = "#f7f5f0", "#3d4451", "#d9d5cc"
_DOTS = ("#5b6d92", "#6682a3", "#6f98a8", "#79a99b", "#8db385")
"""From heavy to light; all of one weight, so that none is the good one. The rows tell them apart."""
_SIZE, _DOTS_PER_INCH = (7.6, 4.0), 150
_ONE_AT_A_TIME = threading.Lock()  # matplotlib's font cache is shared and not made for threads


def draw(
    points: Sequence[tuple[datetime.datetime, int]],
    words: Sequence[str],
    first: datetime.date,
    last: datetime.date,
    language: str,
) -> bytes:
    """A PNG of check-ins from `first` to `last`, both included. `points` are (wall time where the person
    is, step counted from 0 for the heaviest), `words` what each step is called. Takes about a third of
    a second: run it aside."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about letters that no font here has
        return _draw(points, words, first, last, language)


def _draw(
    points: Sequence[tuple[datetime.datetime, int]],
    words: Sequence[str],
    first: datetime.date,
    last: datetime.date,
    language: str,
) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, dpi=_DOTS_PER_INCH, facecolor=_PAPER)
    FigureCanvasAgg(figure)  # the figure draws on it from now on
    axes = figure.add_subplot(facecolor=_PAPER)
    days = (last - first).days + 1
    places = [(_days_since(first, at), step) for at, step in points]
    many = len(places) > 60
    axes.scatter(
        [at for at, _ in places],
        [step for _, step in places],
        s=70 if many else 150,
        c=[_DOTS[step] for _, step in places],
        alpha=0.6 if many else 0.85,
        linewidths=0,
        zorder=3,
    )
    axes.set_xlim(-0.02 * days, days * 1.02)
    axes.set_ylim(-0.6, len(words) - 0.4)
    axes.set_yticks(
        range(len(words)),
        [_drawable(word) or str(step + 1) for step, word in enumerate(words)],
        fontsize=13,
        color=_INK,
        parse_math=False,
    )
    ticks = _ticks(first, last, language)
    axes.set_xticks(
        [at for at, _ in ticks], [name for _, name in ticks], fontsize=12, color=_INK, parse_math=False
    )
    if days <= 10:
        axes.vlines(range(days + 1), -0.6, len(words) - 0.4, color=_FAINT, linewidth=0.6, zorder=1)
    axes.tick_params(length=0, pad=8)
    axes.grid(axis="y", color=_FAINT, linewidth=1)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.tight_layout(pad=1.4)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


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
    from matplotlib import font_manager

    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    return "".join(letter for letter in word if ord(letter) in font.get_charmap()).strip()
