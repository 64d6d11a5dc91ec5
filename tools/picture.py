"""Draw the picture at the top of the README: a short conversation in the terminal, as it really goes.

    python tools/picture.py          writes docs/picture.svg
    python tools/picture.py --check  exits 1 where the picture is no longer what Hearth says

The script is one that `hearth try --fresh --script` runs as it stands. Its first `clock` line makes the
day, and so the whole picture, the same at every run; it names a day that has passed, since a script begins
there.
"""

from __future__ import annotations

import asyncio
import datetime
import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import Line, Seen, SetsClock, read_line
from bot.platforms.terminal.read import Moves, Presses, Says
from bot.platforms.terminal.write import rendered
from bot.scheduling.due import resolve_wall
from bot.shipped import SPACE_EXAMPLE
from bot.testing.chat import Face, open_terminal
from bot.testing.clock import Clock

PICTURE = Path(__file__).parents[1] / "docs" / "picture.svg"
SCRIPT = """\
clock 2026-11-16T18:59 Europe/London
@sam #evening
clock 2026-11-16T19:00 Europe/London
@sam presses low
@sam #evening: /crisis
"""
WIDTH = 88
"""Columns: as wide as a README shows without shrinking the letters much."""
MOST_LINES = 18
"""Lines of one answer that are drawn: its beginning, three dots, and its buttons."""
THEME = TerminalTheme(
    (27, 24, 22),
    (232, 224, 214),
    [(60, 54, 50), (224, 108, 96), (152, 190, 120), (236, 176, 86), (110, 160, 210), (214, 140, 160),
     (120, 190, 184), (232, 224, 214)],
    [(140, 130, 120), (240, 130, 116), (172, 210, 140), (250, 196, 110), (140, 184, 230), (230, 162, 182),
     (146, 212, 206), (250, 244, 236)],
)  # fmt: skip
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
FORMAT = f"""\
<svg class="rich-terminal" viewBox="0 0 {{width}} {{height}}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>A conversation with Hearth in the terminal</title>
<style>
svg.rich-terminal {{{{ font-family: {FONTS}; }}}}
.{{unique_id}}-matrix {{{{ font-size: {{char_height}}px; line-height: {{line_height}}px; }}}}
.{{unique_id}}-title {{{{ font-size: 16px; fill: #a89c90; }}}}
{{styles}}
</style>
<defs>
<clipPath id="{{unique_id}}-clip-terminal">
<rect x="0" y="0" width="{{terminal_width}}" height="{{terminal_height}}"/>
</clipPath>
{{lines}}
</defs>
{{chrome}}
<g transform="translate({{terminal_x}}, {{terminal_y}})" clip-path="url(#{{unique_id}}-clip-terminal)">
{{backgrounds}}
<g class="{{unique_id}}-matrix">
{{matrix}}
</g>
</g>
</svg>
"""


async def conversation() -> list[tuple[Line, list[Seen]]]:
    """Each line of the script with what was seen after it."""
    told: list[tuple[Line, list[Seen]]] = []
    with tempfile.TemporaryDirectory() as folder:
        # The community of `hearth try`, by its name: which question comes when depends on it.
        sample = Space(profile=SPACE_EXAMPLE, terminal=True)
        config = OperatorConfig(home=Path(folder), spaces={"sample": sample})
        clock = Clock(_moment(next(line for line in lines() if isinstance(line, SetsClock))))
        app, face = await open_terminal(config, clock, Path(folder))
        try:
            for line in lines():
                before = len(face.seen())
                await _do(app, face, clock, line)
                told.append((line, list(face.seen()[before:])))
        finally:
            await app.close()
    return told


def lines() -> Iterator[Line]:
    """The lines of the script."""
    for written in SCRIPT.splitlines():
        line = read_line(written)
        if line is not None:
            yield line


def _moment(line: SetsClock) -> datetime.datetime:
    assert line.zone is not None
    return resolve_wall(line.wall, line.zone)


async def _do(app: App, face: Face, clock: Clock, line: Line) -> None:
    if isinstance(line, SetsClock):
        await app.pass_time(_moment(line), clock.set)
    elif isinstance(line, Moves):
        await face.joins(line.who, line.room)
    elif isinstance(line, Says):
        await face.says(line.who, line.room, line.words)
    elif isinstance(line, Presses):
        await face.presses(line.who, line.which, None)
    else:
        raise NotImplementedError("the picture draws no such line")


def parts(told: list[tuple[Line, list[Seen]]]) -> Iterator[Text]:
    """What is drawn, one part of the conversation after another."""
    for line, seen in told:
        if isinstance(line, SetsClock):
            if seen:
                yield Text(f"{line.wall:%A}, {line.wall:%H:%M}\n", "dim italic")
        elif isinstance(line, Presses):
            yield _typed(line.who, f"presses {line.which}")
        elif isinstance(line, Says):
            yield _typed(f"{line.who} #{line.room}", line.words)
        for record in seen:
            drawn = list(rendered(record).split("\n"))
            if len(drawn) > MOST_LINES:
                drawn = [*drawn[: MOST_LINES - 2], Text("⋮", "bright_black"), drawn[-1]]
            yield Text("\n").join(drawn).append("\n")


def _typed(who: str, words: str) -> Text:
    mark = (" ❯ ", "bright_black")
    return Text.assemble((f"@{who}", "bold bright_yellow"), mark, (words, "bold bright_white"), "\n")


def draw(told: list[tuple[Line, list[Seen]]]) -> str:
    """The picture as SVG: the same for the same conversation."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor",
        legacy_windows=False, highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    for part in parts(told):
        console.print(Padding(part, (0, 2)))
    drawn = console.export_svg(
        title="hearth try", theme=THEME, code_format=FORMAT, font_aspect_ratio=0.6, unique_id="hearth"
    )
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def main(words: list[str]) -> int:
    """Write the picture, or say whether it is up to date."""
    drawn = draw(asyncio.run(conversation()))
    if words == ["--check"]:
        if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == drawn:
            return 0
        print(f"{PICTURE.name} is out of date; run: python tools/picture.py", file=sys.stderr)
        return 1
    PICTURE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
