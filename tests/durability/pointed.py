"""`python -m tests.durability.pointed URL AHEAD ARGS…`: the command `hearth ARGS…`, whose Discord is at URL
and whose clock is as many seconds ahead as the file AHEAD says at that moment.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

from bot.app import App, utc_now
from bot.cli import main, running
from bot.testing.discord_server import point_discord_py_at


def ahead_of(file: Path) -> Any:
    """A clock that is as far ahead as the file says."""
    return lambda: utc_now() + datetime.timedelta(seconds=float(file.read_text()))


class Shifted(App):
    """The app, with another clock."""

    @classmethod
    async def open(cls, config: Any, **options: Any) -> App:
        return await super().open(config, clock=ahead_of(CLOCK), **options)


if __name__ == "__main__":
    point_discord_py_at(sys.argv.pop(1))
    CLOCK = Path(sys.argv.pop(1))
    running.App = Shifted  # type: ignore[misc]  # the one door through which a clock comes in
    main()
