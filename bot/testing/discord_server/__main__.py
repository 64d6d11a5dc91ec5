"""`python -m bot.testing.discord_server`: the stand-in in a process of its own, for bots that get killed.

Prints one JSON line, {"url": …, "token": …, "application_id": …, "control": …}, then serves until SIGINT or
SIGTERM. The control endpoint is described in `control`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from .control import ControlledServer
from .spec import spec_from_environment


async def _serve(options: argparse.Namespace) -> None:
    server = await ControlledServer.start(
        port=options.port,
        checks=not options.no_checks,
        spec=None if options.no_checks else spec_from_environment(),
        rate_limits=not options.no_rate_limits,
        privileged_intents=options.privileged_intent,
    )
    address = {
        "url": server.url,
        "token": server.token,
        "application_id": str(server.application_id),
        "control": f"{server.url}/control/",
    }
    sys.stdout.write(json.dumps(address) + "\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await server.close()


def main() -> None:
    """Run until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m bot.testing.discord_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (default) takes a free one")
    parser.add_argument(
        "--no-checks", action="store_true", help="check neither limits nor OpenAPI (for load)"
    )
    parser.add_argument("--no-rate-limits", action="store_true", help="never answer 429 by itself")
    parser.add_argument(
        "--privileged-intent",
        action="append",
        default=[],
        choices=["members", "presences", "message_content"],
        help="grant one; may be repeated",
    )
    asyncio.run(_serve(parser.parse_args()))


main()
