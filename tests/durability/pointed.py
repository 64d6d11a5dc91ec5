"""`python -m tests.durability.pointed URL AHEAD ARGS…`: the command `hearth ARGS…`, whose Discord is at URL
and whose clock is as many seconds ahead as the file AHEAD says at that moment. Whenever it has used its
database it writes a line to its standard output, so that a test knows when to look. SIGUSR2 makes it say to
its log what every thread and task is doing.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import faulthandler
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from bot.app import App, utc_now
from bot.cli import main, running
from bot.testing.discord_server import point_discord_py_at

from .process import ALL_TOLD


def ahead_of(file: Path) -> Any:
    """A clock that is as far ahead as the file says."""
    return lambda: utc_now() + datetime.timedelta(seconds=float(file.read_text()))


class Shifted(App):
    """The app, with another clock."""

    @classmethod
    async def open(cls, config: Any, **options: Any) -> App:
        return await super().open(config, clock=ahead_of(CLOCK), **options)


def say_so(*_: object) -> None:
    """One line. Who listened may be gone."""
    with contextlib.suppress(OSError):
        os.write(1, b"\n")


def tell_all(*_: object) -> None:
    """What is going on: for a process that does not end."""
    faulthandler.dump_traceback()
    with contextlib.suppress(RuntimeError):
        for task in asyncio.all_tasks():
            task.print_stack()
    sys.stderr.write(f"{ALL_TOLD}\n")
    sys.stderr.flush()
    say_so()


if __name__ == "__main__":
    signal.signal(signal.SIGUSR2, tell_all)
    event.listen(Pool, "checkin", say_so)
    point_discord_py_at(sys.argv.pop(1))
    CLOCK = Path(sys.argv.pop(1))
    running.App = Shifted  # type: ignore[misc]  # the one door through which a clock comes in
    main()
