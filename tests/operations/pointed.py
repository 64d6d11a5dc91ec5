"""`python -m tests.operations.pointed URL ARGS…`: the command `hearth ARGS…`, whose Discord is at URL."""

from __future__ import annotations

import sys

from bot.cli import main
from bot.testing.discord_server import point_discord_py_at

if __name__ == "__main__":
    point_discord_py_at(sys.argv.pop(1))
    main()
