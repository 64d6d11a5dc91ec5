"""`hearth try`: Hearth in this terminal, for a person in a window or for a script of the same lines.

A script's time stands still. Until its first `clock` line that is the present; that line says when the
script plays, be it before now, and from then on time only goes forward. So the same script tells the same
story whenever it is run.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TextIO

from bot.app import App
from bot.config.operator import Database, Keys, OperatorConfig
from bot.opening import home_of
from bot.platforms.terminal import Line, Seen, SetsClock, TerminalPlatform, Unreadable, read_line
from bot.platforms.terminal.write import rendered
from bot.scheduling.due import UnknownZone, resolve_wall, zone_named
from bot.storage.errors import StorageError
from bot.testing.clock import Clock

LONGEST_PASSED = datetime.timedelta(days=3 * 366)
"""The most time that one `clock` line passes: every slot on the way runs."""
CLOCK = "clock"
"""Who a refused `clock` line is told to: it has no person."""
APART = "try"
"""The folder in the state folder where a Hearth that serves other platforms is tried."""
FILES = "files"
"""The folder in the state folder that files and pictures are saved in."""

_BACKWARDS = "Time only goes forward here. It is {now} now."
_TOO_FAR = "That is more than three years ahead."


class UnreadableScript(Exception):
    """A line of a script cannot be read. The message names the line and what was expected."""


def run(
    config: OperatorConfig, *, script: str | None = None, as_json: bool = False, out: TextIO | None = None
) -> int:
    """Open the window, or run a script (a path, or `-` for standard input); where standard input is no
    terminal, its lines are a script. Returns the exit status: 0, or 2 for a line that cannot be read.

    What stands before such a line has been done where lines come from standard input, not where they come
    from a file, which is read beforehand. Raises `AlreadyRunning` when another process serves this state.
    """
    out = sys.stdout if out is None else out
    config = _apart(config)
    try:
        if script is None and sys.stdin.isatty():
            return asyncio.run(_window(config))
        if script in (None, "-"):
            return asyncio.run(_script(config, _read(sys.stdin.buffer), None, as_json, out))
        lines = _lines_of(Path(str(script)))
        return asyncio.run(_script(config, lines, _beginning(lines), as_json, out))
    except UnreadableScript as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain once more when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _apart(config: OperatorConfig) -> OperatorConfig:
    """A Hearth that serves people elsewhere is tried beside its real state, never on it: what is due there
    would be posted here, and nobody there would see it."""
    if config.discord is None and config.matrix is None:
        return config
    home = home_of(config, os.environ) / APART
    return config.model_copy(update={"home": home, "database": Database(), "keys": Keys()})


# --- scripts ------------------------------------------------------------------------------------------


def _lines_of(path: Path) -> list[Line]:
    try:
        with path.open("rb") as file:
            return list(_read(file))
    except OSError as error:
        raise UnreadableScript(f"{path}: {error.strerror}") from None


def _read(file: IO[bytes]) -> Iterator[Line]:
    for number, raw in enumerate(file, 1):
        try:
            line = read_line(raw.decode("utf-8"))
            if isinstance(line, SetsClock) and line.zone is not None:
                zone_named(line.zone)
        except UnicodeDecodeError:
            raise UnreadableScript(f"line {number}: this is not UTF-8; expected a text in UTF-8") from None
        except UnknownZone:
            raise UnreadableScript(
                f"line {number}: no such zone; expected an IANA name such as Europe/London"
            ) from None
        except Unreadable as error:
            raise UnreadableScript(f"line {number}: this cannot be read; expected {error}") from None
        if line is not None:
            yield line


def _beginning(lines: Iterable[Line]) -> SetsClock | None:
    """The line that says when a script plays."""
    return next((line for line in lines if isinstance(line, SetsClock)), None)


async def _script(
    config: OperatorConfig, lines: Iterable[Line], first: SetsClock | None, as_json: bool, out: TextIO
) -> int:
    terminal, clock = _terminal(config), Clock()
    begun = False
    if first is not None and first.zone is not None:
        # The whole script is known, so even what stands before its first `clock` line plays then.
        begun = _begin(first, first.zone, clock)
    printer = _json_printer(out) if as_json else _plain_printer(out)
    terminal.watch(printer)
    app = await _open(config, terminal, clock)
    try:
        await app.pass_time(clock(), clock.set)
        for line in lines:
            if not isinstance(line, SetsClock):
                await terminal.do(line)
                with contextlib.suppress(StorageError):
                    if app.dispatcher is not None:
                        await app.dispatcher.tick()  # what is due at once is seen at once
                continue
            zone = line.zone or _zone(app, terminal)
            if not begun:
                begun = _begin(line, zone, clock)
                await app.pass_time(clock(), clock.set)  # what is due next is planned from here
            if (refusal := await pass_to(app, clock, line, zone)) is not None:
                printer(Seen(CLOCK, (), False, refusal))
    finally:
        await app.close()
    return 0


def _begin(line: SetsClock, zone: str, clock: Clock) -> bool:
    """Where the first time a script names has passed, its time begins with that day."""
    try:
        if resolve_wall(line.wall, zone) < clock():
            clock.set(resolve_wall(datetime.datetime.combine(line.wall, datetime.time()), zone))
    except OverflowError:
        return False
    return True


async def pass_to(app: App, clock: Clock, line: SetsClock, zone: str) -> str | None:
    """Let time pass to where the line says; why not, in one sentence, where it cannot."""
    try:
        to = resolve_wall(line.wall, zone)
    except OverflowError:
        return _TOO_FAR
    now = clock()
    if to < now:
        return _BACKWARDS.format(now=now.astimezone(zone_named(zone)).strftime("%Y-%m-%dT%H:%M %Z"))
    if to - now > LONGEST_PASSED:
        return _TOO_FAR
    await app.pass_time(to, clock.set)
    return None


def _json_printer(out: TextIO) -> Callable[[Seen], None]:
    def show(record: Seen) -> None:
        out.write(json.dumps(record.as_json(), ensure_ascii=False) + "\n")
        out.flush()

    return show


def _plain_printer(out: TextIO) -> Callable[[Seen], None]:
    def show(record: Seen) -> None:
        out.write(rendered(record).plain + "\n")
        out.flush()

    return show


# --- the window ---------------------------------------------------------------------------------------


async def _window(config: OperatorConfig) -> int:
    from bot.platforms.terminal.window import Window

    terminal, clock = _terminal(config), Clock(running=True)
    app = await _open(config, terminal, clock)
    serving = asyncio.create_task(app.run())
    try:
        terminal.attach(app.pipeline)

        async def passes(line: SetsClock) -> str | None:
            try:
                return await pass_to(app, clock, line, line.zone or _zone(app, terminal))
            except UnknownZone:
                return "There is no such zone. An IANA name, please, such as Europe/London."

        space = app.spaces.get(terminal.person("peer1").space)
        room = next((room for group in space.groups.values() for room in group.rooms), "evening")
        later = f"{clock() + datetime.timedelta(days=7):%Y-%m-%d}T19:30"
        window = Window(terminal, app.pipeline, passes, "peer1", room.removeprefix("#"), later)
        window.say(
            f"{space.name or 'Hearth'} is here to try. Everything is kept in {home_of(config, os.environ)}."
        )
        await window.run()
    finally:
        await app.stop()
        await asyncio.gather(serving, return_exceptions=True)
        await app.close()
    return 0


# --- both ---------------------------------------------------------------------------------------------


def _terminal(config: OperatorConfig) -> TerminalPlatform:
    return TerminalPlatform(home_of(config, os.environ) / FILES)


async def _open(config: OperatorConfig, terminal: TerminalPlatform, clock: Clock) -> App:
    app = await App.open(config, platforms=[terminal], clock=clock)
    # One's own machine: nobody here needs protection from a script that does many things at once.
    app.pipeline.unlimited.add(terminal.name)
    terminal.attach(app.pipeline)
    if app.trouble is not None:
        print(f"Only /crisis answers: {app.trouble}", file=sys.stderr)
    return app


def _zone(app: App, terminal: TerminalPlatform) -> str:
    return app.spaces.get(terminal.room("evening").space).zone
