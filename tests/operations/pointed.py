"""`python -m tests.operations.pointed URL ARGS…`: the command `hearth ARGS…`, whose Discord is at URL.

It logs whenever a database was opened, and has less patience with one that cannot be used.
"""

from __future__ import annotations

import logging
import sys

from bot.cli import main, running
from bot.storage import connection
from bot.testing.discord_server import point_discord_py_at

OPENED = "a database was opened"


def say_so(event: str, _: tuple[object, ...]) -> None:
    """Python calls this before and after what it counts as worth auditing (PEP 578)."""
    if event == "sqlite3.connect/handle":
        logging.getLogger("hearth.tests").info(OPENED)


if __name__ == "__main__":
    point_discord_py_at(sys.argv.pop(1))
    sys.addaudithook(say_so)
    running._AGAIN, connection.BUSY_SECONDS = 1.0, 2.0
    main()
