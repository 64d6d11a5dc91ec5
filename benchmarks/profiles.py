"""A long profile from chat: checked, compared and live; and whether the event loop waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import TypeVar

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import TerminalPlatform
from bot.sdk.people import Person

from .table import Row, most_row, note_row

T = TypeVar("T")

_LINES = 2_000
_SPACE = "circle"
_GROUP = """\
  g{at}:
    name: Group {at}
    room: "#g{at}"
    checkins:
      prompts:
        - id: evening
          at: "{time}"
          days: [mon, wed, fri]
          grace: 2h
        - id: sunday
          cron: "0 11 * * 0"
      notes: true
"""


async def run(quick: bool) -> list[Row]:
    """The rows of this file."""
    rounds = 2 if quick else 15
    checks, lives, late, all_late = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        async with _running(Path(folder)) as app:
            await app.communities.check(_SPACE, _profile("17:00"))  # what ships is read once
            for at in range(rounds):
                text = _profile("18:00").replace("Group 7\n", f"Group 7 {at}\n").replace("18:00", "18:05", at)
                took, held_up, _ = await _late(app.communities.check(_SPACE, text))
                checks.append(took)
                late.append(held_up)
                took, held_up, _ = await _late(_put(app, text))
                lives.append(took + checks[-1])
                late.append(held_up)
            for at in range(2 if quick else 5):
                text = _profile(f"19:{at:02}")
                await app.communities.check(_SPACE, text)
                _, held_up, _ = await _late(_put(app, text))
                all_late.append(held_up)
    lines = len(_profile("18:00").splitlines())
    worst = max(all_late) * 1000
    return [
        most_row(f"profile of {lines} lines, checked and compared", statistics.median(checks), 1, "s"),
        most_row("… checked, compared and live", statistics.median(lives), 1, "s"),
        most_row(
            "event loop late, longest, meanwhile (median of rounds)", statistics.median(late) * 1000, 20, "ms"
        ),
        note_row("… where every one of its 332 schedules moves", f"{worst:.3g} ms at worst"),
    ]


def _profile(time_of_day: str) -> str:
    groups = (_LINES - 4) // _GROUP.count("\n")
    head = "name: Circle\nzone: Europe/London\ncountry: GB\ngroups:\n"
    return head + "".join(_GROUP.format(at=at, time=time_of_day) for at in range(groups))


@contextlib.asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[App]:
    file = folder / "space.yaml"
    file.write_text(_profile("17:30"), encoding="utf-8")
    spaces = {_SPACE: Space(profile=file, terminal=True)}
    config = OperatorConfig(home=folder / "home", spaces=spaces)
    app = await App.open(config, platforms=[TerminalPlatform()], environ={})
    gc.freeze()  # as `App.run` does
    try:
        yield app
    finally:
        await app.close()


async def _put(app: App, text: str) -> None:
    current = app.communities.current(_SPACE)
    assert current is not None
    by = Person("terminal", "sam", _SPACE, name="Sam")
    number = await app.communities.put(_SPACE, text, after=current.number, by=by)
    assert number is not None


async def _late(work: Awaitable[T]) -> tuple[float, float, T]:
    """How long it took, how late the event loop was meanwhile at worst (both in seconds), and what came.

    Late is what this process did in the meantime, so that another program's work does not count.
    """
    worst = 0.0
    done = False

    async def watch() -> None:
        nonlocal worst
        while not done:
            before, worked = time.perf_counter(), time.process_time()
            await asyncio.sleep(0.001)
            late = time.perf_counter() - before - 0.001
            worst = max(worst, min(late, time.process_time() - worked))

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    worst, began = 0.0, time.perf_counter()
    result = await work
    took, done = time.perf_counter() - began, True
    await watching
    return took, worst, result
