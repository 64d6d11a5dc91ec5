"""What can be seen in the picture of one's own check-ins."""

from __future__ import annotations

import datetime
import io
import subprocess
import sys

import pytest
from PIL import Image, ImageColor

from cogs.checkins import chart

WORDS = ["very heavy", "heavy", "between", "lighter", "light"]
FIRST = datetime.date(2026, 3, 1)


def at(day: int, hour: int = 12) -> datetime.datetime:
    return datetime.datetime(2026, 3, day, hour)  # noqa: DTZ001 - wall time


def seen(points: list[tuple[datetime.datetime, int]], days: int = 7, words: list[str] = WORDS) -> Image.Image:
    last = FIRST + datetime.timedelta(days=days - 1)
    return Image.open(io.BytesIO(chart.draw(points, words, FIRST, last, "en-GB"))).convert("RGB")


def dots(image: Image.Image, words: list[str] = WORDS) -> list[tuple[int, int]]:
    """Where something differs from the picture without any check-in: the middle of each heap of dots."""
    empty, found = seen([], words=words), []
    changed = {
        (x, y)
        for y in range(image.height)
        for x in range(image.width)
        if image.getpixel((x, y)) != empty.getpixel((x, y))
    }
    while changed:
        heap, edge = set(), [changed.pop()]
        while edge:
            x, y = edge.pop()
            heap.add((x, y))
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & changed
            changed -= near
            edge += near
        found.append((round(sum(x for x, _ in heap) / len(heap)), round(sum(y for _, y in heap) / len(heap))))
    return sorted(found)


def test_a_dot_for_each_later_ones_to_the_right_lighter_ones_above() -> None:
    image = seen([(at(1), 0), (at(3), 2), (at(3, 20), 4), (at(7), 1)])
    (a, b, c, d) = dots(image)
    assert a[0] < b[0] < c[0] < d[0]
    assert c[1] < b[1] < d[1] < a[1]
    assert b[0] - a[0] == pytest.approx((d[0] - a[0]) / 3, abs=2)


@pytest.mark.parametrize("step", range(5))
def test_a_dot_has_the_colour_of_its_step(step: int) -> None:
    image = seen([(at(4), step)])
    ((x, y),) = dots(image)
    colour, wanted = image.getpixel((x, y - 5)), ImageColor.getrgb(chart._DOTS[step])
    assert isinstance(colour, tuple)
    assert max(abs(one - other) for one, other in zip(colour, wanted, strict=True)) < 40


def test_all_there_is_stays_inside() -> None:
    words = ["Ein ganz und gar langes Wort dafür, wie es heute ist"] * 5
    image = seen([(at(1, 0), 0), (at(7, 23), 4)], words=words)
    (left, low), (right, high) = dots(image, words)
    assert image.width * 0.4 < left < right < image.width - 20
    assert 20 < high < low < image.height - 60
    paper = ImageColor.getrgb(chart._PAPER)
    for x in range(image.width):
        assert image.getpixel((x, 0)) == image.getpixel((x, image.height - 1)) == paper
    for y in range(image.height):
        assert image.getpixel((0, y)) == image.getpixel((image.width - 1, y)) == paper


def test_a_word_that_the_font_has_not_is_a_number() -> None:
    assert chart._drawable("🌧 regen 重") == "regen"
    assert seen([], words=["🌧"] * 5).tobytes() != seen([], words=["重い"] + ["2"] * 4).tobytes()
    assert seen([], words=["🌧"] * 5).tobytes() == seen([], words=["1", "2", "3", "4", "5"]).tobytes()


def test_it_loads_no_matplotlib() -> None:
    code = (
        "import datetime, sys; from cogs.checkins import chart\n"
        "assert chart.draw([], ['a'], datetime.date(2026, 3, 1), datetime.date(2026, 3, 7), 'en')\n"
        "print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
